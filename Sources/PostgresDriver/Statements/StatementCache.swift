/// The statements of one connection by their text, the least recently used last; a plain value without I/O.
struct StatementCache<Statement> {
    private struct Node {
        var sql: String
        var statement: Statement
        var previous: Int
        var next: Int
    }

    /// How many statements are kept at most; 0 keeps none.
    let capacity: Int
    private var nodes: [Node] = []
    private var indices: [String: Int] = [:]
    private var first = -1
    private var last = -1

    init(capacity: Int) { self.capacity = max(capacity, 0) }

    var count: Int { nodes.count }

    /// The statement of a text, which becomes the most recently used.
    mutating func statement(for sql: String) -> Statement? {
        // Nothing kept, or the same query again and again, needs no hashing.
        guard first >= 0 else { return nil }
        if nodes[first].sql == sql { return nodes[first].statement }
        guard let index = indices[sql] else { return nil }
        unlink(index)
        linkFirst(index)
        return nodes[index].statement
    }

    /// Adds a statement as the most recently used.
    ///
    /// - Returns: the statement to be closed: the one that fell out, the one with the same text, or, where nothing is
    ///   kept, the new one itself.
    mutating func insert(_ statement: Statement, for sql: String) -> Statement? {
        guard capacity > 0 else { return statement }
        if let index = indices[sql] {
            let old = nodes[index].statement
            nodes[index].statement = statement
            unlink(index)
            linkFirst(index)
            return old
        }
        guard nodes.count == capacity else {
            nodes.append(Node(sql: sql, statement: statement, previous: -1, next: -1))
            indices[sql] = nodes.count - 1
            linkFirst(nodes.count - 1)
            return nil
        }
        let index = last
        let old = nodes[index].statement
        indices[nodes[index].sql] = nil
        unlink(index)
        nodes[index].sql = sql
        nodes[index].statement = statement
        indices[sql] = index
        linkFirst(index)
        return old
    }

    /// Takes out the statement of a text, if it is the one that is meant.
    mutating func remove(_ sql: String, where isMeant: (Statement) -> Bool) -> Statement? {
        guard let index = indices[sql], isMeant(nodes[index].statement) else { return nil }
        let statement = nodes[index].statement
        unlink(index)
        indices[sql] = nil
        // The last place moves into the gap, so that there is none.
        let moved = nodes.count - 1
        if index != moved {
            let node = nodes[moved]
            nodes[index] = node
            indices[node.sql] = index
            if node.previous >= 0 { nodes[node.previous].next = index } else { first = index }
            if node.next >= 0 { nodes[node.next].previous = index } else { last = index }
        }
        nodes.removeLast()
        return statement
    }

    /// Forgets everything; returns what was there.
    mutating func removeAll() -> [Statement] {
        defer { self = StatementCache(capacity: capacity) }
        return nodes.map(\.statement)
    }

    private mutating func unlink(_ index: Int) {
        let node = nodes[index]
        if node.previous >= 0 { nodes[node.previous].next = node.next } else { first = node.next }
        if node.next >= 0 { nodes[node.next].previous = node.previous } else { last = node.previous }
    }

    private mutating func linkFirst(_ index: Int) {
        nodes[index].previous = -1
        nodes[index].next = first
        if first >= 0 { nodes[first].previous = index }
        first = index
        if last < 0 { last = index }
    }
}
