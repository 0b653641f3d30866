import CaptureModel

/// The registry's entry for what `mprof run` records.
enum MemoryProfilerFormat {
  static let samples = FormatDescriptor(
    name: MemoryProfilerLayout.formatName,
    summary: "memory over time and calls, recorded by mprof run (memory_profiler)",
    extensions: ["dat"],
    recognizes: { input in recognizesSamples(input.beginning) },
    open: { input throws(CaptureError) in .profile(MprofReader(input)) })

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
}
