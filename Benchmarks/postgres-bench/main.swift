import Dispatch
import Foundation

// The command binds itself to a CPU in `init`, while there is no second thread yet.
let command = BenchmarkCommand(arguments: Array(CommandLine.arguments.dropFirst()))
if let code = command.runOnThisThread() { exit(code) }
// With `await` this thread would end before the program does, which valgrind does not survive.
Task.detached { exit(await command.run()) }
DispatchSemaphore(value: 0).wait()
