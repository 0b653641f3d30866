import Language
import Results
import Execution
import SQLite
import Store
import TestSupport
import Testing

@testable import Ingest

/// The SQL of a question gives, through libsqlite3, the rows that the engine gives.
struct SQLQuestioner {
  let store: Store
  let reader: SQLReader

  init(_ store: Store, path: String) throws {
    self.store = store
    reader = try SQLReader(path: path, adding: SQLAdditions.made())
  }

  /// The rows of an answer as SQL would have them.
  static func rows(_ table: ResultTable) -> [[SQLValue]] {
    (0..<table.rowCount).map { row in
      table.columns.map { column in
        switch column.values {
        case .integers(let values): values[row].map { .integer($0) } ?? .null
        case .reals(let values): values[row].map { .real($0) } ?? .null
        case .texts(let values): values[row].map { .text($0) } ?? .null
        case .stacks, .series: .null
        }
      }
    }
  }

  private static func isSame(_ a: SQLValue, _ b: SQLValue) -> Bool {
    switch (a, b) {
    case (.integer(let a), .real(let b)), (.real(let b), .integer(let a)): Double(a) == b
    default: a == b
    }
  }

  /// Asks both ways and compares; nil when there is no answer, or no SQL and its words in `refusals`.
  func check(_ text: String, refusals: inout [String]) -> Bool? {
    guard case .success(let answer) = Questioner(store: store).ask(text), let table = answer else {
      return nil
    }
    let statement: String
    do throws(EngineError) {
      statement = try Engine(store: store, formats: []).sql(of: text)
    } catch {
      guard case .query(let error) = error else {
        Issue.record("\(text): \(error)")
        return false
      }
      refusals.append(error.render(source: text))
      return nil
    }
    do {
      let result = try reader.run(statement)
      let rows = (0..<result.rowCount).map { row in result.columns.map { $0[row] } }
      let wanted = Self.rows(table)
      let isSame =
        result.names == table.columns.map(\.name) && rows.count == wanted.count
        && zip(rows, wanted).allSatisfy { found, right in
          found.count == right.count && zip(found, right).allSatisfy(Self.isSame)
        }
      if !isSame {
        let place = zip(rows, wanted).enumerated().first {
          !zip($0.element.0, $0.element.1).allSatisfy(Self.isSame)
        }
        Issue.record(
          """
          \(text)
          columns \(result.names), not \(table.columns.map(\.name)); \
          \(rows.count) rows, not \(wanted.count); \
          \(place.map { "row \($0.offset): \($0.element.0), not \($0.element.1)" } ?? "")
          \(statement)
          """)
      }
      return isSame
    } catch {
      Issue.record("\(text): \(error)\n\(statement)")
      return false
    }
  }
}

@Suite struct QuestionsSQLTests {
  private static let streams = [
    EventStream(threads: 3), EventStream(addresses: .few, sizes: .equal, threads: 2, ticks: 4),
    EventStream(threads: 2, count: 400, mappings: 1), EventStream(count: 150, ticks: 10_000),
  ]

  private func withRecordings(
    _ body: (SQLQuestioner, [Recorded], UInt64) throws -> Void
  ) throws {
    for (index, stream) in Self.streams.enumerated() {
      let scratch = ScratchStore()
      defer { scratch.remove() }
      let store = try Store(path: scratch.path, mode: .write)
      let captures = try (0..<2 as Range<UInt64>).map { number in
        try Recorded(
          seed: 200 + UInt64(index) * 10 + number, stream: stream, into: store,
          name: "run-\(number)", skippedFrames: Int(number))
      }
      try body(try SQLQuestioner(store, path: scratch.path), captures, UInt64(index))
    }
  }

  /// Random questions of one capture or of two.
  @Test func ofGroups() throws {
    var (compared, refusals) = (0, [String]())
    try withRecordings { questioner, captures, seed in
      for chosen in [[captures[0]], [captures[1]], captures] {
        var maker = QuestionMaker(seed: seed * 100 + UInt64(chosen.count), captures: chosen)
        for _ in 0..<90 {
          var question = maker.question()
          question.keys.removeAll { $0 == .traceback }
          if question.keys.isEmpty { question.keys = [.lineno] }
          if question.keys.contains(.lifetime) { question.order = [] }
          if chosen.contains(where: { $0.duration == 0 }) { question.leaveOutWindows() }
          question.order.removeAll { column, _ in
            if case .key(.traceback) = column { true } else { false }
          }
          if questioner.check(question.text, refusals: &refusals) != nil { compared += 1 }
        }
      }
    }
    #expect(compared >= 1000, "\(compared); \(Set(refusals).joined(separator: "\n"))")
  }

  /// Two states, or two captures; normalized, by the second, or with what both hold.
  @Test func ofComparisons() throws {
    var (compared, refusals) = (0, [String]())
    try withRecordings { questioner, captures, seed in
      var maker = QuestionMaker(seed: 300 + seed, captures: [captures[0]])
      for number in 0..<90 {
        var question = maker.question()
        question.keys.removeAll { $0 == .traceback || $0.isOfTime }
        if question.keys.isEmpty { question.keys = [.function] }
        if !question.keys.contains(where: \.isOfFrame) { question.isInclusive = false }
        (question.windows, question.order) = (nil, [])
        let other = maker.population().text
        let tail = ["", " normalized", " per second", " order by size_diff asc, count"][number % 4]
        let right = number % 3 == 0 ? "\"run-1\"" : other
        if questioner.check("\(question.text) vs \(right)\(tail)", refusals: &refusals) != nil {
          compared += 1
        }
      }
    }
    #expect(compared >= 150, "\(compared); \(Set(refusals).joined(separator: "\n"))")
  }

  @Test func ofRecordsSizesAndStats() throws {
    var (compared, refusals) = (0, [String]())
    try withRecordings { questioner, captures, seed in
      var maker = QuestionMaker(seed: 400 + seed, captures: [captures[0]])
      for number in 0..<60 {
        let population = maker.population()
        let other = maker.population().text
        let filter = maker.predicate(depth: 2, !population.isNeverFreed).text
        let order = ["", "order by time", "order by lifetime desc, lineno", "order by thread desc"]
        let of = number % 2 == 0 ? "of \"run-0\"" : "of \"run-0\", \"run-1\""
        for text in [
          "list 7 \(population.text) where \(filter) \(of) \(order[number % 4])",
          "hist \(population.text) where \(filter) \(of)",
          "hist \(population.text) lifetime where \(filter) \(of)",
          "hist \(population.text) where \(filter) \(of) vs \(other) "
            + ["", "normalized"][number / 2 % 2],
          "stats \(population.text) where \(filter) \(of)", "stats \(population.text) \(of)",
        ] where questioner.check(text, refusals: &refusals) != nil { compared += 1 }
      }
    }
    #expect(compared >= 600, "\(compared); \(Set(refusals).joined(separator: "\n"))")
  }

  /// Totals, processors, types, labels and objects of other tools.
  @Test func ofOtherTools() throws {
    let files = [
      ("massif", "steps-default.massif.out"), ("py-spy", "busy.speedscope.json"),
      ("memory_profiler", "phases-python.dat"), ("objects", "plain.meliae.jsonl"),
      ("objgraph", "growth-five-calls.txt"), ("tracemalloc/py312-nframe5", "snap-00.pickle"),
    ]
    var (compared, refusals) = (0, [String]())
    for (folder, file) in files {
      let asked = try AskedStore()
      try asked.add(fixture: file, in: folder, "capture")
      let questioner = try SQLQuestioner(asked.store, path: asked.store.path)
      for text in [
        "top", "top all", "top 5 by type", "top by function", "top by function inclusive",
        "top by lineno, thread", "top live at start", "top all by module", "top 3 count by type",
        "top by function where function ~ \"*a*\"", "top samples by frame", "top by pid",
        "top having size > 10%", "top 4 by filename hide internals order by count, filename desc",
        "top where size > 1kB", "hist", "list 3", "stats", "top by function vs live at start",
        "top retained size by type", "top rss by pid", "timeline", "flame", "growth",
      ] where questioner.check(text, refusals: &refusals) != nil { compared += 1 }
    }
    #expect(compared >= 20, "\(compared); \(Set(refusals).joined(separator: "\n"))")
    #expect(refusals.contains { $0.contains("no selection of rows") })
    #expect(refusals.contains { $0.contains("single objects") })
  }
}

extension AskedKey {
  /// Whether it says when a row was born.
  fileprivate var isOfTime: Bool { self == .window }
}
