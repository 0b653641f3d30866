import CaptureModel

/// What `pmap` prints of a process: its mappings and what of each is resident.
///
/// | line | meaning |
/// |---|---|
/// | `4242:   python app.py` | the process |
/// | `Address Kbytes RSS Dirty Mode Mapping` | columns of `-x`, in KiB |
/// | `Address Perm … Size Rss Pss … Mapping` | columns of `-X` and `-XX`, in KiB |
/// | `0000000000400000      4K r-x-- python3.11` | a mapping without either: its addresses alone |
/// | `total kB  69068  4948  4044`, ` total   224940K` | sums |
final class MemoryMapKind: SectionKind {
  let format = ObjectTables.formatName
  let openings = ByteSet("0123456789abcdef")
  let needs = LineTraits.memoryMap

  func makeReader() -> any SectionReader { MemoryMapSection() }
  func describe(_ description: inout ProfileDescription) { ObjectTables.describe(&description) }
}

/// Reads one list after the other; each with resident sizes is a moment.
final class MemoryMapSection: SectionReader {
  /// Where the numbers of a row stand.
  private struct Columns {
    var resident: Int
    /// Size of the addresses.
    var size: Int
    var mapping: Int
    /// Whether the sums stand behind a word.
    var isShort: Bool
  }

  /// Process of the line above a list.
  private var process: (id: Int64, name: String, line: UInt64)?
  private var columns: Columns?
  private var moment: TextOutput.Moment?
  private var place = LinePlace(number: 0)
  private var resident: Int64 = 0
  private var size: Int64 = 0
  private var hasSum = false

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    if let (id, end) = line.digits(0), line.has(":   ", at: end), end + 4 < line.count {
      process = (id, ProcessTables.name(line, end + 4..<line.count), place.numberInSource)
      return false
    }
    let columns = Self.columns(line)
    guard columns != nil || Self.plainSize(line) != nil && isBelowProcess(place) else {
      return false
    }
    self.columns = columns
    self.place = place
    if let process, isBelowProcess(place) {
      self.place.process = output.processes.number(
        source: place.source, name: process.name, id: process.id)
    }
    process = nil
    if columns != nil { moment = output.moment(ObjectTables.values, place) }
    if let bytes = Self.plainSize(line) { size = bytes }
    return true
  }

  private func isBelowProcess(_ place: LinePlace) -> Bool {
    process.map { place.numberInSource == $0.line + 1 } ?? false
  }

  private static func columns(_ line: Span<UInt8>) -> Columns? {
    guard line.has("Address", at: line.skippingSpaces(0)) else { return nil }
    let words = line.words(0..<line.count, most: 40)
    func index(_ name: StaticString) -> Int? {
      words.firstIndex { line.extracting($0).equals(name) }
    }
    guard let mapping = index("mapping"), mapping == words.count - 1, let resident = index("rss"),
      let size = index("kbytes") ?? index("size")
    else { return nil }
    return Columns(
      resident: resident, size: size, mapping: mapping, isShort: index("kbytes") != nil)
  }

  /// Bytes of the addresses of a row of `pmap` alone; nil when the line is none.
  private static func plainSize(_ line: Span<UInt8>) -> Int64? {
    let words = line.words(0..<line.count, most: 3)
    guard words.count == 3, isAddress(line, words[0]), words[2].count == 5,
      line.byte(words[1].upperBound - 1) == UInt8(ascii: "K"),
      line.byte(words[2].lowerBound) == UInt8(ascii: "r")
        || line.byte(words[2].lowerBound) == UInt8(ascii: "-")
    else { return nil }
    return kibibytes(line, words[1])
  }

  private static func isAddress(_ line: Span<UInt8>, _ word: Range<Int>) -> Bool {
    guard word.count >= 8, word.count <= 16 else { return false }
    for place in word where !Span<UInt8>.isHexadecimal(line[place]) { return false }
    return true
  }

  private static func kibibytes(_ line: Span<UInt8>, _ word: Range<Int>) -> Int64? {
    guard let (value, end) = line.digits(word.lowerBound),
      end == word.upperBound
        || end + 1 == word.upperBound && line.byte(end) == UInt8(ascii: "K"),
      value < 1 << 43
    else { return nil }
    return value * 1024
  }

  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    if hasSum || line.isBlank { return .over }
    let start = line.skippingSpaces(0)
    if line.has("----", at: start) || line.has("====", at: start) { return .taken }
    if line.has("total", at: start) { return takeSum(line) ? .taken : .over }
    guard let columns else {
      guard let bytes = Self.plainSize(line) else { return .over }
      size = size.addingReportingOverflow(bytes).partialValue
      return .taken
    }
    let words = line.words(0..<line.count)
    if words.last.map({ line.extracting($0).equals("kb") }) ?? false {
      return takeSums(line, words, columns) ? .taken : .over
    }
    return takeRow(line, words, columns, output) ? .taken : .over
  }

  private func takeRow(
    _ line: Span<UInt8>, _ words: [Range<Int>], _ columns: Columns, _ output: TextOutput
  ) -> Bool {
    guard let moment, words.count >= columns.mapping, let first = words.first,
      Self.isAddress(line, first), let bytes = Self.kibibytes(line, words[columns.resident])
    else { return false }
    resident = resident.addingReportingOverflow(bytes).partialValue
    if let bytes = Self.kibibytes(line, words[columns.size]) {
      size = size.addingReportingOverflow(bytes).partialValue
    }
    var name =
      words.count > columns.mapping
      ? line.text(line.trimmed(words[columns.mapping].lowerBound..<line.count)) : "[ anon ]"
    // As smaps calls them.
    if name == "[ anon ]" { name = "(anonymous)" }
    if name == "[ stack ]" { name = "[stack]" }
    output.add([bytes, 1], to: moment, type: name, process: place.process)
    return true
  }

  /// `total kB  69068  4948  4044`, `total   224940K`: what holds where rows are missing.
  private func takeSum(_ line: Span<UInt8>) -> Bool {
    let words = line.words(0..<line.count, most: 4)
    guard words.count >= 2 else { return false }
    let isNamed = line.extracting(words[1]).equals("kb")
    let first = isNamed ? 2 : 1
    guard words.count > first, let bytes = Self.kibibytes(line, words[first]) else { return false }
    size = bytes
    if words.count > first + 1, let bytes = Self.kibibytes(line, words[first + 1]) {
      resident = bytes
    }
    hasSum = true
    return true
  }

  /// The numbers below the columns of `-X`, from the size on, and `KB`.
  private func takeSums(
    _ line: Span<UInt8>, _ words: [Range<Int>], _ columns: Columns
  ) -> Bool {
    let place = columns.resident - columns.size
    guard !columns.isShort, place > 0, words.count > place,
      let all = Self.kibibytes(line, words[0]), let bytes = Self.kibibytes(line, words[place])
    else { return false }
    size = all
    resident = bytes
    hasSum = true
    return true
  }

  func end(isCut: Bool, _ output: TextOutput) {
    if moment != nil { output.add(.size(.rss, Double(resident)), place) }
    if size != 0 { output.add(.size(.vms, Double(size)), place) }
    if !hasSum, moment != nil || size > 0 {
      output.tally(
        "open list of mappings", .warning, place.number,
        "a list of mappings ends without its sum; its values are those of the rows that are there")
    }
    moment = nil
    columns = nil
    (resident, size, hasSum) = (0, 0, false)
  }
}
