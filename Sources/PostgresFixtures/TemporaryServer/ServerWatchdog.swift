import Foundation
import Synchronization

/// A shell that outlives us for a moment: when our end of its pipe closes, it stops the server and removes the directory.
///
/// A pipe closes however a process ends, so nothing is left behind even by `kill -9`.
final class ServerWatchdog: Sendable {
    private let process: Process
    private let directory: URL
    private let pipe: Mutex<FileHandle?>

    /// Reads to the end of its input, then ends the postmaster (immediate shutdown, five seconds, kill) if one is left.
    private static let script = """
        trap '' HUP INT TERM
        while read -r line; do :; done
        pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
        case $pid in
        ''|*[!0-9]*) ;;
        *)
            kill -QUIT "$pid" 2>/dev/null
            n=0
            while [ $n -lt 50 ] && kill -0 "$pid" 2>/dev/null; do sleep 0.1; n=$((n + 1)); done
            kill -KILL "$pid" 2>/dev/null
            ;;
        esac
        n=0
        while [ $n -lt 10 ] && [ -e "$1" ]; do rm -rf -- "$1" 2>/dev/null || sleep 0.1; n=$((n + 1)); done
        """

    /// Starts watching over a directory.
    init(directory: URL) throws {
        let command = ["/bin/sh", "-c", Self.script, "watchdog", directory.path]
        let (process, writing) = try Command.start(command) { process in
            let pipe = Pipe()
            // No other child may hold our end open.
            _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
            process.standardInput = pipe.fileHandleForReading
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            return pipe.fileHandleForWriting
        }
        self.process = process
        self.directory = directory
        self.pipe = Mutex(writing)
    }

    /// Lets the watchdog do its work now, and returns when the directory is gone.
    func dismiss() async {
        pipe.withLock { handle in
            try? handle?.close()
            handle = nil
        }
        let deadline = ContinuousClock.now + .seconds(15)
        while process.isRunning, ContinuousClock.now < deadline { await pause(milliseconds: 5) }
        try? FileManager.default.removeItem(at: directory)
    }

    deinit {
        pipe.withLock { try? $0?.close() }
    }
}
