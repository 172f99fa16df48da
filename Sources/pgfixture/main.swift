import Foundation

let status = await FixtureCommand(arguments: Array(CommandLine.arguments.dropFirst())).run()
exit(status.rawValue)
