import CaptureModel
import Results
import Language
import Store

/// Answers `show`: what the store and the language know.
struct ShowRunner {
  let store: Store
  let session: Session
  let formats: [FormatLine]
  let show: Show

  /// The answer.
  func answer() throws(EngineError) -> Answer {
    var table = ResultTable(query: show.canonicalText)
    switch show.topic.value {
    case .captures: try addCaptures(to: &table)
    case .capture: try addCapture(to: &table)
    case .peak: try addPeak(to: &table)
    case .threads: try addThreads(to: &table)
    case .marks: try addMarks(to: &table)
    case .keys: try addKeys(to: &table)
    case .quality: try addQuality(to: &table)
    case .formats:
      table.columns = [
        text("format", formats.map(\.name)), text("meaning", formats.map(\.summary)),
      ]
    case .lets:
      table.columns = [
        text("name", session.lets.map(\.name)),
        text("condition", session.lets.map { $0.predicate.canonicalText(sizes: .none) }),
        text(
          "meaning",
          session.lets.map {
            Session.suppressionNames.contains($0.name) ? "harmless: `suspects` leaves it out" : nil
          }),
      ]
    }
    return Answer(content: .table(table), verb: nil, output: show.output, limit: nil)
  }

  private func text(_ name: String, _ values: [String?]) -> ResultColumn {
    .key(name, .texts(values))
  }

  private func whole(_ name: String, _ unit: Unit, _ values: [Int64?]) -> ResultColumn {
    .key(name, .integers(values), unit: unit)
  }

  private func named() throws(EngineError) -> [CaptureInfo] {
    try CaptureFinder(store: store).captures(show.captures)
  }

  private func addCaptures(to table: inout ResultTable) throws(EngineError) {
    let all = try reading(try store.captures())
    let chosen = show.captures.isEmpty ? all : try named()
    if chosen.isEmpty { table.notes.append("the store is empty: `memq import FILE`") }
    table.columns = [
      whole("number", .none, chosen.map(\.id)), text("name", chosen.map(\.name)),
      text(
        "format", chosen.map { $0.version.isEmpty ? $0.format : "\($0.format) \($0.version)" }),
      whole("allocations", .count, chosen.map { $0.holdsEvents ? $0.rows : nil }),
      whole("allocated", .bytes, chosen.map { $0.holdsEvents ? $0.bytesAllocated : nil }),
      whole("peak", .bytes, chosen.map(\.peakBytes)),
      .key(
        "duration", .reals(chosen.map { Double($0.durationMilliseconds) / 1000 }), unit: .seconds),
      text("state", chosen.map(\.ending.rawValue)),
    ]
  }

  private func addCapture(to table: inout ResultTable) throws(EngineError) {
    var names: [String?] = []
    var values: [String?] = []
    for info in try named() {
      let stored = try reading(try store.storedBytes(of: info.id))
      let columns = CaptureColumns(store: store, info: info)
      let events = try reading(try columns.events())
      // Where events name no thread, one stands for all.
      let hasThreads = events.map(\.hasThreads) ?? (info.threads > 0)
      let fields: [(String, String)] = [
        ("number", "\(info.id)"), ("name", info.name), ("kind", info.kind.rawValue),
        (
          "format",
          (info.version.isEmpty ? info.format : "\(info.format) \(info.version)")
            + (info.framing.isEmpty ? "" : ", \(info.framing)")
        ),
        ("command line", info.commandLine),
        ("pid", info.processID == 0 ? "" : "\(info.processID)"),
        ("python", info.pythonVersion), ("python allocator", info.pythonAllocator),
        ("start", info.startMilliseconds == 0 ? "" : UTC.text(info.startMilliseconds)),
        (
          "duration",
          !info.holdsEvents && info.durationMilliseconds == 0
            ? "" : QueryText.seconds(info.durationMilliseconds)
        ),
        ("events", info.holdsEvents ? "\(info.events)" : ""),
        ("allocations", info.holdsEvents ? "\(info.rows)" : ""),
        ("bytes allocated", info.holdsEvents ? "\(info.bytesAllocated)" : ""),
        ("peak bytes", info.peakBytes == 0 ? "" : "\(info.peakBytes)"),
        ("threads", hasThreads ? "\(info.threads)" : ""),
        ("stacks", !info.holdsEvents && info.stacks == 0 ? "" : "\(info.stacks)"),
        ("sites", "\(info.sites)"), ("ticks", info.holdsEvents ? "\(info.ticks)" : ""),
        ("file bytes", "\(info.fileBytes)"),
        ("stored bytes", "\(stored)"), ("imported", UTC.text(info.importedAt * 1000)),
        (
          "state",
          info.isComplete ? info.ending.rawValue : "\(info.ending.rawValue): \(info.endingReason)"
        ),
      ]
      let facts =
        try reading(try columns.profile())?.lines
        ?? events?.properties.map { ($0.name, $0.value) } ?? []
      for (name, value) in fields + facts where !value.isEmpty {
        names.append(name)
        values.append(value)
      }
    }
    table.columns = [text("field", names), text("value", values)]
  }

  private func addPeak(to table: inout ResultTable) throws(EngineError) {
    let infos = try named()
    table.header = infos.compactMap { info in
      info.isComplete || info.lacksOnlyItsMark ? nil : QueryContext.endedEarly(info)
    }
    for info in infos
    where try reading(try CaptureColumns(store: store, info: info).profile()) != nil {
      return try addPeaks(infos, to: &table)
    }
    var times: [Double?] = []
    var counts: [Int64?] = []
    for info in infos {
      let data = CaptureData(store: store, info: info)
      let timeline = try reading(try data.timeline())
      let state = UInt32(truncatingIfNeeded: info.peakState)
      times.append(
        data.info.holdsEvents ? Double(timeline.milliseconds(atState: state)) / 1000 : nil)
      counts.append(try reading(try data.columns.integers(.sitePeakCount)).reduce(0, +))
    }
    table.captures = infos.map(\.name)
    table.columns = [
      text("capture", infos.map(\.name)), whole("peak", .bytes, infos.map(\.peakBytes)),
      whole("count", .count, counts),
      .key("time", .reals(times), unit: .seconds),
      whole("instant", .instant, infos.map { $0.peakState > 0 ? $0.peakState - 1 : nil }),
    ]
  }

  private func addMarks(to table: inout ResultTable) throws(EngineError) {
    var captures: [String?] = []
    var numbers: [Int64?] = []
    var names: [String?] = []
    var times: [Double?] = []
    var instants: [Int64?] = []
    var details: [String?] = []
    for info in try named() {
      let data = CaptureData(store: store, info: info, frameMarks: session.marks)
      if let facts = try reading(try data.profile()), facts.spans > 0 {
        return try addSpans(data, facts, to: &table)
      }
      let marks = try reading(try data.marks())
      if let problem = marks.problem { throw .query(problem) }
      table.notes += marks.notes
      for index in marks.names.indices {
        captures.append(info.name)
        numbers.append(Int64(marks.numbers[index]))
        names.append(marks.names[index])
        times.append(marks.milliseconds[index] / 1000)
        instants.append(marks.states[index] > 0 ? Int64(marks.states[index]) - 1 : nil)
        details.append(marks.details[index].isEmpty ? nil : marks.details[index])
      }
    }
    if names.isEmpty {
      table.notes.append("no marks: `memq import FILE --marks FILE`, or `mark on frame NAME`")
    }
    table.columns = [
      text("capture", captures), text("mark", names), whole("number", .none, numbers),
      .key("time", .reals(times), unit: .seconds),
      whole("instant", .instant, instants),
    ]
    if details.contains(where: { $0 != nil }) { table.columns.append(text("detail", details)) }
  }

  private func addQuality(to table: inout ResultTable) throws(EngineError) {
    var captures: [String?] = []
    var records: [QualityRecord] = []
    for info in try named() {
      for record in try reading(try store.quality(of: info.id)) {
        captures.append(info.name)
        records.append(record)
      }
    }
    table.columns = [
      text("capture", captures), text("anomaly", records.map(\.kind)),
      text("severity", records.map(\.severity.rawValue)),
      whole("count", .count, records.map(\.count)), text("meaning", records.map(\.detail)),
    ]
    if records.isEmpty { table.notes.append("nothing was found amiss") }
  }
}

/// A capture format as `show formats` lists it.
package struct FormatLine: Sendable, Equatable {
  /// Its name.
  package var name: String
  /// What it is, in a few words.
  package var summary: String

  /// A format's name and what it is.
  package init(name: String, summary: String) {
    self.name = name
    self.summary = summary
  }
}
