import CaptureModel

/// Lines that tell the size of an object: `sys.getsizeof(name) = 28 bytes`, `name: shallow=28 …`.
final class SizeKind: SectionKind {
  let format = ObjectTables.formatName
  let openings = ByteSet(
    "abcdefghijklmnopqrstuvwxyz_([{<'\"0123456789.->*#$:="
  ).withNonASCII()
  let needs = LineTraits.size
  fileprivate var deepSizes = FindingTally(
    kind: "deep size", severity: .note,
    detail: "only shallow sizes are kept; a graph of objects (meliae) answers for deep ones")

  func makeReader() -> any SectionReader { SizeSection(self) }
  func describe(_ description: inout ProfileDescription) { ObjectTables.describe(&description) }
  var findings: [ProfileFinding] { [deepSizes].compactMap(\.finding) }
}

/// Gathers such lines into one moment until another section begins.
final class SizeSection: SectionReader {
  private let kind: SizeKind
  private var moment: TextOutput.Moment?
  /// Name of the object of the line above, whose size is known.
  private var lastName = ""

  init(_ kind: SizeKind) { self.kind = kind }

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    guard let found = SizeLine(line) else { return false }
    if found.hasDeepSize { kind.deepSizes.count(line: place.number) }
    guard found.name != lastName else { return true }
    let moment = moment ?? output.moment(ObjectTables.values, place)
    self.moment = moment
    lastName = found.name
    output.add([found.bytes, 1], to: moment, type: found.name, process: place.process)
    return true
  }

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    begins(line, place, output) ? .taken : .aside
  }

  func end(isCut: Bool, _ output: TextOutput) {
    moment = nil
    lastName = ""
  }
}

/// A line that tells the size of one object.
struct SizeLine: Equatable {
  var name: String
  var bytes: Int64
  /// Whether it tells more than the shallow size.
  var hasDeepSize: Bool

  init?(_ line: Span<UInt8>) {
    if let open = line.locate("getsizeof(") {
      var depth = 1
      var close = open + 10
      while close < line.count {
        if line[close] == UInt8(ascii: "(") { depth += 1 }
        if line[close] == UInt8(ascii: ")") { depth -= 1 }
        if depth == 0 { break }
        close += 1
      }
      var place = line.skippingSpaces(close + 1)
      guard [UInt8(ascii: "="), UInt8(ascii: ":")].contains(line.byte(place)) else { return nil }
      place = line.skippingSpaces(place + 1)
      guard let (value, _) = line.digits(place) else { return nil }
      guard close > open + 10 else { return nil }
      name = line.text(open + 10..<close)
      bytes = value
      hasDeepSize = false
      return
    }
    guard let place = line.locate(": shallow="), let (value, _) = line.digits(place + 10) else {
      return nil
    }
    guard place > 0 else { return nil }
    name = line.text(0..<place)
    bytes = value
    hasDeepSize = line.find("deep=", from: place) != nil
  }
}
