package import Results

extension StackTree {
  /// The tree as a table for people: one row a frame, callees below their callers and indented.
  ///
  /// A frame that is its caller's only callee stands at the caller's depth, as in the text form.
  package var callTable: ResultTable {
    let order = callOrder()
    let rows = order.map(\.node)
    var table = ResultTable(
      query: query, captures: base == nil ? captures : [], population: population)
    table.header = header
    table.notes = notes
    table.isEstimated = isEstimated
    table.sizes = sizeFamily
    let size = sizeName
    let (totalSizes, totalCounts) = (totals(of: sizes), totals(of: counts))
    func add(
      _ name: String, _ unit: Unit, _ values: [Int64], _ scale: Int64 = 1,
      total: ColumnTotal = .overlapping
    ) {
      let shown = Self.values(rows.map { values[$0] }, scale)
      table.columns.append(
        ResultColumn(name: name, role: .measure, unit: unit, total: total, values: shown))
    }
    add(size, unit, totalSizes, scale)
    if let changes = sizeDifferences {
      table.columns.append(
        ResultColumn(
          name: size + "_diff", role: .measure, unit: unit, isDifference: true,
          values: .reals(rows.map { inUnit(changes[$0]) })))
    }
    add("count", .allocations, totalCounts)
    add("own_" + size, unit, sizes, scale, total: .sum)
    add("own_count", .allocations, counts, total: .sum)
    let labels = order.map { entry in
      String(repeating: "  ", count: entry.indent) + frame(of: entry.node).label
    }
    table.columns.append(
      ResultColumn(
        name: "frame", role: .key, unit: .none, meaning: .callee,
        values: .texts(labels.map(Optional.some))))
    table.total = [
      MeasureValue(column: size, value: totalSizes.first.map { inUnit(Double($0)) }),
      MeasureValue(column: "count", value: totalCounts.first.map(Double.init)),
    ]
    return table
  }

  /// Nodes below the root, callers first, the heaviest callee first; how deep each is drawn.
  private func callOrder() -> [(node: Int, indent: Int)] {
    let count = safeNodeCount
    guard count > 0 else { return [] }
    let changes = sizeDifferences?.map(\.magnitude)
    let sums = totals(of: sizes)
    let heft: (Int) -> Double = { changes?[$0] ?? Double(sums[$0]) }
    var callees: [[Int]] = Array(repeating: [], count: count)
    for node in 1..<max(1, count) { callees[parent(of: node) ?? 0].append(node) }
    var order: [(node: Int, indent: Int)] = []
    var waiting = [(node: 0, indent: -1)]
    while let step = waiting.popLast() {
      if step.node > 0 { order.append(step) }
      let below = callees[step.node].sorted {
        heft($0) == heft($1) ? $0 < $1 : heft($0) > heft($1)
      }
      let isChain = below.count == 1 && step.node > 0
      let indent = min(step.indent + (isChain ? 0 : 1), Self.deepestIndent)
      for node in below.reversed() { waiting.append((node, indent)) }
    }
    return order
  }

  /// Deeper frames are drawn at this depth: names must stay readable.
  private static var deepestIndent: Int { 40 }
}
