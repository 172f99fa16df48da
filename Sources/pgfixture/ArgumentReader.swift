import PostgresWire

/// The words behind a command: options, each at most once, and others.
struct ArgumentReader {
    private var words: ArraySlice<String>
    private var values: [String: String] = [:]
    private var flags: Set<String> = []
    private var others: [String] = []

    init(_ words: ArraySlice<String>) { self.words = words }

    /// Sorts the words.
    mutating func read(_ command: String, options: Set<String>, flags: Set<String> = []) throws(FixtureCommand.Failure)
    {
        while let word = words.popFirst() {
            guard word.hasPrefix("-") else {
                others.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let name = parts[0]
            if flags.contains(name), parts.count == 1 {
                self.flags.insert(name)
            } else if options.contains(name) {
                guard let value = parts.count == 2 ? parts[1] : words.popFirst(), !value.isEmpty else {
                    throw .usage("\(name) lacks its value")
                }
                guard values.updateValue(value, forKey: name) == nil else { throw .usage("\(name) is given twice") }
            } else {
                throw .usage("\(command) has no option `\(word)`")
            }
        }
    }

    func has(_ flag: String) -> Bool { flags.contains(flag) }

    /// The value of an option that must be given.
    func value(_ name: String) throws(FixtureCommand.Failure) -> String {
        guard let value = values[name] else { throw .usage("\(name) is missing") }
        return value
    }

    /// The one word that is no option.
    func file(_ what: String) throws(FixtureCommand.Failure) -> String {
        guard let file = others.first, others.count == 1 else { throw .usage("exactly one \(what) is needed") }
        return file
    }

    /// The words that are no options, of which there must be one at least.
    func files() throws(FixtureCommand.Failure) -> [String] {
        guard !others.isEmpty else { throw .usage("a file is missing") }
        return others
    }

    func requireNoFile() throws(FixtureCommand.Failure) {
        if let other = others.first { throw .usage("what is `\(other)` for?") }
    }

    /// `HOST:PORT`, `[ADDRESS]:PORT` or the path of a unix socket.
    func endpoint(_ name: String) throws(FixtureCommand.Failure) -> PostgresConfiguration.Endpoint {
        let text = try value(name)
        let mistake = FixtureCommand.Failure.usage("\(name) takes HOST:PORT, not `\(text)`")
        let isPath = text.hasPrefix("/")
        let separator = isPath ? "/.s.PGSQL." : ":"
        guard let place = text.ranges(of: separator).last, let port = UInt16(text[place.upperBound...]) else {
            throw mistake
        }
        var host = String(text[..<place.lowerBound])
        if isPath { return .unix(directory: host, port: port) }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            throw mistake
        }
        guard !host.isEmpty else { throw mistake }
        return .tcp(host: host, port: port)
    }
}
