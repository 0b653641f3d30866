import Language
import Planning

/// `list`: single records.
extension SQLPrinter {
  /// Rows of `size`, `time`, `lifetime`, `lineno`, `function`, `allocator`, `thread`.
  func list(_ ordering: Ordering) throws(QueryError) -> String {
    let side = sides[0]
    for capture in side.captures where capture.isProfile {
      throw .cannotAnswer(
        "\(capture.name) holds no single allocations", suggestion: "ask without --sql",
        at: query.verb.range)
    }
    let (shown, keys) = (SQLSelection.listKeys, SQLSelection.listed(ordering))
    let frames = frames([side])
    let printer = rowPrinter(numbered, frames)
    try printer.addFound(
      keys: keys, columns: ["bytes", "birth", "lifetime", "time", "row"], places: true,
      single: true)
    let hasLosses = addLosses(side)
    parts.add("records") {
      let size = hasLosses ? "found.bytes - coalesce(losses.bytes, 0)" : "found.bytes"
      let names = keys.map { ", found.\(SQLDialect.name($0.name))" }.joined()
      return "SELECT \(size) AS size, found.time, found.lifetime, found.birth, found.row,\n"
        + "  found.at_capture\(names)\nFROM found"
        + (hasLosses
          ? "\nLEFT JOIN losses ON losses.capture = found.at_capture AND losses.row = found.row"
          : "")
    }
    return "SELECT size, time, lifetime, "
      + shown.map { SQLDialect.name($0.name) }.joined(separator: ", ")
      + "\nFROM records" + order(ordering, side) + (ordering.limit.map { "\nLIMIT \($0)" } ?? "")
  }

  /// Adds `losses`, what munmap took off single allocations, and says whether there can be some.
  private func addLosses(_ side: SQLSide) -> Bool {
    var selects: [String] = []
    for capture in side.captures {
      guard case .allocations(let rows) = capture.rows, let cuts = rows.cuts else { continue }
      selects.append(
        "SELECT c.capture, c.row, sum(c.bytes) AS bytes\nFROM cuts AS c\nWHERE c.capture = \(capture.id)"
          + (cuts.before.map { " AND c.instants < \($0)" } ?? "") + "\nGROUP BY c.capture, c.row")
    }
    guard !selects.isEmpty else { return false }
    parts.add("losses") { selects.joined(separator: "\nUNION ALL\n") }
    return true
  }

  private func order(_ ordering: Ordering, _ side: SQLSide) -> String {
    var order = Orders(dialect: dialect)
    for column in ordering.columns {
      let falls = !column.risesInList
      switch column.column.value {
      case .measure(.size): order.add("size", falls: falls)
      case .time: order.add("birth", falls: falls)
      case .measure(.averageLifetime), .key(.lifetime):
        // What was never freed lives longest.
        order.add("coalesce(lifetime, \(Int64.max))", falls: falls)
      case .key(.sizeclass): order.add(dialect.powerOfTwo("size"), falls: falls)
      case .key(let key): order.addKey(key, falls: falls)
      case .measure: continue
      }
    }
    order.add("size", falls: true)
    let ids = side.ids
    if ids.count > 1 {
      let places = ids.enumerated().map { "WHEN \($0.element) THEN \($0.offset)" }
      order.add("CASE at_capture \(places.joined(separator: " ")) END", falls: false)
    }
    order.add("row", falls: false)
    return order.text
  }
}
