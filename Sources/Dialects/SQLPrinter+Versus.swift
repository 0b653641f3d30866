import Language
import Planning

/// `top … vs …`: a full join of two sides.
extension SQLPrinter {
  /// Groups of both sides, and the left less the right.
  func versus(_ rows: RowParts) throws(QueryError) -> String {
    guard let difference = rows.difference else { return "" }
    try refusePartial()
    try refuseOtherUnits(rows.aggregation.measures)
    let columns = try addGroups(rows, numbered)
    let divisors = sides[0].divisor.flatMap { left in
      sides[1].divisor.map { (left: left, right: $0) }
    }
    let values = SQLValues(
      samplesScale: sides[0].samples.scale, difference: difference, divisors: divisors)
    let keys = rows.aggregation.keys.filter { $0 != .capture }
    addPairs(keys, columns, isNormalized: difference.isNormalized, hasBoth: sides.count > 2)
    var shown = keys.map { key($0) }
    for measure in rows.aggregation.measures {
      let name = measure.columnName
      shown.append("\(try values.value(measure, "")) AS \(SQLDialect.name(name))")
      shown.append("\(try values.change(measure)) AS \(SQLDialect.name("\(name)_diff"))")
    }
    if sides.count > 2 {
      shown += [
        "both_bytes AS survived", "left_bytes - both_bytes AS \"new\"",
        "right_bytes - both_bytes AS freed",
      ]
    }
    var terms: [String] = []
    if let limits = rows.limits {
      addTotalPair(columns, isNormalized: difference.isNormalized)
      terms.append(
        try values.limits(limits, "") { (measure) throws(QueryError) in
          "(SELECT \(try values.value(measure, "")) FROM total_pair)"
        })
    }
    var order = Orders(dialect: dialect)
    try add(rows.ordering, keys, values, to: &order)
    for measure in rows.aggregation.measures + [.size, .count] {
      order.add("abs(coalesce(\(try values.change(measure)), 0))", falls: true)
      order.add("coalesce(\(try values.sum(measure, "left_")), 0)", falls: true)
    }
    for key in keys { order.addKey(key, falls: true) }
    return "SELECT " + shown.joined(separator: ", ") + "\nFROM pairs"
      + (terms.isEmpty ? "" : "\nWHERE " + terms.joined(separator: " AND "))
      + order.text + limit(rows.ordering)
  }

  /// Samples of two kinds have no difference.
  private func refuseOtherUnits(_ measures: [Measure]) throws(QueryError) {
    guard measures.contains(.samples), sides[0].samples != sides[1].samples
    else { return }
    throw .cannotAnswer(
      "the samples of both sides are in two units", suggestion: "ask each capture alone",
      at: query.verb.range)
  }

  private func refusePartial() throws(QueryError) {
    for capture in sides.flatMap(\.captures) {
      guard case .totals(let totals) = capture.rows, totals.isPartial else { continue }
      throw .cannotAnswer(
        "\(capture.name) lists only some of what there was, and these tables do not say what it "
          + "left out", suggestion: "ask without --sql", at: query.verb.range)
    }
  }

  /// Adds `pairs`: each group with the sums of both sides.
  private func addPairs(
    _ keys: [Key], _ columns: [String], isNormalized: Bool, hasBoth: Bool
  ) {
    let names = keys.map { SQLDialect.name($0.name) }
    let sides = ["left", "right"] + (hasBoth ? ["both"] : [])
    if isNormalized { addTotal(columns, bySide: true) }
    parts.add("pairs") {
      let sums = sides.enumerated().flatMap { number, side in
        columns.map { column in
          "\(Self.sum(column, ofSide: number, isScaled: isNormalized)) AS \(side)_\(column)"
        } + ["sum(CASE side WHEN \(number) THEN 1 ELSE 0 END) AS \(side)_held"]
      }
      var empty = ["bytes <> 0", "blocks <> 0"]
      if columns.contains("third") { empty.append("third <> 0") }
      if columns.contains("greatest") { empty.append("greatest <> 0") }
      return "SELECT " + (names + sums).joined(separator: ",\n  ")
        + "\nFROM groups\nWHERE \(empty.joined(separator: " OR "))" + Self.grouping(names)
    }
  }

  /// A column of one side; the right's bytes and blocks may be scaled to the left's total.
  static func sum(_ column: String, ofSide side: Int, isScaled: Bool) -> String {
    let isGreatest = column == "greatest" || column == "longest"
    var value = column
    if isScaled, side == 1, column == "bytes" || column == "blocks" {
      value = "CAST(round(\(column) * \(factor(column))) AS INTEGER)"
    }
    return "\(isGreatest ? "max" : "sum")(CASE side WHEN \(side) THEN \(value) ELSE "
      + "\(isGreatest ? "NULL" : "0") END)"
  }

  /// What the right side is multiplied by to have the left's total.
  static func factor(_ column: String) -> String {
    let (left, right) = (total(column, 0), total(column, 1))
    return "CASE WHEN \(right) = 0 THEN 1.0 ELSE CAST(\(left) AS REAL) / \(right) END"
  }

  private static func total(_ column: String, _ side: Int) -> String {
    "coalesce((SELECT \(column) FROM total WHERE side = \(side)), 0)"
  }

  /// Adds `total_pair`: the sums of both sides over everything.
  private func addTotalPair(_ columns: [String], isNormalized: Bool) {
    addTotal(columns, bySide: true)
    parts.add("total_pair") {
      let sums = ["left", "right"].enumerated().flatMap { number, side in
        columns.map { column in
          "\(Self.sum(column, ofSide: number, isScaled: isNormalized)) AS \(side)_\(column)"
        } + ["sum(CASE side WHEN \(number) THEN 1 ELSE 0 END) AS \(side)_held"]
      }
      return "SELECT " + sums.joined(separator: ",\n  ") + "\nFROM total"
    }
  }
}
