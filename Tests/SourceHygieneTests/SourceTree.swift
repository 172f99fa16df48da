import Foundation

/// The package as it lies on the disk: every file, and the Swift sources read.
struct SourceTree: Sendable {
    /// Names at the top of the package.
    let topLevel: [String]
    /// Every file's path relative to the package; build products and version control left out.
    let paths: [String]
    /// Swift files below `Sources`, taken apart.
    let sources: [SourceText]
    /// All text files of reasonable size, as they are.
    let texts: [(path: String, text: String)]

    static let package = SourceTree(root: packageRoot())

    private init(root: URL) {
        let files = FileManager.default
        topLevel = ((try? files.contentsOfDirectory(atPath: root.path)) ?? []).sorted()
        var paths: [String] = []
        var pending = topLevel.filter { ![".build", ".git", ".swiftpm"].contains($0) }
        while let path = pending.popLast() {
            let children = try? files.contentsOfDirectory(atPath: root.appendingPathComponent(path).path)
            guard let children else {
                paths.append(path)
                continue
            }
            // A package inside the package (the downstream one) has build products of its own.
            pending += children.filter { $0 != ".build" }.map { path + "/" + $0 }
        }
        self.paths = paths.sorted()
        var texts: [(path: String, text: String)] = []
        for path in self.paths {
            let url = root.appendingPathComponent(path)
            let size = (try? url.resourceValues(forKeys: [.fileSizeKey]))?.fileSize ?? 0
            guard size < 1 << 20, let text = try? String(contentsOf: url, encoding: .utf8) else { continue }
            texts.append((path, text))
        }
        self.texts = texts
        sources = texts.filter { $0.path.hasPrefix("Sources/") && $0.path.hasSuffix(".swift") }.map {
            SourceText(path: $0.path, text: $0.text)
        }
    }

    /// The nearest folder above this file that holds a manifest.
    private static func packageRoot() -> URL {
        var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        while folder.path != "/" {
            if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) { break }
            folder.deleteLastPathComponent()
        }
        return folder
    }
}

/// A rule that a file breaks.
struct Violation: Hashable, CustomStringConvertible, Sendable {
    var path: String
    var line: Int
    var problem: String

    var description: String { "\(path):\(line): \(problem)" }
}
