import CaptureModel

/// A row of a print of tracemalloc: a place, or a traceback, and what it holds.
struct TracePrintRow: Equatable {
  /// Frames, the newest last; empty for the rest that a print adds up.
  var frames: [ProfileFrame] = []
  var bytes: Int64
  /// Blocks; nil where the print has none.
  var count: Int64?
  /// Changes since the snapshot that it was compared to; nil where there is none.
  var change: (bytes: Int64, count: Int64)?
  /// Whether sizes have fewer digits than they had.
  var isRounded = false

  /// Whether two rows can be of one print.
  func hasShape(of other: TracePrintRow) -> Bool {
    (count == nil) == (other.count == nil) && (change == nil) == (other.change == nil)
  }

  static func == (a: TracePrintRow, b: TracePrintRow) -> Bool {
    a.frames == b.frames && a.bytes == b.bytes && a.count == b.count
      && a.isRounded == b.isRounded && a.change?.bytes == b.change?.bytes
      && a.change?.count == b.change?.count
  }
}

/// A line of tracemalloc's prints, taken apart.
enum TracePrintLine {
  /// `file:12: size=4855 KiB (+12 KiB), count=3 (+1), average=126 B`, `#1: file:12: 62.5 KiB`.
  case row(TracePrintRow)
  /// `25 memory blocks: 12.3 KiB`, above a traceback.
  case blocks(TracePrintRow)
  /// `[<Statistic traceback=<Traceback (<Frame filename='a.py' lineno=1>,)> size=8 count=1>, …]`.
  case list([TracePrintRow])
  /// `5 other: 0.2 KiB`: all that the print does not list.
  case other(TracePrintRow)
  /// `Total allocated size: 63.2 KiB`.
  case total

  /// Most rows of a list.
  private static let mostListed = 1 << 14

  init?(_ line: Span<UInt8>) {
    let start = line.skippingSpaces(0)
    let first = line.byte(start)
    if let size = line.locate(": size="), let row = Self.statistic(line, start, size) {
      self = .row(row)
    } else if first == UInt8(ascii: "#"), let row = Self.numbered(line, start) {
      self = .row(row)
    } else if Span<UInt8>.isDigit(first), let (count, end) = line.digits(start) {
      if line.has(" memory blocks: ", at: end), let size = Self.size(line, end + 16) {
        self = .blocks(TracePrintRow(bytes: size.bytes, count: count, isRounded: size.isRounded))
      } else if line.has(" other: ", at: end), let size = Self.size(line, end + 8) {
        self = .other(TracePrintRow(bytes: size.bytes, isRounded: size.isRounded))
      } else {
        return nil
      }
    } else if line.has("Total allocated size: ", at: start),
      Self.size(line, start + 22) != nil
    {
      self = .total
    } else if line.locate("<Statistic") != nil {
      let rows = Self.list(line)
      guard !rows.isEmpty else { return nil }
      self = .list(rows)
    } else {
      return nil
    }
  }

  // MARK: Rows

  /// A size and where it ends; `+` and `-` may stand before it.
  private static func size(
    _ line: Span<UInt8>, _ start: Int
  ) -> (bytes: Int64, end: Int, isRounded: Bool)? {
    var end = start
    if line.byte(end) == UInt8(ascii: "+") || line.byte(end) == UInt8(ascii: "-") { end += 1 }
    while Span<UInt8>.isDigit(line.byte(end)) || line.byte(end) == UInt8(ascii: ".") { end += 1 }
    guard let number = DecimalNumber(line, start..<end) else { return nil }
    let unit = line.skippingSpaces(end)
    // Objects of tracemalloc print bytes without a unit when they are shown as they are.
    guard let (factor, unitEnd) = LogValue.unit(line, unit, 1024),
      let whole = Int64(exactly: factor)
    else { return bounded(number.scaled(), end, false) }
    return bounded(number.scaled(by: whole), unitEnd, whole > 1)
  }

  private static func bounded(
    _ bytes: Int64, _ end: Int, _ isRounded: Bool
  ) -> (bytes: Int64, end: Int, isRounded: Bool)? {
    abs(bytes.clamped) < 1 << 53 ? (bytes, end, isRounded) : nil
  }

  private static func statistic(
    _ line: Span<UInt8>, _ start: Int, _ mark: Int
  ) -> TracePrintRow? {
    let first = skippingNumber(line, start)
    guard first < mark, let frame = place(line, first..<mark), frame.line >= 0,
      let size = size(line, mark + 7)
    else { return nil }
    var row = TracePrintRow(frames: [frame], bytes: size.bytes, isRounded: size.isRounded)
    return takeNumbers(line, size.end, separator: ", count=", &row) ? row : nil
  }

  /// ` (+12 KiB), count=3 (+1)` behind a size.
  private static func takeNumbers(
    _ line: Span<UInt8>, _ start: Int, separator: StaticString, _ row: inout TracePrintRow
  ) -> Bool {
    var place = start
    var change: Int64?
    if line.has(" (", at: place) {
      guard let found = size(line, place + 2), line.byte(found.end) == UInt8(ascii: ")") else {
        return false
      }
      change = found.bytes
      if found.isRounded { row.isRounded = true }
      place = found.end + 1
    }
    guard line.has(separator, at: place),
      let (count, end) = line.digits(place + separator.utf8CodeUnitCount)
    else { return false }
    row.count = count
    guard let change else { return true }
    guard line.has(" (", at: end), let found = size(line, end + 2) else { return false }
    row.change = (change, found.bytes)
    return true
  }

  /// `#1: module/file.py:88: 4855.9 KiB`, as the documentation's example prints.
  private static func numbered(_ line: Span<UInt8>, _ start: Int) -> TracePrintRow? {
    guard let (_, end) = line.digits(start + 1), line.has(": ", at: end) else { return nil }
    let range = line.trimmed(end + 2..<line.count)
    guard let mark = Self.lastMark(line, range), let size = size(line, mark + 2),
      size.end == range.upperBound, let frame = place(line, range.lowerBound..<mark), frame.line > 0
    else { return nil }
    return TracePrintRow(frames: [frame], bytes: size.bytes, isRounded: size.isRounded)
  }

  /// Where the last `: ` of a range stands.
  private static func lastMark(_ line: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var place = range.upperBound - 2
    while place > range.lowerBound {
      if line.has(": ", at: place) { return place }
      place -= 1
    }
    return nil
  }

  /// Behind `#1: `, `1. `, `[1] `, `- `, which programs put before a row.
  private static func skippingNumber(_ line: Span<UInt8>, _ start: Int) -> Int {
    var place = start
    let first = line.byte(place)
    if first == UInt8(ascii: "#") || first == UInt8(ascii: "[") { place += 1 }
    if let (_, end) = line.digits(place) { place = end }
    guard place > start || first == UInt8(ascii: "-") || first == UInt8(ascii: "*") else {
      return start
    }
    while [
      UInt8(ascii: "]"), UInt8(ascii: "."), UInt8(ascii: ")"), UInt8(ascii: ":"),
      UInt8(ascii: "-"), UInt8(ascii: "*"),
    ].contains(line.byte(place)) {
      place += 1
    }
    return line.byte(place) == 0x20 ? line.skippingSpaces(place) : start
  }

  /// A file and a line with a colon between; 0 is no line.
  private static func place(_ line: Span<UInt8>, _ range: Range<Int>) -> ProfileFrame? {
    var colon = range.upperBound - 1
    while colon > range.lowerBound, line[colon] != UInt8(ascii: ":") { colon -= 1 }
    guard colon > range.lowerBound, let (number, end) = line.digits(colon + 1),
      end == range.upperBound, let place = Int32(exactly: number)
    else { return nil }
    // `mem: app.py:10`: words that a program put before the row.
    let start = lastMark(line, range.lowerBound..<colon).map { $0 + 2 } ?? range.lowerBound
    return ProfileFrame(file: line.text(start..<colon), line: place)
  }

  // MARK: Lists

  private static func list(_ line: Span<UInt8>) -> [TracePrintRow] {
    var rows: [TracePrintRow] = []
    var place = 0
    while rows.count < mostListed, let mark = line.first("<Statistic", from: place) {
      place = mark + 10
      guard let open = line.first("<Traceback (", from: mark),
        let close = line.first(" size=", from: open + 12), let size = size(line, close + 6)
      else { continue }
      var row = TracePrintRow(
        frames: frames(line, open..<close), bytes: size.bytes, isRounded: size.isRounded)
      place = size.end
      if !row.frames.isEmpty, takeNumbers(line, size.end, separator: " count=", &row) {
        rows.append(row)
      }
    }
    return rows
  }

  /// `<Frame filename='leak.py' lineno=40>`, the newest last.
  private static func frames(_ line: Span<UInt8>, _ range: Range<Int>) -> [ProfileFrame] {
    let part = line.extracting(..<range.upperBound)
    var frames: [ProfileFrame] = []
    var place = range.lowerBound
    while let mark = part.first("<Frame filename=", from: place) {
      place = mark + 17
      let quote = part.byte(mark + 16)
      guard let end = part.first("lineno=", from: place), end - 2 > place,
        part.byte(end - 2) == quote, let (number, after) = part.digits(end + 7),
        let line = Int32(exactly: number)
      else { continue }
      frames.append(ProfileFrame(file: part.text(place..<end - 2), line: line))
      place = after
    }
    return frames
  }
}

extension Int64 {
  /// The number, or the nearest whose magnitude is one.
  fileprivate var clamped: Int64 { self == .min ? .min + 1 : self }
}
