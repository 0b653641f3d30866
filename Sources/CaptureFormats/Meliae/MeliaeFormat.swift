import CaptureModel

/// meliae's entry in the registry.
enum MeliaeFormat {
  static let descriptor = FormatDescriptor(
    name: MeliaeReader.formatName,
    summary: "object graphs of Python as meliae writes them, one JSON object a line",
    extensions: ["json", "jsonl"],
    recognizes: { input in recognizes(input) },
    open: { input throws(CaptureError) in .profile(try MeliaeReader(input)) })

  /// The first object's line, which may be longer than what is looked at.
  private static func recognizes(_ input: CaptureInput) -> Bool {
    let head = input.beginning.prefix(1 << 12).lazy.filter { $0 > 0x20 }
    // Ruby's dumps begin so too, but write addresses in quotes.
    guard Array(head.prefix(11)) == Array("{\"address\":".utf8),
      head.dropFirst(11).first != UInt8(ascii: "\"")
    else { return false }
    return input.contains("\"type\"", within: 1 << 12)
      && (input.contains("\"refs\"") || !input.isWhole)
  }
}
