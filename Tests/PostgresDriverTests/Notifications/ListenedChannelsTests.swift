import PostgresWire
import Testing

@testable import PostgresDriver

@Suite("The channels of a session")
struct ListenedChannelsTests {
    private let name: ChannelName
    private let other: ChannelName

    init() throws {
        name = try ChannelName("a")
        other = try ChannelName("b")
    }

    @Test("the first listener makes the server listen, the last one ends it")
    func counted() {
        var channels = ListenedChannels<String>()
        let first = channels.add("first", on: name)
        #expect(!channels.isListening(on: name))
        channels.confirm(name, channels.asked(for: name))
        #expect(channels.isListening(on: name))
        let second = channels.add("second", on: name)
        #expect(channels.isListening(on: name) && channels.listeners(on: "a") == ["first", "second"])
        channels.remove(first, on: name)
        #expect(channels.nextCommand == nil && !channels.isDue && channels.hasListeners)
        channels.remove(second, on: name)
        #expect(channels.nextCommand == .unlisten(name) && !channels.hasListeners && !channels.isEmpty)
        _ = channels.sent(.unlisten(name))
        #expect(channels.nextCommand == nil && channels.isEmpty)
    }

    @Test("a listener that comes before UNLISTEN was sent needs no new LISTEN")
    func revived() {
        var channels = ListenedChannels<String>()
        let first = channels.add("first", on: name)
        channels.confirm(name, channels.asked(for: name))
        channels.remove(first, on: name)
        _ = channels.add("second", on: name)
        #expect(channels.isListening(on: name) && channels.nextCommand == nil)
    }

    @Test("a listener that comes after UNLISTEN was sent needs a LISTEN behind it")
    func late() {
        var channels = ListenedChannels<String>()
        let first = channels.add("first", on: name)
        channels.confirm(name, channels.asked(for: name))
        channels.remove(first, on: name)
        _ = channels.sent(.unlisten(name))
        _ = channels.add("second", on: name)
        #expect(!channels.isListening(on: name))
        let number = channels.asked(for: name)
        // UNLISTEN turns out to be doubtful: nothing is certain any more, and somebody wants the channel.
        channels.doubt(name)
        channels.confirm(name, number)
        #expect(!channels.isListening(on: name) && channels.nextCommand == .listenAgain(name))
    }

    @Test("a LISTEN whose listener has gone is undone")
    func abandoned() {
        var channels = ListenedChannels<String>()
        let first = channels.add("first", on: name)
        let number = channels.asked(for: name)
        channels.remove(first, on: name)
        #expect(channels.nextCommand == .unlisten(name))
        channels.confirm(name, number)
        #expect(channels.nextCommand == .unlisten(name))
    }

    @Test("a listener that never was listened for leaves nothing behind")
    func unsent() {
        var channels = ListenedChannels<String>()
        channels.remove(channels.add("first", on: name), on: name)
        #expect(channels.isEmpty && channels.nextCommand == nil)
        channels.remove(17, on: other)
        #expect(channels.isEmpty)
    }

    @Test("an old answer does not confirm a newer LISTEN")
    func stale() {
        var channels = ListenedChannels<String>()
        _ = channels.add("first", on: name)
        let old = channels.asked(for: name)
        let new = channels.asked(for: name)
        channels.confirm(name, old)
        #expect(!channels.isListening(on: name))
        channels.confirm(name, new)
        #expect(channels.isListening(on: name))
    }

    @Test("after a reset of the session, what somebody wants is listened on again, and nothing else")
    func reset() {
        var channels = ListenedChannels<String>()
        _ = channels.add("first", on: name)
        channels.confirm(name, channels.asked(for: name))
        let second = channels.add("second", on: other)
        channels.confirm(other, channels.asked(for: other))
        channels.remove(second, on: other)
        channels.sessionWasReset()
        #expect(channels.nextCommand == .listenAgain(name))
        // A further listener asks for itself, but the first one still has to be told of the gap.
        _ = channels.add("third", on: name)
        #expect(channels.nextCommand == .listenAgain(name))
        channels.confirm(name, channels.sent(.listenAgain(name)))
        #expect(channels.isListening(on: name) && channels.nextCommand == nil)
    }

    @Test(
        "names that no channel can have are refused", arguments: ["", String(repeating: "x", count: 64), "a\0b", "\0"])
    func badNames(_ text: String) {
        #expect { try ChannelName(text) } throws: { error in
            let error = error as? PostgresError
            return error?.code == .invalidQuery && error?.nothingWasSent == true
                && error?.message.hasPrefix("the name of the channel ") == true
        }
    }

    static let quoted = [
        ("plain", #"LISTEN "plain""#), ("Upper", #"LISTEN "Upper""#),
        (#"a"; DROP TABLE x; --"#, #"LISTEN "a""; DROP TABLE x; --""#),
        ("$1", #"LISTEN "$1""#), ("a\nb", "LISTEN \"a\nb\""), (#"""#, #"LISTEN """""#),
        (String(repeating: "ä", count: 31), #"LISTEN ""# + String(repeating: "ä", count: 31) + #"""#),
    ]

    @Test("names are quoted as identifiers", arguments: quoted)
    func quoting(_ text: String, _ command: String) throws {
        let name = try ChannelName(text)
        #expect(name.listenCommand == command && name.unlistenCommand == "UN" + command)
    }
}
