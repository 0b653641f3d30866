import Foundation
import Glibc
import TestSupport

/// memq at work, to be interrupted.
final class RunningMemq {
  private let process = Process()
  private let streams: TemporaryFolder
  /// Where a test may write to its standard input; nothing comes by itself.
  let input = Pipe()

  /// Starts memq in a folder.
  init(_ place: Workplace, _ arguments: [String]) throws {
    streams = try TemporaryFolder()
    process.executableURL = Memq.binary
    process.arguments = arguments
    process.currentDirectoryURL = place.url
    process.environment = Memq.environment(home: place.url, adding: place.variables)
    process.standardInput = input
    for name in ["out", "err"] {
      try Data().write(to: streams.url.appending(path: name))
    }
    process.standardOutput = try FileHandle(forWritingTo: streams.url.appending(path: "out"))
    process.standardError = try FileHandle(forWritingTo: streams.url.appending(path: "err"))
    try process.run()
  }

  deinit { if process.isRunning { _ = Glibc.kill(process.processIdentifier, SIGKILL) } }

  /// Whether it has a file open whose name begins so, also one whose name is gone.
  func hasOpen(_ name: String) throws -> Bool {
    let folder = "/proc/\(process.processIdentifier)/fd"
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return numbers.contains { number in
      let target = try? FileManager.default.destinationOfSymbolicLink(
        atPath: "\(folder)/\(number)")
      return target?.split(separator: "/").last?.hasPrefix(name) ?? false
    }
  }

  /// Waits until something is so; false when it does not come to be while memq runs.
  func waits(until isSo: () throws -> Bool) rethrows -> Bool {
    while process.isRunning {
      if try isSo() { return true }
      usleep(1000)
    }
    return false
  }

  /// Sends Ctrl-C's signal and waits for the end; the exit status, nil when memq does not end.
  func interrupt() -> Int32? {
    _ = Glibc.kill(process.processIdentifier, SIGINT)
    let deadline = Date.now + 10
    while process.isRunning, Date.now < deadline { usleep(1000) }
    guard !process.isRunning else { return nil }
    return process.terminationReason == .exit
      ? process.terminationStatus : -process.terminationStatus
  }

  /// Ends it without a word and waits for the end.
  func kill() {
    if process.isRunning { _ = Glibc.kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  /// What it wrote to standard error.
  var errors: String {
    get throws { try String(contentsOfFile: streams.path("err"), encoding: .utf8) }
  }
}
