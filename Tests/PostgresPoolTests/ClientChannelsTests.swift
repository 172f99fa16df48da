import Testing

@testable import PostgresPool

@Suite("The channels of a client")
struct ClientChannelsTests {
    typealias Channels = ClientChannels<String, String, Int>

    /// A connection as its caller sees it.
    private struct Connection {
        var active: Set<String> = []

        mutating func steps(_ channels: inout Channels) -> [Channels.Step] {
            var steps: [Channels.Step] = []
            while let step = channels.next(isActive: { [active] in active.contains($0) }) {
                switch step {
                case .listen(let name): active.insert(name)
                case .unlisten(let name): active.remove(name)
                case .establish: break
                }
                steps.append(step)
            }
            return steps
        }
    }

    private func add(_ channels: inout Channels, _ listener: String, on name: String, waiter: Int) -> UInt64 {
        let number = channels.number()
        channels.add(listener, number, on: name, waiter)
        return number
    }

    @Test("the first listener of a channel has the server listen, the last one ends that")
    func counted() {
        var channels = Channels()
        var connection = Connection()
        channels.connected()
        let first = add(&channels, "first", on: "a", waiter: 1)
        #expect(connection.steps(&channels) == [.listen("a")])
        #expect(channels.established("a").waiters == [1])
        let second = add(&channels, "second", on: "a", waiter: 2)
        #expect(connection.steps(&channels) == [.establish("a")])
        let (waiters, former) = channels.established("a")
        #expect(waiters == [2] && former == ["first"])
        #expect(channels.listeners(on: "a") == ["first", "second"] && channels.count == 2)
        #expect(channels.remove(first) == nil)
        #expect(connection.steps(&channels) == [.establish("a")])
        #expect(channels.remove(second) == nil)
        #expect(connection.steps(&channels) == [.unlisten("a")] && channels.isEmpty)
    }

    @Test("after the connection was lost everything is listened on again, and former listeners are known")
    func lost() {
        var channels = Channels()
        var connection = Connection()
        channels.connected()
        _ = add(&channels, "first", on: "a", waiter: 1)
        _ = connection.steps(&channels)
        _ = channels.established("a")
        _ = add(&channels, "second", on: "a", waiter: 2)
        _ = add(&channels, "third", on: "b", waiter: 3)
        connection = Connection()
        channels.connected()
        #expect(Set(connection.steps(&channels).map { "\($0)" }) == [#"listen("a")"#, #"listen("b")"#])
        let (waiters, former) = channels.established("a")
        #expect(waiters == [2] && former == ["first"])
        #expect(channels.established("b").former.isEmpty)
    }

    @Test("who goes before the server listens is not waited for, and takes its task along")
    func gone() {
        var channels = Channels()
        var connection = Connection()
        let number = add(&channels, "first", on: "a", waiter: 1)
        #expect(channels.remove(number) == 1)
        #expect(channels.remove(number) == nil)
        #expect(connection.steps(&channels).isEmpty && channels.isEmpty && channels.count == 0)
        #expect(channels.established("a").waiters.isEmpty)
    }

    @Test("a refusal concerns new listeners, of one channel or of all")
    func refused() {
        var channels = Channels()
        _ = add(&channels, "old", on: "a", waiter: 1)
        _ = channels.established("a")
        _ = add(&channels, "new", on: "a", waiter: 2)
        _ = add(&channels, "new", on: "b", waiter: 3)
        #expect(channels.refuse("a") == [2] && channels.listeners(on: "a") == ["old"])
        #expect(channels.refuse() == [3] && channels.listeners(on: "b").isEmpty)
        #expect(channels.allListeners == ["old"] && channels.count == 1)
    }
}
