#if os(Linux)
import Dispatch
import Foundation
import PostgresFixtures
import Synchronization
import Testing

@Suite("Processes started at once")
struct ProcessStartTests {
    @Test("hold none of each other's pipes")
    func pipes() async {
        let held = Mutex<Set<Int>>([])
        await withCheckedContinuation { continuation in
            let threads = DispatchGroup()
            for _ in 0..<6 {
                threads.enter()
                Thread {
                    var pipes: [Pipe] = []  // what is open pushes the next ones to numbers that were not used before
                    for _ in 0..<60 {
                        guard let (process, pipe) = try? Self.list() else { continue }
                        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                        process.waitUntilExit()
                        _ = held.withLock { $0.insert(text.matches(of: /-> pipe:/).count) }
                        pipes.append(pipe)
                    }
                    threads.leave()
                }.start()
            }
            threads.notify(queue: .global()) { continuation.resume() }
        }
        #expect(held.withLock { $0 } == [1])
    }

    /// A child that prints the descriptors it has.
    private static func list() throws -> (Process, Pipe) {
        try Process.started { process in
            let pipe = Pipe()
            process.executableURL = URL(fileURLWithPath: "/bin/ls")
            process.arguments = ["-l", "/proc/self/fd"]
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = pipe
            process.standardError = FileHandle.nullDevice
            return pipe
        }
    }
}
#endif
