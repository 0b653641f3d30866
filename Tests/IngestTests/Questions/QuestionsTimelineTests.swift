import Results
import Execution
import Store
import TestSupport
import Testing

/// `timeline` of populations, and comparisons along an axis, against rows held one at a time.
@Suite struct QuestionsTimelineTests {
  private func withRecordings(
    _ body: (Questioner, Recorded, inout SeededNumbers) throws -> Void
  ) throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    let streams = [
      EventStream(threads: 2), EventStream(addresses: .few, sizes: .equal, ticks: 4),
      EventStream(threads: 2, count: 300, mappings: 1),
    ]
    for (seed, stream) in streams.enumerated() {
      let capture = try Recorded(
        seed: 80 + UInt64(seed), stream: stream, into: store, name: "timeline \(seed)")
      var numbers = SeededNumbers(seed: UInt64(seed))
      try body(Questioner(store: store), capture, &numbers)
    }
  }

  private func values(_ table: ResultTable, _ column: String) -> [Int?] {
    guard case .integers(let values) = table.columns.first(where: { $0.name == column })?.values
    else { return [] }
    return values.map { $0.map { Int($0) } }
  }

  private static func sum(_ held: [Holding]) -> [Int] {
    [held.reduce(0) { $0 + $1.bytes }, held.reduce(0) { $0 + $1.count }]
  }

  /// Bytes and blocks at each tick of a range, made by looking at every row.
  private func expected(
    _ population: AskedPopulation, _ capture: Recorded, in span: AskedSpan?
  ) -> [[Int]] {
    let range = span.map { $0.states(capture) ?? (0, 0) } ?? (from: 0, to: .max)
    let ticks = capture.ticks.map(\.state).filter { range.from <= $0 && $0 <= range.to }
    var since = 0
    return ticks.indices.map { index in
      let state = ticks[index]
      let until = index == ticks.count - 1 ? Int.max : state
      defer { since = state }
      switch population {
      case .allocated, .temporary:
        return Self.sum(
          capture.holdings(population, in: span).filter {
            since <= $0.row.birth && $0.row.birth < until
          })
      case .freed:
        return Self.sum(
          capture.holdings(population, in: span).filter {
            since <= $0.row.death ?? -1 && $0.row.death ?? -1 < until
          })
      case .live: return Self.sum(capture.living(in: state))
      default:
        let numbers = Set(capture.holdings(population, in: nil).map(\.row.number))
        return Self.sum(capture.living(in: state).filter { numbers.contains($0.row.number) })
      }
    }
  }

  @Test func populationsAtEveryTick() throws {
    try withRecordings { questioner, capture, numbers in
      for round in 0..<40 {
        let populations: [AskedPopulation] = [
          .live(nil), .leaked, .allocated, .freed, .temporary(nil),
          .temporary(numbers.below(30)), .survived(.random(&numbers, in: [capture])),
        ]
        let population = populations[round % populations.count]
        let span = numbers.once(in: 2) ? AskedSpan.random(&numbers, in: [capture]) : nil
        let range = span.map { " in \($0.text)" } ?? ""
        let text = "timeline \(population.text)\(range) size, count as csv"
        guard let table = questioner.table(text) else { continue }
        let wanted = expected(population, capture, in: span)
        #expect(values(table, "size") == wanted.map { $0[0] }, "\(text)")
        #expect(values(table, "count") == wanted.map { $0[1] }, "\(text)")
      }
    }
  }

  /// The groups of a table, by the texts of their keys.
  private func groups(_ table: ResultTable, _ keys: [String]) -> [[String]: [[Int?]]] {
    var found: [[String]: [[Int?]]] = [:]
    let (sizes, counts) = (values(table, "size"), values(table, "count"))
    for row in 0..<table.rowCount {
      let key = keys.map { name -> String in
        switch table.columns.first(where: { $0.name == name })?.values {
        case .texts(let texts): texts[row] ?? "none"
        case .integers(let numbers): numbers[row].map(String.init) ?? "none"
        default: "no column"
        }
      }
      found[key, default: []].append([sizes[row], counts[row]])
    }
    return found
  }

  @Test func groupsAtEveryTick() throws {
    let keySets = [
      "function", "sizeclass", "thread, sizeclass", "function inclusive",
      "lineno, sizeclass inclusive",
    ]
    try withRecordings { questioner, capture, numbers in
      for keys in keySets {
        let names = keys.replacing(" inclusive", with: "").split(separator: ", ").map(String.init)
        let text = "timeline size, count by \(keys) limit 1000 as csv"
        guard let table = questioner.table(text) else { continue }
        let shown = groups(table, names)
        #expect(!shown.isEmpty)
        for (index, tick) in capture.ticks.enumerated() where tick.state > 0 {
          let state = "top all size, count live at #\(tick.state - 1) by \(keys)"
          guard let expected = questioner.table(state).map({ groups($0, names) }) else { continue }
          for (key, rows) in shown {
            #expect(rows[index] == expected[key]?[0] ?? [0, 0], "\(text) \(key) at \(tick.state)")
          }
        }
      }
    }
  }

  @Test func rootsSplitByRows() throws {
    try withRecordings { questioner, capture, numbers in
      for key in ["sizeclass", "lifetime", "window over 3 windows", "thread, sizeclass"] {
        let population = ["allocated", "peak", "freed"][numbers.below(3)]
        let name = key.replacing(" over 3 windows", with: "")
        guard let table = questioner.table("top all size, count \(population) by \(key)"),
          let tree = questioner.tree("tree \(population) by \(key)")
        else { continue }
        // Each child of the root is a group, whatever it is called.
        var sums: [Int: [Int]] = [:]
        for node in tree.parents.indices.dropFirst() {
          var root = node
          while tree.parents[root] != 0 { root = Int(tree.parents[root]) }
          var sum = sums[root] ?? [0, 0]
          sum[0] += Int(tree.sizes[node])
          sum[1] += Int(tree.counts[node])
          sums[root] = sum
        }
        let wanted = groups(table, name.split(separator: ", ").map(String.init)).values
          .map { $0[0].map { $0 ?? 0 } }
        #expect(
          sums.values.sorted { $0.lexicographicallyPrecedes($1) }
            == wanted.sorted { $0.lexicographicallyPrecedes($1) }, "\(population) by \(key)")
      }
    }
  }

  @Test func stretchesAddUpToThePopulation() throws {
    try withRecordings { questioner, capture, numbers in
      for population in [AskedPopulation.allocated, .freed, .temporary(3)] {
        let windows = 1 + numbers.below(9)
        let text =
          "timeline \(population.text) count, size by thread over \(windows) windows limit 100"
        guard let table = questioner.table(text) else { continue }
        let whole = Self.sum(capture.holdings(population, in: nil))
        #expect(values(table, "size").reduce(0) { $0 + ($1 ?? 0) } == whole[0], "\(text)")
        #expect(values(table, "count").reduce(0) { $0 + ($1 ?? 0) } == whole[1], "\(text)")
      }
    }
  }

  @Test func aTimelineLessAState() throws {
    try withRecordings { questioner, capture, numbers in
      for _ in 0..<20 {
        let base = AskedPopulation.live(.random(&numbers, in: [capture]))
        let text = "timeline size, count vs \(base.text) as csv"
        guard let table = questioner.table(text) else { continue }
        let state = Self.sum(capture.holdings(base, in: nil))
        let wanted = expected(.live(nil), capture, in: nil)
        #expect(values(table, "size_diff") == wanted.map { $0[0] - state[0] }, "\(text)")
        #expect(values(table, "count_diff") == wanted.map { $0[1] - state[1] }, "\(text)")
      }
    }
  }

  @Test func whatIsAllocatedLessWhatIsFreed() throws {
    try withRecordings { questioner, capture, _ in
      let text = "timeline allocated vs freed as csv"
      guard let table = questioner.table(text) else { return }
      let a = expected(.allocated, capture, in: nil)
      let b = expected(.freed, capture, in: nil)
      #expect(values(table, "size") == a.map { $0[0] })
      #expect(values(table, "size_diff") == zip(a, b).map { $0[0] - $1[0] })
    }
  }

  /// Groups that the left side shows need not be among the greatest of the right.
  @Test func groupsOfTheLeftAreFoundOnTheRight() throws {
    try withRecordings { questioner, capture, _ in
      let rest = "of \"\(capture.name)\" over 5 windows"
      guard let both = questioner.table("timeline 2 allocated by function vs freed \(rest)"),
        let freed = questioner.table("timeline all freed by function \(rest)")
      else { return }
      func rows(_ table: ResultTable, _ sizes: [Int]) -> [String?: [Int]] {
        let names = MemrayQuestionTests.texts(table, "function")
        return Dictionary(grouping: names.indices) { names[$0] }
          .mapValues { rows in rows.map { sizes[$0] } }
      }
      let wanted = rows(freed, values(freed, "size").map { $0 ?? -1 })
      let right = zip(values(both, "size"), values(both, "size_diff")).map { size, difference in
        (size ?? -1) - (difference ?? -1)
      }
      for (name, sizes) in rows(both, right) {
        #expect(sizes == wanted[name] ?? sizes.map { _ in 0 }, "\(name ?? "no stack") \(rest)")
      }
    }
  }

  /// The right side of a comparison over time tells of the groups that the left shows, be they
  /// small there or not there at all.
  @Test func groupsOfTheLeftAreFoundInAnotherCapture() throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    let captures = try (0..<2).map {
      try Recorded(
        seed: 90 + UInt64($0), stream: EventStream(threads: 2), into: store, name: "side \($0)")
    }
    let questioner = Questioner(store: store)
    for keys in ["function", "lineno, thread"] {
      guard
        let both = questioner.table("timeline 2 by \(keys) of \"side 0\" vs \"side 1\""),
        let right = questioner.table("timeline all by \(keys) of \"side 1\"")
      else { return }
      func rows(_ table: ResultTable) -> [(time: Int, name: [String?])] {
        guard case .reals(let times) = table.columns[0].values else { return [] }
        let names = keys.split(separator: ",").map {
          MemrayQuestionTests.texts(table, $0.filter { $0 != " " })
        }
        return times.indices.map { row in
          (Int(((times[row] ?? 0) * 1000).rounded()), names.map { $0[row] })
        }
      }
      let held = zip(rows(right), values(right, "size")).map { ($0.time, $0.name, $1 ?? 0) }
      let sizes = values(both, "size")
      let differences = values(both, "size_diff")
      #expect(!sizes.isEmpty)
      for (row, place) in rows(both).enumerated() {
        let times = captures[1].ticks.map(\.milliseconds).filter { $0 <= place.time }
        guard let last = times.last else {
          #expect(differences[row] == nil)
          continue
        }
        // Several states of one time are told apart by their order.
        guard times.count(where: { $0 == last }) == 1 else { continue }
        let other = held.first { $0.0 == last && $0.1 == place.name }?.2 ?? 0
        #expect(differences[row] == (sizes[row] ?? 0) - other, "\(keys), row \(row)")
      }
    }
  }

  @Test func whoAsksSaysHowManyPointsThereAre() throws {
    try withRecordings { questioner, capture, _ in
      let engine = Engine(store: questioner.store, formats: [])
      engine.pointBudget = { _ in PointBudget(points: 3, wayToAll: "ask for more") }
      for text in ["timeline", "timeline over 2 windows"] {
        var table: ResultTable?
        try engine.run("\(text) of \"\(capture.name)\"") {
          if case .table(let found) = $0.content { table = found }
        }
        let count = table?.rowCount ?? 0
        #expect(count > 1 && count <= 4)
        let note = "3 of \(capture.ticks.count) points; ask for more"
        #expect(table?.notes.contains(note) == (text == "timeline" && capture.ticks.count > 3))
      }
    }
  }

  @Test func valuesOfTheProcessHaveNoStateToBeComparedWith() throws {
    try withRecordings { questioner, capture, _ in
      guard
        case .failure(.query) = questioner.ask("timeline rss of \"\(capture.name)\" vs live at 50%")
      else {
        Issue.record("compared")
        return
      }
    }
  }

  @Test func aTimelineLessItself() throws {
    try withRecordings { questioner, capture, _ in
      for text in [
        "timeline size, count, rss of \"\(capture.name)\" vs \"\(capture.name)\"",
        "timeline all by function of \"\(capture.name)\" vs \"\(capture.name)\" over 5 windows",
        "timeline allocated of \"\(capture.name)\" vs \"\(capture.name)\" over 5 windows",
        "hist size of \"\(capture.name)\" vs \"\(capture.name)\"",
        "hist lifetime allocated of \"\(capture.name)\" vs \"\(capture.name)\" normalized",
      ] {
        guard let table = questioner.table(text) else { continue }
        let differences = table.columns.filter { $0.name.hasSuffix("_diff") }
        #expect(!differences.isEmpty && table.rowCount > 0)
        for column in differences {
          #expect(values(table, column.name).allSatisfy { $0 == 0 }, "\(text)")
        }
      }
    }
  }

  @Test func classesOfTwoPopulations() throws {
    try withRecordings { questioner, capture, numbers in
      var maker = QuestionMaker(seed: numbers.next(), captures: [capture])
      for _ in 0..<30 {
        let (left, right) = (maker.population(), maker.population())
        let text = "hist \(left.text) size vs \(right.text)"
        guard let table = questioner.table(text) else { continue }
        var wanted: [Int: [Int]] = [:]
        for (population, sign) in [(left, 1), (right, -1)] {
          for held in capture.holdings(population, in: nil) {
            let lower =
              held.row.size == 0
              ? 0 : 1 << (held.row.size.bitWidth - 1 - held.row.size.leadingZeroBitCount)
            var sums = wanted[lower] ?? [0, 0, 0, 0]
            if sign > 0 { sums[0] += held.count; sums[2] += held.bytes }
            sums[1] += sign * held.count
            sums[3] += sign * held.bytes
            wanted[lower] = sums
          }
        }
        let order = wanted.keys.sorted()
        #expect(values(table, "from") == order, "\(text)")
        for (index, column) in ["count", "count_diff", "size", "size_diff"].enumerated() {
          #expect(values(table, column) == order.map { wanted[$0]?[index] }, "\(text) \(column)")
        }
      }
    }
  }
}
