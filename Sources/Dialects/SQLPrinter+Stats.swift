import Language
import Planning

/// `stats`: its sections, one below the other.
extension SQLPrinter {
  /// Rows of `section`, `name`, `value`, `size`, `count`.
  func stats(_ sections: [PlanSection], _ inputs: [RowPlan]) throws(QueryError) -> String {
    let side = sides[0]
    for capture in side.captures where capture.isProfile {
      throw .cannotAnswer(
        "`stats` of \(capture.name) tells of series and facts that these tables do not hold",
        suggestion: "`top`, or ask without --sql", at: query.verb.range)
    }
    for capture in side.captures where !capture.holdsEvents {
      throw .cannotAnswer(
        "\(capture.name) holds no single allocations, whose sizes `stats` shows",
        suggestion: "`top`, or ask without --sql", at: query.verb.range)
    }
    let keys = inputs.flatMap { RowParts($0)?.aggregation.keys ?? [] }
    let frames = frames([side])
    let printer = rowPrinter(numbered, frames)
    try printer.addFound(keys: keys, columns: ["bytes", "blocks", "record"], places: false)
    var selects: [String] = []
    for section in sections {
      switch section.topic {
      case .totals: selects += totals(side)
      case .sizes: selects.append(sizes())
      case .largest(let measure, let title, let limit):
        guard let input = section.input, let key = RowParts(inputs[input])?.aggregation.keys.first
        else { continue }
        selects.append(largest(key, measure ?? .size, title, limit))
      case .series: break
      case .facts: selects.append(facts(side))
      }
    }
    return "SELECT section, name, value, size, count FROM (\n"
      + selects.enumerated().map { number, select in
        "  SELECT \(number) AS part, * FROM (\(select))"
      }.joined(separator: "\n  UNION ALL\n") + "\n)\nORDER BY part, place"
  }

  private func totals(_ side: SQLSide) -> [String] {
    [
      "SELECT 0 AS place, 'total' AS section, 'this population' AS name, NULL AS value, "
        + "coalesce(sum(bytes), 0) AS size, coalesce(sum(blocks), 0) AS count FROM found"
    ]
      + side.captures.flatMap { capture in
        let prefix = side.captures.count > 1 ? "\(capture.name): " : ""
        return [
          ("allocations", "bytes_allocated", "rows"), ("frees", "NULL", "deallocations"),
          ("peak", "peak_bytes", "NULL"), ("heap at the end", "end_bytes", "NULL"),
        ].map { name, size, count in
          "SELECT 0 AS place, 'total' AS section, \(SQLDialect.text(prefix + name)) AS name, "
            + "NULL AS value, \(size) AS size, \(count) AS count FROM captures "
            + "WHERE id = \(capture.id)"
        }
      }
  }

  private func largest(
    _ key: Key, _ measure: Measure, _ title: String, _ limit: Int?
  ) -> String {
    let name = SQLDialect.name(key.name)
    let first = measure == .count ? "count DESC, size DESC" : "size DESC, count DESC"
    let columns =
      "SELECT row_number() OVER (ORDER BY \(first), \(dialect.ordered("name")) DESC) AS place,\n"
      + "    \(SQLDialect.text(title)) AS section, name, NULL AS value, size, count"
    return "\(columns)\n  FROM (SELECT \(name) AS name, sum(bytes) AS size, sum(blocks) AS count\n"
      + "    FROM found GROUP BY \(name))\n  WHERE count <> 0\n  ORDER BY place"
      + (limit.map { " LIMIT \($0)" } ?? "")
  }

  /// memray's ten bins, equal on the logarithm of the size.
  private func sizes() -> String {
    parts.add("record_sizes") {
      "SELECT record, sum(blocks) AS count\nFROM found\nGROUP BY record"
    }
    parts.add("scale") {
      "SELECT CASE WHEN low = high THEN low / 2 ELSE low END AS low, high,\n"
        + "  (high - CASE WHEN low = high THEN low / 2 ELSE low END) / 10 AS step\n"
        + "FROM (SELECT ln(min(record)) AS low, ln(max(record)) AS high FROM record_sizes\n"
        + "  WHERE record > 0)\nWHERE high IS NOT NULL"
    }
    parts.add("bins(bin)") { "VALUES " + (0..<10).map { "(\($0))" }.joined(separator: ", ") }
    parts.add("binned") {
      "SELECT CASE WHEN record = 0 OR step <= 0 THEN 0 ELSE\n"
        + "    min(9, max(0, CAST(round((ln(record) - low - mod(ln(record) - low, step)) / step)\n"
        + "      AS INTEGER))) END AS bin,\n  count, record * count AS bytes\n"
        + "FROM record_sizes, scale"
    }
    func bound(_ number: String) -> String {
      "CAST(floor(exp(low + step * (\(number)))) AS INTEGER)"
    }
    return "SELECT bin AS place, 'size' AS section,\n"
      + "    CASE bin WHEN 0 THEN 0 ELSE \(bound("bin")) END || '..' ||\n"
      + "    CASE bin WHEN 9 THEN \(bound("10")) ELSE \(bound("bin + 1")) - 1 END || ' B' AS name,\n"
      + "    NULL AS value,\n"
      + "    coalesce((SELECT sum(bytes) FROM binned WHERE binned.bin = bins.bin), 0) AS size,\n"
      + "    coalesce((SELECT sum(count) FROM binned WHERE binned.bin = bins.bin), 0) AS count\n"
      + "  FROM bins, scale"
  }

  /// What captures say of themselves, as their lines stand in the answer.
  private func facts(_ side: SQLSide) -> String {
    var rows: [String] = []
    for capture in side.captures {
      for line in capture.facts {
        rows.append(
          "(\(rows.count), 'capture', \(SQLDialect.text(line.0)), \(SQLDialect.text(line.1)), "
            + "NULL, NULL)")
      }
    }
    parts.add("facts(place, section, name, value, size, count)") {
      "VALUES\n  " + rows.joined(separator: ",\n  ")
    }
    return "SELECT * FROM facts"
  }
}
