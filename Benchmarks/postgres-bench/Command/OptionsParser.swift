/// Turns a command line into ``Options``.
struct OptionsParser {
    private var words: ArraySlice<String>
    private var options = Options()

    static func parse(_ arguments: [String]) throws(UsageError) -> Options {
        var parser = OptionsParser(words: arguments[...])
        while let word = parser.words.popFirst() { try parser.take(word) }
        try parser.check()
        return parser.options
    }

    private init(words: ArraySlice<String>) { self.words = words }

    private mutating func take(_ word: String) throws(UsageError) {
        guard word.hasPrefix("-"), word != "-" else {
            let workload = try Self.workload(word)
            if !options.workloads.contains(workload) { options.workloads.append(workload) }
            return
        }
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let name = parts[0]
        let attached = parts.count > 1 ? parts[1] : nil
        switch name {
        case "--list": options.list = try flag(name, attached)
        case "--help", "-h": options.help = try flag(name, attached)
        case "--replay": options.replay = try flag(name, attached)
        case "--url": options.url = try value(name, attached)
        case "--record": options.record = try value(name, attached)
        case "--fixtures": options.fixtures = try value(name, attached)
        case "--seconds": options.seconds = try seconds(name, attached)
        case "--runs": options.runs = try count(name, attached, in: 1...1000)
        case "--connections": options.connections = try count(name, attached, in: 1...1000)
        case "--tasks": options.tasks = try count(name, attached, in: 1...100_000)
        case "--rows": options.rows = try count(name, attached, in: 1...1_000_000_000)
        case "--cpu": options.cpu = try count(name, attached, in: 0...1023)
        case "--executor": options.executor = try choice(name, attached, "default", "eventloop")
        case "--multiplex": options.multiplex = try choice(name, attached, "off", "on")
        case "--compare": options.compare = try peers(name, attached)
        case "--json": options.json = try value(name, attached)
        case "--markdown": options.markdown = try value(name, attached)
        case "--svg": options.svg = try value(name, attached)
        default: throw UsageError(description: "unknown option \(name); --help lists the options")
        }
    }

    private func check() throws(UsageError) {
        guard options.url == nil || !options.replay else {
            throw UsageError(description: "--url and --replay exclude each other")
        }
        guard !options.replay || options.compare.isEmpty else {
            throw UsageError(description: "--compare needs a server, and --replay has none")
        }
        guard options.multiplex == .first else {
            throw UsageError(description: "--multiplex is not available in this version")
        }
        guard options.json != "-" || options.markdown != "-" else {
            throw UsageError(description: "only one of --json and --markdown can write to standard output")
        }
    }

    // MARK: Values

    private mutating func value(_ name: String, _ attached: String?) throws(UsageError) -> String {
        guard let value = attached ?? words.popFirst(), !value.isEmpty else {
            throw UsageError(description: "\(name) needs a value")
        }
        return value
    }

    private func flag(_ name: String, _ attached: String?) throws(UsageError) -> Bool {
        guard attached == nil else { throw UsageError(description: "\(name) takes no value") }
        return true
    }

    private mutating func count(
        _ name: String, _ attached: String?, in range: ClosedRange<Int>
    ) throws(UsageError) -> Int {
        let text = try value(name, attached)
        guard let number = Int(text), range.contains(number) else {
            throw UsageError(
                description: "\(name) needs a number from \(range.lowerBound) to \(range.upperBound), not \(text)")
        }
        return number
    }

    private mutating func seconds(_ name: String, _ attached: String?) throws(UsageError) -> Double {
        let text = try value(name, attached)
        guard let number = Double(text), number >= 0.01, number <= 3600 else {
            throw UsageError(description: "\(name) needs seconds from 0.01 to 3600, not \(text)")
        }
        return number
    }

    private mutating func choice(
        _ name: String, _ attached: String?, _ first: String, _ second: String
    ) throws(UsageError) -> Options.Choice {
        switch try value(name, attached) {
        case first: return .first
        case second: return .second
        case "both": return .both
        case let other:
            throw UsageError(description: "\(name) is \(first), \(second) or both, not \(other)")
        }
    }

    private mutating func peers(_ name: String, _ attached: String?) throws(UsageError) -> [DriverName] {
        var peers: [DriverName] = []
        for word in try value(name, attached).split(separator: ",") {
            guard let peer = DriverName(rawValue: String(word)), peer.isPeer else {
                throw UsageError(description: "\(name) knows libpq, asyncpg and psycopg, not \(word)")
            }
            if !peers.contains(peer) { peers.append(peer) }
        }
        return peers
    }

    private static func workload(_ word: String) throws(UsageError) -> Workload {
        guard let workload = Workload(rawValue: word) else {
            throw UsageError(description: "unknown workload \(word); --list names them")
        }
        guard Workload.available.contains(workload) else {
            throw UsageError(description: "the workload \(word) is not available in this version")
        }
        return workload
    }
}
