import CaptureModel
import Store

/// Writes the points of series segment by segment, as they come.
struct SeriesImport {
  private var series: [SeriesDefinition] = []
  private var numbers: [UInt32] = []
  private var times: [Int64] = []
  private var lines: [Int64] = []
  private var values: [Double] = []
  private var segment = 0
  private var lastTime: Int64?
  private var greatest: [Double] = []
  /// Earliest and latest time.
  private(set) var range: ClosedRange<Int64>?
  /// Points written or waiting.
  private(set) var pointCount: Int64 = 0
  /// Points without a time of their own.
  private(set) var untimed: Int64 = 0
  /// Points that are no finite number or of no series.
  private(set) var unusable: Int64 = 0

  /// Adds a series.
  mutating func add(_ definition: SeriesDefinition) {
    series.append(definition)
    greatest.append(-.infinity)
  }

  /// Greatest resident bytes of a process, else the greatest of the first series of bytes; 0
  /// without one.
  var greatestBytes: Int64 {
    let known = series.indices.filter { series[$0].unit == "bytes" && greatest[$0].isFinite }
    guard let first = known.first else { return 0 }
    let name = known.contains { series[$0].name == "rss" } ? "rss" : series[first].name
    let most = known.filter { series[$0].name == name }.map { greatest[$0] }.max() ?? 0
    return Int64(exactly: most.rounded()) ?? .max
  }

  /// Adds a point; a full segment goes to the store.
  mutating func add(_ point: SeriesPoint, to writer: CaptureWriter) throws(StoreError) {
    guard Int(point.series) < series.count, point.value.isFinite else {
      unusable += 1
      return
    }
    if let time = point.time {
      lastTime = time
      range = range.map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
    } else {
      untimed += 1
    }
    pointCount += 1
    greatest[Int(point.series)] = max(greatest[Int(point.series)], point.value)
    numbers.append(point.series)
    times.append(lastTime ?? StoredProfile.unknownTime)
    lines.append(Int64(clamping: point.line))
    values.append(point.value)
    if values.count == StoredProfile.segmentRows { try flush(writer) }
  }

  /// Writes what waits, and the series.
  mutating func finish(_ writer: CaptureWriter) throws(StoreError) {
    try flush(writer)
    try writer.write(.seriesName, texts: series.map(\.name))
    try writer.write(.seriesUnit, texts: series.map(\.unit))
    try writer.write(.seriesProcess, series.map { $0.process.map { $0 &+ 1 } ?? 0 })
  }

  private mutating func flush(_ writer: CaptureWriter) throws(StoreError) {
    guard !values.isEmpty else { return }
    try writer.write(.pointSeries, segment: segment, numbers)
    try writer.write(.pointTime, segment: segment, times)
    try writer.write(.pointLine, segment: segment, lines)
    let whole = values.compactMap { Int64(exactly: $0) }
    if whole.count == values.count {
      try writer.write(.pointWhole, segment: segment, whole)
    } else {
      try writer.write(
        .pointBits, segment: segment, values.map { Int64(bitPattern: $0.bitPattern) })
    }
    segment += 1
    numbers.removeAll(keepingCapacity: true)
    times.removeAll(keepingCapacity: true)
    lines.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
  }
}

/// Writes marks and spans segment by segment, as they come.
struct SpanImport {
  private var waiting: [ProfileMark] = []
  private var segment = 0
  /// Earliest and latest time.
  private(set) var times: ClosedRange<Int64>?
  /// Marks and spans met.
  private(set) var count: Int64 = 0

  /// Adds a mark; a full segment goes to the store.
  mutating func add(_ mark: ProfileMark, to writer: CaptureWriter) throws(StoreError) {
    for time in [mark.start, mark.end].compactMap({ $0 }) {
      times = times.map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
    }
    count += 1
    waiting.append(mark)
    if waiting.count == StoredProfile.segmentRows { try finish(writer) }
  }

  /// Writes what waits.
  mutating func finish(_ writer: CaptureWriter) throws(StoreError) {
    guard !waiting.isEmpty else { return }
    let unknown = StoredProfile.unknownTime
    try writer.write(.spanName, segment: segment, texts: waiting.map(\.name))
    try writer.write(.spanStart, segment: segment, waiting.map { $0.start ?? unknown })
    try writer.write(.spanEnd, segment: segment, waiting.map { $0.end ?? unknown })
    try writer.write(.spanLevel, segment: segment, waiting.map { max(0, $0.level) })
    try writer.write(
      .spanProcess, segment: segment, waiting.map { $0.process.map { $0 &+ 1 } ?? 0 })
    try writer.write(
      .spanStartBytes, segment: segment, waiting.map { $0.startBytes.map { $0 &+ 1 } ?? 0 })
    try writer.write(
      .spanEndBytes, segment: segment, waiting.map { $0.endBytes.map { $0 &+ 1 } ?? 0 })
    try writer.write(.spanLine, segment: segment, waiting.map { Int64(clamping: $0.line) })
    segment += 1
    waiting.removeAll(keepingCapacity: true)
  }
}

/// Writes source lines that a capture carries segment by segment, as they come.
struct SourceImport {
  private var waiting: [SourceLine] = []
  private var segment = 0
  /// Lines met.
  private(set) var count: Int64 = 0

  /// Adds a line; a full segment goes to the store.
  mutating func add(_ line: SourceLine, to writer: CaptureWriter) throws(StoreError) {
    count += 1
    waiting.append(line)
    if waiting.count == StoredProfile.segmentRows { try finish(writer) }
  }

  /// Writes what waits.
  mutating func finish(_ writer: CaptureWriter) throws(StoreError) {
    guard !waiting.isEmpty else { return }
    try writer.write(.sourceFile, segment: segment, texts: waiting.map(\.file))
    try writer.write(.sourceLine, segment: segment, waiting.map(\.line))
    try writer.write(.sourceText, segment: segment, texts: waiting.map(\.text))
    segment += 1
    waiting.removeAll(keepingCapacity: true)
  }
}
