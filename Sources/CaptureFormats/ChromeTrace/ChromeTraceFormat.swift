import CaptureModel

/// The registry's entry for traces of frames entered and left.
enum ChromeTraceFormat {
  static let descriptor = FormatDescriptor(
    name: ChromeTraceReader.formatName,
    summary: "traces of frames that begin, end or last, also of py-spy record -f chrometrace",
    extensions: ["json"],
    recognizes: { input in recognizes(input.beginning) },
    open: { input throws(CaptureError) in .profile(try ChromeTraceReader.read(input)) })

  private static func recognizes(_ prefix: [UInt8]) -> Bool {
    let bytes = prefix.span
    let isObject = bytes.beginsJSON(with: "{")
    guard isObject || bytes.beginsJSON(with: "[") else { return false }
    if isObject, bytes.first("\"traceEvents\"") == nil { return false }
    return ["\"ph\"", "\"ts\"", "\"tid\""].allSatisfy { bytes.first($0) != nil }
  }
}
