/// What `--help` and `--list` print.
enum HelpText {
    static let help = """
        Measures swift-postgres, alone or beside other drivers.

        usage: postgres-bench [WORKLOAD ...] [options]

        Without a workload it runs all of them. It uses the server of --url or of PGHOST, PGPORT …, else it
        starts a private temporary server from the PostgreSQL programs it finds, else it replays
        recordings: the driver alone, every operation the recorded one, its bytes compared on the way.

          --url URL              the server, as a connection URL
          --replay               replay recorded sessions, without a server
          --fixtures DIR         where the recordings are: DIR/bench
          --record DIR           make the recordings anew on a private server, and do nothing else
          --seconds S            timed part of each run (2)
          --runs N               runs of each workload and driver (3)
          --connections C        connections of a pool (8)
          --tasks T              tasks that share a pool (64)
          --rows N               rows of wide_rows, copy_in and copy_out (1000000)
          --cpu N                bind ourselves, the peers and our temporary server to one CPU
          --executor E           default, eventloop or both
          --multiplex M          off; on and both need a later version
          --compare LIST         other drivers beside ours: libpq, asyncpg, psycopg
          --json FILE|-          one JSON object a run
          --markdown FILE|-      the table as Markdown
          --svg FILE             a bar chart
          --list                 name the workloads
          --help                 this text

        Exit codes: 0 all is well, 1 a run failed, 64 a bad option, 69 no server could be reached.

        """

    static var list: String {
        let width = Workload.available.map(\.rawValue.count).max() ?? 0
        return Workload.available.map { workload in
            let remark = workload.whyNotRecorded.map { " (\($0))" } ?? ""
            return workload.rawValue.padded(to: width) + "  " + workload.summary + remark + "\n"
        }.joined()
    }
}
