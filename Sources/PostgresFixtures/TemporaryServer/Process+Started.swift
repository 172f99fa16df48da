package import Foundation

extension Process {
    private static let starting = NSLock()

    /// A process that runs, and what `prepare`, which sets its program and makes its pipes, returned.
    ///
    /// One at a time: on Linux Foundation makes a list of the descriptors that a child must close, so a child that is
    /// started while another's pipe is made would hold that pipe open, and whoever reads from it would wait for both.
    package static func started<Result>(_ prepare: (Process) throws -> Result) throws -> (Process, Result) {
        try starting.withLock {
            let process = Process()
            let result = try prepare(process)
            try process.run()
            return (process, result)
        }
    }
}
