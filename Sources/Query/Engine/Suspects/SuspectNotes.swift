import Columns
import Language
import Store

/// What a report says below its rows.
struct SuspectNotes {
  let rules: SuspectRules
  let lines: [SuspectScan.Line]
  let scale: RateScale
  let context: QueryContext
  /// When the program began to let go.
  let end: LettingGo?

  private static let shownCaches = 3

  private var scan: SuspectScan { rules.scan }

  /// The remarks.
  func notes(_ suspects: [Suspect]) throws(EngineError) -> [String] {
    let gatherer = GrowthGatherer(context: context, keys: [], followsBlocks: false)
    let total = gatherer.group(scan.total, key: [], scan.points)
    var notes: [String] = []
    if let end { notes.append(end.note) }
    if suspects.isEmpty { notes.append("nothing grows for good: no leak is suspected") }
    notes += settled(gatherer)
    if let note = settledArenas(gatherer) { notes.append(note) }
    if let note = try pinnedArenas(gatherer) { notes.append(note) }
    let areDemoted = lines.contains {
      gatherer.group($0.values, key: [], scan.points).trend.isDemoted
    }
    if areDemoted { notes.append(GrowthTable.stopsOverTime) }
    notes += leftOut(gatherer)
    if context.query.filter == nil {
      notes += try ResidentGrowth(data: scan.data, points: scan.points).notes(
        explained: max(total.rate, suspects.reduce(0) { $0 + $1.rate }), of: total, scale,
        sizes: context.sizes)
    }
    notes += detectable()
    notes += try reading(try scan.data.marks()).notes
    return notes
  }

  /// Caches that stopped growing.
  private func settled(_ gatherer: GrowthGatherer) -> [String] {
    let peak = Double(scan.data.info.peakBytes)
    var found: [(text: String, bytes: Int64)] = []
    for line in lines {
      let group = gatherer.group(line.values, key: [], scan.points)
      guard group.trend.shape == .warmUp, let bytes = group.bytes.last,
        Double(bytes) >= 0.02 * peak, let lineno = line.lineno
      else { continue }
      let since = scan.points.places[group.trend.stretch.lowerBound]
      let place =
        scan.points.areMarks
        ? "mark \(Int(since))" : QueryText.seconds(Int64((since * 1000).rounded()))
      found.append(
        ("\(lineno) (\(RateText.size(Double(bytes), context.sizes)), since \(place))", bytes))
    }
    guard !found.isEmpty else { return [] }
    let shown = found.sorted { $0.bytes > $1.bytes }.prefix(Self.shownCaches).map(\.text)
    return ["grew and stopped, so no leak: " + shown.joined(separator: ", ")]
  }

  /// Arenas of small objects that came and stay.
  private func settledArenas(_ gatherer: GrowthGatherer) -> String? {
    guard let arenas = scan.arenas() else { return nil }
    let group = gatherer.group(arenas.values, key: [], scan.points)
    guard let last = group.bytes.last, let blocks = group.blocks.last,
      Double(last) >= 0.02 * Double(scan.data.info.peakBytes), blocks >= 3, !group.trend.isGrowing
    else { return nil }
    var asked = context.query.asGrowth
    asked.keys = [Located(.allocator, context.query.verb.range)]
    asked.hides = []
    asked.restrictToArenas()
    for restriction in scan.arenaRestrictions() { asked.add(restriction) }
    return "no leak, though it may look like one: \(RateText.size(Double(last), context.sizes)) in "
      + "\(blocks) arenas of small objects do not grow; an arena is given back only when all of it "
      + "is free, so few objects can hold it (`\(asked.questionText)`)"
  }

  /// Small objects that are gone while the process stays as large.
  private func pinnedArenas(_ gatherer: GrowthGatherer) throws(EngineError) -> String? {
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
      + "\(RateText.size(Double(most), context.sizes)) to "
      + "\(RateText.size(Double(last), context.sizes)), but Python gives an arena back only when "
      + "all of it is free (`\(asked.questionText)`)"
  }

  /// What is left out by name.
  private func leftOut(_ gatherer: GrowthGatherer) -> [String] {
    scan.leftOut().compactMap { suppression, values in
      let group = gatherer.group(values, key: [], scan.points)
      let change = Double((group.bytes.last ?? 0) - (group.bytes.first ?? 0))
      guard change >= 1 else { return nil }
      var asked = context.query.asGrowth
      asked.add(suppression.predicate)
      if !suppression.predicate.readsNewestFrame {
        asked.hides.removeAll { $0 == .libraries || $0 == .native }
      }
      let meaning = suppression.meaning.map { "\($0); " } ?? ""
      return
        "left out as harmless: \(RateText.size(change, context.sizes)) of \(suppression.name) "
        + "(\(meaning)`\(asked.questionText)`)"
    }
  }

  /// What could have been seen, and how long to record for less.
  private func detectable() -> [String] {
    let limit = DetectionLimit(rules: rules)
    let finer = limit.least / 10
    let long = limit.length(toFind: finer, limit: limit.least)
    var sentence =
      "a line that leaks \(text(limit.least)) from start to end, in four steps or more, would show "
      + "here"
    if let noisy = limit.noisiest(lines) {
      sentence += ", \(text(noisy.rate)) under the ups and downs of \(noisy.lineno)"
    }
    return [sentence + "; to see a tenth of it (\(text(finer))), record \(stretch(long))"]
  }

  private func text(_ rate: Double) -> String {
    RateText.text(rate * scale.factor, scale, context.sizes)
  }

  private func stretch(_ length: Double) -> String {
    scan.points.areMarks
      ? "\(Int(length.rounded(.up))) marks" : "\(Int(length.rounded(.up))) s"
  }
}

extension Predicate {
  /// Whether it looks at what `hide` changes.
  fileprivate var readsNewestFrame: Bool {
    switch self {
    case .and(let terms), .or(let terms): terms.contains(where: \.readsNewestFrame)
    case .not(let term): term.readsNewestFrame
    case .stackHas: false
    default: true
    }
  }
}
