internal import PostgresWire
internal import Synchronization

/// A COPY TO STDOUT that is running; it owns the connection until it ends or is dropped.
///
/// Used by one task at a time; it is not Sendable.
@usableFromInline
final class CopyOutRequest {
    let columns: PostgresColumns
    private let connection: PostgresConnection
    private let request: RequestID
    private let owner: ConnectionOwner
    private let command: PostgresQuery
    private let call: PostgresCall
    private let observed: ObservedOperation?
    private var onEnd: (() -> Void)?
    private var failure: PostgresError?
    private(set) var commandTag: CommandTag?
    private var hasBegun = false
    private var isIterated = false

    init(
        _ connection: PostgresConnection, _ request: RequestID, _ owner: ConnectionOwner, columns: PostgresColumns,
        command: PostgresQuery, call: PostgresCall, observed: ObservedOperation?, onEnd: @escaping () -> Void
    ) {
        self.observed = observed
        self.connection = connection
        self.request = request
        self.owner = owner
        self.columns = columns
        self.command = command
        self.call = call
        self.onEnd = onEnd
    }

    deinit {
        guard onEnd != nil else { return }
        connection.wire.abandon(request)
        end(wasAbandoned: true)
    }

    /// Whether this is the first iteration.
    func beginIteration() -> Bool {
        defer { isIterated = true }
        return !isIterated
    }

    /// Waits for the server's announcement of the data.
    func begin(needs format: WireFormat?) async throws(PostgresError) {
        while onEnd != nil {
            switch try await nextEvent() {
            case .other(.copyBegan(let response)):
                hasBegun = true
                guard let format, format != response.format else { return }
                throw give(PostgresError.copyFormat)
            case .other(let event): try note(event)
            case .rows, .copyData: continue
            }
        }
        throw located(Self.noCopyOut)
    }

    /// The next data, or nil behind the last ones; then the connection is free again.
    func nextRun() async throws(PostgresError) -> RowRun? {
        while onEnd != nil {
            switch try await nextEvent() {
            case .copyData(let run): return run
            case .other(let event): try note(event)
            case .rows: continue
            }
        }
        return nil
    }

    private func nextEvent() async throws(PostgresError) -> ResponseEvent {
        do throws(PostgresError) {
            return try await connection.wire.nextEvent(for: request)
        } catch {
            let located = located(error)
            end(located)
            throw located
        }
    }

    private func note(_ event: SessionEvent) throws(PostgresError) {
        switch event {
        case .error(let report, _): failure = failure ?? PostgresError(server: report)
        case .copyRefused: failure = failure ?? Self.noCopyOut
        case .commandComplete(let tag): commandTag = tag
        case .finished:
            let error = (failure ?? (hasBegun ? nil : Self.noCopyOut)).map(located)
            end(error)
            if let error { throw error }
        default: break
        }
    }

    /// Gives the copy up because of an error of our own, which is returned with its place.
    func give(_ error: PostgresError) -> PostgresError {
        if onEnd != nil { connection.wire.abandon(request) }
        let located = located(error)
        end(located)
        return located
    }

    private static let noCopyOut = PostgresError(.invalidQuery, "the command is no COPY TO STDOUT")

    private func end(_ error: PostgresError? = nil, wasAbandoned: Bool = false) {
        guard let onEnd else { return }
        self.onEnd = nil
        let rows = commandTag?.rowsAffected ?? 0
        connection.rowCount.add(rows, ordering: .relaxed)
        observed?.end(commandTag: commandTag, rowCount: rows, error: error, wasAbandoned: wasAbandoned)
        call.deadline?.end()
        connection.release(owner)
        onEnd()
    }

    private func located(_ error: PostgresError) -> PostgresError { error.during(command, call) }
}
