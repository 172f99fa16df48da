/// Makes a fixture of a tape, entry by entry, so that several can take turns.
struct TapePlayer {
    private let name: String
    private let entries: [FixtureTape.Entry]
    private let notesPauses: Bool
    private let secrets: FixtureRecorder.Secrets
    private var assembler: FixtureAssembler
    private var position = 0
    /// How many messages each other connection had sent by now, as far as the fixture tells.
    private var toldCounts: [Int: Int] = [:]

    init(
        _ tape: FixtureTape, named name: String, notesPauses: Bool, secrets: FixtureRecorder.Secrets
    ) throws(FixtureError) {
        self.name = name
        self.notesPauses = notesPauses
        self.secrets = secrets
        entries = try tape.entries(named: name)
        assembler = FixtureAssembler(marksSecrets: secrets == .marked)
    }

    /// The fixtures of connections that were open at the same time.
    ///
    /// Each says how much the others had sent when the server answered, so that a replay has the same order; from where
    /// a connection begins with requests, since who connects first is of no importance.
    static func play(_ players: inout [TapePlayer]) {
        var requests = Array(repeating: 0, count: players.count)
        while let next = players.indices.filter({ players[$0].nextTime != nil }).min(by: {
            (players[$0].nextTime ?? .now) < (players[$1].nextTime ?? .now)
        }) {
            if players[next].nextIsReceived, requests[next] > 0 {
                for other in players.indices where other != next && requests[other] > 0 {
                    players[next].tell(connection: other + 1, messages: requests[other])
                }
            }
            let wasStarted = players[next].assembler.isStarted
            _ = players[next].playNext()
            if wasStarted { requests[next] = players[next].assembler.clientMessageCount }
        }
    }

    private var nextTime: ContinuousClock.Instant? { position < entries.count ? entries[position].time : nil }

    private var nextIsReceived: Bool {
        if position < entries.count, case .received = entries[position].event { true } else { false }
    }

    private mutating func tell(connection: Int, messages: Int) {
        guard toldCounts[connection] != messages else { return }
        toldCounts[connection] = messages
        assembler.after(connection: connection, messages: messages)
    }

    /// Goes on by one entry; false at the end.
    mutating func playNext() -> Bool {
        guard position < entries.count else { return false }
        let entry = entries[position]
        let pause = position > 0 ? entries[position - 1].time.duration(to: entry.time) : .zero
        if notesPauses, pause >= .milliseconds(1) { assembler.comment("after \(pause / .milliseconds(1)) ms") }
        position += 1
        switch entry.event {
        case .sent(let bytes): assembler.sent(bytes)
        case .received(let bytes): assembler.received(bytes)
        case .closed(let side): assembler.closed(by: side)
        }
        return true
    }

    /// What has been played.
    mutating func fixture() throws(FixtureError) -> Fixture {
        assembler.addRest()
        return try FixtureTape.fixture(named: name, lines: assembler.lines, secrets)
    }
}
