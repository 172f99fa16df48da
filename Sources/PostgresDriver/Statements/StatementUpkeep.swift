internal import PostgresWire
internal import Synchronization

// How the statements that a connection keeps stay true to what the server has.
extension PostgresConnection {
    /// Forgets a statement that the server no longer has, or has with another result.
    func forget(_ statement: PreparedStatement) {
        state.withLock { state in
            if state.cache.remove(statement.sql, where: { $0 === statement }) != nil, !statement.name.isEmpty {
                state.toClose.append(statement.name)
            }
            _ = state.descriptions.remove(statement.sql, where: { $0 === statement })
            if state.pinned.remove(statement.sql, where: { $0 === statement }) != nil {
                state.toClose.append(statement.name)
            }
        }
    }

    /// Forgets all statements, because the server did.
    private func forgetStatements() {
        state.withLock { state in
            _ = state.cache.removeAll()
            _ = state.descriptions.removeAll()
            _ = state.pinned.removeAll()
            state.toClose.removeAll()
        }
    }

    /// Closes all statements if search_path has changed since they were prepared.
    ///
    /// Called under the lock before a statement is looked up.
    func noteSearchPath(_ state: inout State) {
        let changes = searchPathChanges.count
        guard changes != state.searchPathChanges else { return }
        state.searchPathChanges = changes
        state.toClose += state.cache.removeAll().map(\.name)
        _ = state.descriptions.removeAll()
    }

    /// What is known about a text without its statement being kept.
    func describedStatement(_ query: PostgresQuery) -> PreparedStatement? {
        state.withLock { $0.descriptions.statement(for: query.sql) }
    }

    /// Remembers what a text was found to be.
    func keepDescription(_ statement: PreparedStatement) {
        state.withLock { _ = $0.descriptions.insert(statement, for: statement.sql) }
    }

    /// Looks at a command that ran for what it means to the statements, and to those who listen.
    func noteCommand(_ tag: CommandTag?) {
        // Almost every command is told apart by its first letter.
        guard let text = tag?.text, let first = text.utf8.first else { return }
        switch first {
        case UInt8(ascii: "D"):
            if text == "DISCARD ALL" || text.hasPrefix("DEALLOCATE") { forgetStatements() }
            noteListening(text)
        case UInt8(ascii: "L"), UInt8(ascii: "C"), UInt8(ascii: "R"): noteListening(text)
        case UInt8(ascii: "U"): if text == "UNLISTEN" { noteListening(text) }
        default: break
        }
    }
}
