package import Language
import Planning

/// Prints plans as SQL over the tables of `memq sql`: the same rows with the same columns.
///
/// What cannot be said is refused with the reason, never approximated.
package struct SQLPrinter {
  let dialect: SQLDialect
  let query: Query
  private let selection: SQLSelection
  /// What each of the selection's scans finds, in their order.
  let sides: [SQLSide]
  let parts = SQLParts()

  /// A printer of a selection, and what each of its scans finds.
  package init(
    dialect: SQLDialect, query: Query, _ selection: SQLSelection, sides: [SQLSide]
  ) {
    (self.dialect, self.query) = (dialect, query)
    (self.selection, self.sides) = (selection, sides)
  }

  /// The statement.
  package func statement() throws(QueryError) -> String {
    for (scanned, side) in zip(selection.scans, sides) {
      try refuseObjects(side, scanned.keys, scanned.measures)
    }
    let select =
      switch selection.form {
      case .groups(let rows): try groups(rows)
      case .list(let ordering): try list(ordering)
      case .sections(let sections, let inputs): try stats(sections, inputs)
      case .classes(let rows): try sides.count > 1 ? histograms(rows) : hist(rows)
      }
    return parts.statement(select)
  }

  /// The sides with the numbers of their scans.
  var numbered: [(number: Int, side: SQLSide)] { sides.enumerated().map { ($0, $1) } }

  // MARK: Rows

  private func groups(_ rows: RowParts) throws(QueryError) -> String {
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
    return try rows.difference == nil ? top(rows) : versus(rows)
  }

  /// Sizes of single objects, where a capture holds a graph of them.
  private func refuseObjects(
    _ side: SQLSide, _ keys: [Key], _ measures: [Measure]
  ) throws(QueryError) {
    for capture in side.captures where capture.hasObjects {
      let touches =
        keys.contains(.sizeclass) || measures.contains(.maximumSize)
        || query.filter?.testsSizes == true
      guard touches else { continue }
      throw .cannotAnswer(
        "\(capture.name) holds single objects, whose sizes these tables do not have",
        suggestion: "ask without --sql", at: query.verb.range)
    }
  }

  func frames(_ sides: [SQLSide]) -> SQLFrames {
    var ids: [Int64] = []
    for id in sides.flatMap(\.ids) where !ids.contains(id) { ids.append(id) }
    return SQLFrames(
      dialect: dialect, parts: parts, hides: query.hides, fromFrame: query.fromFrame, ids: ids)
  }

  /// A printer of the rows of some sides.
  func rowPrinter(_ scans: [(number: Int, side: SQLSide)], _ frames: SQLFrames) -> SQLRowPrinter {
    SQLRowPrinter(
      dialect: dialect, parts: parts, frames: frames, query: query, scans: scans,
      conditions: SQLConditions(dialect: dialect, frames: frames))
  }

  /// Adds `found` and `groups`: sums by keys, `vs` by side too.
  ///
  /// - Returns: the columns of sums.
  func addGroups(
    _ rows: RowParts, _ scans: [(number: Int, side: SQLSide)]
  ) throws(QueryError) -> [String] {
    let (keys, isInclusive) = (rows.aggregation.keys, rows.aggregation.isInclusive)
    let sides = scans.map(\.side)
    let framed = isInclusive ? keys.filter(\.isOfFrame) : []
    let frames = frames(sides)
    var columns = ["bytes", "blocks"]
    for column in rows.looked.flatMap(SQLValues.columns) where !columns.contains(column) {
      columns.append(column)
    }
    let printer = rowPrinter(scans, frames)
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

  private func top(_ rows: RowParts) throws(QueryError) -> String {
    let measures = rows.aggregation.measures
    let side = sides[0]
    let columns = try addGroups(rows, [(0, side)])
    let values = SQLValues(samplesScale: side.samples.scale, difference: nil, divisors: nil)
    let countsNothing = side.captures.contains { !$0.holdsEvents }
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
        try values.limits(limits, "") { (measure) throws(QueryError) in
          "(SELECT \(try values.value(measure, "")) FROM total)"
        })
    }
    let lacksCounts = side.captures.contains { capture in
      guard case .totals(let totals) = capture.rows else { return false }
      return totals.lacksCounts
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
  ) throws(QueryError) {
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
