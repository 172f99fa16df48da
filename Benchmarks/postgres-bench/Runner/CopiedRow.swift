import Foundation

/// A row of `copy_in` and `copy_out`, as the application has it.
struct CopiedRow: Sendable {
    var id: Int32
    var big: Int64
    var text: String
    var number: Double
    var time: Date

    /// The row of a number, from 1 on.
    init(_ index: Int) {
        id = Int32(truncatingIfNeeded: index)
        big = Int64(index) * 7
        let digits = String(index)
        text = "row number " + String(repeating: "0", count: max(0, 9 - digits.utf8.count)) + digits
        number = Double(index) / 3
        time = Date(timeIntervalSince1970: 1_704_067_200 + Double(index))
    }

    /// The rows from 1 to a number.
    static func all(_ count: Int) -> [CopiedRow] { (0..<count).map { CopiedRow($0 + 1) } }

    /// How many rows a recording has.
    static let recorded = 200

    /// The columns of a table of such rows.
    static let columns = "(id int4, big int8, txt text, f float8, ts timestamptz)"

    /// The same rows, made by the server.
    static func query(rows: Int) -> String {
        """
        SELECT i::int4, i::int8 * 7, 'row number ' || lpad(i::text, greatest(9, length(i::text)), '0'), i::float8 / 3,
        '2024-01-01 00:00:00+00'::timestamptz + i * interval '1 second' FROM generate_series(1, \(rows)) i
        """
    }

    /// Says what has arrived in the table of `copy_in`, in one text.
    static let check = """
        SELECT concat_ws('/', count(*), sum(id), sum(big), sum(length(txt)), sum((f * 3)::int8), \
        extract(epoch FROM max(ts))::int8) FROM \(BenchmarkSchema.name).copied
        """

    /// What ``check`` must say.
    static func expected(rows: Int) -> String {
        let sum = rows * (rows + 1) / 2
        // The texts are padded to nine digits.
        let lengths = rows * 20 + max(0, rows - 999_999_999)
        return "\(rows)/\(sum)/\(sum * 7)/\(lengths)/\(sum)/\(1_704_067_200 + rows)"
    }
}

/// What has been read of the rows of `copy_out`, to be compared with what was written.
struct CopiedSum {
    var count = 0
    var ids = 0
    var bigs = 0
    var lengths = 0
    var numbers = 0.0
    var times = 0.0

    /// Whether it is the sum of the rows from 1 to a number.
    func isOf(rows: Int) -> Bool {
        let sum = rows * (rows + 1) / 2
        let third = Double(sum) / 3
        let time = Double(rows) * 1_704_067_200 + Double(sum)
        return count == rows && ids == sum && bigs == sum * 7 && lengths >= rows * 20
            && abs(numbers - third) <= third * 1e-6 && abs(times - time) <= time * 1e-6
    }
}
