package import Results

extension StackTree {
  /// What is shown, of which captures; the words of a comparison name both sides' captures.
  var subject: String {
    base != nil || captures.isEmpty
      ? population : population + " of " + captures.joined(separator: ", ")
  }

  /// What a picture says where there is nothing to draw.
  var emptyWords: String {
    let why = query.contains(" where ") ? "no record meets `where`" : "\(population) holds nothing"
    return "nothing to draw: \(population.isEmpty ? "no stacks" : why)"
  }

  /// Nodes that every array has; arrays of unequal length are never read past their end.
  var safeNodeCount: Int {
    min(parents.count, frameIndices.count, sizes.count, counts.count)
  }

  /// A node's parent; the root, and nodes whose parent does not come before them, have none.
  func parent(of node: Int) -> Int? {
    guard node > 0 else { return nil }
    let parent = Int(parents[node])
    return parent < node ? parent : nil
  }

  /// A node's frame; unknown when its index has no text.
  func frame(of node: Int) -> FrameText {
    let index = Int(frameIndices[node])
    return index < frames.count ? frames[index] : FrameText(function: "", file: "", line: 0)
  }

  /// Name of the column of sizes.
  var sizeName: String {
    guard unit != .bytes else { return "size" }
    return values.map { $0.name.isEmpty ? "value" : $0.name } ?? "value"
  }

  /// What counts count, for people.
  var countWords: String {
    guard let name = values?.countName else { return "allocations" }
    return name.isEmpty ? "count" : name
  }

  /// A size in its unit.
  func inUnit(_ size: Double) -> Double { scale == 1 ? size : size / Double(scale) }

  /// Differences of sizes in their unit.
  private func inUnit(_ values: ResultValues) -> ResultValues {
    guard scale != 1 else { return values }
    switch values {
    case .integers(let values): return .reals(values.map { $0.map { inUnit(Double($0)) } })
    case .reals(let values): return .reals(values.map { $0.map { inUnit($0) } })
    default: return values
    }
  }

  /// Numbers divided by a scale; whole ones where there is none.
  static func values(_ numbers: [Int64], _ scale: Int64) -> ResultValues {
    scale == 1
      ? .integers(numbers.map(Optional.some)) : .reals(numbers.map { Double($0) / Double(scale) })
  }

  /// Unit of sizes in files for other viewers: times are nanoseconds there.
  var exportUnit: String {
    switch unit {
    case .bytes: "bytes"
    case .seconds: "nanoseconds"
    default: values?.unit ?? "count"
    }
  }

  /// A size as such files have it: nanoseconds, or an exact decimal fraction.
  func exportText(_ size: Int64) -> String {
    if unit == .seconds { return String(nanoseconds(size)) }
    guard scale > 1 else { return String(size) }
    var digits = String(size.magnitude % UInt64(scale))
    let places = String(scale).utf8.count - 1
    digits = String(repeating: "0", count: max(0, places - digits.utf8.count)) + digits
    while digits.last == "0" { digits.removeLast() }
    let whole = String(size.magnitude / UInt64(scale))
    return (size < 0 ? "-" : "") + whole + (digits.isEmpty ? "" : "." + digits)
  }

  /// A size of a time in nanoseconds.
  func nanoseconds(_ size: Int64) -> Int64 {
    guard scale != 1_000_000_000 else { return size }
    let value = (Double(size) / Double(scale) * 1e9).rounded()
    return Int64(exactly: value) ?? (value > 0 ? .max : .min)
  }

  /// Per node, the sum of `values` over its subtree.
  ///
  /// Wraps instead of trapping when sums pass 2^63.
  ///
  /// - Complexity: O(nodes); parents come before their children, so one backward pass is enough.
  package func totals(of values: [Int64]) -> [Int64] {
    let count = safeNodeCount
    var totals = Array(values.prefix(count))
    for node in stride(from: count - 1, to: 0, by: -1) {
      if let parent = parent(of: node) { totals[parent] &+= totals[node] }
    }
    return totals
  }

  /// Per node, its own part of values that are totals of subtrees.
  func own(_ totals: [Double]) -> [Double] {
    var own = totals
    for node in own.indices {
      if let parent = parent(of: node) { own[parent] -= totals[node] }
    }
    return own
  }

  /// Frame indices from the outermost frame below the root to `node`.
  func path(to node: Int) -> [Int] {
    var path: [Int] = []
    var current = node
    while let parent = parent(of: current) {
      path.append(current)
      current = parent
    }
    path.reverse()
    return path
  }

  /// The tree as a table: one row a node, parents before their children.
  ///
  /// `size` and `count` are totals of the subtree, `own_size` and `own_count` the node's own; a
  /// deep tree stays flat, which parsers with a nesting limit need.
  package var table: ResultTable {
    let nodes = 0..<safeNodeCount
    let texts = nodes.map { frame(of: $0) }
    let known: (String) -> String? = { $0.isEmpty ? nil : $0 }
    var table = ResultTable(query: query, captures: captures, population: population)
    table.header = header
    table.notes = notes
    table.isEstimated = isEstimated
    let size = sizeName
    let totalSizes = totals(of: sizes)
    let totalCounts = totals(of: counts)
    func key(_ name: String, _ values: ResultValues) {
      table.columns.append(.init(name: name, role: .key, unit: .none, values: values))
    }
    func measure(_ name: String, _ unit: Unit, _ values: [Int64], _ scale: Int64 = 1) {
      let values = Self.values(values.prefix(nodes.count).map { $0 }, scale)
      table.columns.append(.init(name: name, role: .measure, unit: unit, values: values))
    }
    table.sizes = sizeFamily
    key("node", .integers(nodes.map { Int64($0) }))
    key("parent", .integers(nodes.map { parent(of: $0).map { Int64($0) } }))
    key("function", .texts(texts.map { known($0.function) }))
    key("filename", .texts(texts.map { known($0.file) }))
    key("line", .integers(texts.map { $0.line > 0 ? Int64($0.line) : nil }))
    measure(size, unit, totalSizes, scale)
    measure("count", .allocations, totalCounts)
    measure("own_" + size, unit, sizes, scale)
    measure("own_count", .allocations, counts)
    table.total = [
      MeasureValue(column: size, value: totalSizes.first.map { inUnit(Double($0)) }),
      MeasureValue(column: "count", value: totalCounts.first.map(Double.init)),
    ]
    for (name, unit, values) in comparison(size, totalSizes, totalCounts) {
      let column = ResultColumn(name: name, role: .measure, unit: unit, values: values)
      table.columns.append(column)
      table.total?.append(MeasureValue(column: name, value: column.number(0)))
    }
    return table
  }

  /// Totals of the subtree that only a difference has: left less right; and on one capture what
  /// is on both sides, on the left alone and on the right alone.
  private func comparison(
    _ size: String, _ sizes: [Int64], _ counts: [Int64]
  ) -> [(String, Unit, ResultValues)] {
    guard let base else { return [] }
    var columns: [(String, Unit, ResultValues)] = []
    let sides = [(size, unit, sizes, base.sizes), ("count", .allocations, counts, base.counts)]
    for (name, unit, left, ownRight) in sides {
      let right = totals(of: ownRight)
      let change = difference(left, right)
      columns.append((name + "_diff", unit, name == size ? inUnit(change) : change))
      guard let survived else { continue }
      let both = totals(of: name == size ? survived.sizes : survived.counts)
      let parts = [
        ("survived", both), ("new", zip(left, both).map { $0 &- $1 }),
        ("freed", zip(right, both).map { $0 &- $1 }),
      ]
      for (part, values) in parts {
        let column = name == size ? part : "\(part)_\(name)"
        columns.append((column, unit, Self.values(values, name == size ? scale : 1)))
      }
    }
    return columns
  }

  /// Left less right, the right one scaled where the tree says so.
  private func difference(_ left: [Int64], _ right: [Int64]) -> ResultValues {
    guard isNormalized else {
      return .integers(zip(left, right).map { $0 &- $1 })
    }
    let scale = right.first.map { $0 == 0 ? 1 : Double(left[0]) / Double($0) } ?? 1
    return .reals(zip(left, right).map { Double($0) - Double($1) * scale })
  }

  /// Per node, the subtree's size less the right side's, scaled where the tree says so; nil
  /// without a right side.
  package var sizeDifferences: [Double]? {
    guard let base else { return nil }
    let (left, right) = (totals(of: sizes), totals(of: base.sizes))
    switch difference(left, right) {
    case .integers(let values): return values.map { Double($0 ?? 0) }
    case .reals(let values): return values.map { $0 ?? 0 }
    default: return nil
    }
  }
}
