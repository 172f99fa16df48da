import Foundation

/// `pgfixture`: records sessions, plays them, shows and checks recordings.
struct FixtureCommand {
    /// How the command ends.
    enum Status: Int32 {
        case success = 0
        /// Something is not as it must be.
        case mismatch = 1
        case usage = 64
        /// A server or a file cannot be reached.
        case unavailable = 69
    }

    /// Why the command ends without success.
    struct Failure: Error {
        var status: Status
        var message: String

        static func usage(_ message: String) -> Failure {
            Failure(status: .usage, message: "\(message); `pgfixture --help` says more")
        }
    }

    static let help = """
        usage: pgfixture record --url URL --output FILE SCRIPT.sql
               pgfixture proxy --listen HOST:PORT --to HOST:PORT --output FILE [--once] [--pauses]
               pgfixture serve FILE --listen HOST:PORT [--once] [--any-statement-names]
               pgfixture show FILE
               pgfixture verify FILE...
               pgfixture --help

        record   runs the statements of a script on a server and writes the session down. A statement ends with a
                 semicolon at the end of a line. The password, if the server asks for one, must be `fixture`.
                 Directives stand on lines of their own in front of a statement:
                   --! simple            simple query protocol from here on
                   --! extended          extended query protocol from here on, the default
                   --! arguments A B ... what $1, $2, ... of the next statement stand for: integers, true, false, NULL,
                                         or 'texts in quotes'
                   --! fails             the next statement must fail
                   --! connect fails     there must be no connection
        proxy    stands between any client program and a server, and writes each session down when it ends: the first
                 to FILE, further ones to FILE-2, FILE-3, ... in front of the file's extension. Requests for encryption
                 are declined, cancel requests are passed on. Marks stand in place of passwords, proofs and signatures,
                 so any password will do. A connection that ends before it answers the request for a password is no
                 session: psql asks its user then, and connects again.
                   --once                end after the first session
                   --pauses              write down how long pauses were
        serve    answers clients from a recording, without a server. A client must send what was recorded; who differs
                 gets an error that shows both sides. With a `password:` in the recording's header clients must know
                 it, else nobody is asked for one.
                   --once                end after the first session
                   --any-statement-names prepared statements may have other names than in the recording
        show     prints a recording without the bytes.
        verify   checks that recordings can be read, that their readable half says what the bytes say, and that they
                 hold no password but the public one and nothing made from another.

        HOST:PORT may be [ADDRESS]:PORT, and the path of a unix socket such as /tmp/.s.PGSQL.5432; port 0 to listen on is
        any free one. proxy and serve print where they listen, and end on SIGINT and SIGTERM.

        exit status: 0 all is well, 1 a mismatch, 64 bad usage, 69 a server or file cannot be reached
        """

    var arguments: [String]

    func run() async -> Status {
        do throws(Failure) {
            var rest = ArgumentReader(arguments.dropFirst())
            switch arguments.first {
            case "record"?: try await RecordCommand(&rest).run()
            case "proxy"?: try await ProxyCommand(&rest).run()
            case "serve"?: try await ServeCommand(&rest).run()
            case "show"?: try ShowCommand(&rest).run()
            case "verify"?: try VerifyCommand(&rest).run()
            case "--help"?, "-h"?, "help"?: print(Self.help)
            case let other?: throw .usage("there is no command `\(other)`")
            case nil: throw .usage("a command is missing")
            }
            return .success
        } catch {
            Self.say(error.message)
            return error.status
        }
    }

    /// Writes a line for people, which is no result.
    static func say(_ text: String) { FileHandle.standardError.write(Data("pgfixture: \(text)\n".utf8)) }
}
