import Dialects
import Language
import Planning
import Store

extension Question {
  /// The question's plan as a statement of SQL.
  func sql(of plan: Plan, in dialect: SQLDialect) throws(EngineError) -> String {
    let selection = try asking(try SQLSelection(plan, query))
    try refuseTwins()
    let sides = try selection.scans.map { (scanned) throws(EngineError) in try side(scanned) }
    return try asking(
      try SQLPrinter(dialect: dialect, query: query, selection, sides: sides).statement())
  }

  /// Refuses names that are one text by Unicode's rules and two by their bytes: they make one group
  /// here, and two in SQL.
  private func refuseTwins() throws(EngineError) {
    var known: [String: String] = [:]
    func hasTwin(_ text: String) -> Bool {
      guard text.utf8.contains(where: { $0 >= 0x80 }) else { return false }
      return !(known.updateValue(text, forKey: text) ?? text).utf8.elementsEqual(text.utf8)
    }
    for pattern in query.filter?.leaves.flatMap(\.patterns) ?? [] { _ = hasTwin(pattern.text) }
    for data in sides.flatMap(\.captures) {
      let locations = try reading(try data.locations())
      var texts = locations.functions + locations.files + (try reading(try data.threadTexts()))
      texts += try reading(try data.columns.texts(.typeName))
      for place in try reading(try data.labels()).indices {
        texts += try reading(try data.columns.texts(.labelValue, segment: place))
      }
      guard texts.contains(where: hasTwin) else { continue }
      throw .cannotAnswer(
        "\(data.info.name) writes one name in two ways that only their bytes tell apart, and SQL "
          + "compares bytes", suggestion: "ask without --sql", at: query.verb.range)
    }
  }

  private func side(_ scanned: SQLSelection.Scanned) throws(EngineError) -> SQLSide {
    let context = sides[scanned.scan.side]
    var gatherer = GroupGatherer(context: context, keys: scanned.keys, measures: scanned.measures)
    gatherer.alsoHeldBy = scanned.scan.alsoHeldBy.map { sides[$0] }
    var captures: [SQLSide.Capture] = []
    for data in context.captures {
      guard let selection = try gatherer.selection(of: data) else { continue }
      captures.append(try capture(data, selection, gatherer))
    }
    let weights = try SampleWeights(context)
    return SQLSide(
      captures: captures, samples: (weights.scale, weights.word),
      divisor: try (query.versus == nil ? nil : query.per).map { (per) throws(EngineError) in
        try per.value.amount(of: context, at: per.range)
      })
  }

  private func capture(
    _ data: CaptureData, _ selection: Selection, _ gatherer: GroupGatherer
  ) throws(EngineError) -> SQLSide.Capture {
    let facts = try reading(try data.profile())
    var capture = SQLSide.Capture(
      id: data.info.id, name: data.info.name, processID: data.info.processID,
      rows: try rows(data, selection))
    capture.isProfile = facts != nil
    capture.hasObjects = facts.map { $0.objects > 0 } ?? false
    capture.countsRecursion = facts?.countsRecursion == true
    capture.facts = data.info.statsFacts
    capture.stretches = try stretches(gatherer.context, data)
    if gatherer.keys.contains(where: \.isStretch) {
      let resolver = try reading(try PopulationResolver(data: data))
      capture.windows = try gatherer.windows(of: resolver).map { ($0.states, $0.texts) }
    }
    return capture
  }

  private func rows(_ data: CaptureData, _ selection: Selection) throws(EngineError) -> SQLSide.Rows
  {
    switch selection.moment {
    case nil:
      let end = try reading(try data.timeline()).clock.endState
      return .allocations(selection.allocations(of: data.info, end: end))
    case .peak: return .sites(prefix: "peak")
    case .end: return .sites(prefix: "leaked")
    case .recorded(let totals):
      let bytes = totals.size ?? totals.samples
      return .totals(
        SQLSide.Totals(
          moment: totals.moment, bytes: bytes, blocks: totals.count, third: totals.third,
          fourth: totals.fourth, usage: totals.usage, record: totals.recordSize ?? bytes,
          lacksCounts: totals.size != nil && totals.count == nil, isPartial: totals.isPartial))
    }
  }

  private func stretches(
    _ context: QueryContext, _ data: CaptureData
  ) throws(EngineError) -> [Term: Logic<SQLSide.Births>] {
    let terms = context.query.filter?.leaves.filter(\.isOfTime) ?? []
    guard !terms.isEmpty else { return [:] }
    let timeline = try reading(try data.timeline())
    let compiler = ConditionCompiler(
      data: data, keys: try context.view(of: data).keys,
      times: try reading(try TimeResolver(data: data, timeline: timeline)))
    var found: [Term: Logic<SQLSide.Births>] = [:]
    for term in terms {
      found[term] = try compiler.compile(.leaf(term)).map { (test) -> SQLSide.Births in
        switch test {
        case .births(let range): .within(range)
        case .constant(let value): value ? .all : .none
        case .sites, .size, .sizeClass, .lifetime, .duration: .none
        }
      }
    }
    return found
  }
}

extension Term {
  /// The texts that it compares with.
  fileprivate var patterns: [Pattern] {
    values.compactMap { if case .pattern(let pattern) = $0.value { pattern } else { nil } }
  }
}

extension Selection {
  /// What a statement of SQL says of the rows.
  fileprivate func allocations(of info: CaptureInfo, end: UInt32) -> SQLSide.Allocations {
    let (least, greatest) = (deaths.lowerBound, deaths.upperBound)
    let dying: SQLSide.Deaths =
      greatest < Clock.never
      ? .between(least...greatest)
      : least == Clock.never ? .never : least > 0 ? .notBefore(least) : .whenever
    let cuts: SQLSide.Cuts? =
      switch weight {
      case .atBirth: nil
      case .inState(let state): SQLSide.Cuts(before: state, countsPieces: true)
      case .bytesInState(let state): SQLSide.Cuts(before: state, countsPieces: false)
      case .atDeath: SQLSide.Cuts(before: nil, countsPieces: false)
      }
    return SQLSide.Allocations(
      births: (
        births.lowerBound > 0 || births.isEmpty ? births.lowerBound : nil,
        births.upperBound < end || births.isEmpty ? births.upperBound : nil
      ),
      deaths: dying, greatestAge: greatestAge, cuts: info.cuts > 0 ? cuts : nil,
      hasHits: info.hits > 0)
  }
}
