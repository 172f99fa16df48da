import Synchronization
import Testing

@testable import PostgresWire

@Suite("The event loop", .timeLimit(.minutes(1)))
struct EventLoopTests {
    @Test("timers run in the order of their time, and not when cancelled")
    func timers() async {
        let loop = EventLoop()
        let order = Mutex<[Int]>([])
        await withCheckedContinuation { continuation in
            for (number, milliseconds) in [(3, 30), (1, 10), (2, 20)] {
                _ = loop.schedule(after: UInt64(milliseconds) * 1_000_000) { order.withLock { $0.append(number) } }
            }
            let cancelled = loop.schedule(after: 15_000_000) { order.withLock { $0.append(99) } }
            loop.cancel(cancelled)
            _ = loop.schedule(after: 40_000_000) { continuation.resume() }
        }
        #expect(order.withLock { $0 } == [1, 2, 3])
        loop.stop()
    }

    @Test("a task that prefers the loop runs on its thread, also after it has waited")
    func taskExecutor() async throws {
        let loop = EventLoop()
        #expect(!loop.isCurrent)
        try await withTaskExecutorPreference(loop) { try await isOn(loop) }
        #expect(!loop.isCurrent)
        loop.stop()
    }

    @concurrent private func isOn(_ loop: EventLoop) async throws {
        #expect(loop.isCurrent)
        try await Task.sleep(for: .milliseconds(5))
        #expect(loop.isCurrent)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 { group.addTask { loop.isCurrent } }
            for await isCurrent in group { #expect(isCurrent) }
        }
    }

    private actor Counter {
        private let executor: EventLoopSerialExecutor
        private var count = 0

        init(_ loop: EventLoop) { executor = EventLoopSerialExecutor(loop) }

        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

        func increment() -> (count: Int, isOnLoop: Bool) {
            count += 1
            return (count, executor.eventLoop.isCurrent)
        }
    }

    @Test("an actor can live on the loop")
    func serialExecutor() async {
        let loop = EventLoop()
        let counter = Counter(loop)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 { group.addTask { await counter.increment().isOnLoop } }
            for await isOnLoop in group { #expect(isOnLoop) }
        }
        #expect(await counter.increment().count == 101)
        loop.stop()
    }
}

@Suite("Deadlines")
struct DeadlineHeapTests {
    @Test("against a sorted list", arguments: 0..<20)
    func model(_ seed: Int) {
        var generator = SystemRandomNumberGenerator()
        var heap = DeadlineHeap<Int>()
        var model: [(deadline: UInt64, token: DeadlineHeap<Int>.Token, action: Int)] = []
        for step in 0..<500 {
            switch Int.random(in: 0..<4, using: &generator) {
            case 0, 1:
                let deadline = UInt64.random(in: 0..<1000, using: &generator)
                model.append((deadline, heap.insert(deadline, step), step))
            case 2:
                guard let index = model.indices.randomElement(using: &generator) else { continue }
                let entry = model.remove(at: index)
                #expect(heap.cancel(entry.token) == entry.action)
                #expect(heap.cancel(entry.token) == nil)
            default:
                let now = UInt64.random(in: 0..<1000, using: &generator)
                let earliest = model.map(\.deadline).min()
                let action = heap.popDue(now: now)
                if let earliest, earliest <= now {
                    let index = model.firstIndex { $0.action == action }
                    #expect(index.map { model[$0].deadline } == earliest)
                    if let index { model.remove(at: index) }
                } else {
                    #expect(action == nil)
                }
            }
            #expect(heap.earliest == model.map(\.deadline).min())
            #expect(heap.count == model.count)
        }
    }
}

@Suite("Buffers")
struct BufferTests {
    @Test("unread bytes stay in order through every way of filling and consuming", arguments: 0..<20)
    func receiveBuffer(_ seed: Int) {
        var generator = SystemRandomNumberGenerator()
        var buffer = ReceiveBuffer()
        var model: [UInt8] = []
        var next: UInt8 = 0
        // Blocks that somebody still reads, with what they must go on to hold.
        var held: [(block: ReceiveBlock, start: Int, bytes: [UInt8])] = []
        for _ in 0..<200 {
            if Bool.random(using: &generator) {
                let count = Int.random(in: 1...30_000, using: &generator)
                let bytes = (0..<count).map { _ in
                    next &+= 1
                    return next
                }
                buffer.append(bytes.rawSpan)
                model += bytes
            } else {
                let count = Int.random(in: 0...model.count, using: &generator)
                if Int.random(in: 0..<4, using: &generator) == 0, count > 0 {
                    held.append((buffer.block, buffer.start, Array(model.prefix(count))))
                }
                buffer.consume(count)
                model.removeFirst(count)
            }
            #expect(buffer.unread.array == model)
            if held.count > 3 { held.removeFirst() }
            for entry in held {
                let bytes = entry.block.bytes(from: entry.start, to: entry.start + entry.bytes.count)
                #expect(bytes.array == entry.bytes)
            }
        }
    }

    @Test("a writer takes back, forgets from the front and patches")
    func writer() throws {
        var writer = ByteWriter(capacity: 16)
        for number in 0..<100 { writer.write(Int32(number)) }
        #expect(writer.count == 400)
        writer.removeFirst(396)
        #expect(writer.bytes.array == [0, 0, 0, 99])
        writer.patch(-1 as Int32, at: 0)
        writer.patch(7 as Int32, at: 1)
        #expect(writer.bytes.array == [255, 255, 255, 255])
        #expect(throws: WireError.nulByte(field: "name")) { try writer.write(cString: "a\0b", field: "name") }
        #expect(writer.count == 4)
        try writer.write(cString: "é", field: "name")
        writer.truncate(to: 6)
        #expect(writer.bytes.array == [255, 255, 255, 255, 0xc3, 0xa9])
        writer.removeAll()
        let isEmpty = writer.isEmpty
        #expect(isEmpty)
    }
}
