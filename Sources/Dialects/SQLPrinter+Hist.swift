import Language
import Planning

/// `hist`, of one side or of two.
extension SQLPrinter {
  /// Rows of `from`, `to`, `count`, `size`.
  func hist(_ rows: RowParts) throws(QueryError) -> String {
    _ = try addGroups(rows, numbered)
    let key = SQLDialect.name(rows.aggregation.keys[0].name)
    return "SELECT " + Self.bounds(key) + ",\n  blocks AS count, bytes AS size\n"
      + "FROM groups\nWHERE blocks <> 0\nORDER BY \(key) IS NULL, \(key)"
  }

  /// The bounds of a power of two.
  private static func bounds(_ key: String) -> String {
    let greatest = Int64.max
    let to =
      "CASE WHEN \(key) = 0 THEN 1 WHEN \(key) > \(greatest / 2) THEN \(greatest) "
      + "ELSE \(key) * 2 END"
    return "\(key) AS \"from\",\n  \(to) AS \"to\""
  }

  /// `hist … vs …`: each class beside what the right side has of it.
  func histograms(_ rows: RowParts) throws(QueryError) -> String {
    let columns = try addGroups(rows, numbered)
    let key = SQLDialect.name(rows.aggregation.keys[0].name)
    parts.add("pairs") {
      let sums = ["left", "right"].enumerated().flatMap { number, side in
        columns.map { column in
          "\(Self.sum(column, ofSide: number, isScaled: false)) AS \(side)_\(column)"
        }
      }
      return "SELECT \(key), " + sums.joined(separator: ",\n  ")
        + "\nFROM groups\nWHERE blocks <> 0\nGROUP BY \(key)"
    }
    if query.normalized != nil { addTotal(columns, bySide: true) }
    let shown = [("blocks", "count"), ("bytes", "size")].map { column, name in
      let factor = query.normalized == nil ? "" : " * \(Self.factor(column))"
      return "left_\(column) AS \(name), left_\(column) - right_\(column)\(factor) AS \(name)_diff"
    }
    return "SELECT " + Self.bounds(key) + ",\n  " + shown.joined(separator: ",\n  ")
      + "\nFROM pairs\nORDER BY \(key) IS NULL, \(key)"
  }
}
