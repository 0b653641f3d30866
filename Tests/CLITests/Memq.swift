import Foundation
import TestSupport

/// The binary under test: the one built with the tests, beside the test bundle.
enum Memq {
  /// The folder of the build's products.
  static let productFolder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent()

  /// The binary.
  static let binary = productFolder.appending(path: "memq")

  /// An environment in which nothing of the developer's shows.
  static func environment(home: URL, adding extra: [String: String] = [:]) -> [String: String] {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    var environment = [
      "PATH": "\(productFolder.path):\(path)", "HOME": home.path, "LC_ALL": "C.UTF-8",
      "TERM": "xterm",
    ]
    // Sanitizers and coverage keep what they were told.
    for (name, value) in ProcessInfo.processInfo.environment
    where name.hasSuffix("SAN_OPTIONS") || name == "LLVM_PROFILE_FILE" {
      environment[name] = value
    }
    return environment.merging(extra) { $1 }
  }
}

/// What a process left behind.
struct Outcome {
  var status: Int32
  var output: String
  var errors: String
}

/// A folder in which memq runs, with the captures that a test puts there.
final class Workplace {
  private let folder: TemporaryFolder
  let url: URL
  var variables: [String: String] = [:]

  init(captures: [String] = []) throws {
    folder = try TemporaryFolder()
    url = folder.url
    for name in captures { try copy(name) }
  }

  /// Copies a memray fixture under its own or another name.
  func copy(_ fixture: String, to name: String? = nil) throws {
    try FileManager.default.copyItem(
      at: Project.fixtures("memray").appending(path: fixture),
      to: url.appending(path: name ?? fixture))
  }

  /// Copies the files of a folder, if it is there, without its pages and folders.
  func copyFiles(of folder: URL) throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where !name.hasSuffix(".md") {
      let file = folder.appending(path: name)
      if try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
        try FileManager.default.copyItem(at: file, to: url.appending(path: name))
      }
    }
  }

  /// Runs memq to its end.
  func memq(_ arguments: String..., input: String = "") throws -> Outcome {
    try run(Memq.binary, arguments, input: input)
  }

  /// Runs a line of shell, its output and errors in the order they come.
  func shell(_ line: String) throws -> Outcome {
    try run(URL(fileURLWithPath: "/bin/bash"), ["-c", "exec 2>&1; \(line)"], input: "")
  }

  private func run(_ program: URL, _ arguments: [String], input: String) throws -> Outcome {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = url
    process.environment = Memq.environment(home: url, adding: variables)
    // Files, not pipes: nothing has to be read while the process runs.
    let streams = try TemporaryFolder()
    try Data(input.utf8).write(to: streams.url.appending(path: "in"))
    process.standardInput = try FileHandle(forReadingFrom: streams.url.appending(path: "in"))
    process.standardOutput = try Self.file(streams.path("out"))
    process.standardError = try Self.file(streams.path("err"))
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationReason == .exit
        ? process.terminationStatus : -process.terminationStatus,
      output: try String(contentsOfFile: streams.path("out"), encoding: .utf8),
      errors: try String(contentsOfFile: streams.path("err"), encoding: .utf8))
  }

  private static func file(_ path: String) throws -> FileHandle {
    try Data().write(to: URL(fileURLWithPath: path))
    return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  }

  /// The path of a file in the folder.
  func path(_ name: String) -> String { folder.path(name) }

  /// Names of the files in the folder.
  var files: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }
}
