import PostgresPool
import Testing

@Suite("Waiter queue")
struct WaiterQueueTests {
    private func time(_ nanoseconds: Int64) -> PoolTime { PoolTime(nanoseconds: nanoseconds) }

    private func drain(_ queue: inout WaiterQueue<Int>) -> [Int] {
        var result: [Int] = []
        while let entry = queue.popFirst() { result.append(entry.waiter) }
        return result
    }

    @Test("is first in, first out, also around those who gave up", arguments: [[], [0], [4], [2], [0, 4], [1, 2, 3]])
    func order(leaving: [Int]) {
        var queue = WaiterQueue<Int>()
        let tickets = (0..<5).map { queue.append($0, enqueued: time(0), deadline: .never) }
        for waiter in leaving {
            let removed = queue.remove(tickets[waiter])?.waiter
            #expect(removed == waiter)
        }
        let count = queue.count
        #expect(count == 5 - leaving.count)
        let rest = drain(&queue)
        #expect(rest == (0..<5).filter { !leaving.contains($0) })
    }

    @Test("a ticket works once, also when its place has a new waiter")
    func tickets() {
        var queue = WaiterQueue<Int>()
        let old = queue.append(1, enqueued: time(0), deadline: .never)
        let popped = queue.popFirst()?.waiter
        #expect(popped == 1)
        let new = queue.append(2, enqueued: time(0), deadline: .never)
        let late = queue.remove(old)?.waiter
        #expect(late == nil)
        let present = queue.remove(new)?.waiter
        #expect(present == 2)
        let again = queue.remove(new)?.waiter
        #expect(again == nil)
    }

    @Test("a ticket of another queue is refused")
    func strangeTicket() {
        var long = WaiterQueue<Int>()
        let tickets = (0..<3).map { long.append($0, enqueued: time(0), deadline: .never) }
        var short = WaiterQueue<Int>()
        let removed = short.remove(tickets[2])?.waiter
        #expect(removed == nil)
    }

    @Test("memory follows those who wait now, not those who ever waited")
    func memory() {
        var queue = WaiterQueue<Int>()
        for round in 0..<10_000 {
            let leaver = queue.append(round, enqueued: time(0), deadline: .never)
            _ = queue.append(-round, enqueued: time(0), deadline: .never)
            _ = queue.remove(leaver)
            if round % 2 == 1 { _ = drain(&queue) }
        }
        let small = queue.placeCount
        #expect(small <= 4)
        for waiter in 0..<5000 { _ = queue.append(waiter, enqueued: time(0), deadline: .never) }
        let large = queue.placeCount
        #expect(large == 5000)
        _ = drain(&queue)
        let emptied = queue.placeCount
        #expect(emptied == 0)
        _ = queue.append(7, enqueued: time(0), deadline: .never)
        let rest = drain(&queue)
        #expect(rest == [7])
    }

    @Test("takes out exactly those whose time is up, and knows the next deadline")
    func expiry() {
        var queue = WaiterQueue<Int>()
        for (waiter, deadline) in [(0, 50), (1, 20), (2, 90), (3, 20), (4, 51)] {
            _ = queue.append(waiter, enqueued: time(0), deadline: time(Int64(deadline)))
        }
        let earliest = queue.earliestDeadline
        #expect(earliest == time(20))
        let early = queue.removeExpired(now: time(19)).map(\.waiter)
        #expect(early == [])
        let expired = queue.removeExpired(now: time(50)).map(\.waiter)
        #expect(expired == [0, 1, 3])
        let next = queue.earliestDeadline
        #expect(next == time(51))
        let rest = drain(&queue)
        #expect(rest == [2, 4])
        let none = queue.earliestDeadline
        #expect(none == .never)
    }

    @Test("a long queue whose waiters all time out at once is emptied", arguments: [1, 300])
    func expiryOfAll(count: Int) {
        var queue = WaiterQueue<Int>()
        for waiter in 0..<count { _ = queue.append(waiter, enqueued: time(0), deadline: time(5)) }
        let expired = queue.removeExpired(now: time(5)).map(\.waiter)
        #expect(expired == Array(0..<count))
        let isEmpty = queue.isEmpty
        #expect(isEmpty)
    }

    @Test("agrees with a plain array over a random walk", arguments: [UInt64(1), .random(in: 2...UInt64(UInt32.max))])
    func randomWalk(seed: UInt64) {
        var random = SplitMix64(state: seed)
        var queue = WaiterQueue<Int>()
        var model: [(waiter: Int, deadline: Int64, ticket: PoolTicket)] = []
        for step in 0..<20_000 {
            switch random.next() % 8 {
            case 0...3:
                let deadline = Int64(step) + Int64(random.next() % 100)
                model.append((step, deadline, queue.append(step, enqueued: time(0), deadline: time(deadline))))
            case 4...5:
                let popped = queue.popFirst()?.waiter
                #expect(popped == (model.isEmpty ? nil : model.removeFirst().waiter), "seed \(seed) step \(step)")
            case 6 where !model.isEmpty:
                let chosen = model.remove(at: Int(random.next() % UInt64(model.count)))
                let removed = queue.remove(chosen.ticket)?.waiter
                #expect(removed == chosen.waiter, "seed \(seed) step \(step)")
            default:
                let expired = queue.removeExpired(now: time(Int64(step))).map(\.waiter)
                #expect(expired == model.filter { $0.deadline <= step }.map(\.waiter), "seed \(seed) step \(step)")
                model.removeAll { $0.deadline <= step }
            }
            let count = queue.count
            #expect(count == model.count, "seed \(seed) step \(step)")
            guard count == model.count else { return }
        }
    }
}
