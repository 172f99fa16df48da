import PostgresDriver
import PostgresFixtures
import PostgresWire
import Synchronization
import Testing

@Suite("Hard cases: COPY by a script", .timeLimit(.minutes(1)))
struct ScriptedCopyTests {
    private static let binary = CopyResponse(format: .binary, columnFormats: [.binary])
    private static let signature: [UInt8] = [0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00]

    private static func header(flags: [UInt8] = [0, 0, 0, 0], extension size: [UInt8] = [0, 0, 0, 0]) -> [UInt8] {
        signature + flags + size
    }

    private static func row(_ value: UInt8) -> [UInt8] { [0, 1, 0, 0, 0, 4, 0, 0, 0, value] }
    private static let trailer: [UInt8] = [0xff, 0xff]

    /// Data and the numbers that are read of them; whether they then end well.
    static let data: [(String, [[UInt8]], rows: [Int], isGood: Bool)] = [
        ("as servers send it", [header() + row(1), row(2), trailer], [1, 2], true),
        ("no row", [header(), trailer], [], true),
        ("everything in one message", [header() + row(1) + row(2) + trailer], [1, 2], true),
        ("empty messages", [[], header(), [], row(1), [], trailer, []], [1], true),
        ("a header extension", [header(extension: [0, 0, 0, 3]) + [9, 9, 9] + row(1), trailer], [1], true),
        ("a header extension cut", [header(extension: [0, 0, 0, 3]) + [9], [9, 9] + row(1), trailer], [1], true),
        ("flags that need not be understood", [header(flags: [0, 0, 0xff, 0xff]), row(1), trailer], [1], true),
        ("a NULL", [header(), [0, 1, 0xff, 0xff, 0xff, 0xff], trailer], [], false),
        ("OIDs", [header(flags: [0, 1, 0, 0]), row(1), trailer], [], false),
        ("unknown flags", [header(flags: [0x80, 0, 0, 0]), row(1), trailer], [], false),
        ("another signature", [[0x50] + header(), row(1), trailer], [], false),
        ("half a header", [signature], [], false),
        ("nothing", [], [], false),
        ("an extension of negative length", [header(extension: [0xff, 0xff, 0xff, 0xff]), trailer], [], false),
        ("an extension that never ends", [header(extension: [0x7f, 0xff, 0xff, 0xff]), trailer], [], false),
        ("no trailer", [header(), row(1)], [1], false),
        ("half a trailer", [header(), row(1), [0xff]], [1], false),
        ("a row behind the trailer", [header(), row(1), trailer, row(2)], [1], false),
        ("two values in a row", [header(), row(1), [0, 2] + row(2).dropFirst(2) + row(2).dropFirst(2)], [1], false),
        ("no value in a row", [header(), [0, 0], trailer], [], false),
        ("a negative count", [header(), [0xff, 0xfe], trailer], [], false),
        ("a negative length", [header(), [0, 1, 0xff, 0xff, 0xff, 0xfe], trailer], [], false),
        ("the highest length", [header(), [0, 1, 0x7f, 0xff, 0xff, 0xff, 0], trailer], [], false),
        ("half a row at the end", [header(), row(1), [0, 1, 0, 0]], [1], false),
    ]

    @Test("HARD-CASES 79: binary data are read to their trailer, or refused", arguments: data)
    func binaryData(_ what: String, _ messages: [[UInt8]], rows: [Int], isGood: Bool) async throws {
        var steps = ScriptedServer.Step.login + ScriptedServer.Step.describe(.int4(1))
        steps += [.expectAny(.query), .send(.copyOutResponse(Self.binary))]
        steps += messages.map { .send(.copyData($0)) }
        steps += [.send(.copyDone, .commandComplete(CommandTag("COPY 1")), .readyForQuery(.idle))]
        steps += [.expectAny(.query), .send(.emptyQueryResponse, .readyForQuery(.idle)), .expect(.terminate)]
        let server = try ScriptedServer("copies", steps)
        let connection = try await PostgresConnection.connect(server.configuration, dialer: server.dialer)
        var numbers: [Int] = []
        var failure: PostgresError?
        do throws(PostgresError) {
            for try await number in try await connection.copyOut("SELECT 1", as: Int.self) { numbers.append(number) }
        } catch {
            failure = error
        }
        #expect(numbers == rows && (failure == nil) == isGood, "\(what): \(numbers) \(String(describing: failure))")
        if let failure { #expect(failure.code == .protocolViolation || failure.code == .decodingFailed) }
        // Whatever the data were, the protocol around them was right.
        try await connection.simpleQuery("")
        connection.close()
        #expect(server.replay.mismatch == nil)
    }

    private static let asides: [BackendMessage] = [
        .noticeResponse(ServerReport(severity: "NOTICE", sqlState: SQLState(rawValue: "00000"), message: "by the way")),
        .notificationResponse(PostgresNotification(processID: 1, channel: "c", payload: "p")),
        .parameterStatus(ParameterStatus(name: "TimeZone", value: "UTC")),
    ]

    private static func between(_ messages: [BackendMessage]) -> [ScriptedServer.Step] {
        messages.flatMap { message in asides.map { .send($0) } + [.send(message)] } + asides.map { .send($0) }
    }

    @Test(
        "HARD-CASES 76: notices, notifications and parameters stand between any two messages of a COPY",
        arguments: [CopyDirection.in, .out], [ReplayOptions.Delivery.whole, .bytewise])
    func asides(_ direction: CopyDirection, _ delivery: ReplayOptions.Delivery) async throws {
        let text = CopyResponse(format: .text, columnFormats: [.text])
        let end: [BackendMessage] = [.commandComplete(CommandTag("COPY 2")), .readyForQuery(.idle)]
        var steps = ScriptedServer.Step.login + [.expectAny(.query)]
        switch direction {
        case .in:
            steps += Self.between([.copyInResponse(text)])
            steps += [.expect(.copyData(Array("1\n2\n".utf8)), .copyDone)] + Self.between(end)
        case .out:
            steps += Self.between(
                [.copyOutResponse(text), .copyData(Array("1\n".utf8)), .copyData(Array("2\n".utf8)), .copyDone] + end)
        }
        steps += [.expect(.terminate)]
        let server = try ScriptedServer("asides", options: ReplayOptions(delivery: delivery), steps)
        let notices = Mutex(0)
        let connection = try await PostgresConnection.connect(
            server.configuration, dialer: server.dialer, onNotice: { _ in notices.withLock { $0 += 1 } })
        switch direction {
        case .in:
            let count = try await connection.copyIn(raw: "COPY t FROM STDIN") { try await $0.write("1\n2\n") }
            #expect(count == 2)
        case .out:
            var bytes: [UInt8] = []
            for try await chunk in try await connection.copyOut(raw: "COPY t TO STDOUT") { bytes += chunk }
            #expect(bytes == Array("1\n2\n".utf8))
        }
        #expect(connection.parameters["TimeZone"] == "UTC" && connection.isReusable)
        connection.close()
        #expect(server.replay.mismatch == nil)
        #expect(notices.withLock { $0 } >= (direction == .in ? 4 : 6))
    }
}
