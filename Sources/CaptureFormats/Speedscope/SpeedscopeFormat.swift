import CaptureModel

/// The registry's entry for speedscope files.
enum SpeedscopeFormat {
  static let descriptor = FormatDescriptor(
    name: SpeedscopeReader.formatName,
    summary: "speedscope JSON of any exporter, sampled and evented, also of py-spy",
    extensions: ["json"],
    recognizes: { input in recognizes(input.beginning) },
    open: { input throws(CaptureError) in .profile(try SpeedscopeReader.read(input)) })

  private static func recognizes(_ prefix: [UInt8]) -> Bool {
    let bytes = prefix.span
    guard bytes.beginsJSON(with: "{") else { return false }
    if bytes.first("speedscope.app/file-format-schema.json") != nil { return true }
    return bytes.first("\"shared\"") != nil && bytes.first("\"frames\"") != nil
      && bytes.first("\"profiles\"") != nil
  }
}

extension Span<UInt8> {
  /// Whether the first character that is no white space is the one given.
  func beginsJSON(with character: Unicode.Scalar) -> Bool {
    var place = 0
    while place < count, Self.isSpace(self[place]) || self[place] == 0x0A { place += 1 }
    return place < count && UInt32(self[place]) == character.value
  }
}
