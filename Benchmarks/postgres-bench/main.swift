import Foundation

// Top-level code is isolated to the main actor; everything that is measured runs in functions that are not.
// The command binds itself to a CPU in `init`, while there is no second thread yet.
let command = BenchmarkCommand(arguments: Array(CommandLine.arguments.dropFirst()))
if let code = command.runOnThisThread() { exit(code) }
exit(await command.run())
