import CaptureModel
import Columns
import Store

/// Answers `suspects` of captures that hold totals or values over time: what grows from moment to
/// moment or from capture to capture, and what two moments differ by.
struct TotalsSuspects {
  let store: Store
  /// As it was asked.
  let query: Query

  /// Of what two moments differ by, smaller shares tell nothing.
  private static let leastShare = 0.01

  /// One row of the answer.
  private struct Finding {
    var place: String?
    var shape: String
    var rate: Double?
    var low: Double?
    var high: Double?
    var value: Double
    var evidence: String
    var query: String
  }

  /// The answer; nil where single allocations answer better.
  func answer() throws(EngineError) -> Answer? {
    var asked = query.asGrowth
    if let versus = query.versus {
      asked.verb.value = .top
      asked.versus = versus
      asked.limit = Located(.all, query.verb.range)
      return try differences(asked, versus)
    }
    let context = try QueryContext(store: store, query: asked)
    guard try holdsTotals(context) else { return nil }
    if context.captures.count == 1 {
      guard let facts = try reading(try context.captures[0].profile()) else { return nil }
      let series = try reading(try context.captures[0].seriesNames())
      guard facts.moments >= 2 || !series.isEmpty else { return nil }
      if let answer = try TableDifferences(query: query).answer(context, facts) { return answer }
      let runner = ProfileGrowthRunner(context, data: context.captures[0], facts: facts)
      return try growing(runner.answer(), context)
    }
    guard context.captures.count >= 3 else { return nil }
    return try growing(GrowthRunner(context).answer(), context)
  }

  private func holdsTotals(_ context: QueryContext) throws(EngineError) -> Bool {
    for data in context.captures {
      if !data.info.holdsEvents { return true }
      if try reading(try data.profile()) != nil { return true }
    }
    return false
  }

  // MARK: What grows

  private func growing(_ growth: Answer, _ context: QueryContext) throws(EngineError) -> Answer? {
    guard case .table(let table) = growth.content else { return nil }
    let value = table.columns.first { $0.role == .measure }
    let isOfSeries = table.columns.first?.name == "series"
    var found: [Finding] = []
    let rate = table.columns.first { $0.name == "rate" }
    let scale = RateScale(query.per?.value, isOfBlocks: false)
    for row in 0..<table.rowCount {
      guard let slope = rate?.real(row), slope > 0,
        let low = table.columns.first(where: { $0.name == "rate_low" })?.real(row), low > 0
      else { continue }
      let place = table.columns.first?.text(row)
      var asked = context.query
      if isOfSeries, let series = place.flatMap({ Series(rawValue: $0) }) {
        asked.measures = [Located(.series(series), query.verb.range)]
      } else if let place, table.columns.first?.name == "lineno" {
        asked.restrict(to: place)
      }
      let isBytes = value?.unit == .bytes
      let words =
        isBytes && rate?.unit == scale.unit
        ? RateText.text(slope, scale, context.sizes)
        : try Self.words(slope, isBytes: isBytes, context)
      var evidence =
        isOfSeries
        ? "\(place ?? "It") of the process only grows: \(words). A series does not tell which line: "
          + "record with `memray run` and ask `suspects`."
        : "\(place ?? "It") only grows from moment to moment: \(words)."
      if table.rowCount > 0, let last = value?.real(row), isBytes {
        evidence += " It ends at \(RateText.size(last, context.sizes))."
      }
      found.append(
        Finding(
          place: place, shape: table.columns.first { $0.name == "shape" }?.text(row) ?? "steady",
          rate: slope, low: low,
          high: table.columns.first { $0.name == "rate_high" }?.real(row),
          value: value?.real(row) ?? 0, evidence: evidence, query: asked.questionText))
    }
    var notes = table.notes.filter { $0 != GrowthTable.nothingGrows }
    if found.isEmpty { notes.insert("nothing grows for good: no leak is suspected", at: 0) }
    return answer(
      found, context, keyName: table.columns.first?.name, rateUnit: rate?.unit ?? .none,
      valueUnit: value?.unit ?? .none, title: table.population, notes)
  }

  /// A slope of what is not counted over time.
  private static func words(
    _ slope: Double, isBytes: Bool, _ context: QueryContext
  ) throws(EngineError) -> String {
    let facts = try context.captures.first.flatMap { (data) throws(EngineError) in
      try reading(try data.profile())
    }
    let rounded = (slope * 1000).rounded() / 1000
    let amount = isBytes ? RateText.size(slope, context.sizes) : "\(rounded)"
    return facts?.clock == .lines ? amount + " per line of the file" : amount
  }

  // MARK: Differences

  private func differences(_ asked: Query, _ versus: Versus) throws(EngineError) -> Answer? {
    let (left, right) = asked.sides(of: versus)
    let context = try QueryContext(store: store, query: left)
    let base = try QueryContext(store: store, query: right)
    let areTotals = (left: try holdsTotals(context), right: try holdsTotals(base))
    guard areTotals.left || areTotals.right else { return nil }
    let question = try Question(store: store, query: asked)
    let plan = try Planner(question: question).plan()
    let answer = try Executor(store: store, question: question).answer(plan)
    guard case .table(let table) = answer.content,
      let difference = table.columns.first(where: { $0.name.hasSuffix("_diff") }),
      let value = table.columns.first(where: { $0.name + "_diff" == difference.name })
    else { return nil }
    let isBytes = value.unit == .bytes
    let all = (0..<table.rowCount).reduce(0.0) { $0 + max(0, difference.real($1) ?? 0) }
    let least = max(isBytes ? SuspectRules.leastRise : 1, all * Self.leastShare)
    var found: [Finding] = []
    for row in 0..<table.rowCount {
      guard let more = difference.real(row), more >= least, let now = value.real(row) else {
        continue
      }
      let place = table.columns.first?.text(row)
      var single = query
      single.verb.value = .top
      single.limit = nil
      single.output = Output()
      single.suppressions = []
      if let place, table.columns.first?.name == "lineno" { single.restrict(to: place) }
      func text(_ number: Double) -> String {
        isBytes ? RateText.size(number, context.sizes) : "\(Int64(nearest: number))"
      }
      let evidence =
        "\(place ?? "It") holds \(text(more)) more than in \(base.names.joined(separator: ", ")): "
        + "\(text(now - more)) there, \(text(now)) here."
      found.append(
        Finding(
          place: place, shape: "difference", rate: nil, low: nil, high: nil, value: more,
          evidence: evidence, query: single.questionText))
    }
    var notes = [
      "two moments make a difference, no rate: it may be a warm-up; `growth of` three "
        + "or more tells"
    ]
    if found.isEmpty { notes.insert("nothing holds more: no leak is suspected", at: 0) }
    return self.answer(
      found, context, keyName: table.columns.first?.name, rateUnit: .none, valueUnit: value.unit,
      title: table.population, notes)
  }

  // MARK: The table

  private func answer(
    _ found: [Finding], _ context: QueryContext, keyName: String?, rateUnit: Unit,
    valueUnit: Unit, title: String, _ notes: [String]
  ) -> Answer {
    let found = context.limitOf(query).map { Array(found.prefix($0)) } ?? found
    var table = context.emptyTable(population: title)
    table.query = query.questionText
    table.notes += notes.filter { !table.notes.contains($0) }
    func texts(_ name: String, _ values: [String?], _ role: ColumnRole = .key) -> ResultColumn {
      ResultColumn(name: name, role: role, unit: .none, values: .texts(values))
    }
    func reals(_ name: String, _ unit: Unit, _ values: [Double?]) -> ResultColumn {
      ResultColumn(name: name, role: .measure, unit: unit, values: .reals(values))
    }
    let isDifference = query.versus != nil
    table.columns = [
      ResultColumn(
        name: "rank", role: .key, unit: .none,
        values: .integers(found.indices.map { Int64($0 + 1) })),
      texts(keyName ?? "lineno", found.map(\.place)), texts("shape", found.map(\.shape)),
    ]
    if isDifference {
      table.columns.append(
        ResultColumn(
          name: "size_diff", role: .measure, unit: valueUnit,
          values: .integers(found.map { Int64(nearest: $0.value) })))
    } else {
      table.columns += [
        reals("rate", rateUnit, found.map(\.rate)), reals("rate_low", rateUnit, found.map(\.low)),
        reals("rate_high", rateUnit, found.map(\.high)),
        reals("size", valueUnit, found.map(\.value)),
      ]
    }
    table.columns += [
      texts("evidence", found.map(\.evidence), .prose), texts("query", found.map(\.query), .prose),
    ]
    return Answer(content: .table(table), verb: .suspects, output: query.output, limit: nil)
  }
}

extension QueryContext {
  /// The number of rows that a question asks for; nil means all.
  func limitOf(_ query: Query) -> Int? {
    if case .rows(let count) = query.limit?.value { count } else { nil }
  }
}

extension ResultColumn {
  /// A cell as a number.
  fileprivate func real(_ row: Int) -> Double? {
    switch values {
    case .integers(let values): values[row].map(Double.init)
    case .reals(let values): values[row]
    default: nil
    }
  }

  /// A cell as text.
  fileprivate func text(_ row: Int) -> String? {
    if case .texts(let values) = values { values[row] } else { nil }
  }
}
