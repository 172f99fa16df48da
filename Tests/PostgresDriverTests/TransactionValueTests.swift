import PostgresWire
import Testing

@testable import PostgresDriver

@Suite("Transactions as values")
struct TransactionValueTests {
    @Test(
        "BEGIN says what was asked for and nothing else",
        arguments: [
            (TransactionOptions(), "BEGIN"),
            (TransactionOptions(isolation: .serializable), "BEGIN ISOLATION LEVEL SERIALIZABLE"),
            (TransactionOptions(isolation: .repeatableRead), "BEGIN ISOLATION LEVEL REPEATABLE READ"),
            (TransactionOptions(isolation: .readCommitted), "BEGIN ISOLATION LEVEL READ COMMITTED"),
            (TransactionOptions(isolation: .readUncommitted), "BEGIN ISOLATION LEVEL READ UNCOMMITTED"),
            (TransactionOptions(access: .readOnly), "BEGIN READ ONLY"),
            (TransactionOptions(access: .readWrite), "BEGIN READ WRITE"),
            (TransactionOptions(deferrable: false), "BEGIN NOT DEFERRABLE"),
            (
                TransactionOptions(isolation: .serializable, access: .readOnly, deferrable: true),
                "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE"
            ),
        ])
    func begin(_ options: TransactionOptions, _ text: String) {
        #expect(options.beginStatement == text)
        #expect(options.isDefault == (text == "BEGIN"))
    }

    private static func serverError(_ state: SQLState) -> PostgresError {
        PostgresError(server: ServerReport(severity: "ERROR", sqlState: state, message: "again"))
    }

    @Test(
        "waits double up to the longest, between half and all of their length",
        arguments: [(1, 10), (2, 20), (3, 40), (4, 80), (5, 100), (6, 100), (1_000_000, 100)])
    func backoff(_ attempt: Int, _ milliseconds: Int) throws {
        let policy = TransactionRetrying.serializationFailures(
            attempts: .max, firstDelay: .milliseconds(10), longestDelay: .milliseconds(100))
        let error = Self.serverError(.serializationFailure)
        #expect(policy.delay(after: error, attempt: attempt, random: 0) == .milliseconds(milliseconds) / 2)
        #expect(policy.delay(after: error, attempt: attempt, random: .max) == .milliseconds(milliseconds))
        let middle = try #require(policy.delay(after: error, attempt: attempt, random: .max / 2))
        #expect(middle > .milliseconds(milliseconds) / 2 && middle < .milliseconds(milliseconds))
    }

    @Test(
        "lengths that nobody should ask for do no harm",
        arguments: [
            (Duration.seconds(-1), Duration.seconds(-1)), (.zero, .seconds(1)), (.seconds(Int64.max), .seconds(1)),
            (.seconds(1), .seconds(Int64.max)), (.seconds(Int64.max), .seconds(Int64.max)),
        ])
    func extremes(_ first: Duration, _ longest: Duration) throws {
        let policy = TransactionRetrying.serializationFailures(
            attempts: .max, firstDelay: first, longestDelay: longest)
        for attempt in [Int.min, -1, 0, 1, 31, 32, 63, 64, .max - 1] {
            let delay = try #require(
                policy.delay(after: Self.serverError(.deadlockDetected), attempt: attempt, random: .max))
            #expect(delay >= .zero && delay <= max(longest, .zero) && delay <= .seconds(86_400))
        }
    }

    @Test("only a serialization failure or a deadlock that the server reported on a living connection runs again")
    func whatRunsAgain() {
        let policy = TransactionRetrying.serializationFailures(attempts: 2)
        func runsAgain(_ error: any Error, attempt: Int = 1) -> Bool {
            policy.delay(after: error, attempt: attempt, random: 0) != nil
        }
        let report = ServerReport(severity: "FATAL", sqlState: .serializationFailure, message: "conflict with recovery")
        #expect(runsAgain(Self.serverError(.serializationFailure)))
        #expect(runsAgain(Self.serverError(.deadlockDetected)))
        #expect(!runsAgain(Self.serverError(.uniqueViolation)))
        #expect(!runsAgain(Self.serverError(.serializationFailure), attempt: 2))
        #expect(!runsAgain(PostgresError(.connectionClosed, "gone", server: report)))
        #expect(
            !runsAgain(
                PostgresError.commitOutcomeUnknown("COMMIT", PostgresError(.connectionClosed, "gone", server: report))))
        #expect(!runsAgain(PostgresError.commitRolledBack("the transaction")))
        #expect(!runsAgain(CancellationError()))
        #expect(
            TransactionRetrying.never.delay(after: Self.serverError(.serializationFailure), attempt: 1, random: 0)
                == nil)
    }
}

@Suite("Who owns a connection")
struct ConnectionOwnersTests {
    @Test("only the newest owner is served")
    func newest() {
        var owners = ConnectionOwners()
        #expect(owners.isEmpty && owners.obstacle(for: nil) == nil)
        let transaction = owners.add("transaction", isScope: true)
        #expect(!owners.isEmpty)
        #expect(owners.obstacle(for: nil) == "transaction" && owners.obstacle(for: transaction) == nil)
        let savepoint = owners.add("savepoint", isScope: true)
        #expect(owners.obstacle(for: nil) == "savepoint" && owners.obstacle(for: transaction) == "savepoint")
        #expect(owners.obstacle(for: savepoint) == nil && owners.isOpen(transaction) && owners.isScope(transaction))
        owners.remove(savepoint)
        #expect(!owners.isOpen(savepoint) && owners.obstacle(for: transaction) == nil)
        owners.remove(transaction)
        #expect(!owners.isOpen(transaction) && owners.obstacle(for: nil) == nil && owners.isEmpty)
    }

    @Test("nobody is served while an owner ends, and what is inside ends with it")
    func ending() {
        var owners = ConnectionOwners()
        let transaction = owners.add("transaction", isScope: true)
        let outer = owners.add("outer", isScope: true)
        let inner = owners.add("inner", isScope: true)
        owners.beginEnding(outer)
        #expect(!owners.isOpen(inner) && !owners.isOpen(outer) && owners.isOpen(transaction))
        for owner in [nil, transaction, outer, inner] { #expect(owners.obstacle(for: owner) == "outer") }
        owners.remove(outer)
        #expect(owners.obstacle(for: transaction) == nil)
        owners.beginEnding(inner)
        owners.remove(outer)
        #expect(owners.obstacle(for: transaction) == nil)
        owners.remove(transaction)
        #expect(owners.isEmpty)
    }

    @Test("what is read inside a transaction is told apart from its savepoints")
    func unfinished() {
        var owners = ConnectionOwners()
        let stranger = owners.add("before")
        owners.remove(stranger)
        let transaction = owners.add("transaction", isScope: true)
        #expect(owners.unfinished(inside: transaction) == nil)
        let savepoint = owners.add("savepoint", isScope: true)
        #expect(owners.unfinished(inside: transaction) == nil)
        let rows = owners.add("SELECT 1")
        #expect(!owners.isScope(rows) && owners.isScope(savepoint))
        #expect(owners.unfinished(inside: transaction) == "SELECT 1")
        #expect(owners.unfinished(inside: savepoint) == "SELECT 1")
        #expect(owners.unfinished(inside: rows) == nil && owners.unfinished(inside: stranger) == nil)
    }

    @Test("an owner is never taken for another one")
    func numbers() {
        var owners = ConnectionOwners()
        let first = owners.add("first")
        owners.remove(first)
        let second = owners.add("second")
        #expect(second != first && !owners.isOpen(first) && owners.isOpen(second))
    }
}
