import Foundation
import TestSupport

/// A program compiled for a test, with the tools of the compiler as the judge.
struct CompiledProgram {
  private let folder: TemporaryFolder
  let path: String

  /// Whether the compiler and its tools are here.
  static let isPossible = ["gcc", "g++", "addr2line", "nm", "objcopy", "strip"].allSatisfy {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)")
  }

  /// Compiles a text.
  init(_ source: String, suffix: String, options: [String]) throws {
    folder = try TemporaryFolder()
    let file = folder.path("shapes.\(suffix)")
    try source.write(toFile: file, atomically: true, encoding: .utf8)
    path = folder.path("shapes")
    try Self.run(suffix == "c" ? "gcc" : "g++", options + ["-o", path, file])
  }

  /// What a tool prints.
  @discardableResult
  static func run(_ tool: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/\(tool)")
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ToolFailure(tool: tool) }
    return String(decoding: data, as: UTF8.self)
  }

  struct ToolFailure: Error { var tool: String }

  /// Address and size of a function, by its name as the linker knows it.
  func function(_ name: String) throws -> Range<UInt64>? {
    for line in try Self.run("nm", ["-S", path]).split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count == 4, fields[3] == name, let address = UInt64(fields[0], radix: 16),
        let size = UInt64(fields[1], radix: 16)
      else { continue }
      return address..<(address + size)
    }
    return nil
  }

  /// `function file:line` of every frame at some addresses, innermost first, by addr2line.
  func judged(_ addresses: [UInt64]) throws -> [[String]] {
    let text = try Self.run(
      "addr2line", ["-a", "-f", "-i", "-C", "-e", path] + addresses.map { String($0, radix: 16) })
    var frames: [[String]] = []
    var function: String?
    for line in text.split(separator: "\n") {
      if line.hasPrefix("0x"), !line.contains(" ") {
        frames.append([])
      } else if let name = function {
        let place = line.split(separator: " ").first.map(String.init) ?? ""
        frames[frames.count - 1].append("\(name) \(place)")
        function = nil
      } else {
        function = String(line)
      }
    }
    return frames
  }
}
