import CaptureModel
import Compression

/// memray's entry in the registry.
enum MemrayFormat {
  static let descriptor = FormatDescriptor(
    name: MemrayLayout.formatName,
    summary: "memray captures of every release (headers 6–13), raw or LZ4",
    extensions: ["bin"],
    recognizes: { input in recognizes(input.beginning) },
    open: { input throws(CaptureError) in
      let opening = try MemrayOpening(input)
      return opening.header.isAggregated
        ? .samples(MemrayTotalsReader(opening)) : .events(MemrayReader(opening))
    })

  /// The magic, also as the first literals of an LZ4 frame: it cannot be anything else there,
  /// because its seven bytes repeat none before them.
  private static func recognizes(_ prefix: [UInt8]) -> Bool {
    let content = LZ4FrameDecoder.leadingLiterals(of: prefix) ?? prefix
    return content.starts(with: MemrayLayout.magic)
  }
}
