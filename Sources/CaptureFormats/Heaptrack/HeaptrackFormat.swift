import CaptureModel

/// heaptrack's entry in the registry.
enum HeaptrackFormat {
  static let descriptor = FormatDescriptor(
    name: HeaptrackLayout.formatName,
    summary: "recordings of heaptrack, formats 0–3 (heaptrack.APP.PID.zst and .gz)",
    extensions: ["zst", "gz", "txt"],
    recognizes: { input in recognizes(input) },
    open: { input throws(CaptureError) in .events(try HeaptrackReader(input)) })

  /// A line of the version, then lines of records; those of the raw form need the program's
  /// symbols, and are refused.
  private static func recognizes(_ input: CaptureInput) -> Bool {
    guard input.beginning.starts(with: Array("v ".utf8)) else { return false }
    let lines = input.firstLines(48)
    guard lines.count > 2, let first = lines.first,
      first.dropFirst(2).allSatisfy({ $0.isHexDigit || $0 == " " })
    else { return false }
    return lines.prefix(4).allSatisfy(ForeignText.isHeaptrack)
      && lines.contains { "IXA".contains($0.prefix(1)) }
      && !lines.contains { $0.hasPrefix("x ") || $0.hasPrefix("m ") }
  }
}
