package import Language
package import Planning

/// A plan that is a selection of rows, and what must be known of its scans.
package struct SQLSelection: Sendable {
  /// A scan, and what is asked of its rows.
  package struct Scanned: Sendable {
    /// The scan.
    package var scan: Scan
    /// What groups are made by.
    package var keys: [Key]
    /// What something of the question looks at.
    package var measures: [Measure]
  }

  /// What the rows become.
  enum Form {
    case groups(RowParts)
    case classes(RowParts)
    case list(Ordering)
    case sections([PlanSection], [RowPlan])
  }

  let form: Form
  /// The scans, in the order in which a printer wants their sides.
  package let scans: [Scanned]

  /// A plan taken apart; refuses those that are no selections.
  package init(_ plan: Plan, _ query: Query) throws(QueryError) {
    let noSelection = QueryError.cannotAnswer(
      "`\(query.verb.value.rawValue)` is no selection of rows",
      suggestion: "SQL is printed of `top`, `hist`, `list` and `stats`", at: query.verb.range)
    switch plan {
    case .rows(let rows):
      guard let parts = RowParts(rows) else { throw noSelection }
      form = .groups(parts)
      scans = parts.scanned
    case .list(let ordering, let scan):
      form = .list(ordering)
      scans = [Scanned(scan: scan, keys: Self.listed(ordering), measures: [.size])]
    case .sections(let sections, let inputs):
      form = .sections(sections, inputs)
      scans = [
        Scanned(
          scan: Scan(side: 0), keys: inputs.flatMap { RowParts($0)?.aggregation.keys ?? [] },
          measures: [.size, .count])
      ]
    case .axis(.classes(let aggregation, let scan)):
      let parts = RowParts(aggregation: aggregation, scans: [scan])
      form = .classes(parts)
      scans = parts.scanned
    case .axis(.difference(.classes, .classes(let left, let one), .classes(let right, let other))):
      let sides = (
        RowParts(aggregation: left, scans: [one]), RowParts(aggregation: right, scans: [other])
      )
      form = .classes(sides.0)
      scans = sides.0.scanned + sides.1.scanned
    case .lines, .axis, .stacks, .neighbours, .findings, .test, .paths: throw noSelection
    }
  }

  /// Keys that a list shows.
  static let listKeys: [Key] = [.lineno, .function, .allocator, .thread]

  /// Keys that a list shows or is ordered by.
  static func listed(_ ordering: Ordering) -> [Key] {
    var keys = listKeys
    for column in ordering.columns {
      if case .key(let key) = column.column.value, !keys.contains(key), key.definition.level != .row
      {
        keys.append(key)
      }
    }
    return keys
  }
}

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

  /// The measures that something of the question looks at.
  var looked: [Measure] {
    aggregation.measures + ordering.columns.compactMap(\.measure) + (limits?.measures ?? [])
      + [.size, .count]
  }

  fileprivate var scanned: [SQLSelection.Scanned] {
    scans.map { SQLSelection.Scanned(scan: $0, keys: aggregation.keys, measures: looked) }
  }
}
