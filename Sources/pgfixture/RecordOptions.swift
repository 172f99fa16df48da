import PostgresFixtures
import PostgresWire

/// What `pgfixture record` is told.
struct RecordOptions {
    var configuration: PostgresConfiguration
    var output: String
    var script: String

    init(_ arguments: ArraySlice<String>) throws(FixtureCommand.Failure) {
        var url: String?
        var output: String?
        var scripts: [String] = []
        var rest = arguments
        while let argument = rest.popFirst() {
            switch argument {
            case "--url": url = rest.popFirst()
            case "--output": output = rest.popFirst()
            case _ where argument.hasPrefix("--url="): url = String(argument.dropFirst("--url=".count))
            case _ where argument.hasPrefix("--output="): output = String(argument.dropFirst("--output=".count))
            case _ where argument.hasPrefix("-"): throw Self.usage("record has no option `\(argument)`")
            default: scripts.append(argument)
            }
        }
        guard let url, let output, let script = scripts.first, scripts.count == 1 else {
            throw Self.usage("record takes --url URL, --output FILE and one script")
        }
        do throws(ConnectionStringError) {
            configuration = try PostgresConfiguration(url)
        } catch {
            throw Self.usage("--url: \(error)")
        }
        guard configuration.password == nil || configuration.password == Fixture.Header.password else {
            throw Self.usage("recordings are made with the password `\(Fixture.Header.password)` only")
        }
        // What is inside of TLS could be recorded as well; what is outside must not be in the recording.
        configuration.sslMode = .disable
        self.output = output
        self.script = script
    }

    private static func usage(_ message: String) -> FixtureCommand.Failure {
        FixtureCommand.Failure(status: .usage, message: "\(message)\n\(FixtureCommand.help)")
    }
}
