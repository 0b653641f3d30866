import CaptureModel

/// The registry's entries for text with memory in its lines.
enum LogFormat {
  static let log = FormatDescriptor(
    name: LogReader.formatName,
    summary: "memory in log lines of any layout and in JSON lines: psutil, loguru, logging, gc",
    extensions: ["log", "txt", "jsonl"],
    recognizes: { input in hasMemory(input) },
    open: { input throws(CaptureError) in .profile(LogReader(input, isPrints: false)) })

  static let prints = FormatDescriptor(
    name: LogReader.printsName,
    summary: "objgraph's prints: common types, growth, new ids; alone or in a log",
    extensions: ["txt", "log"],
    recognizes: { input in isPrints(input) },
    open: { input throws(CaptureError) in .profile(LogReader(input, isPrints: true)) })

  /// Lines that are looked at.
  private static let sniffedLines = 2_000
  /// Share of lines that must be rows, percent.
  private static let leastRows = 80

  /// Whether a line tells a size or a collection.
  private static func hasMemory(_ input: CaptureInput) -> Bool {
    guard input.isText else { return false }
    let reader = LogReader(input, isPrints: false)
    let batch = ProfileBatch()
    return reader.sniff(into: batch, bytes: CaptureInput.sniffLength)
  }

  /// Whether nearly all lines are rows of types, or rows of growth stand among others.
  private static func isPrints(_ input: CaptureInput) -> Bool {
    guard input.isText else { return false }
    var rows = 0
    var others = 0
    var growth = 0
    var isNewIDs = false
    for text in input.firstLines(sniffedLines) where !text.isEmpty {
      let bytes = Array(text.utf8)
      let line = bytes.span
      if line.holds("type ", at: 0), line.find("old_ids") != nil { isNewIDs = true }
      if line.byte(0) == UInt8(ascii: "=") { continue }
      guard let row = TypeRow(line) ?? (isNewIDs ? TypeRow(newIDs: line) : nil) else {
        others += 1
        continue
      }
      rows += 1
      if row.shape == .growth { growth += 1 }
    }
    if isNewIDs || growth >= 3 { return true }
    return rows > 0 && rows * 100 >= (rows + others) * leastRows
  }
}

extension LogReader {
  /// Whether the first bytes hold a value or a print.
  fileprivate func sniff(into batch: ProfileBatch, bytes: Int) -> Bool {
    while next(into: batch) {
      if !batch.points.isEmpty || !batch.records.isEmpty { return true }
      if batch.fileOffset >= UInt64(bytes) { return false }
    }
    return !batch.points.isEmpty || !batch.records.isEmpty
  }
}

extension CaptureInput {
  /// Whether the beginning is text: no byte 0, and hardly a control character.
  var isText: Bool {
    var strange = 0
    for byte in beginning.prefix(4_096) {
      if byte == 0 { return false }
      if byte < 0x20, byte != 9, byte != 10, byte != 13, byte != 0x1B, byte != 12 { strange += 1 }
    }
    return strange * 20 <= min(beginning.count, 4_096)
  }
}
