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

  /// Opens a capture that is still being written; nil while its header is not all there.
  ///
  /// - Throws: `unsupportedKind` for totals, which are written at the end only.
  static func follow(
    _ file: CaptureFile, _ growth: CaptureGrowth
  ) throws(CaptureError) -> (any FollowingReader)? {
    guard let opening = try MemrayOpening(following: file, growth) else { return nil }
    guard !opening.header.isAggregated else {
      throw .unsupportedKind(
        path: file.path, format: MemrayLayout.formatName, version: Int64(opening.header.version),
        kind: "totals (--aggregate), which are written when tracking ends: import it then")
    }
    return MemrayReader(opening)
  }

  /// The header at the beginning of a stream; nil while it is not all there.
  static func header(
    ofStream bytes: [UInt8], named path: String
  ) throws(CaptureError) -> CaptureHeader? {
    let known = bytes.prefix(MemrayLayout.magic.count)
    guard MemrayLayout.magic.starts(with: known) else { throw .unrecognized(path: path) }
    var reader = MemrayHeaderReader()
    do throws(FieldError) {
      try reader.read(from: bytes.span)
    } catch .endOfData {
      return nil
    } catch {
      guard case .malformed(let reason) = error else { return nil }
      throw .malformedHeader(
        path: path, offset: UInt64(reader.fieldOffset), reason: "\(reader.field): \(reason)")
    }
    guard MemrayLayout.versions.contains(reader.header.version) else {
      throw .unsupportedVersion(
        path: path, format: MemrayLayout.formatName, version: Int64(reader.header.version),
        supported: "\(MemrayLayout.versions.lowerBound)–\(MemrayLayout.versions.upperBound)")
    }
    return reader.header.capture
  }

  /// The magic, also as the first literals of an LZ4 frame: it cannot be anything else there,
  /// because its seven bytes repeat none before them.
  private static func recognizes(_ prefix: [UInt8]) -> Bool {
    let content = LZ4FrameDecoder.leadingLiterals(of: prefix) ?? prefix
    return content.starts(with: MemrayLayout.magic)
  }
}
