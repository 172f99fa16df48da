import PostgresWire
import Testing

@testable import PostgresDriver

@Suite("What waits for a listener")
struct NotificationBufferTests {
    private func event(_ number: Int) -> PostgresNotificationEvent {
        .notification(PostgresNotification(processID: 1, channel: "c", payload: "\(number)"))
    }

    private func drain(_ buffer: inout NotificationBuffer) -> [PostgresNotificationEvent] {
        var events: [PostgresNotificationEvent] = []
        while let event = buffer.popFirst() { events.append(event) }
        return events
    }

    @Test("events come out in their order", arguments: [1, 2, 7, 100])
    func order(_ count: Int) {
        var buffer = NotificationBuffer(capacity: 100)
        for number in 0..<count { buffer.append(event(number)) }
        #expect(buffer.count == count)
        #expect(drain(&buffer) == (0..<count).map(event))
        #expect(buffer.count == 0)
    }

    @Test(
        "when it is full, a gap takes the place of the oldest",
        arguments: [(1, 2), (1, 50), (3, 4), (3, 100), (64, 1000)])
    func overflow(_ capacity: Int, _ count: Int) {
        var buffer = NotificationBuffer(capacity: capacity)
        for number in 0..<count { buffer.append(event(number)) }
        #expect(buffer.count == capacity + 1)
        #expect(drain(&buffer) == [.gap(.overflow)] + (count - capacity..<count).map(event))
    }

    @Test("an overflow is told once, and again after the next one")
    func again() {
        var buffer = NotificationBuffer(capacity: 2)
        for number in 0..<3 { buffer.append(event(number)) }
        #expect(buffer.popFirst() == .gap(.overflow))
        #expect(buffer.popFirst() == event(1))
        buffer.append(event(3))
        #expect(buffer.popFirst() == event(2))
        for number in 4..<7 { buffer.append(event(number)) }
        #expect(drain(&buffer) == [.gap(.overflow), event(5), event(6)])
    }

    @Test("gaps with nothing between them are one")
    func gaps() {
        var buffer = NotificationBuffer(capacity: 10)
        for _ in 0..<5 { buffer.append(.gap(.reconnected)) }
        buffer.append(event(1))
        buffer.append(.gap(.reset))
        #expect(drain(&buffer) == [.gap(.reconnected), event(1), .gap(.reset)])
        buffer.append(.gap(.reset))
        #expect(drain(&buffer) == [.gap(.reset)])
    }

    @Test("a size that makes no sense is at least one", arguments: [Int.min, -1, 0])
    func smallest(_ capacity: Int) {
        var buffer = NotificationBuffer(capacity: capacity)
        buffer.append(event(1))
        buffer.append(event(2))
        #expect(drain(&buffer) == [.gap(.overflow), event(2)])
    }

    @Test("any order of adding and taking agrees with a plain array")
    func model() {
        var generator = SystemRandomNumberGenerator()
        for capacity in [1, 2, 5, 33] {
            var buffer = NotificationBuffer(capacity: capacity)
            var model: [Int] = []
            var hasOverflowed = false
            for number in 0..<5_000 {
                if Bool.random(using: &generator) || number % 700 < 80 {
                    buffer.append(event(number))
                    model.append(number)
                    if model.count > capacity {
                        model.removeFirst()
                        hasOverflowed = true
                    }
                } else if hasOverflowed {
                    #expect(buffer.popFirst() == .gap(.overflow))
                    hasOverflowed = false
                } else {
                    #expect(buffer.popFirst() == (model.isEmpty ? nil : event(model.removeFirst())))
                }
                #expect(buffer.count == model.count + (hasOverflowed ? 1 : 0))
            }
        }
    }
}
