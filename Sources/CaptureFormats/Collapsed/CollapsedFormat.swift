import CaptureModel

/// The registry's entry for folded stacks, which py-spy's raw format is too.
enum CollapsedFormat {
  static let descriptor = FormatDescriptor(
    name: CollapsedReader.formatName,
    summary: "folded stacks with counts, also of py-spy record -f raw",
    extensions: ["folded", "collapsed", "txt"],
    recognizes: { input in recognizes(input.beginning) },
    open: { input throws(CaptureError) in .profile(try CollapsedReader.read(input)) })

  /// By shape, as there is no head: at least half of the lines have a semicolon, and at least
  /// half end in a count.
  private static func recognizes(_ prefix: [UInt8]) -> Bool {
    let bytes = prefix.span
    var start = 0
    var lines = 0
    var withCount = 0
    var withSemicolon = 0
    while start < bytes.count {
      let newline = bytes.first("\n", from: start)
      // The last line may be cut by the window.
      if newline == nil, lines > 0, prefix.count >= CaptureInput.sniffLength { break }
      let line = bytes.trimmed(start..<(newline ?? bytes.count))
      start = (newline ?? bytes.count) + 1
      if line.isEmpty || bytes[line.lowerBound] == UInt8(ascii: "#") { continue }
      lines += 1
      if let last = bytes.words(line).last, DecimalNumber(bytes, last) != nil { withCount += 1 }
      if line.contains(where: { bytes[$0] == UInt8(ascii: ";") }) { withSemicolon += 1 }
    }
    return lines > 0 && withCount * 2 >= lines && withSemicolon * 2 >= lines
  }
}
