/// What a line says of Python's garbage collector.
enum CollectionLine {
  /// `gc.get_count()` once or before and after a collection: allocations since the last one,
  /// collections of each younger generation since.
  case counts([Int64])
  /// `gc.get_stats()` added up over generations, since the start of the program.
  case statistics(collections: Int64, collected: Int64, uncollectable: Int64)
  /// A collection that has ended (`gc.callbacks`).
  case stop(generation: Int64, collected: Int64, uncollectable: Int64, milliseconds: Double?)
  /// A collection that begins.
  case start
  /// `gc.set_debug(DEBUG_STATS)`: the first of its lines.
  case debugStart(generation: Int64)
  /// … its line of objects that are tracked.
  case debugObjects(Int64)
  /// … its last line.
  case debugDone(collected: Int64, uncollectable: Int64, milliseconds: Double?)
  /// A line that begins like one of these and is none.
  case broken

  /// Reads a line whose message begins at `start`; nil when it is about something else.
  init?(_ line: Span<UInt8>, from start: Int) {
    guard let place = Self.mention(line, start) else { return nil }
    if line.holds("gc: ", at: place), let found = Self.debug(line, place + 4) {
      self = found
    } else if line.holds("gc count", at: place) || line.holds("gc.get_count", at: place) {
      self = Self.counts(line, place + 8)
    } else if line.holds("gc stats", at: place) || line.holds("gc.get_stats", at: place) {
      self = Self.statistics(line, place + 8)
    } else if line.find("generation", from: place) != nil {
      guard line.find("collected", from: place) != nil else {
        guard line.find("start", from: place) != nil else { return nil }
        self = .start
        return
      }
      self = Self.stop(line, place)
    } else {
      return nil
    }
  }

  /// Where the collector is named.
  private static func mention(_ line: Span<UInt8>, _ start: Int) -> Int? {
    var place = max(start, 0)
    // Asked of every line, so the letters are compared in place.
    while place + 2 < line.count {
      guard line[place + 1] | 0x20 == UInt8(ascii: "c"), line[place] | 0x20 == UInt8(ascii: "g")
      else {
        place += 1
        continue
      }
      let next = line[place + 2]
      let before = line.byte(place - 1)
      if !Span<UInt8>.isLetter(before), before != UInt8(ascii: "."),
        next == 0x20 || next == UInt8(ascii: ":") || next == UInt8(ascii: ".")
      {
        return place
      }
      place += 2
    }
    return nil
  }

  private static func counts(_ line: Span<UInt8>, _ start: Int) -> CollectionLine {
    var values: [Int64] = []
    var place = start
    while let open = line.find("(", from: place) {
      guard let group = triple(line, open + 1) else {
        // `gc.get_count()` holds an empty pair of brackets.
        if line.byte(open + 1) == UInt8(ascii: ")") {
          place = open + 2
          continue
        }
        return .broken
      }
      values += group.values
      place = group.end
      if values.count == 6 { break }
    }
    return values.isEmpty ? .broken : .counts(values)
  }

  private static func triple(
    _ line: Span<UInt8>, _ start: Int
  ) -> (values: [Int64], end: Int)? {
    var values: [Int64] = []
    var place = start
    while let (value, end) = line.digits(line.skippingSpaces(place)) {
      values.append(value)
      place = end
      let next = line.byte(place)
      if next == UInt8(ascii: ")") { return values.count == 3 ? (values, place + 1) : nil }
      guard next == UInt8(ascii: ",") else { return nil }
      place += 1
    }
    return nil
  }

  private static func statistics(_ line: Span<UInt8>, _ start: Int) -> CollectionLine {
    var sums: [Int64] = [0, 0, 0]
    var place = start
    var groups = 0
    while let begin = line.find("'collections'", from: place) {
      guard let collections = field("'collections'", line, begin),
        let collected = field("'collected'", line, begin),
        let uncollectable = field("'uncollectable'", line, begin)
      else { return .broken }
      for (index, value) in [collections, collected, uncollectable].enumerated() {
        sums[index] = sums[index].addingReportingOverflow(value).partialValue
      }
      groups += 1
      place = begin + 13
    }
    return groups == 0
      ? .broken
      : .statistics(collections: sums[0], collected: sums[1], uncollectable: sums[2])
  }

  private static func stop(_ line: Span<UInt8>, _ start: Int) -> CollectionLine {
    guard let generation = field("generation", line, start),
      let collected = field("collected", line, start)
    else { return .broken }
    var milliseconds: Double?
    if let close = line.find("}", from: start),
      let (value, end, _) = LogValue.number(line, line.skippingSpaces(close + 1))
    {
      let unit = line.skippingSpaces(end)
      if line.holds("ms", at: unit) { milliseconds = value }
      if line.holds("s", at: unit) { milliseconds = value * 1000 }
    }
    return .stop(
      generation: generation, collected: collected,
      uncollectable: field("uncollectable", line, start) ?? 0, milliseconds: milliseconds)
  }

  /// The number behind a field's name, `=`, `:` and quotes.
  private static func field(
    _ name: StaticString, _ line: Span<UInt8>, _ start: Int
  ) -> Int64? {
    var place = start
    while let found = line.find(name, from: place) {
      place = found + name.utf8CodeUnitCount
      // `collected` also ends `uncollected`, and begins nothing.
      if Span<UInt8>.isLetter(line.byte(found - 1)) { continue }
      while [UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: ":"), UInt8(ascii: "="), 0x20]
        .contains(line.byte(place))
      { place += 1 }
      return line.digits(place)?.value
    }
    return nil
  }

  private static func debug(_ line: Span<UInt8>, _ start: Int) -> CollectionLine? {
    if line.holds("collecting generation ", at: start) {
      return line.digits(start + 22).map { .debugStart(generation: $0.value) } ?? .broken
    }
    if line.holds("objects in each generation:", at: start) {
      let numbers = line.words(start + 27..<line.count).compactMap {
        line.digits($0.lowerBound)?.value
      }
      return numbers.isEmpty ? .broken : .debugObjects(numbers.reduce(0, &+))
    }
    if line.holds("objects in permanent generation", at: start) { return .start }
    guard line.holds("done", at: start) else { return nil }
    var milliseconds: Double?
    for word in line.words(start..<line.count) {
      if let (value, end, _) = LogValue.number(line, word.lowerBound),
        line.byte(end) == UInt8(ascii: "s"), end + 1 == word.upperBound
      {
        milliseconds = value * 1000
      }
    }
    // Older releases name no number when there is nothing to free.
    func before(_ word: StaticString) -> Int64? {
      guard let found = line.find(word, from: start) else { return nil }
      var first = found - 1
      while first > start, Span<UInt8>.isDigit(line.byte(first - 1)) { first -= 1 }
      return line.digits(first)?.value
    }
    let uncollectable = before(" uncollectable") ?? 0
    let unreachable = before(" unreachable") ?? 0
    return .debugDone(
      collected: max(0, unreachable - uncollectable), uncollectable: uncollectable,
      milliseconds: milliseconds)
  }
}
