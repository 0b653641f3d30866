import Language
import Planning

/// Prints `held`, the rows of all sides, and `found`, those that meet the conditions with the keys
/// that they have.
struct SQLRowPrinter {
  let dialect: SQLDialect
  let parts: SQLParts
  let frames: SQLFrames
  let query: Query
  /// The sides with their numbers; a side of several scans is one.
  let scans: [(number: Int, side: SQLSide)]
  let conditions: SQLConditions

  private var captures: [(number: Int, capture: SQLSide.Capture)] {
    scans.flatMap { scan in scan.side.captures.map { (scan.number, $0) } }
  }

  /// Whether rows of several sides stand below each other.
  private var hasSides: Bool { scans.count > 1 }

  /// Processes of captures that hold events.
  private var processIDs: [Int64: Int64] {
    var found: [Int64: Int64] = [:]
    for (_, capture) in captures {
      if case .totals = capture.rows { continue }
      found[capture.id] = capture.processID
    }
    return found
  }

  // MARK: Found

  /// Adds `held` and `found`.
  ///
  /// - Parameters:
  ///   - keys: keys that the row decides; their columns have the keys' names.
  ///   - columns: columns of `held` that are handed on.
  ///   - places: whether capture and site are handed on as `at_capture` and `at_site`.
  ///   - single: whether rows are single allocations, cuts taken off and hits left out.
  /// - Throws: why the tables cannot say it.
  func addFound(
    keys: [Key], columns: [String], places: Bool, single: Bool = false
  ) throws(QueryError) {
    var selected = hasSides ? ["held.side"] : []
    if places { selected += ["held.capture AS at_capture", "held.site AS at_site"] }
    if keys.contains(where: \.isStretch) { addStretches() }
    for key in keys {
      let value = try conditions.key(
        key, processIDs: processIDs, isReport: query.verb.value == .stats)
      selected.append("\(value) AS \(SQLDialect.name(key.name))")
    }
    selected += columns.map { conditions.held($0) }
    let filter = try filter()
    let heldText = self.held(single: single)
    parts.add("held") { heldText }
    parts.add("found") {
      "SELECT \(selected.joined(separator: ", "))\nFROM held"
        + conditions.joins.map { "\n" + $0.text }.joined()
        + (filter.map { "\nWHERE \($0)" } ?? "")
    }
  }

  private func filter() throws(QueryError) -> String? {
    var texts: [(place: String, text: String)] = []
    for (number, capture) in captures {
      var terms: [String] = []
      if let filter = query.filter { terms.append(try conditions.text(filter, capture)) }
      if let frame = query.fromFrame {
        terms.append(try conditions.text(.stackHas([frame]), capture))
      }
      guard !terms.isEmpty else { return nil }
      let place = (hasSides ? "held.side = \(number) AND " : "") + "held.capture = \(capture.id)"
      texts.append((place, terms.joined(separator: "\n  AND ")))
    }
    guard let first = texts.first else { return nil }
    if texts.allSatisfy({ $0.text == first.text }) { return first.text }
    return "CASE" + texts.map { "\n  WHEN \($0.place) THEN (\($0.text))" }.joined() + "\nEND"
  }

  /// The stretches of time that births lie in.
  private func addStretches() {
    parts.add("stretches(capture, first, next, name)") {
      var rows: [String] = []
      var known: Set<Int64> = []
      for (_, capture) in captures where known.insert(capture.id).inserted {
        guard let (ends, names) = capture.windows else { continue }
        for (index, name) in names.enumerated() {
          let first = index == 0 ? 0 : ends[index - 1]
          let next = index < ends.count ? Int64(ends[index]) : Int64(UInt32.max)
          rows.append("(\(capture.id), \(first), \(next), \(SQLDialect.text(name)))")
        }
      }
      return rows.isEmpty
        ? "SELECT 0, 0, 0, '' WHERE FALSE" : "VALUES\n  " + rows.joined(separator: ",\n  ")
    }
  }

  // MARK: Held

  /// A column of `held` made of an allocation.
  private static func value(_ column: String) -> String {
    switch column {
    case "record", "greatest", "bytes": "a.size"
    case "blocks": "1"
    case "life": "a.lifetime"
    case "third", "fourth": "0"
    default: "a.\(column)"
    }
  }

  private func held(single: Bool) -> String {
    let columns = conditions.columns.sorted()
    var selects: [String] = []
    for (number, capture) in captures {
      let side = hasSides ? "\(number) AS side, " : ""
      switch capture.rows {
      case .allocations(let rows):
        selects.append(allocations(side, columns, capture.id, rows))
        if single { continue }
        if let cuts = rows.cuts { selects.append(self.cuts(cuts, side, columns, capture.id, rows)) }
        if rows.hasHits, let age = rows.greatestAge {
          selects.append(hits(age, side, columns, capture.id, rows))
        }
      case .sites(let prefix): selects.append(sites(side, columns, capture.id, prefix))
      case .totals(let totals): selects.append(self.totals(side, columns, capture.id, totals))
      }
    }
    if selects.isEmpty {
      let none = (hasSides ? ["side"] : []) + ["capture", "site"] + columns
      return "SELECT " + none.map { "0 AS \($0)" }.joined(separator: ", ") + " WHERE FALSE"
    }
    return selects.joined(separator: "\nUNION ALL\n")
  }

  private func births(_ rows: SQLSide.Allocations) -> [String] {
    [
      rows.births.from.map { "a.birth >= \($0)" }, rows.births.before.map { "a.birth < \($0)" },
    ].compactMap(\.self)
  }

  private func terms(_ rows: SQLSide.Allocations) -> [String] {
    switch rows.deaths {
    case .whenever: births(rows)
    case .never: births(rows) + ["a.death IS NULL"]
    case .between(let deaths):
      births(rows) + ["a.death BETWEEN \(deaths.lowerBound) AND \(deaths.upperBound)"]
    case .notBefore(let state): births(rows) + ["(a.death IS NULL OR a.death >= \(state))"]
    }
  }

  private func select(
    _ side: String, _ values: [String], _ source: String, _ terms: [String]
  ) -> String {
    "SELECT \(side)a.capture, a.site" + values.map { ", \($0)" }.joined()
      + "\nFROM \(source)\nWHERE " + terms.joined(separator: " AND ")
  }

  private func allocations(
    _ side: String, _ columns: [String], _ id: Int64, _ rows: SQLSide.Allocations
  ) -> String {
    let age = rows.greatestAge.map { ["a.age <= \($0)"] } ?? []
    return select(
      side, columns.map { "\(Self.value($0)) AS \($0)" }, "allocations AS a",
      ["a.capture = \(id)"] + terms(rows) + age)
  }

  /// What munmap took off the rows.
  private func cuts(
    _ cuts: SQLSide.Cuts, _ side: String, _ columns: [String], _ id: Int64,
    _ rows: SQLSide.Allocations
  ) -> String {
    let values = columns.map { column in
      switch column {
      case "bytes": "-c.bytes AS bytes"
      case "blocks": (cuts.countsPieces ? "c.pieces" : "0") + " AS blocks"
      case "life": "NULL AS life"
      default: "\(Self.value(column)) AS \(column)"
      }
    }
    let instants = cuts.before.map { ["c.instants < \($0)"] } ?? []
    return select(
      side, values, "cuts AS c JOIN allocations AS a ON a.capture = c.capture AND a.row = c.row",
      ["c.capture = \(id)"] + instants + terms(rows))
  }

  /// Rows that a later free found again.
  private func hits(
    _ age: UInt32, _ side: String, _ columns: [String], _ id: Int64, _ rows: SQLSide.Allocations
  ) -> String {
    select(
      side, columns.map { "\(Self.value($0)) AS \($0)" },
      "hits AS h JOIN allocations AS a ON a.capture = h.capture AND a.row = h.row",
      ["h.capture = \(id)", "h.age <= \(age)"] + births(rows))
  }

  // MARK: Totals

  /// Totals of memray's aggregated captures; a record is what one stack holds.
  private func sites(
    _ side: String, _ columns: [String], _ id: Int64, _ prefix: String
  ) -> String {
    let values = columns.map { column in
      switch column {
      case "bytes": "s.\(prefix)_size AS bytes"
      case "blocks": "s.\(prefix)_count AS blocks"
      case "record": "sum(s.\(prefix)_size) OVER (PARTITION BY s.stack) AS record"
      case "greatest", "third", "fourth": "0 AS \(column)"
      default: "NULL AS \(column)"
      }
    }
    return "SELECT \(side)s.capture, s.site"
      + values.map { ", \($0)" }.joined() + "\nFROM sites AS s\nWHERE s.capture = \(id)"
  }

  /// Totals of captures of other tools; a record is what one stack and type hold.
  private func totals(
    _ side: String, _ columns: [String], _ id: Int64, _ totals: SQLSide.Totals
  ) -> String {
    func sum(_ index: Int?) -> String {
      index.map { "sum(CASE t.kind WHEN \($0 + 1) THEN t.amount ELSE 0 END)" } ?? "0"
    }
    let greatest =
      totals.usage.map { "max(CASE t.kind WHEN \($0 + 1) THEN t.amount ELSE 0 END)" } ?? "0"
    let kinds = Set(
      [totals.bytes, totals.blocks, totals.third, totals.fourth, totals.usage, totals.record]
        .compactMap { $0.map { $0 + 1 } })
    let inner =
      "SELECT \(side)t.capture, t.site, \(sum(totals.bytes)) AS bytes, \(sum(totals.blocks)) AS blocks,\n"
      + "  \(sum(totals.third)) AS third, \(sum(totals.fourth)) AS fourth, "
      + "\(greatest) AS greatest,\n  \(sum(totals.record)) AS record\n"
      + "FROM totals AS t\nWHERE t.capture = \(id) AND t.moment = \(totals.moment + 1)"
      + " AND t.kind IN (\(kinds.sorted().map(String.init).joined(separator: ", ")))\n"
      + "GROUP BY t.capture, t.site"
    let values = columns.map { column in
      switch column {
      case "bytes", "blocks", "third", "fourth", "greatest": "t.\(column)"
      case "record":
        "max(sum(t.record) OVER (PARTITION BY s.stack, y.value), 0) AS record"
      default: "NULL AS \(column)"
      }
    }
    let needsRecord = columns.contains("record")
    return "SELECT \(hasSides ? "t.side, " : "")t.capture, t.site"
      + values.map { ", \($0)" }.joined() + "\nFROM (\n"
      + inner.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n") + "\n) AS t"
      + (needsRecord
        ? "\nJOIN sites AS s ON s.capture = t.capture AND s.site = t.site\n"
          + "LEFT JOIN site_labels AS y ON y.capture = t.capture AND y.site = t.site"
          + " AND y.name = 'type'" : "")
  }
}
