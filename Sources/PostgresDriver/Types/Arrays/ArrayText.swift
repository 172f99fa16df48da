internal import PostgresWire

/// The text form of an array, taken apart: `{1,NULL,"a\"b"}`, `[0:1]={…}`, `{{1,2},{3,4}}`.
///
/// PostgreSQL: Arrays, Array Input and Output Syntax.
struct ArrayText {
    /// The length of each dimension, none for an empty array.
    var lengths: [Int] = []
    /// The first index of each dimension.
    var lowerBounds: [Int32] = []
    /// The elements in order, the last dimension running fastest; nil is NULL.
    var elements: [[UInt8]?] = []

    /// Six dimensions are the server's limit, which also bounds our recursion.
    static let mostDimensions = 6

    /// The elements of a one-dimensional array that counts from 0.
    init(vector elements: [[UInt8]?]) {
        guard !elements.isEmpty else { return }
        lengths = [elements.count]
        lowerBounds = [0]
        self.elements = elements
    }

    init(_ bytes: [UInt8], delimiter: UInt8) throws(PostgresCodingError) {
        var reader = TextReader(bytes)
        var declared: [Int] = []
        while reader.take(UInt8(ascii: "[")) {
            guard declared.count < Self.mostDimensions else { throw .malformed("an array of too many dimensions") }
            let lower = try Self.bound(&reader)
            try reader.expect(UInt8(ascii: ":"), "an array bound without an end")
            let upper = try Self.bound(&reader)
            try reader.expect(UInt8(ascii: "]"), "an array bound that is not closed")
            guard upper >= lower else { throw .malformed("an array bound below its start") }
            lowerBounds.append(lower)
            declared.append(Int(upper) - Int(lower) + 1)
        }
        if !declared.isEmpty { try reader.expect(UInt8(ascii: "="), "array bounds without an array") }
        try read(&reader, depth: 0, delimiter: delimiter)
        try reader.expectEnd("text behind an array")
        if elements.isEmpty { lengths = [] }
        if declared.isEmpty {
            lowerBounds = lengths.map { _ in 1 }
        } else if declared != lengths {
            throw .malformed("an array that is not as long as its bounds say")
        }
    }

    private static func bound(_ reader: inout TextReader) throws(PostgresCodingError) -> Int32 {
        let isNegative = reader.take(UInt8(ascii: "-"))
        guard let number = reader.digits(), let bound = Int32(exactly: isNegative ? -number.value : number.value)
        else { throw .malformed("an array bound that is no number") }
        return bound
    }

    private mutating func read(
        _ reader: inout TextReader, depth: Int, delimiter: UInt8
    ) throws(PostgresCodingError) {
        guard depth < Self.mostDimensions else { throw .malformed("an array of too many dimensions") }
        try reader.expect(UInt8(ascii: "{"), "an array that does not begin with a brace")
        if reader.take(UInt8(ascii: "}")) {
            guard depth == 0 else { throw .malformed("an empty array within an array") }
            return
        }
        if lengths.count == depth { lengths.append(-1) }
        var count = 0
        repeat {
            if reader.current == UInt8(ascii: "{") {
                // A new dimension begins in front of the first element or never.
                guard lengths.count > depth + 1 || elements.isEmpty else {
                    throw .malformed("an array of uneven depth")
                }
                try read(&reader, depth: depth + 1, delimiter: delimiter)
            } else {
                // Elements stand in the innermost dimension only.
                guard lengths.count == depth + 1 else { throw .malformed("an array of uneven depth") }
                elements.append(try Self.element(&reader, delimiter: delimiter))
            }
            count += 1
        } while reader.take(delimiter)
        try reader.expect(UInt8(ascii: "}"), "an array that is not closed")
        if lengths[depth] == -1 { lengths[depth] = count }
        guard lengths[depth] == count else { throw .malformed("an array of uneven length") }
    }

    private static func element(
        _ reader: inout TextReader, delimiter: UInt8
    ) throws(PostgresCodingError) -> [UInt8]? {
        var bytes: [UInt8] = []
        if reader.take(UInt8(ascii: "\"")) {
            while !reader.take(UInt8(ascii: "\"")) {
                _ = reader.take(UInt8(ascii: "\\"))
                guard !reader.isAtEnd else { throw .malformed("an array element whose quote is not closed") }
                bytes.append(reader.current)
                reader.position += 1
            }
            return bytes
        }
        while !reader.isAtEnd, reader.current != delimiter, reader.current != UInt8(ascii: "}") {
            guard reader.current != UInt8(ascii: "{"), reader.current != UInt8(ascii: "\"") else {
                throw .malformed("an array element with a brace or quote in it")
            }
            _ = reader.take(UInt8(ascii: "\\"))
            guard !reader.isAtEnd else { throw .malformed("an array element that ends in an escape") }
            bytes.append(reader.current)
            reader.position += 1
        }
        guard !bytes.isEmpty else { throw .malformed("an empty array element without quotes") }
        return isNull(bytes) ? nil : bytes
    }

    private static func isNull(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.count == 4 && zip(bytes, "null".utf8).allSatisfy { $0 | 0x20 == $1 }
    }

    /// An element as the server prints it within an array.
    static func quoted(_ element: String, delimiter: UInt8) -> String {
        let needsQuotes =
            element.isEmpty || isNull(element.utf8)
            || element.utf8.contains {
                $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "{")
                    || $0 == UInt8(ascii: "}") || $0 == delimiter || $0.isSpace
            }
        guard needsQuotes else { return element }
        var text = "\""
        for scalar in element.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { text.unicodeScalars.append("\\") }
            text.unicodeScalars.append(scalar)
        }
        return text + "\""
    }
}
