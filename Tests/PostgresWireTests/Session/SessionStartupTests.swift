import PostgresWire
import Testing

@Suite("Session: startup")
struct SessionStartupTests {
    private static let key = BackendKeyData(processID: 7, secretKey: [1, 2, 3, 4])
    private static let longKey = BackendKeyData(processID: 7, secretKey: Array(repeating: 9, count: 32))
    private static let oldOffer = BackendMessage.negotiateProtocolVersion(offer(ProtocolVersion.v3_0))
    private static func offer(_ version: ProtocolVersion) -> NegotiateProtocolVersion {
        NegotiateProtocolVersion(newestMinor: Int32(version.rawValue), unrecognizedOptions: [])
    }

    static let violations: [(String, ProtocolVersion, [BackendMessage])] = [
        ("ready before authentication", .v3_0, [Sample.ready]),
        ("a key before authentication", .v3_0, [.backendKeyData(key)]),
        ("authenticated twice", .v3_0, [.authentication(.ok), .authentication(.ok)]),
        ("a password asked for afterwards", .v3_0, [.authentication(.ok), .authentication(.cleartextPassword)]),
        ("a row", .v3_0, [.authentication(.ok), Sample.row(1)]),
        ("a result's columns", .v3_0, [.authentication(.ok), .rowDescription(Sample.columns(1))]),
        ("a command's end", .v3_0, [.authentication(.ok), Sample.done]),
        ("ParseComplete", .v3_0, [.authentication(.ok), .parseComplete]),
        ("a notification", .v3_0, [.notificationResponse(.init(processID: 1, channel: "a", payload: ""))]),
        ("COPY", .v3_0, [.authentication(.ok), .copyInResponse(Sample.copy)]),
        ("an offer that nobody asked for", .v3_0, [oldOffer]),
        ("two offers", .v3_2, [oldOffer, oldOffer]),
        ("an offer after authentication", .v3_2, [.authentication(.ok), oldOffer]),
        (
            "an offer of more than was asked for", .v3_2,
            [.negotiateProtocolVersion(offer(ProtocolVersion(major: 3, minor: 3)))]
        ),
        (
            "an offer of another protocol", .v3_2,
            [.negotiateProtocolVersion(offer(ProtocolVersion(major: 2, minor: 0)))]
        ),
        ("a long key in protocol 3.0", .v3_0, [.authentication(.ok), .backendKeyData(longKey)]),
        ("a long key after an offer of 3.0", .v3_2, [oldOffer, .authentication(.ok), .backendKeyData(longKey)]),
    ]

    @Test("messages out of order are refused", arguments: violations)
    func violation(_ what: String, _ version: ProtocolVersion, _ messages: [BackendMessage]) throws {
        var probe = try SessionProbe(version: version)
        let last = try #require(messages.last)
        let before = try probe.feed(messages.dropLast())
        #expect(before.isEmpty)
        var error: WireError?
        do { _ = try probe.feed([last]) } catch { #expect(error is WireError) }
        do { _ = try probe.feed([Sample.ready]) } catch let after as WireError { error = after }
        #expect(error == .unexpectedMessage("ReadyForQuery", state: "failed"), "\(what)")
    }

    @Test("notices and parameters may come before authentication, and a server may send no key")
    func asides() throws {
        var probe = try SessionProbe()
        let status = BackendMessage.parameterStatus(.init(name: "odd.name", value: ""))
        let events = try probe.feed([
            .noticeResponse(Sample.notice), status, .authentication(.ok), status, .noticeResponse(Sample.notice),
            Sample.ready,
        ])
        let statusEvent = SessionEvent.parameterStatus(name: "odd.name", value: "")
        #expect(events == [.notice(Sample.notice), statusEvent, statusEvent, .notice(Sample.notice), .ready])
        let parameters = probe.session.parameters
        let key = probe.session.cancelKey
        #expect(parameters["odd.name"] == "" && key == nil)
    }

    @Test("protocol 3.2 has long keys, and an older server may offer 3.0")
    func negotiation() throws {
        var newer = try SessionProbe(version: .v3_2)
        #expect(try newer.feed([.authentication(.ok), .backendKeyData(Self.longKey), Sample.ready]) == [.ready])
        let longKey = newer.session.cancelKey
        #expect(longKey == Self.longKey)
        var older = try SessionProbe(version: .v3_2)
        #expect(
            try older.feed([Self.oldOffer, .authentication(.ok), .backendKeyData(Self.key), Sample.ready]) == [.ready])
        let key = older.session.cancelKey
        #expect(key == Self.key)
    }

    @Test("an error ends startup, whatever its severity", arguments: [Sample.error, Sample.fatal])
    func refused(_ report: ServerReport) throws {
        var probe = try SessionProbe()
        #expect(try probe.feed([.errorResponse(report)]) == [.closing(report)])
        let fatal = probe.session.fatalReport
        #expect(fatal == report)
    }

    @Test("a password is sent when it is asked for")
    func password() throws {
        var probe = try SessionProbe()
        #expect(try probe.feed([.authentication(.md5Password(salt: [1, 2, 3, 4]))]).isEmpty)
        #expect(probe.sent() == ["PasswordMessage"])
        #expect(try probe.feed([.authentication(.ok), Sample.ready]) == [.ready])
    }

    @Test("parameters beyond the limit are not remembered")
    func parameterLimit() throws {
        var probe = try SessionProbe.running()
        for index in 0..<400 {
            _ = try probe.feed([.parameterStatus(.init(name: "p\(index)", value: "x"))])
        }
        _ = try probe.feed([.parameterStatus(.init(name: "p1", value: "new"))])
        let parameters = probe.session.parameters
        #expect(parameters.names.count == Limits().serverParameters)
        #expect(parameters["p1"] == "new")
    }
}
