import CaptureModel

/// memory_profiler's two entries in the registry.
enum MemoryProfilerFormat {
  static let samples = FormatDescriptor(
    name: MemoryProfilerLayout.formatName,
    summary: "memory over time and calls, recorded by mprof run (memory_profiler)",
    extensions: ["dat"],
    recognizes: { input in recognizesSamples(input.beginning) },
    open: { input throws(CaptureError) in .profile(MprofReader(input)) })

  static let report = FormatDescriptor(
    name: MemoryProfilerLayout.reportName,
    summary: "line reports of memory_profiler's @profile, alone or inside a log",
    extensions: ["txt", "log"],
    recognizes: { input in recognizesReport(input.beginning) },
    open: { input throws(CaptureError) in .profile(try LineReportReader.read(input)) })

  private static func recognizesSamples(_ prefix: [UInt8]) -> Bool {
    let bytes = prefix.span
    var start = 0
    for _ in 0..<MemoryProfilerLayout.sniffedLines where start < bytes.count {
      let end = bytes.first("\n", from: start) ?? bytes.count
      switch MprofRecord(bytes.extracting(start..<end)) {
      case .memory, .call: return true
      case .command where bytes.has("CMDLINE ", at: start): return true
      default: break
      }
      start = end + 1
    }
    return false
  }

  private static func recognizesReport(_ prefix: [UInt8]) -> Bool {
    let bytes = prefix.span
    guard let name = bytes.first("Filename: ") else { return false }
    return bytes.first(LineReportReader.head, from: name) != nil
  }
}
