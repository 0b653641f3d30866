import CaptureModel

/// tracemalloc's entry in the registry.
enum TracemallocFormat {
  static let descriptor = FormatDescriptor(
    name: TracemallocLayout.formatName,
    summary: "tracemalloc snapshots of Python 3.4 and later, pickle protocols 0–5",
    extensions: ["pickle"],
    recognizes: { input in recognizes(input.beginning) },
    open: { input throws(CaptureError) in .profile(try TracemallocReader(input)) })

  /// A pickle's first byte, and the names that it must begin with.
  private static func recognizes(_ prefix: [UInt8]) -> Bool {
    let start = prefix.prefix(TracemallocLayout.sniffedBytes)
    let begins =
      start.first == PickleOpcode.proto.rawValue
      || start.starts(with: Array("ccopy".utf8))
    return begins && start.contains(TracemallocLayout.moduleName.utf8)
      && start.contains("Snapshot".utf8)
  }
}
