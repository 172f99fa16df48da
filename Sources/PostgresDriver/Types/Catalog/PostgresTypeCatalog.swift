internal import Synchronization

/// The types of one database that are not built in: enums, domains, composites, ranges, those of extensions, and arrays
/// of them.
///
/// A connection loads what it meets in a statement and does not know yet, with the types that those are made of: one
/// more query, once. The connections of a client share one catalog, since an OID means the same to all of them; never
/// share one between databases. A type that is dropped and made again has another OID, so nothing goes stale; where a
/// composite was altered, decoding says so and the type is loaded anew with the next statement.
///
/// PostgreSQL: System Catalogs, pg_type.
public final class PostgresTypeCatalog: Sendable {
    private let entries: Mutex<[PostgresType: Entry]>

    /// A catalog that knows some types; by default none.
    public init(_ entries: [Entry] = []) {
        self.entries = Mutex(Dictionary(entries.map { ($0.type, $0) }, uniquingKeysWith: { $1 }))
    }

    /// What is known of a type.
    public subscript(type: PostgresType) -> Entry? { entries.withLock { $0[type] } }

    /// A type by its name; nil where it was not loaded.
    ///
    /// - Parameter schema: where it must lie; by default anywhere.
    public func type(named name: String, schema: String? = nil) -> PostgresType? {
        entries.withLock { entries in
            entries.values.first { $0.name == name && (schema == nil || $0.schema == schema) }?.type
        }
    }

    /// Adds types, or replaces what was known of them.
    public func add(_ entries: [Entry]) {
        self.entries.withLock { known in
            for entry in entries { known[entry.type] = entry }
        }
    }

    /// Forgets a type, so that the next statement that uses it loads it again.
    public func remove(_ type: PostgresType) { entries.withLock { $0[type] = nil } }

    /// Forgets everything, after types were altered.
    public func removeAll() { entries.withLock { $0 = [:] } }

    /// Those of some types that must be asked for.
    func missing(_ types: some Sequence<PostgresType>) -> [PostgresType] {
        let candidates = types.filter(\.mayNeedCatalog)
        if candidates.isEmpty { return [] }
        return entries.withLock { entries in Array(Set(candidates.filter { entries[$0] == nil })) }
    }

    /// Whether the server has a binary form of a type and of all that it is made of; what is not known is taken to have
    /// one.
    func hasBinaryForm(_ type: PostgresType) -> Bool {
        guard type.mayNeedCatalog else { return type.hasBinaryForm }
        return entries.withLock { entries in
            // The server says what is made of what, so neither the depth nor a circle may matter.
            var pending = [type]
            var seen: Set<PostgresType> = [type]
            while let type = pending.popLast() {
                guard type.mayNeedCatalog else {
                    if !type.hasBinaryForm { return false }
                    continue
                }
                guard let entry = entries[type] else { continue }
                if !entry.hasBinaryForm { return false }
                for part in entry.kind.parts where seen.insert(part).inserted { pending.append(part) }
            }
            return true
        }
    }

    /// The type below any number of domains.
    @usableFromInline
    func base(of type: PostgresType) -> PostgresType {
        entries.withLock { entries in
            var type = type
            // A chain of domains cannot be longer than there are entries, even if a server says so.
            for _ in 0..<entries.count {
                guard case .domain(let base) = entries[type]?.kind else { break }
                type = base
            }
            return type
        }
    }
}

extension PostgresTypeCatalog {
    /// A type as `pg_type` and its neighbours describe it.
    public struct Entry: Hashable, Sendable {
        /// The type.
        public var type: PostgresType
        /// The schema it lies in.
        public var schema: String
        /// Its name, without quotes.
        public var name: String
        /// What kind of type it is.
        public var kind: Kind
        /// What stands between its values in the text form of an array.
        public var delimiter: UInt8
        /// Whether the server has a binary form of it.
        public var hasBinaryForm: Bool

        /// A type; the rest is as most types have it.
        public init(
            _ type: PostgresType, schema: String = "public", name: String, kind: Kind,
            delimiter: UInt8 = UInt8(ascii: ","), hasBinaryForm: Bool = true
        ) {
            self.type = type
            self.schema = schema
            self.name = name
            self.kind = kind
            self.delimiter = delimiter
            self.hasBinaryForm = hasBinaryForm
        }
    }

    /// The kinds of type, as `pg_type.typtype` tells them apart.
    public enum Kind: Hashable, Sendable {
        /// A base type, such as an extension makes.
        case base
        /// An array.
        case array(element: PostgresType)
        /// An enum with its labels in their order.
        case enumeration(labels: [String])
        /// A domain over another type.
        case domain(base: PostgresType)
        /// A composite with its attributes in their order.
        case composite(attributes: [Attribute])
        /// A range over a subtype.
        case range(subtype: PostgresType)
        /// A multirange over a range.
        case multirange(range: PostgresType)

        /// The types that it is made of.
        var parts: [PostgresType] {
            switch self {
            case .base, .enumeration: []
            case .array(let part), .domain(let part), .range(let part), .multirange(let part): [part]
            case .composite(let attributes): attributes.map(\.type)
            }
        }
    }

    /// An attribute of a composite type.
    public struct Attribute: Hashable, Sendable {
        /// The attribute's name.
        public var name: String
        /// The attribute's type.
        public var type: PostgresType

        /// An attribute.
        public init(name: String, type: PostgresType) {
            self.name = name
            self.type = type
        }
    }
}

extension PostgresType {
    /// Whether only a database's catalog can say what the type is.
    var mayNeedCatalog: Bool { isAssignedByServer || (builtInName == nil && rawValue != 0) }

    /// Whether the OID was given by the server, be it by initdb; below, OIDs are the same everywhere.
    ///
    /// PostgreSQL: System Catalog Declarations, OID Assignment.
    @inlinable var isAssignedByServer: Bool { rawValue >= 10_000 }
}
