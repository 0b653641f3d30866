import Analysis
import Results
import Language
import Store

/// What a report says below its rows.
struct SuspectNotes {
  let lines: LineFindings
  /// When the program began to let go.
  let end: LettingGo?

  private static let shownCaches = 3

  private var scan: SuspectScan { lines.scan }
  private var context: QueryContext { lines.context }

  /// The remarks.
  func notes(_ found: [Finding]) throws(EngineError) -> [String] {
    let total = growth(scan.merged(Array(scan.series.indices)))
    var notes: [String] = []
    if let end { notes.append(end.note) }
    if found.isEmpty { notes.append("nothing grows for good: no leak is suspected") }
    notes += settled()
    if let note = settledArenas() { notes.append(note) }
    if let note = try pinnedArenas() { notes.append(note) }
    if lines.growths.contains(where: \.trend.isDemoted) { notes.append(Trends.stopsOverTime) }
    notes += leftOut()
    if context.query.filter == nil {
      notes += try ResidentGrowth(data: scan.data, points: scan.points).notes(
        explained: max(total.rate, found.reduce(0) { $0 + $1.rate }), of: total,
        lines.scale, sizes: context.sizes)
    }
    notes += detectable()
    notes += try reading(try scan.data.marks()).notes
    return notes
  }

  private func growth(_ values: PointValues) -> Growth { Growth(values, on: scan.points.axis) }

  /// Caches that stopped growing.
  private func settled() -> [String] {
    let peak = Double(scan.data.info.peakBytes)
    var found: [(text: String, bytes: Int64)] = []
    for (line, growth) in zip(lines.lines, lines.growths) {
      guard growth.trend.shape == .warmUp, let bytes = growth.bytes.last,
        Double(bytes) >= 0.02 * peak, let lineno = line.lineno
      else { continue }
      let place = scan.points.place(growth.trend.stretch.lowerBound)
      found.append(
        ("\(lineno) (\(context.sizes.text(Double(bytes))), since \(place))", bytes))
    }
    guard !found.isEmpty else { return [] }
    let shown = found.sorted { $0.bytes > $1.bytes }.prefix(Self.shownCaches).map(\.text)
    return ["grew and stopped, so no leak: " + shown.joined(separator: ", ")]
  }

  /// Arenas of small objects that came and stay.
  private func settledArenas() -> String? {
    guard let arenas = scan.arenas() else { return nil }
    let growth = growth(arenas.values)
    guard let last = growth.bytes.last, let blocks = growth.blocks.last,
      Double(last) >= 0.02 * Double(scan.data.info.peakBytes), blocks >= 3, !growth.trend.isGrowing
    else { return nil }
    let asked = lines.arenaQuery()
    return "no leak, though it may look like one: \(context.sizes.text(Double(last))) in "
      + "\(blocks) arenas of small objects do not grow; an arena is given back only when all of it "
      + "is free, so few objects can hold it (`\(asked.questionText)`)"
  }

  /// Small objects that are gone while the process stays as large.
  private func pinnedArenas() throws(EngineError) -> String? {
    guard scan.data.info.tracesPythonAllocators == 1, context.query.filter == nil else {
      return nil
    }
    let bytes = try scan.smallObjects().bytes.prefix(scan.points.states.count)
    guard let most = bytes.max(), let last = bytes.last, let at = bytes.firstIndex(of: most),
      most - last >= 1_000_000, last * 2 <= most
    else { return nil }
    let resident = ResidentGrowth(data: scan.data, points: scan.points)
    let rss = try resident.recorded()
    guard at < rss.count, let end = rss.last, rss[at] - end < (most - last) / 2 else { return nil }
    var asked = context.query.asGrowth
    asked.keys = [Located(.allocator, context.query.verb.range)]
    asked.hides = []
    return "no leak, though RSS may look like one: small objects came down from "
      + "\(context.sizes.text(Double(most))) to "
      + "\(context.sizes.text(Double(last))), but Python gives an arena back only when "
      + "all of it is free (`\(asked.questionText)`)"
  }

  /// What is left out by name.
  private func leftOut() -> [String] {
    scan.leftOut().compactMap { suppression, values in
      let growth = growth(values)
      let change = Double((growth.bytes.last ?? 0) - (growth.bytes.first ?? 0))
      guard change >= 1 else { return nil }
      var asked = context.query.asGrowth
      asked.add(suppression.predicate)
      if !suppression.predicate.readsNewestFrame {
        asked.hides.removeAll { $0 == .libraries || $0 == .native }
      }
      let meaning = suppression.meaning.map { "\($0); " } ?? ""
      return
        "left out as harmless: \(context.sizes.text(change)) of \(suppression.name) "
        + "(\(meaning)`\(asked.questionText)`)"
    }
  }

  /// What could have been seen, and how long to record for less.
  private func detectable() -> [String] {
    let limit = DetectionLimit(lines.rules)
    let named = zip(lines.lines, lines.growths).compactMap { line, live in
      line.lineno.map { (name: $0, values: line.values, live: live) }
    }
    let finer = limit.least / 10
    let long = limit.length(toFind: finer, limit: limit.least)
    var sentence = "smallest leak this recording could show: \(lines.text(limit.least))"
    if let noisy = limit.noisiest(named) {
      sentence += ", \(lines.text(noisy.rate)) under the ups and downs of \(noisy.name)"
    }
    return [sentence + "; record \(stretch(long)) for \(lines.text(finer))"]
  }

  private func stretch(_ length: Double) -> String {
    scan.points.axis.areMarks
      ? "\(Int64(nearest: length.rounded(.up))) marks"
      : "\(Int64(nearest: length.rounded(.up))) s"
  }
}

extension Predicate {
  /// Whether it looks at what `hide` changes.
  fileprivate var readsNewestFrame: Bool {
    contains { if case .stackHas = $0 { false } else { true } }
  }
}
