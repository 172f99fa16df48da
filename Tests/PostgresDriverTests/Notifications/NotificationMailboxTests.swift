import PostgresWire
import Testing

@testable import PostgresDriver

@Suite("A listener's mailbox", .timeLimit(.minutes(4)))
struct NotificationMailboxTests {
    private func event(_ number: Int) -> PostgresNotificationEvent {
        .notification(PostgresNotification(processID: 1, channel: "c", payload: "\(number)"))
    }

    @Test("what was put is taken, then the error is thrown once, then nothing comes")
    func end() async throws {
        let mailbox = NotificationMailbox(capacity: 4)
        mailbox.put(event(1))
        mailbox.finish(PostgresError(.connectionClosed, "gone"))
        mailbox.put(event(2))
        mailbox.finish(nil)
        #expect(try await mailbox.next() == event(1))
        await #expect(throws: PostgresError.self) { try await mailbox.next() }
        #expect(try await mailbox.next() == nil)
        mailbox.put(event(3))
        #expect(try await mailbox.next() == nil)
    }

    @Test("what is discarded is not taken any more")
    func discard() async throws {
        let mailbox = NotificationMailbox(capacity: 4)
        mailbox.put(event(1))
        mailbox.discard()
        #expect(try await mailbox.next() == nil)
    }

    @Test("a task that waits gets what is put, and the end")
    func waiting() async throws {
        let mailbox = NotificationMailbox(capacity: 4)
        let reader = Task {
            var events: [PostgresNotificationEvent] = []
            while let event = try await mailbox.next() { events.append(event) }
            return events
        }
        for number in 0..<3 {
            await Task.yield()
            mailbox.put(event(number))
        }
        await Task.yield()
        mailbox.finish(nil)
        #expect(try await reader.value == (0..<3).map(event))
    }

    @Test("several tasks that wait all hear of the end")
    func allWaiters() async throws {
        let mailbox = NotificationMailbox(capacity: 4)
        let readers = (0..<8).map { _ in Task { try await mailbox.next() } }
        for _ in 0..<20 { await Task.yield() }
        mailbox.finish(nil)
        for reader in readers { #expect(try await reader.value == nil) }
    }

    @Test("a cancelled task stops waiting at once, whenever that happens")
    func cancelled() async throws {
        for round in 0..<60 {
            let mailbox = NotificationMailbox(capacity: 4)
            let reader = Task { () throws(PostgresError) in try await mailbox.next() }
            if round.isMultiple(of: 2) { await Task.yield() }
            reader.cancel()
            if round.isMultiple(of: 3) { mailbox.put(event(1)) }
            // It had the event already, or it was cancelled; it never hangs.
            switch await reader.result {
            case .success(let received): #expect(received == event(1))
            case .failure(let error): #expect((error as? PostgresError)?.code == .cancelled)
            }
        }
    }
}
