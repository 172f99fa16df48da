public import PostgresWire

/// Takes the data of a COPY FROM STDIN as bytes, in whatever format the command says; see
/// ``PostgresDatabase/copyIn(raw:timeout:file:line:_:)``.
///
/// The writer cannot leave the closure that received it; a function that writes data takes it as `inout`.
public struct PostgresRawCopyWriter: ~Copyable {
    private let copy: CopyInRequest
    /// What has not been sent yet.
    private var buffer: ByteWriter

    init(_ copy: CopyInRequest) {
        self.copy = copy
        buffer = CopyInRequest.newBuffer()
    }

    /// Writes bytes, cut anywhere.
    ///
    /// They are sent in pieces of about 64 KiB; writing suspends while the server is slower.
    ///
    /// - Throws: ``PostgresError``: the server's error where it has refused what came before.
    public mutating func write(_ bytes: [UInt8]) async throws(PostgresError) {
        var position = 0
        while position < bytes.count {
            let end = min(bytes.count, position + CopyInRequest.pieceSize)
            buffer.write(bytes.rawSpan.slice(from: position, to: end))
            position = end
            if buffer.count >= CopyInRequest.pieceSize { try await copy.send(&buffer) }
        }
    }

    /// Writes a text as UTF-8; see ``write(_:)``.
    public mutating func write(_ text: String) async throws(PostgresError) { try await write(Array(text.utf8)) }

    /// Sends what is left of the data.
    mutating func finish() async throws(PostgresError) { try await copy.send(&buffer) }
}
