package import PostgresWire

/// The value of an attribute.
public enum PostgresAttribute: Hashable, Sendable, CustomStringConvertible {
    /// A text.
    case text(String)
    /// A whole number.
    case number(Int)

    /// The text or the number.
    public var description: String {
        switch self {
        case .text(let text): text
        case .number(let number): String(number)
        }
    }
}

/// Something that a client does and an observer sees.
public struct PostgresOperation: Sendable {
    /// What is done.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A connection is opened.
        case connect
        /// A connection is borrowed from a pool.
        case acquire
        /// A statement is parsed and described; part of the query that needs it.
        case prepare
        /// A query runs; for a stream of rows, until the last one has been read.
        case query
        /// Several queries run in one round trip.
        case batch
        /// Rows are copied to the server.
        case copyIn
        /// Rows are copied from the server.
        case copyOut
    }

    /// What is done.
    public let kind: Kind
    /// The SQL text with its placeholders; nil where there is none or there are several.
    public let sql: String?
    /// Whether the text's values are parameters, so that the text itself holds none unless they were written into it.
    public let hasParameters: Bool
    /// How many queries there are.
    public let queryCount: Int
    /// The source file of the call.
    public let file: String?
    /// The line of the call.
    public let line: Int?
    /// Whom the connection belongs to.
    public let target: PostgresTarget

    /// An operation, for observers' tests.
    public init(
        _ kind: Kind, sql: String? = nil, hasParameters: Bool = false, queryCount: Int = 1, file: String? = nil,
        line: Int? = nil, target: PostgresTarget
    ) {
        self.kind = kind
        self.sql = sql
        self.hasParameters = hasParameters
        self.queryCount = queryCount
        self.file = file
        self.line = line
        self.target = target
    }

    /// A name for a span: what is done, and in which database.
    public var spanName: String {
        let name = kind == .copyIn || kind == .copyOut ? "COPY" : kind.rawValue
        return target.database.isEmpty ? name : "\(name) \(target.database)"
    }

    /// What is known at the beginning, by the names of OpenTelemetry's conventions for database clients.
    ///
    /// `db.namespace` is the database alone: the schema can change with every statement. `db.query.text` is there for
    /// texts with parameters only, because others may have values written into them; ``sql`` has those too.
    public var attributes: [String: PostgresAttribute] {
        var attributes = target.attributes
        if let sql, hasParameters { attributes["db.query.text"] = .text(sql) }
        switch kind {
        case .copyIn, .copyOut: attributes["db.operation.name"] = .text("COPY")
        case .prepare: attributes["db.operation.name"] = .text("PREPARE")
        case .batch where queryCount > 1: attributes["db.operation.batch.size"] = .number(queryCount)
        case .acquire: attributes["db.client.connection.pool.name"] = .text(target.poolName)
        default: break
        }
        return attributes
    }
}

/// Where the connections of an operation lead.
public struct PostgresTarget: Hashable, Sendable {
    /// The host's name or address, or the socket's path; nil where there are several hosts.
    public let address: String?
    /// The port; nil where there are several hosts.
    public let port: Int?
    /// The database.
    public let database: String

    /// A target, for observers' tests.
    public init(address: String?, port: Int?, database: String) {
        self.address = address
        self.port = port
        self.database = database
    }

    package init(_ configuration: PostgresConfiguration) {
        let only = configuration.hosts.count == 1 ? configuration.hosts.first : nil
        switch only {
        case .tcp(let host, let port)?: self.init(address: host, port: Int(port), database: configuration.databaseName)
        case .unix(_, let port)?:
            self.init(address: only?.socketPath, port: Int(port), database: configuration.databaseName)
        case nil: self.init(address: nil, port: nil, database: configuration.databaseName)
        }
    }

    /// The name of a pool of such connections, as OpenTelemetry wants it: `address:port/database`.
    public var poolName: String {
        guard let address else { return database }
        return "\(address):\(port ?? 5432)/\(database)"
    }

    var attributes: [String: PostgresAttribute] {
        var attributes: [String: PostgresAttribute] = ["db.system.name": .text("postgresql")]
        if !database.isEmpty { attributes["db.namespace"] = .text(database) }
        if let address { attributes["server.address"] = .text(address) }
        if let port, port != 5432 { attributes["server.port"] = .number(port) }
        return attributes
    }
}

extension PostgresConfiguration {
    fileprivate var databaseName: String { database ?? user }
}
