import Foundation
import PostgresFixtures
import PostgresPool
import Testing

@Suite(
    "Connecting to a server", .enabled(if: LiveServer.isPossible, "no PostgreSQL server programs were found"),
    .timeLimit(.minutes(2)))
struct ConnectLiveTests {
    @Test(
        "every method of authentication", arguments: LiveServer.installations, ["tests", "trusted", "clear", "hashed"])
    func methods(_ installation: TemporaryServer.Installation, _ user: String) async throws {
        let name = try await LiveServer.withConnection(installation) {
            $0.user = user
        } _: { connection in
            try await connection.queryOne("SELECT current_user::text", as: String.self)
        }
        #expect(name == user)
    }

    @Test("the unix socket", arguments: LiveServer.installations)
    func unixSocket(_ installation: TemporaryServer.Installation) async throws {
        let server = try await LiveServer.server(installation)
        let configuration = PostgresConfiguration(
            hosts: [.unix(directory: server.socketDirectory, port: UInt16(server.port))], user: "tests",
            password: LiveServer.password, database: "postgres")
        let connection = try await PostgresConnection.connect(configuration)
        #expect(try await connection.queryOne("SELECT 1", as: Int.self) == 1)
        connection.close()
    }

    @Test("a second host is tried after the first refuses")
    func severalHosts() async throws {
        let server = try await LiveServer.server(try #require(LiveServer.installations.first))
        var configuration = LiveServer.configuration(server)
        configuration.hosts.insert(.tcp(host: "127.0.0.1", port: 1), at: 0)
        let connection = try await PostgresConnection.connect(configuration)
        #expect(try await connection.queryOne("SELECT 1", as: Int.self) == 1)
        connection.close()
    }

    struct Failing: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var change: @Sendable (inout PostgresConfiguration) -> Void
        var code: PostgresError.Code
        var words: [String]
    }

    static let failing: [Failing] = [
        Failing(
            testDescription: "wrong password",
            change: {
                $0.user = "tests"
                $0.password = "wr0ng-secret"
            }, code: .authenticationFailed,
            words: ["password authentication failed", "\"tests\"", "28P01", "127.0.0.1:"]),
        Failing(
            testDescription: "no password",
            change: {
                $0.user = "tests"
                $0.password = nil
            }, code: .authenticationFailed,
            words: ["asks for a password", "127.0.0.1:"]),
        Failing(
            testDescription: "missing database", change: { $0.database = "nowhere" }, code: .connectionFailed,
            words: ["nowhere", "3D000"]),
        Failing(
            testDescription: "refused port", change: { $0.hosts = [.tcp(host: "127.0.0.1", port: 1)] },
            code: .connectionFailed, words: ["127.0.0.1:1", "refused"]),
        Failing(
            testDescription: "no such socket", change: { $0.hosts = [.unix(directory: "/nowhere", port: 1)] },
            code: .connectionFailed, words: ["/nowhere/.s.PGSQL.1", "No such file"]),
    ]

    @Test("an error says what is wrong and where, and holds no secret", arguments: failing)
    func errors(_ failing: Failing) async throws {
        let server = try await LiveServer.server(try #require(LiveServer.installations.first))
        var configuration = LiveServer.configuration(server)
        failing.change(&configuration)
        let error = try await postgresError { _ = try await PostgresConnection.connect(configuration) }
        #expect(error.code == failing.code)
        for text in [error.description, String(reflecting: error)] {
            for word in failing.words { #expect(text.contains(word), "\(text)") }
            #expect(!text.contains("secret") && !text.contains(LiveServer.password))
        }
    }

    @Test("a server that accepts and never answers is given up after the connect timeout")
    func blackHole() async throws {
        let listener = try SilentListener()
        var configuration = PostgresConfiguration(
            host: "127.0.0.1", port: listener.port, user: "tests", password: LiveServer.password)
        configuration.connectTimeout = .milliseconds(200)
        let error = try await postgresError { _ = try await PostgresConnection.connect(configuration) }
        #expect(error.code == .timedOut)
        #expect(error.description.contains("127.0.0.1:\(listener.port)") && error.description.contains("0.2"))
    }

    @Test("a task that is cancelled while it connects stops at once")
    func cancelled() async throws {
        let listener = try SilentListener()
        var configuration = PostgresConfiguration(host: "127.0.0.1", port: listener.port, user: "tests")
        configuration.connectTimeout = nil
        let task = Task { [configuration] in _ = try await PostgresConnection.connect(configuration) }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        let error = try await postgresError { try await task.value }
        #expect(error.code == .cancelled)
    }
}

/// A black hole: the kernel accepts connections for it, and nobody answers.
final class SilentListener: Sendable {
    private let descriptor: Int32
    let port: UInt16

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(descriptor, address, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        guard result else { throw CocoaError(.fileReadUnknown) }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }
}
