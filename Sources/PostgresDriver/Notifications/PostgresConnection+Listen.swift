public import PostgresWire
internal import Synchronization

extension PostgresConnection {
    /// Listens on a channel: what is notified from now on comes as a sequence of events.
    ///
    ///     for try await event in try await connection.listen("user_changes") { … }
    ///
    /// Notifications come while the connection is idle, and between the answers to other requests; those that are sent
    /// during a transaction of this session come when it has ended. Several listeners on several channels may share a
    /// connection. The first one of a channel costs a round trip for `LISTEN`, further ones nothing; when the last one
    /// has gone, `UNLISTEN` is sent as soon as no transaction or row stream has the connection.
    ///
    /// The sequence throws when the connection ends; ``PostgresClient`` has a `listen` that survives it. Through a
    /// pooler that lends its connections for transactions, such as PgBouncer's transaction mode, nothing is received.
    ///
    /// PostgreSQL: LISTEN.
    ///
    /// - Parameters:
    ///   - channel: the name of the channel, of 1 to 63 bytes; taken as it is, never folded to lower case.
    ///   - bufferSize: how many events wait for a slow reader; when there are more, the oldest are dropped and
    ///     `.gap(.overflow)` takes their place.
    ///   - timeout: how long `LISTEN` may take.
    /// - Throws: ``PostgresError``; `invalidQuery` for a name that no channel can have, `connectionBusy` while a
    ///   transaction, a row stream or a COPY has the connection, because LISTEN would be a part of the transaction and
    ///   without effect should it roll back.
    public func listen(
        _ channel: String, bufferSize: Int = PostgresNotifications.defaultBufferSize, timeout: Duration? = nil,
        file: String = #fileID, line: Int = #line
    ) async throws(PostgresError) -> PostgresNotifications {
        let call = PostgresCall(timeout: timeout, file: file, line: line)
        let mailbox = NotificationMailbox(capacity: bufferSize)
        let listener = NotificationListener(receive: { mailbox.put($0) }, end: { mailbox.finish($0) })
        do throws(PostgresError) {
            let subscription = try await subscribe(listener, to: try ChannelName(channel), call)
            return PostgresNotifications(mailbox, subscription)
        } catch {
            throw error.during(sql: nil, file: file, line: line)
        }
    }

    /// Has a listener told what a channel is notified; returns when the server listens.
    package func subscribe(
        _ listener: NotificationListener, to name: ChannelName, _ call: PostgresCall
    ) async throws(PostgresError) -> NotificationSubscription {
        defer { call.deadline?.end() }
        let number = try notifications.add(listener, on: name)
        let subscription = NotificationSubscription {
            self.notifications.change { $0.remove(number, on: name) }
            self.tendListening()
        }
        do throws(PostgresError) {
            try await beginListening(on: name, call)
        } catch {
            subscription.end()
            throw error.during(sql: name.listenCommand, file: call.file, line: call.line)
        }
        return subscription
    }

    private func beginListening(on name: ChannelName, _ call: PostgresCall) async throws(PostgresError) {
        if notifications.change({ $0.isListening(on: name) }) { return try call.checkBeforeSending() }
        var number: UInt64 = 0
        let status = try await runListening(name.listenCommand, call) {
            number = notifications.change { $0.asked(for: name) }
        }
        // A BEGIN of the application's own came in between: whether LISTEN works is known at its COMMIT only.
        guard status == .idle else { throw .listeningInTransaction }
        notifications.change { $0.confirm(name, number) }
    }

    /// Runs LISTEN or UNLISTEN outside of every transaction: one round trip.
    ///
    /// - Parameters:
    ///   - isDue: whether the command is still to be sent.
    ///   - sent: called under the lock that keeps the order of requests, so that decisions and commands agree.
    /// - Returns: whether the session was in a transaction afterwards.
    private func runListening(
        _ sql: String, _ call: PostgresCall, ifDue isDue: () -> Bool = { true }, sent: () -> Void
    ) async throws(PostgresError) -> TransactionStatus {
        let request = try await submitted(call) { (state: inout State) throws(PostgresError) in
            guard wire.transactionStatus == .idle else { throw .listeningInTransaction }
            guard isDue() else { throw .cancelled }
            let request = try self.submit(&state) { (encoder: inout RequestEncoder) throws(WireError) in
                try encoder.query(sql)
            }
            if request != nil { sent() }
            return request
        }
        var failure: PostgresError?
        while true {
            switch try await wire.nextEvent(for: request) {
            case .other(.error(let report, _)): failure = failure ?? PostgresError(server: report)
            case .other(.finished(let status)):
                if let failure { throw failure }
                return status
            default: continue
            }
        }
    }

    // MARK: What is done later

    /// Tells the server, in a task of its own, what it has to know: whom nobody listens to any more.
    ///
    /// Not while somebody has the connection or a transaction is open; when that ends, this is called again.
    func tendListening() {
        guard notifications.isDue else { return }
        state.withLock { state in
            guard state.listeningTask == nil, mayTend(state) else { return }
            state.listeningTask = Task { await self.tend() }
        }
    }

    private func mayTend(_ state: State) -> Bool {
        state.owners.isEmpty && wire.failure == nil && wire.transactionStatus == .idle
    }

    private func tend() async {
        while true {
            let command = state.withLock { state -> NotificationHub.Channels.Command? in
                let command = mayTend(state) ? notifications.change { $0.nextCommand } : nil
                if command == nil { state.listeningTask = nil }
                return command
            }
            guard let command else { return }
            guard await tell(command) else {
                // Another try comes with the next occasion; until then the connection counts as unclean.
                return state.withLock { $0.listeningTask = nil }
            }
        }
    }

    /// Sends one command; false where it is of no use to go on.
    private func tell(_ command: NotificationHub.Channels.Command) async -> Bool {
        let call = PostgresCall(timeout: wire.cancelTimeout, file: #fileID, line: #line)
        defer { call.deadline?.end() }
        var number: UInt64?
        do throws(PostgresError) {
            let status = try await runListening(
                command.sql, call, ifDue: { notifications.change { $0.nextCommand == command } },
                sent: { number = notifications.change { $0.sent(command) } })
            guard status == .idle else {
                notifications.change { $0.doubt(command.channel) }
                return true
            }
        } catch {
            guard number != nil else {
                // Things are not as they were: have another look, where that makes sense.
                if error.code == .connectionBusy { await wire.whenSettled() }
                return [.connectionBusy, .cancelled, .timedOut].contains(error.code)
            }
            if case .listenAgain(let name) = command, error.code == .server {
                notifications.finish(name, error)
            } else {
                notifications.change { $0.doubt(command.channel) }
            }
            return false
        }
        if case .listenAgain(let name) = command, let number {
            notifications.change { $0.confirm(name, number) }
            notifications.tell(.gap(.reset), on: name.text)
        }
        return true
    }

    /// Looks at a command of the application's own for what it means to listening.
    func noteListening(_ tag: String) {
        switch tag {
        case "LISTEN": notifications.noteOwnListen()
        case "UNLISTEN": notifications.noteReset(isComplete: false)
        case "DISCARD ALL": notifications.noteReset(isComplete: true)
        default: break
        }
        // The command may have ended a transaction, too.
        tendListening()
    }

    /// Whether the server is being told something.
    var isTendingListening: Bool { state.withLock { $0.listeningTask != nil } }
}

extension PostgresTransaction {
    /// Not available: LISTEN in a transaction has no effect before it commits, and none at all if it rolls back.
    ///
    /// Listen on a client, or on the connection before the transaction begins.
    @available(*, unavailable, message: "LISTEN takes effect at COMMIT: listen on a client or connection instead")
    public func listen(
        _ channel: String, bufferSize: Int = PostgresNotifications.defaultBufferSize
    ) async throws(PostgresError) -> PostgresNotifications {
        throw .listeningInTransaction
    }
}

extension PostgresError {
    static let listeningInTransaction = PostgresError(
        .connectionBusy,
        "a transaction is open on this connection, and LISTEN would have no effect before it commits; listen on a client, "
            + "or before the transaction begins", nothingWasSent: true)
}
