/// How a query travels to the server and what of it is kept there.
///
/// | mode | round trips | kept on the server | for |
/// | --- | --- | --- | --- |
/// | ``cachedStatement`` | 2, then 1 | a named statement | servers, and poolers in session mode |
/// | ``cachedDescription`` | 2, then 1 | nothing | poolers in transaction mode |
/// | ``describedEachTime`` | 2 | nothing | the same, where schemas change all the time |
/// | ``unnamed`` | 1 | nothing | the same; parameters travel as text |
/// | ``simple`` | 1 | nothing | proxies that know the simple protocol only |
///
/// PostgreSQL: Message Flow, Extended Query and Simple Query.
public enum PostgresExecutionMode: String, Hashable, Sendable, CaseIterable {
    /// Each text is prepared once on each connection and kept, up to the cache's capacity.
    case cachedStatement = "cache_statement"
    /// The types of parameters are asked for once on each connection and kept; the statement itself is parsed anew
    /// each time.
    case cachedDescription = "cache_describe"
    /// The types of parameters are asked for each time.
    case describedEachTime = "describe_exec"
    /// Nothing is asked for: parameters are sent as text, of a type that the server infers.
    ///
    /// Where the server has no binary form of a value, as of an `aclitem`, the query fails and is sent once more, asking
    /// for text. In a transaction, a batch or a `CALL` it stays failed, with the error 42883 (`undefinedFunction`): cast
    /// such values to text there. Types that are not built in are known only where the connection has met them in
    /// another mode.
    case unnamed = "exec"
    /// The simple protocol: parameters are written into the text as quoted literals, values come as text.
    case simple = "simple_protocol"
}
