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
  private var moment: TextOutput.Moment?
  /// What the head says is in the table, less the rows read.
  private var left: (count: Int64, size: Int64) = (0, 0)

  func begins(_ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput) -> Bool {
    let start = line.skippingSpaces(0)
    guard line.holds("partition of a set of ", at: start),
      let (count, _) = line.digits(start + 22), let total = line.find("total size = "),
      let (size, _) = line.digits(total + 13)
    else { return false }
    moment = output.moment(ObjectTables.values, place)
    left = (count, size)
    return true
  }

  /// Index, count, %, size, %, cumulative, %, and a kind of any words.
  func continues(
    _ line: Span<UInt8>, _ place: LinePlace, _ output: TextOutput
  ) -> SectionAnswer {
    guard let moment else { return .over }
    let words = line.words(0..<line.count)
    if words.isEmpty { return .over }
    if line.has("<", at: words[0].lowerBound), line.locate("more row") != nil { return .over }
    guard words.count >= 8 else { return isHead(line) ? .taken : .aside }
    let numbers = words.prefix(7).map { word -> Int64? in
      guard let (value, end) = line.digits(word.lowerBound), end == word.upperBound else {
        return nil
      }
      return value
    }
    guard let count = numbers[1], let size = numbers[3], !numbers.contains(where: { $0 == nil })
    else { return isHead(line) ? .taken : .aside }
    left = (left.count &- count, left.size &- size)
    output.add(
      [size, count], to: moment, type: line.text(words[7].lowerBound..<line.count),
      process: place.process)
    return .taken
  }

  private func isHead(_ line: Span<UInt8>) -> Bool {
    line.locate("Index") != nil && line.locate("Count") != nil
  }

  func end(isCut: Bool, _ output: TextOutput) {
    guard let moment else { return }
    // The rows that were not printed are what is left of the total.
    if left.count > 0, left.size >= 0 {
      output.add([left.size, left.count], to: moment, type: "(rows not printed)")
    }
    self.moment = nil
  }
}
