import CaptureModel

/// Where the readers of a text put what they find: one capture of series, moments and marks.
///
/// Memory is what is distinct: names, stacks, series, processes.
final class TextOutput {
  /// A moment that has been announced, and how many numbers its records have.
  struct Moment: Equatable {
    var index: UInt32
    var width: Int
  }

  /// Messages that become marks; further ones are counted.
  static let markLimit: Int64 = 1 << 20

  /// What K is taken for in kB, MB and GB.
  let thousand: Double
  /// What a bare number is multiplied by to be bytes, when the user says so.
  let unit: Double?
  /// Texts of records.
  var texts = TextTable()
  /// Frames and stacks of records.
  var stacks = StackTable()
  /// The processes of the text.
  var processes = ProcessTable()
  private var series = SeriesTable()
  private var batch = ProfileBatch()
  /// The numbers that records carry, in the order in which kinds of sections were met.
  private(set) var values: [ProfileValue] = []
  private(set) var momentCount: UInt32 = 0
  private(set) var pointCount: Int64 = 0
  private(set) var recordCount: Int64 = 0
  private(set) var markCount: Int64 = 0
  private(set) var hasTypes = false
  private(set) var hasStacks = false
  private(set) var hasLines = false
  /// Whether any frame of a stack names its function.
  private(set) var hasFunctions = false
  private(set) var clock = TextClock()
  /// Whether any line has a time.
  private(set) var hasTimes = false
  /// Why the text ends in the middle of a section; nil when it does not.
  private(set) var cut: String?
  private var tallies: [FindingTally] = []
  private var tallyNumbers: [String: Int] = [:]

  init(_ options: ReadingOptions) {
    thousand = options.usesDecimalMegabytes ? 1000 : 1024
    unit = options.bareUnit
  }

  /// Whether anything of memory has been found.
  var hasContent: Bool { pointCount > 0 || recordCount > 0 }

  /// Puts what comes from now on into a batch.
  func begin(_ batch: ProfileBatch) { self.batch = batch }

  /// Hands the batch all that its content refers to.
  func finishBatch() {
    series.handOut(to: batch)
    texts.handOut(to: batch)
    stacks.handOut(to: batch)
    processes.handOut(to: batch)
  }

  /// Records waiting in the batch.
  var waitingRecords: Int { batch.records.count }

  /// Brings a time of the text onto its clock.
  func place(_ time: Int64, hasNoYear: Bool = false) -> Int64 {
    if !hasTimes { hasTimes = true }
    return clock.place(time, hasNoYear: hasNoYear)
  }

  /// Brings a time since a beginning of its own onto the clock of the text.
  ///
  /// - Parameter elapsed: nanoseconds since that beginning.
  /// - Returns: the time; nil where other lines have dates.
  func place(elapsed: Int64) -> Int64? {
    let time = clock.place(elapsed: elapsed)
    if time != nil { hasTimes = true }
    return time
  }

  // MARK: Totals

  /// Announces a moment whose records carry these numbers, in this order.
  ///
  /// - Parameters:
  ///   - values: what its records carry.
  ///   - place: where it begins.
  ///   - label: its name in the text.
  ///   - isPartial: whether what it does not list is unknown instead of nothing.
  /// - Returns: what its records are added to.
  func moment(
    _ values: [ProfileValue], _ place: LinePlace, label: String = "", isPartial: Bool = false
  ) -> Moment {
    var moment = ProfileMoment(time: place.time, line: place.number, label: label)
    moment.values = values.map(index)
    moment.isPartial = isPartial
    batch.newMoments.append(moment)
    defer { momentCount &+= 1 }
    return Moment(index: momentCount, width: values.count)
  }

  private func index(of value: ProfileValue) -> UInt8 {
    if let known = values.firstIndex(of: value) { return UInt8(truncatingIfNeeded: known) }
    // Kinds of sections have a fixed list of values, far fewer than there may be.
    values.append(value)
    return UInt8(truncatingIfNeeded: values.count - 1)
  }

  /// Adds a record; `numbers` are those that its moment named.
  func add(_ numbers: [Int64], to moment: Moment, _ record: ProfileRecord) {
    guard numbers.count == moment.width else { return }
    var record = record
    record.moment = moment.index
    if record.stack != 0 {
      hasStacks = true
    } else if record.type != nil {
      hasTypes = true
    }
    recordCount += 1
    batch.records.append(record)
    batch.values.append(contentsOf: numbers)
  }

  /// Adds numbers of a type.
  func add(_ numbers: [Int64], to moment: Moment, type: String, process: Int64? = nil) {
    var record = ProfileRecord()
    record.type = texts.essential(type)
    record.process = process
    add(numbers, to: moment, record)
  }

  /// The node of a stack, outermost frame first.
  func stack(_ frames: [ProfileFrame]) -> UInt32 {
    var node: UInt32 = 0
    for frame in frames {
      if frame.line > 0 { hasLines = true }
      if !frame.function.isEmpty { hasFunctions = true }
      node = stacks.node(parent: node, frame: stacks.frame(frame))
    }
    return node
  }

  // MARK: Series, marks, source

  /// Adds a value of a series of a process.
  func point(_ name: String, unit: String = "bytes", _ value: Double, _ place: LinePlace) {
    guard let number = series.number(of: name, process: place.process, unit: unit) else {
      return tally(
        "too many series", .warning, place.number, "further names and processes are left out")
    }
    pointCount += 1
    batch.points.append(
      SeriesPoint(series: number, time: place.time, value: value, line: place.number))
  }

  /// Adds a size of a process.
  func point(_ size: SizeSeries, _ bytes: Double, _ place: LinePlace) {
    guard let number = series.number(of: size, process: place.process) else {
      return point(size.name, bytes, place)
    }
    pointCount += 1
    batch.points.append(
      SeriesPoint(series: number, time: place.time, value: bytes, line: place.number))
  }

  /// Adds a named moment of the program; nothing without a time.
  func mark(_ name: @autoclosure () -> String, _ place: LinePlace) {
    guard let time = place.time else { return }
    guard markCount < Self.markLimit else {
      return tally(
        "messages left out", .note, place.number,
        "only the first \(Self.markLimit) messages are marks")
    }
    let name = name()
    guard !name.isEmpty else { return }
    markCount += 1
    var mark = ProfileMark(name: name, start: time)
    mark.process = place.process
    mark.line = place.number
    batch.marks.append(mark)
  }

  /// Adds a line of source text.
  func source(_ line: SourceLine) { batch.sourceLines.append(line) }

  // MARK: Oddities

  /// Counts something odd or left out, by its kind; the first line of each kind is told.
  ///
  /// - Parameters:
  ///   - kind: short stable name, such as `no unit`.
  ///   - severity: how bad it is.
  ///   - line: where it was met.
  ///   - detail: what it means, for a person; of the first of its kind.
  func tally(
    _ kind: String, _ severity: ProfileFinding.Severity, _ line: UInt64,
    _ detail: @autoclosure () -> String
  ) {
    let number: Int
    if let known = tallyNumbers[kind] {
      number = known
    } else {
      number = tallies.count
      tallyNumbers[kind] = number
      tallies.append(FindingTally(kind: kind, severity: severity, detail: detail()))
    }
    tallies[number].count(line: line)
  }

  /// Says that the text ends in the middle of something.
  func cut(_ reason: String) { cut = cut ?? reason }

  /// All oddities so far.
  var findings: [ProfileFinding] {
    tallies.compactMap(\.finding) + [texts.finding].compactMap { $0 }
  }
}
