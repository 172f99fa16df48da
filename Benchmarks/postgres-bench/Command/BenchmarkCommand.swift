import Foundation

/// The command: parses, prepares a server, runs every (workload, driver, run) in a process of its own, reports.
struct BenchmarkCommand: Sendable {
    private let parsed: Result<Options, UsageError>
    private let child: ChildMain?

    /// Parses the command line and binds this process, and all that it will start, to the CPU asked for.
    init(arguments: [String]) {
        child = arguments == [ChildProcess.argument] ? ChildMain() : nil
        do {
            let options = child == nil ? try OptionsParser.parse(arguments) : Options()
            if let cpu = options.cpu { try CPUAffinity.bind(to: cpu) }
            parsed = .success(options)
        } catch {
            parsed = .failure(error)
        }
    }

    /// Measures what blocks, while this process has no second thread, which would make malloc slower; nil when there
    /// is nothing of that kind to do.
    func runOnThisThread() -> Int32? { child?.measureBlocking() }

    /// Does what the command line asks for, and returns the exit code.
    @concurrent func run() async -> Int32 {
        if let child { return await child.measure() }
        do {
            let options = try parsed.get()
            if options.help {
                print(HelpText.help, terminator: "")
            } else if options.list {
                print(HelpText.list, terminator: "")
            } else {
                return try await measure(options)
            }
            return ExitCode.ok
        } catch let error as UsageError {
            Console.error("\(error)")
            return ExitCode.usage
        } catch let error as BenchmarkError {
            Console.error("\(error)")
            return error.exitCode
        } catch {
            Console.error("\(error)")
            return ExitCode.failure
        }
    }

    private func measure(_ options: Options) async throws -> Int32 {
        if let directory = options.record {
            try await Recordings.record(into: directory, options)
            return ExitCode.ok
        }
        let interruption = Interruption()
        var reports = try Reports(options)
        let target = try await Target.choose(options, interruption)
        var failed = false
        do {
            let selected = try select(options, target)
            if target.recordings == nil {
                try await BenchmarkSchema.create(for: selected, rows: options.rows, on: target)
            }
            failed = try run(selected, options, target, interruption, &reports)
        } catch {
            await cleanUp(target)
            throw error
        }
        await cleanUp(target)
        try reports.finish()
        return failed ? ExitCode.failure : ExitCode.ok
    }

    /// The workloads to run: those asked for, else all that are possible.
    private func select(_ options: Options, _ target: Target) throws -> [Workload] {
        guard target.recordings != nil else {
            return options.workloads.isEmpty ? Workload.available : options.workloads
        }
        for workload in options.workloads {
            if let reason = workload.whyNotRecorded {
                throw UsageError(description: "\(workload.rawValue) needs a server; there is \(reason)")
            }
        }
        return (options.workloads.isEmpty ? Workload.available : options.workloads).filter { $0.whyNotRecorded == nil }
    }

    private func cleanUp(_ target: Target) async {
        Console.clearProgress()
        if target.recordings == nil { await BenchmarkSchema.drop(from: target) }
        await target.stop()
    }

    /// Runs everything, the drivers taking turns; returns whether a run failed.
    private func run(
        _ workloads: [Workload], _ options: Options, _ target: Target, _ interruption: Interruption,
        _ reports: inout Reports
    ) throws -> Bool {
        var failed = false
        var done = 0
        let drivers = options.drivers
        let total = workloads.map { workload in drivers.count { $0.runs(workload) } }.reduce(0, +) * options.runs
        for workload in workloads {
            let drivers = drivers.filter { $0.runs(workload) }
            for run in 0..<options.runs {
                // Each run begins with another driver, so that none is always first.
                for index in drivers.indices {
                    let driver = drivers[(index + run) % drivers.count]
                    done += 1
                    Console.progress("[\(done)/\(total)] \(workload.rawValue) \(driver.rawValue)")
                    let request = ChildRequest(
                        workload: workload, driver: driver, url: target.url, seconds: options.seconds,
                        connections: options.connections, tasks: options.tasks, rows: options.rows,
                        fixture: target.recordings.map { Recordings.path(workload, in: $0) } ?? "")
                    do {
                        let measurement = try ChildProcess.run(request, interruption)
                        let record = RunRecord(
                            workload: workload, driver: driver, mode: target.mode, server: target.serverVersion,
                            measurement: measurement)
                        try reports.add(record)
                    } catch let error as BenchmarkError where error.isOfOneRun {
                        Console.error("\(workload.rawValue) with \(driver.rawValue): \(error)")
                        failed = true
                    }
                }
            }
        }
        return failed
    }
}
