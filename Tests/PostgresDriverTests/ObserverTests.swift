import PostgresWire
import Synchronization
import Testing

@testable import PostgresDriver

private let target = PostgresTarget(address: "db.example", port: 6432, database: "app")

@Suite("What observers are told")
struct ObserverTests {
    private func operation(
        _ kind: PostgresOperation.Kind, sql: String? = nil, hasParameters: Bool = false, queryCount: Int = 1
    ) -> PostgresOperation {
        PostgresOperation(
            kind, sql: sql, hasParameters: hasParameters, queryCount: queryCount, file: "App/Orders.swift", line: 41,
            target: target)
    }

    private let common: [String: PostgresAttribute] = [
        "db.system.name": .text("postgresql"), "db.namespace": .text("app"), "server.address": .text("db.example"),
        "server.port": .number(6432),
    ]

    @Test("every operation says where it goes")
    func everyKind() {
        for kind in PostgresOperation.Kind.allCases {
            let attributes = operation(kind).attributes
            for (name, value) in common { #expect(attributes[name] == value) }
        }
    }

    @Test("attributes have OpenTelemetry's names")
    func attributes() {
        func extra(_ operation: PostgresOperation) -> [String: PostgresAttribute] {
            operation.attributes.filter { common[$0.key] == nil }
        }
        #expect(
            extra(operation(.query, sql: "SELECT $1", hasParameters: true)) == ["db.query.text": .text("SELECT $1")])
        #expect(extra(operation(.query, sql: "SELECT 'secret'")) == [:])
        #expect(extra(operation(.batch, queryCount: 3)) == ["db.operation.batch.size": .number(3)])
        #expect(extra(operation(.batch, queryCount: 1)) == [:])
        #expect(extra(operation(.copyIn, sql: "COPY t FROM STDIN")) == ["db.operation.name": .text("COPY")])
        #expect(extra(operation(.prepare)) == ["db.operation.name": .text("PREPARE")])
        #expect(
            extra(operation(.acquire)) == ["db.client.connection.pool.name": .text("db.example:6432/app")])
        #expect(extra(operation(.connect)) == [:])
        #expect(operation(.copyOut).spanName == "COPY app" && operation(.query).spanName == "query app")
    }

    @Test("a target of one host names it, one of several does not")
    func targets() throws {
        var configuration = PostgresConfiguration(host: "a", port: 5432, user: "u", database: nil)
        #expect(PostgresTarget(configuration) == PostgresTarget(address: "a", port: 5432, database: "u"))
        #expect(PostgresTarget(configuration).attributes["server.port"] == nil)
        configuration.database = "d"
        configuration.hosts = [.unix(directory: "/tmp", port: 5433)]
        #expect(
            PostgresTarget(configuration) == PostgresTarget(address: "/tmp/.s.PGSQL.5433", port: 5433, database: "d"))
        configuration.hosts.append(.tcp(host: "b", port: 1))
        #expect(PostgresTarget(configuration) == PostgresTarget(address: nil, port: nil, database: "d"))
        #expect(PostgresTarget(configuration).poolName == "d")
    }

    @Test("a result says what the server ran and how it failed")
    func results() {
        let report = ServerReport(severity: "ERROR", sqlState: .uniqueViolation, message: "twice")
        func attributes(_ tag: String?, _ error: PostgresError?) -> [String: PostgresAttribute] {
            PostgresOperationResult(duration: .zero, commandTag: tag.map(CommandTag.init), error: error).attributes
        }
        #expect(attributes("INSERT 0 5", nil) == ["db.operation.name": .text("INSERT")])
        #expect(attributes("", nil) == [:] && attributes(nil, nil) == [:])
        #expect(
            attributes(nil, PostgresError(server: report))
                == ["db.response.status_code": .text("23505"), "error.type": .text("23505")])
        #expect(attributes(nil, PostgresError(.timedOut, "late")) == ["error.type": .text("timedOut")])
    }

    private struct Recorder: PostgresObserver {
        let name: String
        let ignores: Bool
        let log: Log

        final class Log: Sendable {
            let lines = Mutex<[String]>([])
            func add(_ line: String) { lines.withLock { $0.append(line) } }
        }

        func begin(_ operation: PostgresOperation) -> Ending? {
            log.add("\(name) begins \(operation.kind)")
            let (name, log) = (name, log)
            if ignores { return nil }
            return { result in
                let outcome = result.wasAbandoned ? "abandoned" : "\(result.rowCount) rows"
                log.add("\(name) ends, \(outcome)")
            }
        }
    }

    @Test("several observers nest, and an end is told once")
    func nesting() {
        let log = Recorder.Log()
        let observers = PostgresObservers([
            Recorder(name: "a", ignores: false, log: log), Recorder(name: "b", ignores: true, log: log),
            Recorder(name: "c", ignores: false, log: log),
        ])
        let observation = Observation(observers, PostgresConfiguration(user: "u"))
        let operation = observation?.begin(.query, file: nil, line: nil)
        operation?.end(rowCount: 2)
        operation?.end(rowCount: 3)
        #expect(
            log.lines.withLock { $0 } == [
                "a begins query", "b begins query", "c begins query", "c ends, 2 rows", "a ends, 2 rows",
            ])
        #expect(PostgresObservers([]).begin(self.operation(.query)) == nil)
        #expect(Observation(nil, PostgresConfiguration(user: "u")) == nil)
    }

    @Test("an operation that is forgotten is told as abandoned")
    func forgotten() {
        let log = Recorder.Log()
        let observer = Recorder(name: "a", ignores: false, log: log)
        _ = Observation(observer, PostgresConfiguration(user: "u"))?.begin(.batch, file: nil, line: nil)
        #expect(log.lines.withLock { $0 } == ["a begins batch", "a ends, abandoned"])
    }
}

@Suite("The slow-query log")
struct SlowQueryLogTests {
    private func line(
        _ result: PostgresOperationResult, _ kind: PostgresOperation.Kind = .query, _ sql: String? = "SELECT $1",
        queryCount: Int = 1
    ) -> String {
        SlowQueryLog(threshold: .zero, longestText: 20) { _ in }.line(
            PostgresOperation(kind, sql: sql, queryCount: queryCount, file: "App/A.swift", line: 7, target: target),
            result)
    }

    @Test("a line says what took how long and what came of it")
    func lines() {
        let tag = CommandTag("SELECT 3")
        let report = ServerReport(severity: "ERROR", sqlState: .queryCanceled, message: "no")
        #expect(
            line(PostgresOperationResult(duration: .milliseconds(1_203), commandTag: tag))
                == "query took 1.203 s: SELECT $1 (SELECT 3) at App/A.swift:7")
        #expect(
            line(PostgresOperationResult(duration: .milliseconds(5), error: PostgresError(server: report)))
                == "query took 0.005 s: SELECT $1 (failed: 57014) at App/A.swift:7")
        #expect(
            line(PostgresOperationResult(duration: .seconds(70), error: PostgresError(.timedOut, "late")))
                == "query took 70.000 s: SELECT $1 (failed: timedOut) at App/A.swift:7")
        #expect(
            line(PostgresOperationResult(duration: .microseconds(999), wasAbandoned: true), .batch, nil, queryCount: 9)
                == "batch took 0.000 s, 9 queries (abandoned) at App/A.swift:7")
    }

    @Test("a text is shortened and cannot begin a line of its own")
    func escaping() {
        let text = line(PostgresOperationResult(duration: .seconds(1)), .query, "SELECT '\u{1b}[31m\n2026 query took'")
        #expect(text == "query took 1.000 s: SELECT '\\u{1b}[31m\\n2026 q… at App/A.swift:7")
        #expect(
            line(PostgresOperationResult(duration: .zero), .query, String(repeating: "x", count: 20)).contains("xx at"))
    }

    @Test("only what took long enough is logged, and only what runs SQL")
    func threshold() {
        final class Lines: Sendable { let all = Mutex<[String]>([]) }
        let log = Lines()
        let observer = SlowQueryLog(threshold: .milliseconds(10)) { line in log.all.withLock { $0.append(line) } }
        for kind in PostgresOperation.Kind.allCases {
            let ending = observer.begin(PostgresOperation(kind, target: target))
            ending?(PostgresOperationResult(duration: .milliseconds(9)))
            ending?(PostgresOperationResult(duration: .milliseconds(10)))
        }
        #expect(log.all.withLock { $0.map { $0.prefix(9) } } == ["query too", "batch too", "copyIn to", "copyOut t"])
    }
}
