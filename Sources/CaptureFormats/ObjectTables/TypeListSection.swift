import CaptureModel

/// Lists of types in a line, as `objgraph.growth()` and its like return them:
/// `[('dict', 70900, 46), ('list', 12, 1)]` with count and growth, or with the count alone.
final class TypeListKind: SectionKind {
  let format = LogLines.printsName
  let openings = ByteSet("abcdefghijklmnopqrstuvwxyz[(<_#$>").withNonASCII()

  func makeReader() -> any SectionReader { TypeListSection() }
}

/// Reads such a line: a moment of its own, of types that are not all there are.
final class TypeListSection: SectionReader {
  private static let count = ProfileValue(.live, .count, unit: "objects")
  private static let growth = ProfileValue(.live, .delta, unit: "objects")

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    guard let start = line.locate("[('") ?? line.locate("[(\""),
      let rows = Self.rows(line, start + 1), let width = rows.first?.numbers.count
    else { return false }
    let moment = output.moment(
      width == 2 ? [Self.count, Self.growth] : [Self.count], place, isPartial: true)
    for row in rows {
      output.add(row.numbers, to: moment, type: row.name, process: place.process)
    }
    return true
  }

  /// The tuples from a place to the list's end; nil when they are anything else.
  private static func rows(
    _ line: Span<UInt8>, _ start: Int
  ) -> [(name: String, numbers: [Int64])]? {
    var rows: [(name: String, numbers: [Int64])] = []
    var place = start
    while line.byte(place) == UInt8(ascii: "(") {
      let quote = line.byte(place + 1)
      guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
      var end = place + 2
      while end < line.count, line[end] != quote { end += 1 }
      let name = line.text(place + 2..<min(end, line.count))
      var numbers: [Int64] = []
      place = end + 1
      while line.byte(place) == UInt8(ascii: ","), numbers.count < 3 {
        let first = line.skippingSpaces(place + 1)
        let isNegative = line.byte(first) == UInt8(ascii: "-")
        guard let (value, after) = line.digits(isNegative ? first + 1 : first) else { return nil }
        numbers.append(isNegative ? -value : value)
        place = after
      }
      guard line.byte(place) == UInt8(ascii: ")"), (1...2).contains(numbers.count),
        numbers.count == rows.first?.numbers.count ?? numbers.count
      else { return nil }
      rows.append((name, numbers))
      place = line.skippingSpaces(place + 1)
      if line.byte(place) == UInt8(ascii: ",") { place = line.skippingSpaces(place + 1) }
    }
    return line.byte(place) == UInt8(ascii: "]") && !rows.isEmpty ? rows : nil
  }

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer { .over }

  func end(isCut: Bool, _ output: TextOutput) {}
}
