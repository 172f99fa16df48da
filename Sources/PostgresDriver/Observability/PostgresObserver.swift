/// Sees operations begin and end, for logs, traces and metrics.
///
///     struct Tracing: PostgresObserver {
///         func begin(_ operation: PostgresOperation) -> PostgresObserver.Ending? {
///             let span = tracer.startSpan(operation.spanName, attributes: operation.attributes)
///             return { result in span.end(attributes: result.attributes) }
///         }
///     }
///
/// Given to a connection or a client when it is made. Where there is none, nothing is measured and nothing is
/// allocated. Parameter values are never shown; SQL texts are shown as they were written.
///
/// Both methods run in the way of the query, so they must be quick and must not wait.
public protocol PostgresObserver: Sendable {
    /// Receives what an operation came to; called once, on any thread.
    typealias Ending = @Sendable (PostgresOperationResult) -> Void

    /// An operation begins, in the task that asked for it.
    ///
    /// - Returns: what is to be told of its end; nil where that is of no interest.
    func begin(_ operation: PostgresOperation) -> Ending?
}

/// Several observers as one.
public struct PostgresObservers: PostgresObserver {
    private let observers: [any PostgresObserver]

    /// All of these, in order; they are told of an end in the opposite order, so that spans nest.
    public init(_ observers: [any PostgresObserver]) { self.observers = observers }

    /// Tells all of them.
    public func begin(_ operation: PostgresOperation) -> Ending? {
        let endings = observers.compactMap { $0.begin(operation) }
        guard let first = endings.first else { return nil }
        if endings.count == 1 { return first }
        return { result in
            for ending in endings.reversed() { ending(result) }
        }
    }
}
