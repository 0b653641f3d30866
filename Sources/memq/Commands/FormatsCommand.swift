import ArgumentParser
import CaptureFormats

/// `memq formats`.
struct FormatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "formats", abstract: "List the capture formats that memq reads.")

  func run() throws {
    let formats = FormatRegistry.formats
    let width = formats.map(\.name.count).max() ?? 0
    var text = ""
    for format in formats {
      let name = format.name + String(repeating: " ", count: width - format.name.count)
      let extensions = format.extensions.map { ".\($0)" }.joined(separator: ", ")
      text += "\(name)  \(format.summary) (\(extensions))\n"
    }
    try DescriptorStream.standardOutput.write(text)
  }
}
