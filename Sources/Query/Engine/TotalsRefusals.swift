import Store

/// Says why a capture of totals per stack cannot answer, and what it can.
struct TotalsRefusals {
  /// The capture.
  let name: String
  let population: Located<Population>

  /// The moment that the population means; an error for populations that need rows.
  func moment() throws(EngineError) -> TotalsMoment {
    switch population.value {
    case .peak: return .peak
    case .leaked, .live(at: nil): return .end
    case .live(let time?):
      if time.value.offsetNanoseconds == 0 {
        if time.value.base == .peak { return .peak }
        if time.value.base == .end { return .end }
      }
      throw .query(
        .cannotAnswer(
          "\(name) holds totals per stack at two moments, the peak and the end",
          wayOut: "`live at peak` or `live at end`", at: time.range))
    case .allocated, .freed, .temporary, .survived:
      throw refusal("`\(population.value.word)`", at: population.range)
    }
  }

  /// Throws the refusal of something that needs rows.
  func refuse(_ what: String, at range: SourceRange) throws(EngineError) {
    throw refusal(what, at: range)
  }

  private func refusal(_ what: String, at range: SourceRange) -> EngineError {
    .query(
      .cannotAnswer(
        "\(what) needs every allocation; \(name) holds totals per stack",
        wayOut: "ask for `peak` or `leaked` by places, threads or allocators, or for "
          + "`timeline rss, heap`",
        at: range))
  }

  /// Lets a question pass that totals can answer.
  func check(_ query: Query) throws(EngineError) {
    switch query.verb.value {
    case .timeline: return try checkTimeline(query)
    case .list, .stats, .hist:
      try refuse("`\(query.verb.value.rawValue)`", at: query.verb.range)
    default: break
    }
    _ = try moment()
    if let range = query.range { try refuse("`in`", at: range.range) }
    if let windows = query.windows { try refuse("a window", at: windows.range) }
    for key in query.keys { try check(key.value, at: key.range) }
    for measure in query.measures { try check(measure.value, at: measure.range) }
    for column in query.order { try check(column) }
    if let filter = query.filter { try check(filter) }
    if let having = query.having { try check(having) }
  }

  private func checkTimeline(_ query: Query) throws(EngineError) {
    if let population = query.population, population.value != .live(at: nil) {
      try refuse("`timeline \(population.value.word)`", at: population.range)
    }
    if let key = query.keys.first { try refuse("a timeline of groups", at: key.range) }
    if let frame = query.fromFrame { try refuse("a timeline of a part", at: frame.range) }
    if query.filter != nil { try refuse("a timeline of a part", at: query.verb.range) }
    for measure in query.measures where measure.value == .count {
      try refuse("`timeline count`", at: measure.range)
    }
    guard let span = query.range else { return }
    for time in [span.value.start, span.value.end] {
      switch time.value.base {
      case .peak, .instant: try refuse("that time", at: time.range)
      default: break
      }
    }
  }

  private func check(_ key: Key, at range: SourceRange) throws(EngineError) {
    switch key {
    case .sizeclass, .lifetime, .window, .mark: try refuse("`\(key.name)`", at: range)
    default: break
    }
  }

  private func check(_ measure: Measure, at range: SourceRange) throws(EngineError) {
    if measure.needsLifetimes || measure.needsRecordSizes {
      try refuse("`\(measure.name)`", at: range)
    }
  }

  private func check(_ column: OrderColumn) throws(EngineError) {
    switch column.column.value {
    case .measure(let measure): try check(measure, at: column.column.range)
    case .key(let key): try check(key, at: column.column.range)
    case .time: try refuse("`time`", at: column.column.range)
    }
  }

  private func check(_ field: Located<Field>) throws(EngineError) {
    switch field.value {
    case .key(let key): try check(key, at: field.range)
    case .time: try refuse("`time`", at: field.range)
    case .size: break
    }
  }

  private func check(_ predicate: Predicate) throws(EngineError) {
    switch predicate {
    case .and(let parts), .or(let parts): for part in parts { try check(part) }
    case .not(let part): try check(part)
    case .compare(let field, _, _), .inRange(let field, _, _, _), .inSet(let field, _, _):
      try check(field)
    case .name, .stackHas: break
    }
  }

  private func check(_ limits: Limits) throws(EngineError) {
    switch limits {
    case .and(let parts), .or(let parts): for part in parts { try check(part) }
    case .not(let part): try check(part)
    case .compare(let measure, _, _): try check(measure.value, at: measure.range)
    }
  }
}

extension Population {
  /// Its first word.
  fileprivate var word: String {
    switch self {
    case .peak: "peak"
    case .leaked: "leaked"
    case .live: "live"
    case .allocated: "allocated"
    case .freed: "freed"
    case .temporary: "temporary"
    case .survived: "survived"
    }
  }
}

extension Predicate {
  /// Whether the size of single records is looked at.
  var looksAtSizes: Bool {
    switch self {
    case .and(let parts), .or(let parts): parts.contains { $0.looksAtSizes }
    case .not(let part): part.looksAtSizes
    case .compare(let field, _, _), .inRange(let field, _, _, _), .inSet(let field, _, _):
      field.value == .size
    case .name, .stackHas: false
    }
  }
}

extension QueryContext {
  /// What a reader of results from totals must know.
  var notesOnTotals: [String] {
    guard query.filter?.looksAtSizes == true else { return [] }
    return captures.filter { !$0.info.holdsEvents }.map {
      "\($0.info.name) holds totals per stack: `where size` is about one stack's bytes"
    }
  }
}
