import Language

extension Plan {
  /// A node as `explain` prints it.
  package struct Line {
    /// How many nodes it is below.
    package var depth: Int
    /// What it does.
    package var text: String
    /// Its number in the tree.
    package var number: Int
  }

  /// What is below a node.
  private enum Input {
    case axis(AxisPlan)
    case rows(RowPlan)
    case scan(Scan)

    var nodeCount: Int {
      switch self {
      case .axis(let plan): plan.nodeCount
      case .rows(let rows): rows.nodeCount
      case .scan: 1
      }
    }

    func add(to lines: inout [Line], depth: Int, _ sides: [Side]) {
      switch self {
      case .axis(let plan): Plan.axis(plan).add(to: &lines, depth: depth, sides)
      case .rows(let rows): rows.add(to: &lines, depth: depth, sides)
      case .scan(let scan):
        lines.append(Line(depth: depth, text: scan.text(sides), number: lines.count))
      }
    }
  }

  private var inputs: [Input] {
    switch self {
    case .rows(let rows): [.rows(rows)]
    case .lines(let lines, let files, _): [.rows(lines), .rows(files)]
    case .list(_, let scan), .axis(.series(_, let scan)), .paths(_, let scan),
      .neighbours(_, _, let scan, _):
      [.scan(scan)]
    case .axis(.classes), .axis(.state): rowPlan.map { [.rows($0)] } ?? []
    case .axis(.difference(_, let left, let right)): [.axis(left), .axis(right)]
    case .stacks(_, let scans), .findings(let scans): scans.map { .scan($0) }
    case .test(_, let rows): rows.map { .rows($0) }
    case .sections(_, let rows): rows.map { .rows($0) } + [.scan(Scan(side: 0))]
    }
  }

  /// How many nodes the tree has; rows of groups are the nodes of their own plan.
  package var nodeCount: Int {
    let below = inputs.reduce(0) { $0 + $1.nodeCount }
    return rowPlan == nil ? below + 1 : below
  }

  /// The plan of rows that it is and nothing else.
  private var rowPlan: RowPlan? {
    switch self {
    case .rows(let rows): rows
    case .axis(.classes(let aggregation, let scan)):
      .order(Ordering(risesByKey: true), .aggregate(aggregation, scan))
    case .axis(.state(let aggregation, let scan)): .aggregate(aggregation, scan)
    case .lines, .list, .axis, .stacks, .neighbours, .findings, .test, .paths, .sections: nil
    }
  }

  /// The tree, a line a node.
  package func lines(_ sides: [Side]) -> [Line] {
    var lines: [Line] = []
    add(to: &lines, depth: 0, sides)
    return lines
  }

  private func add(to lines: inout [Line], depth: Int, _ sides: [Side]) {
    if let rowPlan { return rowPlan.add(to: &lines, depth: depth, sides) }
    lines.append(Line(depth: depth, text: text, number: lines.count))
    for input in inputs { input.add(to: &lines, depth: depth + 1, sides) }
  }

  private var text: String {
    switch self {
    case .rows, .axis(.classes), .axis(.state): ""
    case .lines(_, _, let name):
      name.map { "lines of files that match \($0.canonicalText)" } ?? "lines of the largest file"
    case .list(let ordering, _):
      "list " + (ordering.columns.map(\.canonicalText) + ["size desc"]).joined(separator: ", ")
        + ordering.limitText
    case .axis(.series(let request, _)):
      "values over time"
        + (request.keys.isEmpty ? "" : " by " + request.keys.map(\.name).joined(separator: ", "))
    case .axis(.difference): "the left less the right, place by place"
    case .stacks(let request, _):
      (request.isInverted ? "stacks from their newest frame" : "stacks")
        + (request.keys.isEmpty ? "" : " by " + request.keys.map(\.name).joined(separator: ", "))
    case .neighbours(let target, _, _, let limit):
      "callers and callees of \(target.canonicalText)"
        + (limit.map { "; the first \($0) of each" } ?? "")
    case .findings: "findings: what grows for good"
    case .test(let bound, _): "test \(bound.comparison.rawValue) \(bound.value.value.text)"
    case .paths(let target, _): "paths to \(target.canonicalText)"
    case .sections: "sections"
    }
  }
}

extension AxisPlan {
  /// How many nodes the tree has.
  package var nodeCount: Int { Plan.axis(self).nodeCount }
}

extension RowPlan {
  /// How many nodes the tree has.
  package var nodeCount: Int {
    switch self {
    case .aggregate, .trend: 2
    case .difference(_, _, let scans): 1 + scans.count
    case .having(_, let input), .order(_, let input): 1 + input.nodeCount
    }
  }

  fileprivate func add(to lines: inout [Plan.Line], depth: Int, _ sides: [Side]) {
    lines.append(Plan.Line(depth: depth, text: text, number: lines.count))
    switch self {
    case .aggregate(_, let scan), .trend(_, let scan):
      lines.append(
        Plan.Line(depth: depth + 1, text: scan.text(sides), number: lines.count))
    case .difference(_, _, let scans):
      for scan in scans {
        lines.append(
          Plan.Line(depth: depth + 1, text: scan.text(sides), number: lines.count))
      }
    case .having(_, let input), .order(_, let input):
      input.add(to: &lines, depth: depth + 1, sides)
    }
  }

  /// What is shown of each row; empty for what knows no measures.
  private var measures: [Measure] {
    switch self {
    case .aggregate(let aggregation, _), .difference(_, let aggregation, _): aggregation.measures
    case .trend: [.rate]
    case .having(_, let input), .order(_, let input): input.measures
    }
  }

  private var comparesSides: Bool {
    switch self {
    case .aggregate, .trend: false
    case .difference: true
    case .having(_, let input), .order(_, let input): input.comparesSides
    }
  }

  private var text: String {
    switch self {
    case .aggregate(let aggregation, _): return aggregation.text
    case .trend(let request, _):
      return "trend"
        + (request.keys.isEmpty ? "" : " by " + request.keys.map(\.name).joined(separator: ", "))
    case .difference(let difference, let aggregation, _):
      return aggregation.text + ", the left less the right"
        + (difference.isNormalized ? " scaled to the left's total" : "")
        + (difference.per.map { ", per \($0.value.canonicalText)" } ?? "")
    case .having(let limits, _): return "having \(limits.canonicalText(sizes: .none))"
    case .order(let ordering, _):
      if ordering.risesByKey { return "order by the key" }
      let standard = measures.flatMap { measure in
        comparesSides
          ? ["greatest change of \(measure.name)", "\(measure.name) desc"]
          : ["\(measure.name) desc"]
      }
      let order = ordering.columns.map(\.canonicalText) + standard
      return "order by " + order.joined(separator: ", ") + ", then the keys" + ordering.limitText
    }
  }
}

extension Aggregation {
  /// `group by lineno: size, count`.
  fileprivate var text: String {
    let shown = measures.map(\.name).joined(separator: ", ")
    if measures.contains(where: \.isSeries) { return "greatest \(shown) of each process" }
    return
      (keys.isEmpty ? "total" : "group by " + keys.map(\.name).joined(separator: ", "))
      + (isInclusive ? " inclusive" : "") + ": " + shown
  }
}

extension AssertionBound {
  fileprivate var text: String {
    switch self {
    case .amount(let amount): amount.canonicalText(sizes: .none)
    case .percent(let percent, let capture):
      Amount.percent(percent).canonicalText(sizes: .none) + " of \(capture.canonicalText)"
    }
  }
}

extension Ordering {
  fileprivate var limitText: String { limit.map { "; the first \($0)" } ?? "" }
}

extension Scan {
  /// The population of a side, and what it is of.
  fileprivate func text(_ sides: [Side]) -> String {
    guard side < sides.count else { return "scan" }
    let side = sides[side]
    let what = alsoHeldBy == nil ? "" : "what both hold: "
    let names =
      side.names.count > 3 ? "\(side.names.count) captures" : side.names.joined(separator: ", ")
    return "scan \(what)\(side.population.value.canonicalText) of \(names)"
  }
}
