import Results
import Execution
import Store
import TestSupport
import Testing

/// `order by` in comparisons, growth and lists, against rows held one at a time.
@Suite struct QuestionsOrderTests {
  /// What both sides of a comparison hold of one group.
  private struct Pair {
    var key: [AskedValue]
    var left: [Int]
    var right: [Int]

    func value(_ column: String) -> Int {
      switch column {
      case "size": left[0]
      case "count": left[1]
      case "size_diff": left[0] - right[0]
      default: left[1] - right[1]
      }
    }
  }

  private func pairs(
    _ keys: [AskedKey], _ capture: Recorded, _ left: AskedPopulation, _ right: AskedPopulation
  ) -> [Pair] {
    let view = RecordedView(capture: capture)
    var pairs: [[AskedValue]: Pair] = [:]
    for (population, side) in [(left, 0), (right, 1)] {
      for held in capture.holdings(population, in: nil) {
        let key = keys.map { view.value($0, held.row) }
        var pair = pairs[key] ?? Pair(key: key, left: [0, 0], right: [0, 0])
        if side == 0 {
          pair.left = [pair.left[0] + held.bytes, pair.left[1] + held.count]
        } else {
          pair.right = [pair.right[0] + held.bytes, pair.right[1] + held.count]
        }
        pairs[key] = pair
      }
    }
    return Array(pairs.values)
  }

  /// The order asked for, then tracemalloc's: the greatest changes and sizes first.
  private func precedes(
    _ a: Pair, _ b: Pair, _ keys: [AskedKey], _ order: [(column: String, isAscending: Bool)]
  ) -> Bool {
    for (column, isAscending) in order {
      if let index = keys.firstIndex(where: { $0.rawValue == column }) {
        guard a.key[index] != b.key[index] else { continue }
        return AskedValue.precedes(a.key[index], b.key[index]) == isAscending
      }
      let (left, right) = (a.value(column), b.value(column))
      if left != right { return (left < right) == isAscending }
    }
    for column in ["size", "count"] {
      let (left, right) = (abs(a.value("\(column)_diff")), abs(b.value("\(column)_diff")))
      if left != right { return left > right }
      if a.value(column) != b.value(column) { return a.value(column) > b.value(column) }
    }
    for index in keys.indices where a.key[index] != b.key[index] {
      return AskedValue.precedes(b.key[index], a.key[index])
    }
    return false
  }

  @Test func ofComparisons() throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    let questioner = Questioner(store: store)
    for seed in 110..<113 as Range<UInt64> {
      let capture = try Recorded(
        seed: seed, stream: EventStream(threads: 2, count: 300), into: store, name: "seed \(seed)")
      var numbers = SeededNumbers(seed: seed)
      for _ in 0..<60 {
        let keys: [AskedKey] = numbers.one(of: [
          [.function], [.lineno, .thread], [.sizeclass], [.allocator, .function],
        ])
        let left = AskedPopulation.live(.random(&numbers, in: [capture]))
        let right = numbers.once(in: 2) ? AskedPopulation.peak : .allocated
        let names = keys.map(\.rawValue) + ["size", "count", "size_diff", "count_diff"]
        let columns = names.shuffled(using: &numbers).prefix(1 + numbers.below(2))
        let order = columns.map { ($0, numbers.once(in: 2)) }
        let words = order.map { "\($0.0) \($0.1 ? "asc" : "desc")" }.joined(separator: ", ")
        let text =
          "top 7 \(left.text) by \(keys.map(\.rawValue).joined(separator: ", ")) "
          + "vs \(right.text) order by \(words)"
        guard let table = questioner.table(text) else { continue }
        let wanted = pairs(keys, capture, left, right)
          .sorted { precedes($0, $1, keys, order) }.prefix(7)
        for column in ["size", "count", "size_diff", "count_diff"] {
          #expect(
            table.integers(column) == wanted.map { Int64($0.value(column)) }, "\(text) \(column)")
        }
      }
    }
  }

  @Test func ofRecords() throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    let questioner = Questioner(store: store)
    let captures = try (0..<2 as Range<UInt64>).map { seed in
      try Recorded(
        seed: 120 + seed, stream: EventStream(threads: 2, count: 150), into: store,
        name: "run-\(seed)")
    }
    for key in [AskedKey.function, .lineno, .thread, .allocator, .capture, .sizeclass] {
      for isAscending in [true, false] {
        let text =
          "list all allocated of run-* order by \(key.rawValue)"
          + (isAscending ? "" : " desc")
        guard let table = questioner.table(text) else { continue }
        var rows: [(key: AskedValue, capture: Int, row: RecordedRow)] = []
        for (index, capture) in captures.enumerated() {
          let view = RecordedView(capture: capture)
          rows += capture.rows.map { (view.value(key, $0), index, $0) }
        }
        rows.sort { a, b in
          if a.key != b.key { return AskedValue.precedes(a.key, b.key) == isAscending }
          if a.row.size != b.row.size { return a.row.size > b.row.size }
          return (a.capture, a.row.number) < (b.capture, b.row.number)
        }
        #expect(table.integers("size") == rows.map { Int64($0.row.size) }, "\(text)")
      }
    }
  }

  private func asked(_ files: [(folder: String, file: String)]) throws -> AskedStore {
    let asked = try AskedStore()
    for (index, one) in files.enumerated() {
      try asked.add(fixture: one.file, in: one.folder, "file-\(index)")
    }
    return asked
  }

  @Test func ofTypesThatGrow() throws {
    let one = try asked([("objgraph", "growth-five-calls.txt")])
    let rising = try one.table("growth all order by type")["type"]
    #expect(
      rising.count > 10 && rising == rising.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    #expect(try one.table("growth all order by type desc")["type"] == rising.reversed())
    let counts = try one.table("growth all count order by count asc").integers("count")
    #expect(counts == counts.sorted { ($0 ?? 0) < ($1 ?? 0) })
    let two = try asked([("objgraph", "common-start.txt"), ("objgraph", "common-end.txt")])
    let table = try two.table("growth all of file-0, file-1 order by type desc")
    #expect(table["type"].count > 10)
    #expect(
      table["type"] == table["type"].sorted { $1.utf8.lexicographicallyPrecedes($0.utf8) })
    // They count objects, and know no bytes.
    #expect(table.columns.allSatisfy { $0.unit != .bytes })
    #expect(table.integers("count").contains { $0 ?? 0 > 0 })
    #expect(
      try two.table("growth 1 of file-0, file-1").integers("count_diff").first.map { $0 ?? 0 }
        == table.integers("count_diff").map { $0 ?? 0 }.max())
  }

  @Test func ofProcesses() throws {
    let asked = try asked([("memory_profiler", "workers-multiprocess.dat")])
    let rising = try asked.table("top all rss by pid order by pid")
    let pids = rising.integers("pid").map { $0 ?? -1 }
    #expect(pids.count > 1 && pids == pids.sorted())
    #expect(
      try asked.table("top all rss by pid order by pid desc").integers("pid").map { $0 ?? -1 }
        == pids.reversed())
    let table = try asked.table("top all rss by pid order by rss asc")
    let values = table["rss"].compactMap(Double.init)
    #expect(values.count == pids.count && values == values.sorted())
    let bound = Int(values.last ?? 0)
    #expect(try asked.table("top all rss by pid having rss >= \(bound)B").rowCount == 1)
    #expect(try asked.refusal("top rss by pid having size > 1MB").contains("records no sizes"))
    #expect(
      try asked.refusal("top rss by pid having vms > 1MB").contains("records no series `vms`"))
  }

  @Test func ofObjects() throws {
    let asked = try asked([("objects", "plain.meliae.jsonl")])
    let types = try asked.table("list all order by type")["type"]
    #expect(types.count > 1000)
    #expect(types == types.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    #expect(try asked.refusal("list order by time").contains("time"))
    #expect(try asked.refusal("growth order by avg size").contains("growth has"))
  }
}
