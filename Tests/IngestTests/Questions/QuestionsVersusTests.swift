import Results
import Store
import TestSupport
import Testing

/// Laws of `vs`, against rows held one at a time.
@Suite struct QuestionsVersusTests {
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
        seed: 60 + UInt64(seed), stream: stream, into: store, name: "versus \(seed)",
        skippedFrames: 0)
      var numbers = SeededNumbers(seed: UInt64(seed))
      try body(Questioner(store: store), capture, &numbers)
    }
  }

  private func sum(_ held: [Holding]) -> Int { held.reduce(0) { $0 + $1.bytes } }

  /// The values of `total`, by column.
  private func totals(_ table: ResultTable) -> [String: Int] {
    var found: [String: Int] = [:]
    for value in table.total ?? [] { found[value.column] = value.value.map { Int($0) } }
    return found
  }

  @Test func twoStatesOfACapture() throws {
    try withRecordings { questioner, capture, numbers in
      for _ in 0..<60 {
        let left = AskedPopulation.live(.random(&numbers, in: [capture]))
        let right = AskedPopulation.live(.random(&numbers, in: [capture]))
        let text = "top all \(left.text) by function, allocator vs \(right.text)"
        guard let table = questioner.table(text) else { continue }
        let (a, b) = (capture.holdings(left, in: nil), capture.holdings(right, in: nil))
        let births = Set(b.map(\.row.birth))
        // What both hold weighs what it weighs in the later state.
        let both = a.filter { births.contains($0.row.birth) }.map { holding in
          min(holding.bytes, b.first { $0.row.birth == holding.row.birth }?.bytes ?? 0)
        }.reduce(0, +)
        #expect(
          totals(table) == [
            "size": sum(a), "size_diff": sum(a) - sum(b), "survived": both,
            "new": sum(a) - both, "freed": sum(b) - both,
            "count": a.reduce(0) { $0 + $1.count },
            "count_diff": a.reduce(0) { $0 + $1.count } - b.reduce(0) { $0 + $1.count },
          ], "\(text)")
        for row in 0..<table.rowCount {
          func value(_ name: String) -> Int64? {
            guard
              case .integers(let values) = table.columns.first(where: { $0.name == name })?.values
            else { return nil }
            return values[row]
          }
          let (survived, new, freed) = (value("survived"), value("new"), value("freed"))
          #expect(value("size") == (survived ?? -1) + (new ?? -1), "\(text)")
          #expect(value("size_diff") == (new ?? -1) - (freed ?? 1), "\(text)")
        }
      }
    }
  }

  @Test func aCaptureWithItselfIsZero() throws {
    try withRecordings { questioner, capture, numbers in
      var maker = QuestionMaker(seed: numbers.next(), captures: [capture])
      for _ in 0..<30 {
        let population = maker.population()
        let text =
          "top all \(population.text) size, count by lineno, thread of \"\(capture.name)\" "
          + "vs \"\(capture.name)\""
        guard let table = questioner.table(text) else { continue }
        for column in table.columns where column.name.hasSuffix("_diff") {
          guard case .integers(let values) = column.values else { continue }
          #expect(values.allSatisfy { $0 == 0 }, "\(text)")
        }
        #expect(totals(table)["size"] == sum(capture.holdings(population, in: nil)), "\(text)")
      }
    }
  }

  /// live(b) − live(a) = allocated − freed − cuts in (a, b].
  @Test func whatLivesChangesByWhatHappens() throws {
    try withRecordings { questioner, capture, numbers in
      for _ in 0..<60 {
        let states = [numbers.below(capture.instants), numbers.below(capture.instants)].sorted()
        let (from, to) = ("#\(states[0])", "#\(states[1])")
        func size(_ text: String) -> Int? {
          questioner.table("top 1 \(text)").flatMap { totals($0)["size"] }
        }
        guard states[0] < states[1], let before = size("live at \(from)"),
          let after = size("live at \(to)"), let allocated = size("allocated in \(from)..\(to)")
        else { continue }
        let gone = capture.rows.reduce(0) { sum, row in
          let born = row.birth < states[0] + 1 ? row.bytes(in: states[0] + 1) : row.size
          let isOld = row.isLive(in: states[0] + 1) || row.birth >= states[0] + 1
          guard row.birth < states[1] + 1, isOld else { return sum }
          return sum + born - (row.isLive(in: states[1] + 1) ? row.bytes(in: states[1] + 1) : 0)
        }
        #expect(after - before == allocated - gone, "\(capture.name) \(from)..\(to)")
      }
    }
  }
}
