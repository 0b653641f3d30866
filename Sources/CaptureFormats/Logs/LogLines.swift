import CaptureModel

/// Memory in the lines of a log: sizes, the garbage collector, objgraph's prints, and messages
/// as marks.
///
/// A line without a head belongs to the record above it and has its time.
final class LogLines {
  static let formatName = "log"
  static let printsName = "objgraph"
  /// Bytes of a message that are kept.
  private static let messageLimit = 120

  private var collections = CollectionSeries()
  /// Rows of counts alone that make a print of objgraph.
  private let leastCommonRows: Int

  /// A reader of lines.
  ///
  /// - Parameter isPrints: whether the text is known to hold prints of objgraph, so that a single
  ///   row counts.
  init(isPrints: Bool) { leastCommonRows = isPrints ? 1 : TypePrints.commonRows }

  /// Adds what is known of all lines.
  func describe(_ description: inout ProfileDescription, _ output: TextOutput) {
    if output.pointCount > 0 {
      let meaning = output.thousand == 1024 ? "1024 × 1024 bytes" : "1,000,000 bytes"
      description.properties.append(("MB", meaning))
    }
    if description.clock == .wall {
      description.properties.append(("time zone", "UTC where lines name none"))
    }
    if description.advice.isEmpty {
      description.advice = "tracemalloc and memray record where memory was allocated"
    }
  }

  /// Reads a line that is of no section.
  ///
  /// - Parameters:
  ///   - line: the line without what collectors put before it.
  ///   - head: its own head.
  ///   - place: where it stands and whose it is.
  ///   - hasHead: whether a collector gave it a time.
  ///   - source: what it comes from.
  ///   - traits: words that it may hold.
  ///   - output: takes what it tells.
  func read(
    _ line: Span<UInt8>, _ head: LogHead, _ place: LinePlace, hasHead: Bool,
    _ source: TextSource, _ traits: LineTraits, _ output: TextOutput
  ) {
    guard line.count > 0 else { return source.prints.end(output) }
    if head.beginsRecord, !source.prints.isIdle { source.prints.end(output) }
    source.isUnderLimits =
      Self.opensLimits(line)
      || source.isUnderLimits && !head.beginsRecord && line.skippingSpaces(0) > 0
    let before = output.pointCount + output.markCount
    let isOfTable = source.isUnderTypes
    source.isUnderTypes = line[0] == UInt8(ascii: "d") && line.has("dtypes: ")
    if isOfTable, line.has("memory usage: ") {
      return output.add(.others(.others), place)
    }
    readMessage(
      line, from: head.beginsRecord ? head.messageStart : 0, place, traits, output,
      isOfLimits: source.isUnderLimits)
    let hasValue = output.pointCount + output.markCount > before
    if !head.beginsRecord, !hasValue,
      source.prints.take(line, place, leastCommonRows: leastCommonRows, output)
    {
      return
    }
    guard head.beginsRecord || hasHead, !hasValue else { return }
    let start = head.beginsRecord ? head.messageStart : 0
    output.mark(line.text(start..<min(line.count, start + Self.messageLimit)), place)
  }

  /// `limits:`, `requests:`: what is indented below are no measurements.
  private static func opensLimits(_ line: Span<UInt8>) -> Bool {
    guard line.byte(line.count - 1) == UInt8(ascii: ":") else { return false }
    let word = line.extracting(line.skippingSpaces(0)..<line.count - 1)
    return word.equals("limits") || word.equals("requests") || word.equals("resources")
      || word.equals("reservations")
  }

  /// Reads what a message says of memory.
  private func readMessage(
    _ text: Span<UInt8>, from start: Int, _ place: LinePlace, _ traits: LineTraits,
    _ output: TextOutput, isOfLimits: Bool = false
  ) {
    if traits.contains(.collector), let line = CollectionLine(text, from: start) {
      return read(line, place, output)
    }
    // `532.1 MB used` has no word of memory in front.
    guard traits.contains(.quantity) || Span<UInt8>.isDigit(text.byte(start)) else { return }
    var place = place
    let isOfDyno = traits.contains(.dyno)
    if isOfDyno, text.locate("sample#") != nil, let name = text.locate("source=") {
      // What a dyno reports of itself names it, whatever line it comes by.
      let word = text.word(from: name + 7)
      place.process = output.processes.number(
        source: "", name: text.text(word), id: nil)
    } else if isOfDyno, text.locate("Process running mem=") != nil {
      return output.add(.others(.residentAndSwap), place)
    }
    // What psutil says of the machine: `svmem(total=…)`, `sswap(total=…)`.
    if traits.contains(.machineFields),
      text.locate("svmem(total=") != nil || text.locate("sswap(total=") != nil
    {
      return output.add(.others(.machine), place)
    }
    let scan = QuantityScan(thousand: output.thousand, bareUnit: output.unit)
    scan.scan(text, from: start, traits, isOfLimits: isOfLimits) { output.add($0, place) }
  }

  private func read(_ line: CollectionLine, _ place: LinePlace, _ output: TextOutput) {
    if case .broken = line {
      return output.tally(
        "broken gc line", .warning, place.number,
        "lines about the garbage collector that cannot be read")
    }
    let (samples, generation) = collections.samples(line, process: place.process)
    for sample in samples { output.point(sample.name, unit: sample.unit, sample.value, place) }
    if let generation { output.mark("gc generation \(generation)", place) }
  }
}

extension LogLines {
  /// Reads an object of a line that is nothing else.
  ///
  /// - Parameters:
  ///   - object: what its members say.
  ///   - line: the line.
  ///   - place: where it stands, and its time where a head has one.
  ///   - hasHead: whether a collector gave it a time.
  ///   - source: what it comes from.
  ///   - output: takes what it tells.
  func read(
    _ object: LogObject, _ line: Span<UInt8>, _ place: LinePlace, hasHead: Bool,
    _ source: TextSource, _ output: TextOutput
  ) {
    if !source.prints.isIdle { source.prints.end(output) }
    var place = place
    if !hasHead {
      place.time = object.time.map { output.place($0) } ?? source.lastTime
    }
    if let process = object.number(line, in: source.name, &output.processes) {
      place.process = process
    } else if !hasHead {
      place.process = nil
    }
    source.lastTime = place.time
    source.lastProcess = place.process
    for size in object.sizes { output.add(size, place) }
    guard let message = object.message else { return }
    let before = output.pointCount + output.markCount
    let isTimed = object.time != nil || hasHead
    guard message.hasEscapes else {
      let text = line.extracting(message.range)
      readMessage(text, from: 0, place, object.traits, output)
      if object.sizes.isEmpty, output.pointCount + output.markCount == before, isTimed {
        output.mark(Self.shortened(text), place)
      }
      return
    }
    let text = JSONEscapes.resolved(line.extracting(message.range))
    let bytes = Array(text.utf8)
    readMessage(bytes.span, from: 0, place, .any, output)
    if object.sizes.isEmpty, output.pointCount + output.markCount == before, isTimed {
      output.mark(Self.shortened(bytes.span), place)
    }
  }

  /// The first line of a message, as much of it as is kept.
  private static func shortened(_ text: Span<UInt8>) -> String {
    var end = min(text.count, messageLimit)
    if let newline = text.position(of: 0x0A) { end = min(end, newline) }
    // No character is cut in two.
    while end > 0, end < text.count, text[end] & 0xC0 == 0x80 { end -= 1 }
    return text.text(0..<end)
  }
}

extension Span<UInt8> {
  /// Whether it is this ASCII word, whatever its case.
  func equals(_ word: StaticString) -> Bool {
    count == word.utf8CodeUnitCount && holds(word, at: 0)
  }
}
