import Language
import Planning
import Results
import Store

/// Prints plans as SQL over the tables of `memq sql`: the same rows with the same columns.
///
/// What cannot be said is refused with the reason, never approximated.
struct SQLPrinter {
  let dialect: SQLDialect
  let question: Question
  let parts = SQLParts()

  var query: Query { question.query }

  /// The statement of a plan.
  func statement(_ plan: Plan) throws(EngineError) -> String {
    switch plan {
    case .rows(let rows): return parts.statement(try select(rows))
    case .list(let ordering, let scan): return parts.statement(try list(ordering, scan))
    case .sections(let sections, let inputs):
      return parts.statement(try stats(sections, inputs))
    case .axis(.classes(let aggregation, let scan)):
      return parts.statement(try hist(RowParts(aggregation: aggregation, scans: [scan])))
    case .axis(.difference(.classes, .classes(let left, let one), .classes(let right, let other))):
      return parts.statement(
        try histograms(
          RowParts(aggregation: left, scans: [one]), RowParts(aggregation: right, scans: [other])))
    case .lines, .axis, .stacks, .findings, .test, .paths:
      throw noSelection
    }
  }

  private var noSelection: EngineError {
    .cannotAnswer(
      "`\(query.verb.value.rawValue)` is no selection of rows",
      suggestion: "SQL is printed of `top`, `hist`, `list` and `stats`", at: query.verb.range)
  }

  // MARK: Rows

  /// A plan of rows taken apart.
  struct RowParts {
    var ordering = Ordering()
    var limits: Limits?
    var difference: Difference?
    var aggregation: Aggregation
    var scans: [Scan]

    init(aggregation: Aggregation, scans: [Scan]) {
      (self.aggregation, self.scans) = (aggregation, scans)
    }

    /// Nil for what is no selection of rows.
    init?(_ plan: RowPlan) {
      switch plan {
      case .trend: return nil
      case .aggregate(let aggregation, let scan):
        (self.aggregation, scans) = (aggregation, [scan])
      case .difference(let difference, let aggregation, let scans):
        (self.aggregation, self.scans, self.difference) = (aggregation, scans, difference)
      case .having(let limits, let input):
        guard let parts = RowParts(input) else { return nil }
        self = parts
        self.limits = limits
      case .order(let ordering, let input):
        guard let parts = RowParts(input) else { return nil }
        self = parts
        self.ordering = ordering
      }
    }
  }

  func select(_ plan: RowPlan) throws(EngineError) -> String {
    guard let rows = RowParts(plan) else { throw noSelection }
    try refuse(rows)
    return try rows.difference == nil ? top(rows) : versus(rows)
  }

  private func refuse(_ rows: RowParts) throws(EngineError) {
    for measure in rows.aggregation.measures {
      guard case .series(let series) = measure else { continue }
      throw .cannotAnswer(
        "`\(series.rawValue)` is a series of the process, which these tables do not hold",
        suggestion: "ask without --sql", at: query.measures.first?.range)
    }
    for key in query.keys where key.value == .traceback {
      throw .cannotAnswer(
        "a traceback is a list of frames, and a row of SQL holds single values",
        suggestion: "`by frame inclusive`, or `by lineno`", at: key.range)
    }
  }

  /// A side of the plan as values.
  func side(_ scan: Scan, _ keys: [Key], _ measures: [Measure]) throws(EngineError) -> SQLSide {
    try refuseObjects(question.sides[scan.side], keys, measures)
    return try SQLSide(
      question.sides[scan.side], keys: keys, measures: measures,
      alsoHeldBy: scan.alsoHeldBy.map { question.sides[$0] })
  }

  /// Sizes of single objects, where a capture holds a graph of them.
  private func refuseObjects(
    _ context: QueryContext, _ keys: [Key], _ measures: [Measure]
  ) throws(EngineError) {
    for data in context.captures where !data.info.holdsEvents {
      guard let facts = try reading(try data.profile()), facts.objects > 0 else { continue }
      let touches =
        keys.contains(.sizeclass) || measures.contains(.maximumSize)
        || query.filter?.testsSizes == true
      guard touches else { continue }
      throw .cannotAnswer(
        "\(data.info.name) holds single objects, whose sizes these tables do not have",
        suggestion: "ask without --sql", at: query.verb.range)
    }
  }

  func frames(_ sides: [SQLSide]) -> SQLFrames {
    var ids: [Int64] = []
    for id in sides.flatMap(\.ids) where !ids.contains(id) { ids.append(id) }
    return SQLFrames(
      dialect: dialect, parts: parts, hides: query.hides, fromFrame: query.fromFrame, ids: ids)
  }

  /// The measures that something of the question looks at.
  func looked(_ rows: RowParts) -> [Measure] {
    let ordered = rows.ordering.columns.compactMap { column -> Measure? in
      if case .measure(let measure) = column.column.value { measure } else { nil }
    }
    return rows.aggregation.measures + ordered + (rows.limits?.measures ?? []) + [.size, .count]
  }

  /// Adds `found` and `groups`: sums by keys, `vs` by side too.
  ///
  /// - Returns: the columns of sums.
  func addGroups(
    _ rows: RowParts, _ scans: [(number: Int, side: SQLSide)]
  ) throws(EngineError) -> [String] {
    let (keys, isInclusive) = (rows.aggregation.keys, rows.aggregation.isInclusive)
    let sides = scans.map(\.side)
    let framed = isInclusive ? keys.filter(\.isOfFrame) : []
    let frames = frames(sides)
    var columns = ["bytes", "blocks"]
    for column in looked(rows).flatMap(SQLValues.columns) where !columns.contains(column) {
      columns.append(column)
    }
    let printer = SQLRowPrinter(
      dialect: dialect, parts: parts, frames: frames, query: query, scans: scans,
      conditions: SQLConditions(dialect: dialect, frames: frames))
    try printer.addFound(
      keys: keys.filter { !framed.contains($0) }, columns: columns, places: !framed.isEmpty)
    if !framed.isEmpty {
      let recursions = Set(sides.flatMap(\.captures).map(\.countsRecursion))
      guard recursions.count < 2 else {
        throw .cannotAnswer(
          "these captures count recursion in two ways", suggestion: "ask each alone",
          at: query.inclusive)
      }
      frames.addMembers(framed, countsRecursion: recursions.contains(true))
    }
    let names = keys.map { key in
      (framed.contains(key) ? "members." : "found.") + SQLDialect.name(key.name)
    }
    let grouped = (scans.count > 1 ? ["found.side"] : []) + names
    let sums = Self.sums(columns)
    parts.add("groups") {
      let columns = grouped + sums.map { "\($0.sum) AS \($0.name)" }
      var text = "SELECT " + columns.joined(separator: ", ") + "\nFROM found"
      if !framed.isEmpty {
        text += "\nLEFT JOIN members"
        text += " ON members.capture = found.at_capture AND members.site = found.at_site"
      }
      return text + Self.grouping(grouped)
    }
    return sums.map(\.name)
  }

  /// Groups by some columns; without any, one group unless there is nothing.
  static func grouping(_ columns: [String]) -> String {
    columns.isEmpty
      ? "\nHAVING count(*) > 0" : "\nGROUP BY " + columns.joined(separator: ", ")
  }

  /// Sums of the columns of `found`.
  static func sums(_ columns: [String]) -> [(name: String, sum: String)] {
    columns.flatMap { column -> [(name: String, sum: String)] in
      switch column {
      case "greatest": [("greatest", "max(greatest)")]
      case "life":
        [("life", "sum(life)"), ("freed", "count(life)"), ("longest", "max(life)")]
      default: [(column, "sum(\(column))")]
      }
    }
  }

  /// Adds `total`: sums of everything, each row once.
  func addTotal(_ columns: [String], bySide: Bool) {
    parts.add("total") {
      let sums = Self.sums(columns.filter { !["freed", "longest"].contains($0) })
        .map { sum in
          ["greatest", "longest"].contains(sum.name)
            ? "\(sum.sum) AS \(sum.name)" : "coalesce(\(sum.sum), 0) AS \(sum.name)"
        }
      return "SELECT " + ((bySide ? ["side"] : []) + sums).joined(separator: ", ") + "\nFROM found"
        + (bySide ? "\nGROUP BY side" : "")
    }
  }

  // MARK: Top

  private func top(_ rows: RowParts) throws(EngineError) -> String {
    let measures = rows.aggregation.measures
    let side = try side(rows.scans[0], rows.aggregation.keys, looked(rows))
    let columns = try addGroups(rows, [(0, side)])
    let context = question.sides[rows.scans[0].side]
    let values = SQLValues(
      weights: try SampleWeights(context), difference: nil, divisors: nil)
    let countsNothing = context.captures.contains { !$0.info.holdsEvents }
    var held = ["blocks <> 0"]
    if columns.contains("third") { held.append("third <> 0") }
    if countsNothing {
      held.append("bytes <> 0")
      if columns.contains("greatest") { held.append("greatest <> 0") }
    }
    var terms = [held.count == 1 ? held[0] : "(" + held.joined(separator: " OR ") + ")"]
    if let limits = rows.limits {
      addTotal(columns, bySide: false)
      terms.append(
        try values.limits(limits, "") { (measure) throws(EngineError) in
          "(SELECT \(try values.value(measure, "")) FROM total)"
        })
    }
    let lacksCounts = side.captures.contains { capture in
      guard case .totals(let totals) = capture.rows else { return false }
      return totals.size != nil && totals.count == nil
    }
    var shown = rows.aggregation.keys.map { key($0) }
    for measure in measures {
      let value =
        lacksCounts && measure == .count ? "NULL" : try values.value(measure, "")
      shown.append("\(value) AS \(SQLDialect.name(measure.columnName))")
    }
    var order = Orders(dialect: dialect)
    try add(rows.ordering, rows.aggregation.keys, values, to: &order)
    for measure in measures + [.size, .count] {
      order.add(try values.value(measure, ""), falls: true)
    }
    for key in rows.aggregation.keys { order.addKey(key, falls: true) }
    return "SELECT " + shown.joined(separator: ", ") + "\nFROM groups\nWHERE "
      + terms.joined(separator: "\n  AND ") + order.text + limit(rows.ordering)
  }

  /// A key as the answer shows it.
  func key(_ key: Key) -> String {
    let name = SQLDialect.name(key.name)
    if case .label(let label) = key, label.unit == "nanoseconds" {
      return "\(name) / 1e9 AS \(name)"
    }
    return name
  }

  /// `LIMIT …`.
  func limit(_ ordering: Ordering) -> String {
    ordering.limit.map { "\nLIMIT \($0)" } ?? ""
  }

  /// Adds the columns that were asked for.
  func add(
    _ ordering: Ordering, _ keys: [Key], _ values: SQLValues, to order: inout Orders
  ) throws(EngineError) {
    for column in ordering.columns {
      switch column.column.value {
      case .measure(let measure):
        order.add(try values.value(measure, ""), falls: !(column.isAscending ?? false))
      case .key(let key) where keys.contains(key):
        order.addKey(key, falls: !(column.isAscending ?? true))
      case .key, .time: continue
      }
    }
  }
}

/// The columns that rows are put into order by.
struct Orders {
  let dialect: SQLDialect
  private var columns: [(value: String, falls: Bool)] = []

  init(dialect: SQLDialect) { self.dialect = dialect }

  /// Adds a value unless it already decides; what has none is the least.
  mutating func add(_ value: String, falls: Bool) {
    guard !columns.contains(where: { $0.value == value }) else { return }
    columns.append((value, falls))
  }

  /// Adds a key in its own order.
  mutating func addKey(_ key: Key, falls: Bool) {
    let name = SQLDialect.name(key.name)
    switch key {
    case .sizeclass, .lifetime: add(name, falls: falls)
    default: add(dialect.ordered(name), falls: falls)
    }
  }

  /// `ORDER BY …`.
  var text: String {
    "\nORDER BY "
      + columns.map { $0.value + ($0.falls ? " DESC" : "") }.joined(separator: ", ")
  }
}

extension Predicate {
  /// Whether it looks at sizes of records.
  fileprivate var testsSizes: Bool {
    leaves.contains { $0.field?.value == .size || $0.field?.value == .key(.sizeclass) }
  }
}
