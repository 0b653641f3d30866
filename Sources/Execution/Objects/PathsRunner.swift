import Results
import Language
import Store

/// Answers `paths to`: the shortest chains of references from the roots to objects of some
/// types, equal chains counted together.
struct PathsRunner {
  private let context: QueryContext
  private let query: Query
  /// Chains shown.
  private static let rows = 10
  /// Objects shown of a chain that is longer; its middle is left out.
  private static let steps = 12
  /// Types whose objects have a name that a person knows them by.
  private static let named: Set<String> = ["module", "type", "function"]

  /// What chains have in common: types and names of references from the root down.
  private struct Chain {
    var text: String
    var count: Int64 = 0
    var size: Int64 = 0
    var retained: Int64 = 0
    var length: Int
  }

  init(_ context: QueryContext) {
    self.context = context
    query = context.query
  }

  /// The answer: one row a chain.
  func answer(_ target: Pattern) throws(EngineError) -> Answer {
    let matcher = try asking(try PatternMatcher(target))
    var chains: [Chain] = []
    var hidden = 0
    for data in context.captures {
      guard let graph = try reading(try data.objects()) else { continue }
      chains += try self.chains(graph, matcher, target, hidden: &hidden)
    }
    chains.sort {
      ($0.count, $0.retained, $1.text) > ($1.count, $1.retained, $0.text)
    }
    let shown = Array(chains.prefix(Self.rows))
    var table = context.emptyTable(population: "paths to \(target.text)")
    table.columns = [
      .numbers("count", .count, shown.map { Double($0.count) }),
      .numbers("size", .bytes, shown.map { Double($0.size) }),
      .numbers("retained_size", .bytes, shown.map { Double($0.retained) }),
      .key("path", .texts(shown.map(\.text))),
    ]
    let rest = chains.dropFirst(shown.count)
    table.otherCount = rest.count
    if !rest.isEmpty { table.other = Self.values(rest) }
    table.total = Self.values(chains[...])
    if hidden > 0 {
      table.notes.append("\(hidden) more objects are held by no root")
    }
    return Answer(content: .table(table), verb: .paths, output: query.output, limit: nil)
  }

  private static func values(_ chains: ArraySlice<Chain>) -> [MeasureValue] {
    [
      MeasureValue(column: "count", value: Double(chains.reduce(0) { $0 + $1.count })),
      MeasureValue(column: "size", value: Double(chains.reduce(0) { $0 &+ $1.size })),
    ]
  }

  private func chains(
    _ graph: ObjectGraph, _ matcher: PatternMatcher, _ target: Pattern, hidden: inout Int
  ) throws(EngineError) -> [Chain] {
    let wanted = graph.typeNames.map { matcher.matches($0) }
    guard wanted.contains(true) else {
      throw .cannotAnswer(
        "\(graph.data.info.name) holds no object of a type `\(target.text)`",
        suggestion: nearest(target.text, graph.typeNames), at: target.range)
    }
    let references = try reading(try graph.references())
    let labels = try reading(try graph.labels())
    let tree = ShortestPaths(graph, references)
    var numbers: [String: Int] = [:]
    var chains: [Chain] = []
    for object in 0..<graph.count where wanted[Int(graph.types[object])] {
      guard tree.isReached(object) else {
        hidden += 1
        continue
      }
      let path = tree.path(to: object)
      let text = try reading(try Self.text(path, graph, references, labels))
      let number = numbers[text] ?? chains.count
      if number == chains.count {
        numbers[text] = number
        chains.append(Chain(text: text, length: path.count))
      }
      chains[number].count += 1
      chains[number].size &+= max(0, graph.sizes[object])
      chains[number].retained &+= graph.retained[object]
    }
    return chains
  }

  private func nearest(_ text: String, _ names: [String]) -> String {
    let near = NearestWord.matches(for: text, in: names)
    return near.isEmpty
      ? "`top by type` lists them"
      : "there is " + near.map { "`\($0)`" }.joined(separator: ", ")
  }

  /// `module.__dict__ → dict.cache → list → Session`.
  private static func text(
    _ path: [(object: Int, reference: Int?)], _ graph: ObjectGraph,
    _ references: ObjectGraph.References, _ labels: [UInt32]
  ) throws(StoreError) -> String {
    var parts: [String] = []
    for (index, step) in path.enumerated() {
      var part = graph.typeNames[Int(graph.types[step.object])]
      let label = labels[step.object]
      if named.contains(part), label > 0 { part += " \(try graph.text(label))" }
      if index + 1 < path.count, let reference = path[index + 1].reference {
        let name = try graph.text(references.names[reference] >> 1)
        if !name.isEmpty { part += ".\(name)" }
      }
      parts.append(part)
    }
    if parts.count > steps {
      let left = parts.count - steps
      parts.replaceSubrange(steps / 2..<(parts.count - steps / 2), with: ["… \(left) more …"])
    }
    return parts.joined(separator: " → ")
  }
}

/// A tree of shortest paths from the roots over references that keep alive.
struct ShortestPaths {
  /// Reference by which each object was first met; −1 for roots, −2 when it was not.
  private var entries: [Int]
  private var parents: [UInt32]

  init(_ graph: ObjectGraph, _ references: ObjectGraph.References) {
    entries = Array(repeating: -2, count: graph.count)
    parents = Array(repeating: 0, count: graph.count)
    var queue: [UInt32] = []
    for object in 0..<graph.count where graph.isStart(object) {
      entries[object] = -1
      queue.append(UInt32(object))
    }
    var next = 0
    while next < queue.count {
      let object = Int(queue[next])
      next += 1
      for index in references.offsets[object]..<references.offsets[object + 1]
      where !references.isWeak(index) {
        let target = Int(references.targets[index])
        guard entries[target] == -2 else { continue }
        entries[target] = index
        parents[target] = UInt32(object)
        queue.append(UInt32(target))
      }
    }
  }

  /// Whether a root holds an object.
  func isReached(_ object: Int) -> Bool { entries[object] != -2 }

  /// Objects from a root to this one, each with the reference that leads to it.
  func path(to object: Int) -> [(object: Int, reference: Int?)] {
    var path: [(object: Int, reference: Int?)] = []
    var current = object
    while entries[current] >= 0 {
      path.append((current, entries[current]))
      current = Int(parents[current])
    }
    path.append((current, nil))
    return path.reversed()
  }
}

extension ObjectGraph {
  /// Whether paths begin at an object: the import counts it among the roots.
  func isStart(_ object: Int) -> Bool { flags[object] & 1 != 0 }
}
