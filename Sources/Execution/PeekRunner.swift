import Language
import Results
import Store

/// Answers `peek`: each function that meets a pattern, its callers above it and its callees below.
struct PeekRunner {
  private let question: Question
  private var context: QueryContext { question.left }

  /// Functions shown of a pattern that many meet.
  private static let mostFunctions = 5

  /// One row.
  private struct Line {
    var section: String
    var name: String
    var sums: CallNeighbours.Sums
  }

  init(_ question: Question) { self.question = question }

  /// The answer.
  ///
  /// - Parameters:
  ///   - target: which functions.
  ///   - stacks: the tree of stacks, as `tree` answers.
  ///   - limit: how many callers and callees of each; nil is all.
  /// - Returns: a table in parts, three for each function.
  /// - Throws: what cannot be read, and a pattern that is none.
  func answer(_ target: Pattern, _ stacks: Answer, limit: Int?) throws(EngineError) -> Answer {
    guard case .tree(let tree) = stacks.content else { return stacks }
    let isAsked = try matcher(target)
    let calls = CallNeighbours(tree, isAsked: isAsked)
    let found = calls.functions.sorted {
      ($0.value.sums.size, $0.value.sums.count, $1.key) > (
        $1.value.sums.size, $1.value.sums.count, $0.key
      )
    }
    var table = question.emptyTable(population: tree.population)
    table.isEstimated = tree.isEstimated
    var lines: [Line] = []
    for (number, function) in found.prefix(Self.mostFunctions) {
      lines += self.lines(number, function, calls, limit, &table.notes)
    }
    if found.count > Self.mostFunctions {
      table.notes.append(
        "\(found.count - Self.mostFunctions) more functions meet `\(target.canonicalText)`")
    }
    if found.isEmpty { table.notes += try notes(on: target) }
    table.columns = columns(lines, tree, calls)
    return Answer(
      content: .table(table), verb: .peek, output: context.query.output, limit: nil)
  }

  /// Whether a frame is of a function that is asked for.
  private func matcher(_ target: Pattern) throws(EngineError) -> (FrameText) -> Bool {
    let pattern = try asking(try PatternMatcher(target))
    var met = Set<FrameText>()
    for data in context.captures {
      let locations = try reading(try data.locations())
      let frames = FrameMatcher(pattern, modules: try reading(try data.modules()))
      for index in 0..<locations.count where frames.matches(locations, index) {
        met.insert(locations.text(index))
      }
    }
    return { met.contains($0) }
  }

  private func notes(on target: Pattern) throws(EngineError) -> [String] {
    var asked = Query(verb: context.query.verb)
    asked.fromFrame = target
    let absent = try AbsentNames(context.captures).absences(of: asked).filter(\.isEverywhere)
    if !absent.isEmpty { return absent.map(\.remark) }
    return [
      "nothing of this population was allocated in or below `\(target.canonicalText)`; "
        + "`peek \(target.canonicalText) allocated` looks at everything"
    ]
  }

  // MARK: Rows

  private func lines(
    _ number: Int, _ function: CallNeighbours.Function, _ calls: CallNeighbours, _ limit: Int?,
    _ notes: inout [String]
  ) -> [Line] {
    let name = calls.names[number]
    func lines(_ sums: [Int: CallNeighbours.Sums], _ section: String) -> [Line] {
      let ordered = sums.sorted {
        ($0.value.size, $1.value.place) > ($1.value.size, $0.value.place)
      }
      let shown = ordered.prefix(limit ?? Int.max)
      if shown.count < ordered.count {
        notes.append("\(ordered.count - shown.count) more \(section)")
      }
      return shown.map { Line(section: section, name: calls.names[$0.key], sums: $0.value) }
    }
    return lines(function.callers, "callers of \(name)")
      + [Line(section: name, name: name, sums: function.sums)]
      + lines(function.callees, "callees of \(name)")
  }

  private func columns(
    _ lines: [Line], _ tree: StackTree, _ calls: CallNeighbours
  ) -> [ResultColumn] {
    func values(_ value: (CallNeighbours.Sums) -> Int64) -> ResultValues {
      tree.scale == 1
        ? .integers(lines.map { value($0.sums) })
        : .reals(lines.map { Double(value($0.sums)) / Double(tree.scale) })
    }
    func measure(
      _ name: String, _ unit: Unit, _ values: ResultValues
    ) -> ResultColumn {
      ResultColumn(name: name, role: .measure, unit: unit, total: .overlapping, values: values)
    }
    let isOfBytes = tree.unit == .bytes
    let size =
      isOfBytes ? "size" : tree.unit == .count || tree.unit == .allocations ? "count" : "value"
    let whole = Double(max(1, calls.total.size))
    var columns: [ResultColumn] = [
      .key("section", .texts(lines.map(\.section)), meaning: .section),
      measure(size, tree.unit, values(\.size)),
      measure("share", .percent, .reals(lines.map { Double($0.sums.size) / whole * 100 })),
      measure("own_" + size, tree.unit, values(\.ownSize)),
    ]
    if isOfBytes {
      columns.append(measure("count", .allocations, .integers(lines.map(\.sums.count))))
    }
    columns.append(.key("function", .texts(lines.map(\.name)), meaning: .stack))
    return columns
  }
}
