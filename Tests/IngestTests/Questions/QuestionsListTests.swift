import Results
import Store
import TestSupport
import Testing

/// `list`: the first records are found without looking at all of them, and are the same.
@Suite struct QuestionsListTests {
  @Test(arguments: 0..<6)
  func theFirstOfAllAreTheFirst(_ seed: Int) throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    let streams = [
      EventStream(threads: 2), EventStream(addresses: .few, sizes: .equal, ticks: 4),
      EventStream(threads: 2, count: 300, mappings: 1),
    ]
    let capture = try Recorded(
      seed: 90 + UInt64(seed), stream: streams[seed % 3], into: store, name: "list")
    let questioner = Questioner(store: store)
    var maker = QuestionMaker(seed: UInt64(seed), captures: [capture])
    for limit in [1, 3, 7, 20] {
      let population = maker.population()
      for rest in ["", " where size > 40", " where lifetime < 20", " order by time"]
      where !(population.isNeverFreed && rest.contains("lifetime")) {
        let text = "\(population.text)\(rest)"
        guard let some = questioner.table("list \(limit) \(text)"),
          let all = questioner.table("list all \(text)")
        else { continue }
        let held = capture.holdings(population, in: nil)
        // A row hit twice as temporary is one record.
        let isHit = if case .temporary = population { true } else { false }
        if rest.isEmpty, !isHit, case .integers(let sizes) = all.columns[0].values {
          #expect(
            sizes.reduce(0) { $0 + Int($1 ?? 0) } == held.reduce(0) { $0 + $1.bytes }, "\(text)")
        }
        #expect(some.total == all.total, "\(text)")
        #expect(some.rowCount == min(limit, all.rowCount), "\(text)")
        for (column, whole) in zip(some.columns, all.columns) {
          #expect(texts(column).elementsEqual(texts(whole).prefix(limit)), "list \(limit) \(text)")
        }
      }
    }
  }

  private func texts(_ column: ResultColumn) -> [String] {
    switch column.values {
    case .integers(let values): values.map { "\($0 ?? -1)" }
    case .reals(let values): values.map { "\($0 ?? -1)" }
    case .texts(let values): values.map { $0 ?? "none" }
    default: []
    }
  }
}
