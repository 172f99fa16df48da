import Foundation

/// libpq's functions, found when the program runs, so that nobody needs libpq to build the benchmark.
@safe struct LibpqLibrary: @unchecked Sendable {
    typealias Connection = OpaquePointer
    typealias Answer = OpaquePointer
    typealias Text = UnsafePointer<CChar>
    typealias Values = UnsafePointer<UnsafePointer<CChar>?>
    typealias Numbers = UnsafePointer<CInt>

    let connect: @convention(c) (Text) -> Connection?
    let status: @convention(c) (Connection) -> CInt
    let finish: @convention(c) (Connection) -> Void
    let errorMessage: @convention(c) (Connection) -> Text?
    let parameterStatus: @convention(c) (Connection, Text) -> Text?
    let socket: @convention(c) (Connection) -> CInt
    let execute: @convention(c) (Connection, Text) -> Answer?
    let prepare: @convention(c) (Connection, Text, Text, CInt, UnsafePointer<CUnsignedInt>?) -> Answer?
    let executePrepared: @convention(c) (Connection, Text, CInt, Values?, Numbers?, Numbers?, CInt) -> Answer?
    let sendQueryPrepared: @convention(c) (Connection, Text, CInt, Values?, Numbers?, Numbers?, CInt) -> CInt
    let setSingleRowMode: @convention(c) (Connection) -> CInt
    let setNonblocking: @convention(c) (Connection, CInt) -> CInt
    let flush: @convention(c) (Connection) -> CInt
    let consumeInput: @convention(c) (Connection) -> CInt
    let isBusy: @convention(c) (Connection) -> CInt
    let nextResult: @convention(c) (Connection) -> Answer?
    let resultStatus: @convention(c) (Answer?) -> CInt
    let rowCount: @convention(c) (Answer) -> CInt
    let value: @convention(c) (Answer, CInt, CInt) -> UnsafeMutablePointer<CChar>
    let length: @convention(c) (Answer, CInt, CInt) -> CInt
    let clear: @convention(c) (Answer) -> Void
    let putCopyData: @convention(c) (Connection, UnsafeRawPointer, CInt) -> CInt
    let putCopyEnd: @convention(c) (Connection, Text?) -> CInt
    let getCopyData: @convention(c) (Connection, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, CInt) -> CInt
    let freeMemory: @convention(c) (UnsafeMutableRawPointer?) -> Void
    let notifies: @convention(c) (Connection) -> UnsafeMutableRawPointer?
    /// Pipelines came with libpq 14.
    let enterPipelineMode: (@convention(c) (Connection) -> CInt)?
    let pipelineSync: (@convention(c) (Connection) -> CInt)?

    /// The library, opened once; the error says what is missing.
    static let shared = Result { try LibpqLibrary() }

    private init() throws {
        #if canImport(Darwin)
        let names = [
            "libpq.5.dylib", "/opt/homebrew/opt/libpq/lib/libpq.5.dylib", "/usr/local/opt/libpq/lib/libpq.5.dylib",
        ]
        #else
        let names = ["libpq.so.5"]
        #endif
        let found = unsafe names.lazy.compactMap { unsafe dlopen($0, RTLD_NOW | RTLD_LOCAL) }.first
        guard let handle = unsafe found else {
            throw BenchmarkError.runFailed("libpq (\(names[0])) is not installed; on Debian it is the package libpq5")
        }
        func load<Function>(_ name: String) throws -> Function {
            guard let symbol = unsafe dlsym(handle, name) else {
                throw BenchmarkError.runFailed("this libpq has no \(name)")
            }
            return unsafe unsafeBitCast(symbol, to: Function.self)
        }
        unsafe connect = try load("PQconnectdb")
        unsafe status = try load("PQstatus")
        unsafe finish = try load("PQfinish")
        unsafe errorMessage = try load("PQerrorMessage")
        unsafe parameterStatus = try load("PQparameterStatus")
        unsafe socket = try load("PQsocket")
        unsafe execute = try load("PQexec")
        unsafe prepare = try load("PQprepare")
        unsafe executePrepared = try load("PQexecPrepared")
        unsafe sendQueryPrepared = try load("PQsendQueryPrepared")
        unsafe setSingleRowMode = try load("PQsetSingleRowMode")
        unsafe setNonblocking = try load("PQsetnonblocking")
        unsafe flush = try load("PQflush")
        unsafe consumeInput = try load("PQconsumeInput")
        unsafe isBusy = try load("PQisBusy")
        unsafe nextResult = try load("PQgetResult")
        unsafe resultStatus = try load("PQresultStatus")
        unsafe rowCount = try load("PQntuples")
        unsafe value = try load("PQgetvalue")
        unsafe length = try load("PQgetlength")
        unsafe clear = try load("PQclear")
        unsafe putCopyData = try load("PQputCopyData")
        unsafe putCopyEnd = try load("PQputCopyEnd")
        unsafe getCopyData = try load("PQgetCopyData")
        unsafe freeMemory = try load("PQfreemem")
        unsafe notifies = try load("PQnotifies")
        unsafe enterPipelineMode = try? load("PQenterPipelineMode")
        unsafe pipelineSync = try? load("PQpipelineSync")
    }
}

/// libpq's constants that the workloads meet.
enum LibpqStatus {
    static let connectionOK: CInt = 0
    static let commandOK: CInt = 1
    static let tuplesOK: CInt = 2
    static let copyOut: CInt = 3
    static let copyIn: CInt = 4
    static let singleTuple: CInt = 9
    static let pipelineSync: CInt = 10
}
