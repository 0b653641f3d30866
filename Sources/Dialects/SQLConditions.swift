import Language
import Planning

/// Prints conditions on rows of `held`, and keys; notes which columns and joins they need.
final class SQLConditions {
  let dialect: SQLDialect
  let frames: SQLFrames
  /// Columns of `held` that something needs.
  private(set) var columns: Set<String> = []
  /// Joins of `held` with what sites have, in order.
  private(set) var joins: [(name: String, text: String)] = []

  init(dialect: SQLDialect, frames: SQLFrames) {
    self.dialect = dialect
    self.frames = frames
  }

  /// A column of `held`.
  func held(_ column: String) -> String {
    columns.insert(column)
    return "held.\(column)"
  }

  private func join(_ name: String, _ text: () -> String) {
    if !joins.contains(where: { $0.name == name }) { joins.append((name, text())) }
  }

  private func joinSites(_ table: String, as name: String? = nil, isLeft: Bool = true) {
    let alias = name ?? table
    join(alias) {
      "\(isLeft ? "LEFT JOIN" : "JOIN") \(table)\(name.map { " AS \($0)" } ?? "")"
        + " ON \(alias).capture = held.capture AND \(alias).site = held.site"
    }
  }

  // MARK: Keys

  /// A key of a row.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - processIDs: processes of captures that hold events.
  ///   - isReport: whether frames and modules are those of memray's `stats`.
  /// - Returns: an expression, NULL where there is no value.
  /// - Throws: why the tables cannot say it.
  func key(
    _ key: Key, processIDs: [Int64: Int64] = [:], isReport: Bool = false
  ) throws(QueryError) -> String {
    let column = SQLDialect.name(key.name)
    if isReport, key == .frame {
      frames.addReportFrames()
      joinSites("report_frames")
      return "report_frames.frame"
    }
    if isReport, key == .module {
      frames.addReportModules()
      joinSites("report_modules")
      return "coalesce(report_modules.module, '<root>')"
    }
    if let speaker = key.speaker {
      frames.addSpeaker(speaker)
      joinSites(speaker.table)
      return "\(speaker.table).\(column)"
    }
    switch (key.definition.level, key) {
    case (.frame, _): return column
    case (.stack, _):
      throw .cannotAnswer(
        "a traceback is a list of frames, which is no value of these tables",
        suggestion: "`by frame inclusive`, or `by lineno`")
    case (.site, .thread), (.site, .allocator):
      joinSites("sites", isLeft: false)
      return "sites.\(column)"
    case (.capture, _):
      join("captures") { "JOIN captures ON captures.id = held.capture" }
      return "captures.name"
    case (.row, .sizeclass): return dialect.powerOfTwo(held("record"))
    case (.row, _): return dialect.powerOfTwo(held("lifetime"))
    case (.stretch, _):
      let birth = held("birth")
      join("stretches") {
        "JOIN stretches ON stretches.capture = held.capture"
          + " AND \(birth) >= stretches.first AND \(birth) < stretches.next"
      }
      return "stretches.name"
    case (.process, _) where !processIDs.isEmpty:
      let cases = processIDs.sorted { $0.key < $1.key }.map { "WHEN \($0.key) THEN \($0.value)" }
      return "CASE held.capture \(cases.joined(separator: " ")) END"
    case (.process, _), (.site, _):
      let alias = SQLDialect.name("\(key.name) of sites")
      join(alias) {
        "LEFT JOIN site_labels AS \(alias) ON \(alias).capture = held.capture"
          + " AND \(alias).site = held.site AND \(alias).name = \(SQLDialect.text(key.name))"
      }
      return "\(alias).value"
    }
  }

  // MARK: Conditions

  /// A condition on rows of a capture; never NULL.
  func text(_ predicate: Predicate, _ capture: SQLSide.Capture) throws(QueryError) -> String {
    switch predicate {
    case .and(let parts): try joined(parts, " AND ", capture)
    case .or(let parts): try joined(parts, " OR ", capture)
    case .not(let part): "NOT (\(try text(part, capture)))"
    case .leaf(let term): try text(term, capture)
    }
  }

  private func text(_ term: Term, _ capture: SQLSide.Capture) throws(QueryError) -> String {
    if let condition = capture.stretches[term] { return births(condition) }
    switch term {
    case .name(let name):
      throw QueryError(.meaning(.unknownName(name.value)), at: name.range)
    case .stackHas(let patterns):
      let name = frames.addStacks(patterns)
      return "(held.capture, held.site) IN (SELECT capture, site FROM \(name))"
    case .compare(let field, let comparison, let value):
      return try compare(field, comparison, value, capture)
    case .inRange(let field, let isNegated, let from, let to):
      let lower = try compare(
        field, Located(.greaterOrEqual, field.range), from, capture)
      let upper = try compare(field, Located(.less, field.range), to, capture)
      return isNegated ? "NOT (\(lower) AND \(upper))" : "(\(lower) AND \(upper))"
    case .inSet(let field, let isNegated, let values):
      var parts: [String] = []
      for value in values {
        parts.append(try compare(field, Located(.equal, field.range), value, capture))
      }
      let any = "(" + parts.joined(separator: " OR ") + ")"
      return isNegated ? "NOT \(any)" : any
    }
  }

  private func joined(
    _ parts: [Predicate], _ word: String, _ capture: SQLSide.Capture
  ) throws(QueryError) -> String {
    var texts: [String] = []
    for part in parts { texts.append(try text(part, capture)) }
    return "(" + texts.joined(separator: word) + ")"
  }

  private func births(_ condition: Logic<SQLSide.Births>) -> String {
    switch condition {
    case .leaf(.within(let range)):
      let birth = held("birth")
      return "(\(birth) >= \(range.lowerBound) AND \(birth) < \(range.upperBound))"
    case .not(let part): return "NOT (\(births(part)))"
    case .and(let parts):
      return parts.isEmpty ? "TRUE" : "(" + parts.map(births).joined(separator: " AND ") + ")"
    case .or(let parts):
      return parts.isEmpty ? "FALSE" : "(" + parts.map(births).joined(separator: " OR ") + ")"
    case .leaf(.all): return "TRUE"
    case .leaf(.none): return "FALSE"
    }
  }

  private func compare(
    _ field: Located<Field>, _ comparison: Located<Comparison>, _ value: Located<Value>,
    _ capture: SQLSide.Capture
  ) throws(QueryError) -> String {
    let operation = Self.operation(comparison.value)
    switch (field.value, value.value) {
    case (.size, .size(let number)), (.size, .number(let number)):
      return "\(held("record")) \(operation) \(SQLDialect.number(number))"
    case (.key(.sizeclass), .size(let number)), (.key(.sizeclass), .number(let number)):
      return "\(dialect.powerOfTwo(held("record"))) \(operation) \(SQLDialect.number(number))"
    case (.key(.lifetime), .number(let number)):
      return "coalesce(\(held("lifetime")) \(operation) \(SQLDialect.number(number)), FALSE)"
    case (.key(.lifetime), .time(let point)):
      guard case .elapsed(let nanoseconds) = point.base else { break }
      let bound = SQLDialect.number(Double(nanoseconds) / 1e6)
      return "coalesce(\(held("milliseconds")) \(operation) \(bound), FALSE)"
    case (.key(let key), .pattern(let pattern)):
      let meets = try meets(key, comparison.value, pattern, capture)
      return comparison.value.isNegated ? "NOT \(meets)" : meets
    case (.key(let key), .number(let number)) where [.pid, .domain, .stream].contains(key):
      let value = try self.key(key, processIDs: processIDs(capture))
      return "coalesce(\(value) \(operation) \(SQLDialect.number(number)), "
        + (comparison.value.isNegated ? "TRUE)" : "FALSE)")
    default: break
    }
    throw .cannotAnswer(
      "these tables have no column that `\(field.value.name)` is compared by in this way",
      suggestion: "ask without --sql", at: field.range)
  }

  /// The process of a capture that holds events; others say it site by site.
  private func processIDs(_ capture: SQLSide.Capture) -> [Int64: Int64] {
    if case .totals = capture.rows { [:] } else { [capture.id: capture.processID] }
  }

  private static func operation(_ comparison: Comparison) -> String {
    switch comparison {
    case .less, .lessOrEqual, .greater, .greaterOrEqual: comparison.rawValue
    case .equal, .matches: "="
    case .notEqual, .doesNotMatch: "<>"
    }
  }

  /// Whether a key's value is a text or meets a pattern; negation is the caller's.
  private func meets(
    _ key: Key, _ comparison: Comparison, _ pattern: Pattern, _ capture: SQLSide.Capture
  ) throws(QueryError) -> String {
    let value = try self.key(key, processIDs: processIDs(capture))
    let isRegex = if case .regex = pattern.form { true } else { false }
    let isPattern = isRegex || comparison == .matches || comparison == .doesNotMatch
    let wanted = SQLDialect.text(pattern.text)
    let (open, number, name) = Self.threadParts(value)
    guard isPattern else {
      switch key {
      case .allocator, .kind:
        return SQLDialect.equal("lower(\(value))", SQLDialect.text(pattern.text.lowercased()))
      case .thread:
        let parts = [
          SQLDialect.equal(value, wanted),
          "(\(open) > 0 AND \(value) LIKE '%)' AND \(wanted) IN (\(number), \(name)))",
        ]
        return "coalesce(\(parts.joined(separator: " OR ")), FALSE)"
      case .module:
        let below = SQLDialect.text(pattern.text + ".")
        let start = "substr(\(value), 1, length(\(below)))"
        return "(\(SQLDialect.equal(value, wanted)) OR \(SQLDialect.equal(start, below)))"
      case .pid, .domain, .stream, .label: return SQLDialect.equal("CAST(\(value) AS TEXT)", wanted)
      default: return SQLDialect.equal(value, wanted)
      }
    }
    let isPath = key.definition.values.holdsPath
    let whole =
      key == .module
      ? dialect.meets(module: value, pattern) : dialect.meets(value, pattern, isPath: isPath)
    switch key {
    case .thread:
      return "(\(whole) OR (coalesce(\(open), 0) > 0 AND "
        + dialect.meets(name, pattern, isPath: false) + "))"
    case .allocator:
      return "(\(whole) OR \(dialect.meets("lower(\(value))", pattern, isPath: false)))"
    default: return whole
    }
  }

  /// Where the name of `0x64 (worker)` begins, its number, and its name.
  private static func threadParts(_ thread: String) -> (String, String, String) {
    let open = "instr(\(thread), '(')"
    return (
      open, "substr(\(thread), 1, \(open) - 2)",
      "substr(\(thread), \(open) + 1, length(\(thread)) - \(open) - 1)"
    )
  }
}
