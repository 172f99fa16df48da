import Foundation

/// The sockets of this process that are connected to a port of this machine.
enum OpenSockets {
    /// How many there are; nil where the system does not say.
    static func count(to port: Int) -> Int? {
        // As a String it would be the first page of it.
        guard let bytes = try? FileHandle(forReadingAtPath: "/proc/self/net/tcp")?.readToEnd(),
            let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        else { return nil }
        let own = Set(
            descriptors.compactMap { descriptor in
                try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
            })
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst().count { line in
            let fields = line.split(separator: " ")
            guard fields.count > 9, let remote = fields[2].split(separator: ":").last else { return false }
            return Int(remote, radix: 16) == port && own.contains("socket:[\(fields[9])]")
        }
    }

    /// Waits up to ten seconds until there are no more than `most`, and returns how many there are.
    static func settled(at most: Int, to port: Int) async throws -> Int? {
        for _ in 0..<500 {
            guard let count = count(to: port), count > most else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        return count(to: port)
    }
}
