public import PostgresWire

/// A row that may be kept: a copy of the row's bytes, decoded when asked.
public struct PostgresRow: Sendable {
    @usableFromInline let bytes: [UInt8]
    /// The columns of the result.
    public let columns: PostgresColumns
    /// The number of the row in its result, from 0.
    public let number: Int

    init(bytes: [UInt8], columns: PostgresColumns, number: Int) {
        self.bytes = bytes
        self.columns = columns
        self.number = number
    }

    /// The row as a view, which has all the ways to decode.
    @inlinable
    public var view: RowView {
        @_lifetime(borrow self) get {
            RowView(values: bytes.rawSpan, columns: columns, number: number)
        }
    }

    /// All columns, each as a type of its own; see ``RowView/decode(_:)``.
    @inlinable
    public func decode<each Value: PostgresDecodable>(
        _ type: repeat (each Value).Type
    ) throws(PostgresError) -> (repeat each Value) {
        try view.decode(repeat (each Value).self)
    }

    /// One column by its position, from 0; see ``RowView/decode(_:at:)``.
    @inlinable
    public func decode<Value: PostgresDecodable>(_ type: Value.Type, at index: Int) throws(PostgresError) -> Value {
        try view.decode(type, at: index)
    }

    /// One column by its name; see ``RowView/decode(_:named:)``.
    @inlinable
    public func decode<Value: PostgresDecodable>(_ type: Value.Type, named name: String) throws(PostgresError) -> Value
    {
        try view.decode(type, named: name)
    }
}
