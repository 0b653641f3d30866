import CaptureModel

/// guppy's `heap()`: `Partition of a set of 7 objects. Total size = 91 bytes.` and its rows.
final class GuppyKind: SectionKind {
  let format = ObjectTables.formatName
  let openings = ByteSet("p")
  let needs = LineTraits.guppy

  func makeReader() -> any SectionReader { GuppySection() }
  func describe(_ description: inout ProfileDescription) { ObjectTables.describe(&description) }
}

/// Reads one table of guppy after the other, each a moment.
final class GuppySection: SectionReader {
  /// Where the table began; nil outside of one.
  private var head: LinePlace?
  private var moment: TextOutput.Moment?
  /// Whether its rows are of something else than types, such as referrers.
  private var isOfOthers = false
  /// What the head says is in the table, less the rows read.
  private var left: (count: Int64, size: Int64) = (0, 0)

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    let start = line.skippingSpaces(0)
    guard line.holds("partition of a set of ", at: start),
      let (count, _) = line.digits(start + 22), let total = line.find("total size = "),
      let (size, _) = line.digits(total + 13)
    else { return false }
    head = place
    moment = nil
    isOfOthers = false
    left = (count, size)
    return true
  }

  /// Index, count, %, size, %, cumulative, %, and a kind of any words.
  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    guard head != nil else { return .over }
    let words = line.words(0..<line.count)
    if words.isEmpty { return .over }
    if line.has("<", at: words[0].lowerBound), line.locate("more row") != nil { return .over }
    guard words.count >= 8 else { return takeHead(line, place, output) ? .taken : .aside }
    let numbers = words.prefix(7).map { word -> Int64? in
      guard let (value, end) = line.digits(word.lowerBound), end == word.upperBound else {
        return nil
      }
      return value
    }
    guard let count = numbers[1], let size = numbers[3], !numbers.contains(where: { $0 == nil })
    else { return takeHead(line, place, output) ? .taken : .aside }
    guard !isOfOthers else { return .taken }
    left = (left.count &- count, left.size &- size)
    output.add(
      [size, count], to: openMoment(output, or: place),
      type: line.text(words[7].lowerBound..<line.count),
      process: place.process)
    return .taken
  }

  /// Takes the head of the columns, whose last one says what rows are of: `Kind (class / dict of
  /// class)`, `Class`, `Type`; or `Referrers by Kind`, `Individual Size`, which are no types.
  private func takeHead(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> Bool {
    guard line.locate("Index") != nil, line.locate("Count") != nil else { return false }
    guard let last = line.locate("Cumulative") else { return true }
    let start = line.skippingSpaces(min(last + 10, line.count))
    let name = line.byte(start) == UInt8(ascii: "%") ? line.skippingSpaces(start + 1) : start
    isOfOthers =
      name < line.count && !line.has("Kind", at: name) && !line.has("Class", at: name)
      && !line.has("Type", at: name)
    if isOfOthers {
      output.tally(
        "tables of other partitions", .warning, place.number,
        "tables of guppy whose rows are no types (referrers, sizes, modules) are left out")
    }
    return true
  }

  /// The moment of the table, announced when the first thing of it is known to be of a type.
  private func openMoment(_ output: TextOutput, or place: LinePlace) -> TextOutput.Moment {
    if let moment { return moment }
    let opened = output.moment(ObjectTables.values, head ?? place)
    moment = opened
    return opened
  }

  func end(isCut: Bool, _ output: TextOutput) {
    guard let head else { return }
    // The rows that were not printed are what is left of the total.
    if !isOfOthers, left.count > 0, left.size >= 0 {
      output.add(
        [left.size, left.count], to: openMoment(output, or: head), type: "(rows not printed)")
    }
    self.head = nil
    moment = nil
  }
}
