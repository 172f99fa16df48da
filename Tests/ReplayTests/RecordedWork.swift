import PostgresDriver
import PostgresFixtures
import PostgresWire

/// What was done with our driver while a session was recorded.
enum RecordedWork: Sendable {
    case script(FixtureScript)
    case program(DriverProgram)

    /// Whether it may come to its end although the connection broke: its last step fails anyway.
    var mayEndEarly: Bool {
        switch self {
        case .script(let script): script.connectMustFail || script.steps.contains { $0.mustFail }
        case .program: false
        }
    }

    /// Does it again, and closes the connection.
    ///
    /// - Throws: where something fails that must not, or the other way round.
    func run(_ configuration: PostgresConfiguration, _ dialer: PostgresDialer) async throws {
        switch self {
        case .script(let script): try await Corpus.run(script, configuration, dialer)
        case .program(let program): try await program.run(configuration, dialer)
        }
    }

    func run(_ replay: FixtureReplay) async throws {
        var configuration = replay.fixture.configuration
        // What a lossy network keeps for itself is waited for no longer than it takes to notice.
        if replay.options.faults?.isHarmless == false { configuration.cancelTimeout = .milliseconds(20) }
        try await run(configuration, replay.dialer)
    }
}
