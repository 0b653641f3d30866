import CaptureModel

/// A leak of a report.
struct LeakRecord {
  var kind: String
  var bytes: Int64
  var blocks: Int64
  var frames: [ProfileFrame] = []
}

/// A line of a report of leaks, taken apart.
enum LeakLine {
  case record(LeakRecord, process: Int64?)
  case frame(ProfileFrame)
  case summary(bytes: Int64, blocks: Int64)
  case begin(process: Int64?)
  case blank
  case other

  static func parse(_ text: String) -> LeakLine {
    var rest = text[...]
    var process: Int64?
    if rest.hasPrefix("=="), let end = rest.dropFirst(2).range(of: "==") {
      process = Int64(rest[rest.index(rest.startIndex, offsetBy: 2)..<end.lowerBound])
      rest = rest[end.upperBound...]
    }
    rest = trimmed(rest)
    if rest.isEmpty { return .blank }
    if rest.hasPrefix("ERROR: LeakSanitizer") { return .begin(process: process) }
    if let record = sanitizerRecord(rest) { return .record(record, process: nil) }
    if let record = memcheckRecord(rest) { return .record(record, process: process) }
    if rest.hasPrefix("#") { return sanitizerFrame(rest).map { .frame($0) } ?? .other }
    if rest.hasPrefix("at 0x") || rest.hasPrefix("by 0x") {
      return .frame(ProfileFrame(valgrind: String(rest.dropFirst(3))))
    }
    if rest.hasPrefix("SUMMARY: ") {
      let numbers = rest.split(separator: " ").compactMap { Int64($0) }
      if rest.contains("leaked in"), numbers.count == 2 {
        return .summary(bytes: numbers[0], blocks: numbers[1])
      }
    }
    return .other
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }

  private static func number(_ word: Substring) -> Int64? {
    Int64(String(word.filter { $0 != "," }))
  }

  private static func sanitizerRecord(_ text: Substring) -> LeakRecord? {
    guard text.hasPrefix("Direct leak of ") || text.hasPrefix("Indirect leak of ") else {
      return nil
    }
    let words = text.split(separator: " ")
    guard words.count >= 7, let bytes = number(words[3]), let blocks = number(words[6]) else {
      return nil
    }
    return LeakRecord(kind: words[0].lowercased(), bytes: bytes, blocks: blocks)
  }

  /// `104,800 bytes in 100 blocks are definitely lost in loss record 13 of 13`, with the shares
  /// `(100 direct, 1,134 indirect)` of which only the first is the record's own.
  private static func memcheckRecord(_ text: Substring) -> LeakRecord? {
    guard let middle = text.range(of: " blocks are "), let end = text.range(of: " in loss record ")
    else { return nil }
    guard middle.upperBound <= end.lowerBound else { return nil }
    let words = text[..<middle.lowerBound].split(separator: " ")
    guard let blocks = words.last.flatMap(number), var bytes = words.first.flatMap(number) else {
      return nil
    }
    if words.count > 2, words[1].hasPrefix("("), let direct = number(words[1].dropFirst()) {
      bytes = direct
    }
    return LeakRecord(
      kind: String(text[middle.upperBound..<end.lowerBound]), bytes: bytes, blocks: blocks)
  }

  /// `#1 0xADDR in function place`, `#1 0xADDR  (module+0xOFF)`.
  private static func sanitizerFrame(_ text: Substring) -> ProfileFrame? {
    let words = text.split(separator: " ", maxSplits: 2)
    guard words.count == 3, words[1].hasPrefix("0x") else { return nil }
    var rest = trimmed(words[2])
    if let id = rest.range(of: " (BuildId: ") { rest = rest[..<id.lowerBound] }
    var frame = ProfileFrame(kind: .native)
    if rest.hasPrefix("in ") {
      rest = rest.dropFirst(3)
    } else if rest.hasPrefix("(") {
      // Without symbols the place in the module is all there is.
      let place = rest.dropFirst().prefix { $0 != ")" }
      frame.function = String(place.split(separator: "/").last ?? place)
      frame.file = String(place.prefix(upTo: place.range(of: "+0x")?.lowerBound ?? place.endIndex))
      return frame
    }
    // The place is what stands behind the last space that begins a path or a module.
    guard let space = placeStart(rest) else {
      frame.function = String(rest)
      return frame
    }
    frame.function = String(rest[..<space])
    let place = rest[rest.index(after: space)...]
    if place.hasPrefix("(") {
      let module = place.dropFirst().prefix { $0 != ")" }
      frame.file = String(
        module.prefix(upTo: module.range(of: "+0x")?.lowerBound ?? module.endIndex))
    } else {
      let parts = place.split(separator: ":", omittingEmptySubsequences: false)
      let numbers = parts.dropFirst().reversed().prefix(2).prefix { Int32($0) != nil }
      frame.line = numbers.last.flatMap { Int32($0) } ?? 0
      frame.file = parts.dropLast(numbers.count).joined(separator: ":")
    }
    return frame
  }

  private static func placeStart(_ text: Substring) -> Substring.Index? {
    var place = text.endIndex
    while let space = text[..<place].lastIndex(of: " ") {
      let next = text.index(after: space)
      if next < text.endIndex, "(/.<".contains(text[next]) || text[next...].contains(":") {
        return space
      }
      place = space
    }
    return nil
  }
}

extension Substring {
  /// Where a text first stands.
  fileprivate func range(of text: String) -> Range<Index>? { ranges(of: text).first }
}
