import CaptureModel

/// The registry's entry for massif files.
enum MassifFormat {
  static let descriptor = FormatDescriptor(
    name: MassifReader.formatName,
    summary: "valgrind massif: heap over time and trees, also of heaptrack_print -M",
    extensions: ["out"],
    recognizes: { input in
      let lines = input.firstLines(8)
      if lines.first?.hasPrefix("desc: ") == true {
        return lines.contains { $0.hasPrefix("time_unit: ") }
      }
      return lines.first?.hasPrefix("#----") == true && lines.contains { $0.hasPrefix("snapshot=") }
    },
    open: { input throws(CaptureError) in .profile(try MassifReader.read(input)) })
}
