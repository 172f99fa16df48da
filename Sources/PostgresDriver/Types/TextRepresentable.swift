/// A type of the driver whose text form is the server's own, as `value::text` prints it.
///
/// The text form is also its `description` and how it is coded, in JSON for instance: nothing is lost on the way.
///
/// Session settings do not matter: the text is that of a session with `TimeZone = UTC`, `DateStyle = ISO`,
/// `IntervalStyle = postgres` and `bytea_output = hex`.
public protocol PostgresTextRepresentable: PostgresCodable, Hashable, Codable, LosslessStringConvertible {
    /// A value from its text form.
    ///
    /// - Throws: ``PostgresCodingError``.
    init(postgresText: String) throws(PostgresCodingError)
}

extension PostgresTextRepresentable {
    /// The text form, which is the description.
    @inlinable public var postgresText: String? { description }

    /// A value from its text form, or nil where it is none.
    @inlinable
    public init?(_ description: String) {
        do throws(PostgresCodingError) { try self.init(postgresText: description) } catch { return nil }
    }

    /// From the text form.
    ///
    /// - Throws: `DecodingError.dataCorrupted`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do throws(PostgresCodingError) {
            try self.init(postgresText: text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no \(Self.self): \(error)")
        }
    }

    /// As the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
