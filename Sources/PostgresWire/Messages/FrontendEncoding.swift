/// A message that has been begun and whose length is not known yet.
struct OpenMessage {
    let name: StaticString
    /// Where its length word stands.
    let lengthOffset: Int
    /// The highest length that may be sent.
    let limit: Int
}

/// Framing. Whatever throws leaves the writer as it was before the message.
extension ByteWriter {
    /// The longest message that may be sent unless said otherwise: a longer one is refused by the server.
    package static var longestMessage: Int { 0x3fff_fffe }

    /// Writes the tag and room for the length, and returns where the message begins, for `endMessage`.
    package mutating func beginMessage(_ kind: FrontendKind) -> Int { beginMessage(tag: kind.rawValue) }

    private mutating func beginMessage(tag: UInt8) -> Int {
        let start = count
        reserve(5)
        write(tag)
        write(0 as Int32)
        return start
    }

    /// Fills in the length of the message that begins at `start`.
    ///
    /// - Throws: ``WireError/messageTooLong(message:length:)``, with the message taken back.
    package mutating func endMessage(
        _ start: Int, name: StaticString, limit: Int = ByteWriter.longestMessage
    ) throws(WireError) {
        let length = count - start - 1
        guard length <= limit, let length32 = Int32(exactly: length) else {
            truncate(to: start)
            throw .messageTooLong(message: "\(name)", length: length)
        }
        patch(length32, at: start + 1)
    }

    /// Writes a whole message whose fields `body` appends.
    private mutating func writeMessage(
        tag: UInt8, name: StaticString, limit: Int,
        _ body: (inout ByteWriter, OpenMessage) throws(WireError) -> Void
    ) throws(WireError) {
        let start = beginMessage(tag: tag)
        do throws(WireError) {
            try body(&self, OpenMessage(name: name, lengthOffset: start + 1, limit: limit))
            try endMessage(start, name: name, limit: limit)
        } catch {
            truncate(to: start)
            throw error
        }
    }

    /// Writes a whole client's message whose fields `body` appends.
    mutating func writeMessage(
        _ kind: FrontendKind, limit: Int, _ body: (inout ByteWriter, OpenMessage) throws(WireError) -> Void
    ) throws(WireError) {
        try writeMessage(tag: kind.rawValue, name: kind.staticName, limit: limit, body)
    }

    /// Writes a whole server's message whose fields `body` appends.
    mutating func writeMessage(
        _ kind: BackendKind, _ body: (inout ByteWriter, OpenMessage) throws(WireError) -> Void
    ) throws(WireError) {
        try writeMessage(tag: kind.rawValue, name: kind.staticName, limit: Self.longestMessage, body)
    }

    /// Refuses `first + second` more bytes where the message would become too long, before memory is taken for them.
    func requireRoom(_ first: Int, _ second: Int = 0, in message: OpenMessage) throws(WireError) {
        let used = count - message.lengthOffset
        let (sum, overflow) = first.addingReportingOverflow(second)
        guard !overflow, sum <= message.limit - used else {
            let length = overflow || sum > Int.max - used ? Int.max : used + sum
            throw .messageTooLong(message: "\(message.name)", length: length)
        }
    }

    /// Appends a text and its NUL.
    mutating func writeText(_ text: String, field: StaticString, message: OpenMessage) throws(WireError) {
        try requireRoom(text.utf8.count, 1, in: message)
        try write(cString: text, field: field)
    }

    private mutating func writeEmpty(_ kind: FrontendKind) {
        reserve(5)
        write(kind.rawValue)
        write(4 as Int32)
    }
}

/// Queries.
extension ByteWriter {
    /// Appends a `Query`, the simple protocol's only message.
    package mutating func writeQuery(_ sql: String, limit: Int = longestMessage) throws(WireError) {
        try writeMessage(.query, limit: limit) { writer, message throws(WireError) in
            try writer.writeText(sql, field: "SQL", message: message)
        }
    }

    /// Appends a `Parse`; types that are left out, or 0, are for the server to find.
    package mutating func writeParse(
        statement: String, sql: String, parameterTypes: [UInt32], limit: Int = longestMessage
    ) throws(WireError) {
        try writeMessage(.parse, limit: limit) { writer, message throws(WireError) in
            try writer.writeText(statement, field: "statement name", message: message)
            try writer.writeText(sql, field: "SQL", message: message)
            try writer.writeList(parameterTypes, of: "parameter types")
        }
    }

    /// Appends a `Bind`.
    ///
    /// A list of formats is empty (all text), has one entry (for all) or one for each value.
    package mutating func writeBind(
        portal: String, statement: String, parameterFormats: [Int16], parameters: [[UInt8]?], resultFormats: [Int16],
        limit: Int = longestMessage
    ) throws(WireError) {
        try writeMessage(.bind, limit: limit) { writer, message throws(WireError) in
            try writer.writeText(portal, field: "portal name", message: message)
            try writer.writeText(statement, field: "statement name", message: message)
            try writer.writeList(parameterFormats, of: "parameter formats")
            try writer.writeCount(parameters.count, of: "parameters")
            for parameter in parameters { try writer.writeValue(parameter, message: message) }
            try writer.writeList(resultFormats, of: "result formats")
        }
    }

    /// Appends a `Describe` of a prepared statement.
    package mutating func writeDescribe(statement: String) throws(WireError) {
        try writeNamed(.describe, object: UInt8(ascii: "S"), name: statement, field: "statement name")
    }

    /// Appends a `Describe` of a portal.
    package mutating func writeDescribe(portal: String) throws(WireError) {
        try writeNamed(.describe, object: UInt8(ascii: "P"), name: portal, field: "portal name")
    }

    /// Appends a `Close` of a prepared statement.
    package mutating func writeClose(statement: String) throws(WireError) {
        try writeNamed(.close, object: UInt8(ascii: "S"), name: statement, field: "statement name")
    }

    /// Appends a `Close` of a portal.
    package mutating func writeClose(portal: String) throws(WireError) {
        try writeNamed(.close, object: UInt8(ascii: "P"), name: portal, field: "portal name")
    }

    private mutating func writeNamed(
        _ kind: FrontendKind, object: UInt8, name: String, field: StaticString
    ) throws(WireError) {
        try writeMessage(kind, limit: Self.longestMessage) { writer, message throws(WireError) in
            writer.write(object)
            try writer.writeText(name, field: field, message: message)
        }
    }

    /// Appends an `Execute`; 0 rows stands for all of them.
    package mutating func writeExecute(portal: String, maximumRows: Int32) throws(WireError) {
        try writeMessage(.execute, limit: Self.longestMessage) { writer, message throws(WireError) in
            try writer.writeText(portal, field: "portal name", message: message)
            writer.write(maximumRows)
        }
    }

    /// Appends a `Sync`.
    package mutating func writeSync() { writeEmpty(.sync) }

    /// Appends a `Flush`.
    package mutating func writeFlush() { writeEmpty(.flush) }

    /// Appends a `Terminate`.
    package mutating func writeTerminate() { writeEmpty(.terminate) }

    /// Appends a `FunctionCall`, a legacy that proxies may still meet.
    package mutating func writeFunctionCall(
        function: UInt32, argumentFormats: [Int16], arguments: [[UInt8]?], resultFormat: Int16
    ) throws(WireError) {
        try writeMessage(.functionCall, limit: Self.longestMessage) { writer, message throws(WireError) in
            writer.write(function)
            try writer.writeList(argumentFormats, of: "argument formats")
            try writer.writeCount(arguments.count, of: "arguments")
            for argument in arguments { try writer.writeValue(argument, message: message) }
            writer.write(resultFormat)
        }
    }
}

/// COPY.
extension ByteWriter {
    /// Appends a `CopyData`.
    package mutating func writeCopyData(_ bytes: RawSpan, limit: Int = longestMessage) throws(WireError) {
        // No closure: it could not capture a span.
        let start = beginMessage(.copyData)
        do throws(WireError) {
            let message = OpenMessage(
                name: FrontendKind.copyData.staticName, lengthOffset: start + 1, limit: limit)
            try requireRoom(bytes.byteCount, in: message)
            write(bytes)
            try endMessage(start, name: message.name, limit: limit)
        } catch {
            truncate(to: start)
            throw error
        }
    }

    /// Appends a `CopyData`.
    package mutating func writeCopyData(_ bytes: [UInt8]) throws(WireError) {
        try writeBody(.copyData, bytes, terminated: false)
    }

    /// Appends a `CopyDone`.
    package mutating func writeCopyDone() { writeEmpty(.copyDone) }

    /// Appends a `CopyFail`; the server quotes the reason in its error.
    package mutating func writeCopyFail(_ reason: String) throws(WireError) {
        try writeMessage(.copyFail, limit: Self.longestMessage) { writer, message throws(WireError) in
            try writer.writeText(reason, field: "reason of CopyFail", message: message)
        }
    }
}

/// Authentication.
extension ByteWriter {
    /// Appends a `PasswordMessage`: a password as it is, or the answer to an MD5 request.
    package mutating func writePassword(_ bytes: [UInt8]) throws(WireError) {
        // Cut short at a NUL, a password would be another one.
        guard !bytes.contains(0) else { throw .nulByte(field: "password") }
        try writeBody(.password, bytes, terminated: true)
    }

    /// Appends a `SASLInitialResponse`; nil is no response, which is not the same as an empty one.
    package mutating func writeSASLInitialResponse(mechanism: String, response: [UInt8]?) throws(WireError) {
        try writeMessage(.password, limit: Self.longestMessage) { writer, message throws(WireError) in
            try writer.writeText(mechanism, field: "SASL mechanism", message: message)
            try writer.writeValue(response, message: message)
        }
    }

    /// Appends a `SASLResponse`.
    package mutating func writeSASLResponse(_ response: [UInt8]) throws(WireError) {
        try writeBody(.password, response, terminated: false)
    }

    private mutating func writeBody(
        _ kind: FrontendKind, _ bytes: [UInt8], terminated: Bool
    ) throws(WireError) {
        try writeMessage(kind, limit: Self.longestMessage) { writer, message throws(WireError) in
            try writer.requireRoom(bytes.count, terminated ? 1 : 0, in: message)
            writer.write(bytes)
            if terminated { writer.write(0 as UInt8) }
        }
    }
}
