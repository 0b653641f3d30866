import Language
import CaptureModel
import Results
import Store

extension ShowRunner {
  /// `show peak` where captures of other tools take part: each process's greatest series, or
  /// the moment at which most was alive.
  func addPeaks(_ infos: [CaptureInfo], to table: inout ResultTable) throws(EngineError) {
    var rows: [PeakRow] = []
    for info in infos {
      let data = CaptureData(store: store, info: info)
      if let facts = try reading(try data.profile()) {
        rows += try peaks(of: data, facts)
      } else {
        rows.append(PeakRow(capture: info.name, what: "size", bytes: Double(info.peakBytes)))
      }
    }
    table.captures = infos.map(\.name)
    for row in rows where row.isPartial { table.notes.append(PartialWords.peak(of: row.capture)) }
    table.columns = [
      .key("capture", .texts(rows.map(\.capture))),
      .key("measure", .texts(rows.map(\.what))),
      .key("pid", .integers(rows.map(\.process)), meaning: .identifier),
    ]
    if rows.contains(where: { $0.name != nil }) {
      table.columns.append(
        .key("process", .texts(rows.map(\.name))))
    }
    table.columns += [
      .numbers("peak", .bytes, rows.map(\.bytes)),
      .numbers("count", .count, rows.map(\.count)),
      .key("at", .texts(rows.map(\.place))),
    ]
  }

  private struct PeakRow {
    var capture: String
    var what: String
    var process: Int64?
    var name: String?
    var bytes: Double?
    var count: Double?
    var place: String?
    /// Whether more may be held than is listed.
    var isPartial = false
  }

  private func peaks(
    of data: CaptureData, _ facts: StoredProfile
  ) throws(EngineError) -> [PeakRow] {
    var rows: [PeakRow] = []
    let series = try reading(try ProfileSeries(data: data, facts: facts))
    let names = try reading(try ProcessNames(data.columns))
    for line in series.lines {
      guard let peak = line.peak(in: nil) else { continue }
      let place = series.axis.text(peak.place)
      rows.append(
        PeakRow(
          capture: data.info.name, what: line.name, process: names.id(line.process),
          name: names.name(line.process),
          bytes: line.unit == .bytes ? peak.value : nil,
          count: line.unit == .bytes ? nil : peak.value, place: place))
    }
    let main = facts.values.mainPopulation ?? .processor
    guard main.isOfBlocks else { return rows }
    let populations = try reading(try ProfilePopulations(data: data, facts: facts))
    let hasLive = facts.values.holds(.live)
    let population = hasLive ? .live : main
    let moment =
      hasLive
      ? try reading(try populations.greatestMoment())
      : populations.totals.moments(holding: population).last ?? 0
    let recorded = RecordedTotals(populations.totals, population: population, moment: moment)
    let totals = try reading(try data.totals(recorded))
    let place = populations.totals.place(moment)
    rows.append(
      PeakRow(
        capture: data.info.name, what: population.rawValue,
        bytes: recorded.size == nil ? nil : Double(totals.bytes.reduce(0, &+)),
        count: recorded.count == nil ? nil : Double(totals.counts.reduce(0, &+)),
        place: place.isEmpty ? nil : String(place.dropFirst(4)), isPartial: recorded.isPartial))
    return rows
  }

  /// Marks and spans of a capture of another tool.
  func addSpans(
    _ data: CaptureData, _ facts: StoredProfile, to table: inout ResultTable
  ) throws(EngineError) {
    let spans = try reading(try ProfileSpans(data: data, facts: facts)).spans
    var met: [String: Int64] = [:]
    let numbers = spans.map { span -> Int64? in
      met[span.name, default: 0] += 1
      return met[span.name]
    }
    func text(_ name: String, _ values: [String?]) -> ResultColumn {
      .key(name, .texts(values))
    }
    table.columns = [
      text("mark", spans.map(\.name)),
      .key("number", .integers(numbers)),
    ]
    if facts.clock == .lines {
      table.columns.append(
        .key("line", .integers(spans.map(\.line))))
    } else {
      table.columns.append(
        .key("time", .reals(spans.map(\.start)), unit: .seconds))
    }
    if spans.contains(where: { $0.end != nil }) {
      let lengths = spans.map { span in span.end.flatMap { end in span.start.map { end - $0 } } }
      table.columns += [
        .key("duration", .reals(lengths), unit: .seconds),
        .key("level", .integers(spans.map(\.level))),
      ]
    }
    let names = try reading(try ProcessNames(data.columns))
    if spans.contains(where: { names.id($0.process) != nil }) {
      let ids = spans.map { names.id($0.process) }
      table.columns.append(
        .key("pid", .integers(ids), meaning: .identifier))
    }
    if spans.contains(where: { names.name($0.process) != nil }) {
      table.columns.append(text("process", spans.map { names.name($0.process) }))
    }
    if spans.contains(where: { $0.startBytes != nil }) {
      table.columns += [
        .numbers("rss_before", .bytes, spans.map { $0.startBytes.map(Double.init) }),
        .numbers("rss_after", .bytes, spans.map { $0.endBytes.map(Double.init) }),
      ]
    }
    if spans.isEmpty { table.notes.append("\(data.info.name) holds no marks") }
  }
}
