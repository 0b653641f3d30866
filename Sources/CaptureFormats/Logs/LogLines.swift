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
  ///   - output: takes what it tells.
  func read(
    _ line: Span<UInt8>, _ head: LogHead, _ place: LinePlace, hasHead: Bool,
    _ source: TextSource, _ output: TextOutput
  ) {
    guard line.count > 0 else { return source.prints.end(output) }
    if line.byte(line.skippingSpaces(0)) == UInt8(ascii: "{"),
      readJSON(line, place, hasHead: hasHead, source, output)
    {
      return
    }
    if head.beginsRecord { source.prints.end(output) }
    let before = output.pointCount + output.markCount
    readMessage(line, from: head.beginsRecord ? head.messageStart : 0, place, output)
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

  /// Reads what a message says of memory.
  private func readMessage(
    _ text: Span<UInt8>, from start: Int, _ place: LinePlace, _ output: TextOutput
  ) {
    if let line = CollectionLine(text, from: start) { return read(line, place, output) }
    LogValue.scan(text, from: start, thousand: output.thousand) { metric, reading in
      switch reading {
      case .bytes(let bytes, _): output.point(metric, bytes, place)
      case .nothing: break
      case .strange:
        output.tally(
          "no size", .warning, place.number,
          "a number that is no size of memory (negative, or without a unit) is left out")
      }
    }
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

  // MARK: JSON lines

  /// What the members of a JSON line say.
  private struct Record {
    var time: Int64?
    var process: Int64?
    var message: String?
    var sizes: [(metric: String, bytes: Double)] = []
  }

  /// Reads an object; false when the line is none.
  private func readJSON(
    _ line: Span<UInt8>, _ place: LinePlace, hasHead: Bool, _ source: TextSource,
    _ output: TextOutput
  ) -> Bool {
    var record = Record()
    let isWhole = JSONLine.walk(line) { name, parent, value in
      Self.add(line, name, parent, value, &record)
    }
    guard isWhole else { return false }
    source.prints.end(output)
    var place = place
    if !hasHead {
      place.time = record.time.map { output.place($0) } ?? source.lastTime
    }
    if let id = record.process {
      place.process = output.processes.number(source: source.name, name: "", id: id)
    } else if !hasHead {
      place.process = nil
    }
    source.lastTime = place.time
    source.lastProcess = place.process
    for size in record.sizes { output.point(size.metric, size.bytes, place) }
    let before = output.pointCount + output.markCount
    guard let message = record.message else { return true }
    let bytes = Array(message.utf8)
    readMessage(bytes.span, from: 0, place, output)
    if record.sizes.isEmpty, output.pointCount + output.markCount == before,
      record.time != nil || hasHead
    {
      output.mark(String(message.prefix { $0 != "\n" }.prefix(Self.messageLimit)), place)
    }
    return true
  }

  private static func add(
    _ line: Span<UInt8>, _ name: Range<Int>, _ parent: Range<Int>, _ value: JSONLine.Value,
    _ record: inout Record
  ) {
    let key = line.extracting(name)
    let outer = line.extracting(parent)
    switch value {
    case .number(let number):
      if key.isTime, record.time == nil, let time = LogTime.sinceEpoch(number) {
        record.time = time
      } else if key.isProcess || (key.equals("id") && outer.equals("process")) {
        record.process = Int64(exactly: number)
      } else if let (metric, length) = LogValue.metric(key), number >= 0,
        let factor = unit(key, from: length)
      {
        record.sizes.append((metric, number * factor))
      }
    case .text(let range, let hasEscapes):
      if key.isTime, record.time == nil {
        record.time = LogTime(line.extracting(range), at: 0)?.nanoseconds
      } else if key.equals("message") || key.equals("msg") || key.equals("event") {
        record.message = record.message ?? JSONLine.text(line, range, hasEscapes: hasEscapes)
      }
    }
  }

  /// What a member's value is multiplied by: its name may end in a unit.
  private static func unit(_ key: Span<UInt8>, from length: Int) -> Double? {
    if length == key.count { return 1 }
    guard key.byte(length) == 0x5F, let (factor, end) = LogValue.unit(key, length + 1, 1024),
      end == key.count
    else { return nil }
    return factor
  }
}

extension Span<UInt8> {
  /// Whether it is this ASCII word, whatever its case.
  func equals(_ word: StaticString) -> Bool {
    count == word.utf8CodeUnitCount && holds(word, at: 0)
  }

  fileprivate var isTime: Bool {
    equals("ts") || equals("time") || equals("timestamp") || equals("t") || equals("@timestamp")
      || equals("asctime") || equals("created")
  }

  fileprivate var isProcess: Bool { equals("pid") || equals("process_id") || equals("process") }
}
