import ArgumentParser
import Glibc

/// The process that `memq live` starts to take a stream; for nobody else.
struct DrainCommand: ParsableCommand {
  static let word = "live-drain"
  static let configuration = CommandConfiguration(
    commandName: word, abstract: "Part of memq live.", shouldDisplay: false)

  func run() throws {
    let status = DrainProcess.drain()
    if status != 0 { Glibc.exit(status) }
  }
}
