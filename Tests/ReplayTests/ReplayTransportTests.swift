import PostgresDriver
import PostgresFixtures
import PostgresWire
import Synchronization
import Testing

@Suite("Replay: playing and recording")
struct ReplayTransportTests {
    /// Two round trips: a query and its answer, twice.
    private static let fixture = try? Fixture(
        text: """
            postgres-session 1
            tls: off

            > Query "a" | 51 00000006 6100
            < CommandComplete "A" | 43 00000006 4100
            ~ read 2
            < ReadyForQuery I | 5a 00000005 49
            > Query "b" | 51 00000006 6200
            < ReadyForQuery I | 5a 00000005 49
            > Terminate | 58 00000004
            x client

            """, name: "two.session")

    private let first: [UInt8] = [0x51, 0, 0, 0, 6, 0x61, 0]
    private let second: [UInt8] = [0x51, 0, 0, 0, 6, 0x62, 0]
    private let terminate: [UInt8] = [0x58, 0, 0, 0, 4]

    private func replay(_ options: ReplayOptions = ReplayOptions()) throws -> FixtureReplay {
        FixtureReplay(try #require(Self.fixture), options: options)
    }

    private func send(_ bytes: [UInt8], _ transport: any Transport) throws -> Int {
        try transport.send(bytes.rawSpan)
    }

    /// The sizes of the reads until there is nothing more now.
    private func reads(_ transport: any Transport, end: Bool = false) throws -> [Int] {
        var buffer = ReceiveBuffer()
        var sizes: [Int] = []
        while true {
            switch try transport.receive(into: &buffer, needed: 5) {
            case .bytes(let count): sizes.append(count)
            case .wouldBlock:
                #expect(!end)
                return sizes
            case .end:
                #expect(end)
                return sizes
            }
        }
    }

    static let deliveries: [(ReplayOptions.Delivery, [Int], [Int])] = [
        (.recorded, [9, 4], [6]),
        (.whole, [13], [6]),
        (.bytewise, Array(repeating: 1, count: 13), Array(repeating: 1, count: 6)),
        (.split(at: [15, 3, 4, 3, -1, 99]), [3, 1, 9], [2, 4]),
    ]

    @Test("bytes come in the pieces that were asked for, each behind what it answers", arguments: deliveries)
    func pieces(_ delivery: ReplayOptions.Delivery, _ toFirst: [Int], _ toSecond: [Int]) throws {
        let replay = try replay(ReplayOptions(delivery: delivery))
        let transport = replay.transport()
        #expect(try reads(transport) == [])
        // A message may be sent in pieces.
        #expect(try send(Array(first.prefix(3)), transport) == 3)
        #expect(try reads(transport) == [])
        #expect(try send(Array(first.dropFirst(3)), transport) == 4)
        #expect(try reads(transport) == toFirst)
        #expect(try send(second, transport) == 7)
        #expect(try reads(transport) == toSecond)
        #expect(replay.completedCount == 0)
        #expect(try send(terminate, transport) == 5)
        #expect(try reads(transport, end: true) == [])
        transport.close()
        #expect(replay.completedCount == 1 && replay.mismatch == nil)
    }

    @Test("a cut ends the stream behind exactly that many bytes", arguments: [0, 1, 9, 12, 13, 18, 19])
    func cut(_ count: Int) throws {
        let transport = try replay(ReplayOptions(cutAfter: count)).transport()
        _ = try send((first + second), transport)
        #expect(try reads(transport, end: true).reduce(0, +) == count)
    }

    @Test("a loop goes round for ever and can be left at the end of a round", arguments: [1, 2, 1_000])
    func loop(rounds: Int) throws {
        let replay = try replay(ReplayOptions(delivery: .whole, loop: .init(first: 3, last: 4)))
        let transport = replay.transport()
        _ = try send(first, transport)
        #expect(try reads(transport) == [13])
        for _ in 0..<rounds {
            _ = try send(second, transport)
            #expect(try reads(transport) == [6])
        }
        _ = try send(terminate, transport)
        #expect(try reads(transport, end: true) == [])
        #expect(replay.completedCount == 1)
    }

    @Test("a loop may run ahead of its answers")
    func pipelinedLoop() throws {
        let replay = try replay(ReplayOptions(delivery: .whole, loop: .init(first: 0, last: 4)))
        let transport = replay.transport()
        _ = try send((first + second + first + second + first), transport)
        #expect(try reads(transport).reduce(0, +) == 19 + 19 + 13)
        _ = try send((second + terminate), transport)
        #expect(try reads(transport, end: true).reduce(0, +) == 6)
        #expect(replay.completedCount == 1)
    }

    @Test("a difference inside a message that came in pieces is shown with its line and byte")
    func mismatch() throws {
        let replay = try replay()
        let transport = replay.transport()
        _ = try send((first + second.prefix(4)), transport)
        let error = try #require(throws: SystemError.self) { try send([6, 0x63, 0], transport) }
        let mismatch = try #require(replay.mismatch)
        #expect(error.reason == mismatch.description)
        #expect(mismatch.line == 8 && mismatch.fixture == "two.session")
        #expect(mismatch.reason.contains("sent 63 where 62 was recorded, byte 6 of the message"))
        #expect(mismatch.trace.contains(#"! Query "b""#) && mismatch.trace.contains(#"Query "c""#))
        #expect(throws: SystemError.self) { try send(second, transport) }
        #expect(throws: SystemError.self) { try reads(transport) }
        #expect(replay.completedCount == 0)
    }

    @Test("more than was recorded is a difference, too")
    func more() throws {
        let replay = try replay()
        let transport = replay.transport()
        #expect(throws: SystemError.self) { try send((first + second + terminate + first), transport) }
        #expect(replay.mismatch?.reason == "the client sent more than was recorded")
        #expect(replay.mismatch?.line == nil)
    }

    @Test("a client that waits although it is its turn is told so", .timeLimit(.minutes(5)))
    func stall() async throws {
        let replay = try replay(ReplayOptions(patience: .milliseconds(20)))
        let transport = replay.transport(on: EventLoop.default)
        _ = try send(first, transport)
        _ = try reads(transport)
        await transport.wait(sending: false)
        #expect(replay.mismatch?.reason.contains("waited") == true)
        #expect(throws: SystemError.self) { try reads(transport) }
    }

    @Test("what is delayed while nobody waits is announced when it comes", .timeLimit(.minutes(5)))
    func idle() async throws {
        let transport = try replay(
            ReplayOptions(faults: FaultPlan([.delay(.milliseconds(1), before: 5)]))
        ).transport(on: .default)
        let (arrivals, arrival) = AsyncStream<Void>.makeStream()
        let reader = ArrivalReader(arrival)
        transport.setIdleReader(reader)
        _ = try send(first, transport)
        #expect(try reads(transport) == [5])
        var announced = arrivals.makeAsyncIterator()
        await announced.next()
        #expect(try reads(transport) == [4, 4])
        transport.close()
        // The transport does not keep it.
        withExtendedLifetime(reader) {}
    }

    @Test("closing wakes who waits", .timeLimit(.minutes(5)))
    func closing() async throws {
        let transport = try replay().transport()
        async let waiting: Void = transport.wait(sending: false)
        transport.close()
        await waiting
        #expect(throws: SystemError.self) { try send(first, transport) }
    }

    @Test(
        "the recording of a replay is the recording", .serialized, .timeLimit(.minutes(5)), arguments: Corpus.recorded)
    func recordedAgain(_ name: String) async throws {
        let fixture = try Corpus.fixture(name)
        let recorder = FixtureRecorder()
        let dialer = PostgresDialer.recording(
            into: recorder, nonce: fixture.header.nonce ?? FixtureRecorder.nonce, through: fixture.dialer())
        try await Corpus.work(name).run(fixture.configuration, dialer)
        let again = try recorder.fixture(named: fixture.name)
        #expect(again.messages == fixture.messages)
        #expect(again.header == fixture.header)
        #expect(try recorder.fixtures(named: "all").count == 1)
    }

    @Test(
        "a session with another password is not kept",
        arguments: [("startup/scram-15", 1), ("startup/md5-15", 1), ("startup/md5-15", 100)])
    func otherPassword(_ name: String, _ messagesPerRead: Int) async throws {
        let fixture = try Corpus.fixture(name)
        let recorder = FixtureRecorder()
        var configuration = fixture.configuration
        configuration.password = "a real secret"
        let deaf = PostgresDialer { _, _, _ in DeafTransport(fixture, messagesPerRead) }
        _ = try? await PostgresConnection.connect(configuration, dialer: .recording(into: recorder, through: deaf))
        let error = try #require(throws: FixtureError.self) { try recorder.fixture(named: "x") }
        #expect(error.reason.contains(messagesPerRead == 1 ? "another password" : "cannot be shown"))
    }
}

/// Counts the announcements of bytes that nobody waited for.
private final class ArrivalReader: IdleReader {
    private let arrival: AsyncStream<Void>.Continuation

    init(_ arrival: AsyncStream<Void>.Continuation) { self.arrival = arrival }

    func readWhileIdle() { arrival.yield() }
}

/// A transport that takes everything and gives the server's half of a recording whatever it was.
private final class DeafTransport: Transport {
    private let messages: Mutex<ArraySlice<[UInt8]>>
    private let messagesPerRead: Int

    init(_ fixture: Fixture, _ messagesPerRead: Int) {
        messages = Mutex(fixture.messages.filter { $0.side == .server }.map(\.bytes)[...])
        self.messagesPerRead = messagesPerRead
    }

    func receive(into buffer: inout ReceiveBuffer, needed: Int) throws(SystemError) -> ReceiveResult {
        let bytes = messages.withLock { messages in
            defer { messages = messages.dropFirst(messagesPerRead) }
            return messages.prefix(messagesPerRead).flatMap(\.self)
        }
        buffer.append(bytes.rawSpan)
        return bytes.isEmpty ? .end : .bytes(bytes.count)
    }

    func send(_ bytes: RawSpan) throws(SystemError) -> Int { bytes.byteCount }
    func resume(_ task: SuspendedTask, sending: Bool) { task.resume() }
    var hasUnseenBytes: Bool { false }
    func setIdleReader(_ reader: any IdleReader) {}

    func wake() {}

    var hasSibling: Bool { false }

    func openSibling(
        started: @escaping @Sendable (@escaping @Sendable (PostgresError) -> Void) -> Void
    ) async throws(SystemError) -> any Transport {
        throw SystemError(call: "connect", reason: "there is nobody else")
    }
    func close() {}
}
