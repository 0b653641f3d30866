import CaptureModel

/// The registry's entry for scalene's profiles.
enum ScaleneFormat {
  static let descriptor = FormatDescriptor(
    name: ScaleneLayout.formatName,
    summary: "scalene JSON of 1.5 to 2.x: memory per line and over time",
    extensions: ["json"],
    recognizes: { input in recognizes(input.beginning) },
    open: { input throws(CaptureError) in .profile(try ScaleneReader.read(input)) })

  /// Keys are sorted, so `files` may stand far behind.
  private static func recognizes(_ prefix: [UInt8]) -> Bool {
    let bytes = prefix.span
    guard bytes.beginsJSON(with: "{"), bytes.first("\"alloc_samples\"") != nil else { return false }
    return [
      "\"files\"", "\"elapsed_time_sec\"", "\"max_footprint_mb\"", "\"combined_stacks\"",
      "\"entrypoint_dir\"",
    ].contains { bytes.first($0) != nil }
  }
}
