import Results
import Language
import Execution
import Store
import TestSupport
import Testing

/// `assert` of captures of every kind: it tests what `top` prints, and fails where a row does.
@Suite struct QuestionsAssertionTests {
  /// The last answer to a sentence.
  private func answer(_ store: Store, _ text: String) throws -> Answer {
    var found: Answer?
    do throws(EngineError) {
      try Engine(store: store, formats: []).run(text) { found = $0 }
    } catch {
      if case .query(let error) = error { Issue.record("\(text): \(error.render(source: text))") }
      throw error
    }
    return try #require(found)
  }

  /// The answer to an assertion; nil when it names what no record has.
  private func answerOfKnown(_ store: Store, _ text: String) throws -> Answer? {
    var found: Answer?
    do throws(EngineError) {
      try Engine(store: store, formats: []).run(text) { found = $0 }
    } catch {
      if case .query(let error) = error, error.render(source: text).contains(": no record of") {
        return nil
      }
      throw error
    }
    return found
  }

  private func table(_ answer: Answer) throws -> ResultTable {
    guard case .table(let table) = answer.content else {
      throw AskedStore.Refused(text: "no table")
    }
    return table
  }

  private func numbers(_ table: ResultTable, _ name: String) -> [Double?] {
    switch table.columns.first(where: { $0.name == name })?.values {
    case .integers(let values): values.map { $0.map(Double.init) }
    case .reals(let values): values
    default: []
    }
  }

  /// Random questions of random recordings, their groups made one row at a time.
  @Test func ofAllocations() throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    for seed in 90..<93 as Range<UInt64> {
      let capture = try Recorded(
        seed: seed, stream: EventStream(threads: 2, count: 250), into: store, name: "seed \(seed)")
      var maker = QuestionMaker(seed: seed, captures: [capture])
      for _ in 0..<80 {
        var question = maker.question()
        question.measures = Array(maker.measures(!question.population.isNeverFreed).prefix(1))
        if question.measures.isEmpty { question.measures = [.size] }
        (question.order, question.limit) = ([], nil)
        if capture.duration == 0 { question.leaveOutWindows() }
        let measure = question.measures[0]
        let expected = ExpectedTable(question).values.compactMap { $0[0] }
        let bound = expected.isEmpty ? 7 : Int(maker.numbers.one(of: expected))
        let comparison = maker.numbers.one(of: AskedComparison.allCases)
        let isOfBytes = [.size, .averageSize, .maximumSize].contains(measure)
        let text = question.assertion(comparison, "\(bound)" + (isOfBytes ? "B" : ""))
        guard let answer = try answerOfKnown(store, text) else { continue }
        let failing = expected.filter { !comparison.holds($0, Double(bound)) }
        #expect(answer.holds == failing.isEmpty, "\(text)")
        #expect(
          try numbers(table(answer), measure.column).compactMap { $0 }.sorted() == failing.sorted(),
          "\(text)")
      }
    }
  }

  private struct Case {
    var folder: String
    var file: String
    var measures: [String]
    var by: String
  }

  private static let cases = [
    Case(folder: "py-spy", file: "busy.speedscope.json", measures: ["samples"], by: "by function"),
    Case(folder: "collapsed", file: "simple.txt", measures: ["samples"], by: "by function"),
    Case(folder: "massif", file: "steps-default.massif.out", measures: ["size"], by: "by lineno"),
    Case(folder: "objgraph", file: "common-start.txt", measures: ["count"], by: "by type"),
    Case(
      folder: "objects", file: "plain.meliae.jsonl",
      measures: ["size", "count", "avg size", "max size", "retained size", "deep size"],
      by: "by type"),
    Case(
      folder: "python-logs", file: "gc-py313.log", measures: ["gc0", "gc_ms", "gc_collected"],
      by: "by pid"),
    Case(
      folder: "memory_profiler", file: "workers-multiprocess.dat", measures: ["rss"], by: "by pid"),
  ]

  @Test(arguments: cases.indices) func ofOtherTools(index: Int) throws {
    let one = Self.cases[index]
    let asked = try AskedStore()
    try asked.add(fixture: one.file, in: one.folder, "file")
    for measure in one.measures {
      let column = measure.replacing(" ", with: "_")
      let top = try table(answer(asked.store, "top all \(measure) \(one.by)"))
      let values = numbers(top, column).compactMap { $0 }
      let unit = top.columns.first { $0.name == column }?.unit
      #expect(!values.isEmpty, "\(measure)")
      for bound in Set(values.prefix(4) + values.suffix(2) + [0]) {
        let answer = try answer(asked.store, "assert \(measure) < \(plain(bound)) \(one.by)")
        let failing = values.filter { $0 >= bound }
        #expect(answer.holds == failing.isEmpty, "\(measure) < \(bound)")
        let found = try table(answer)
        #expect(
          numbers(found, column).compactMap { $0 }.sorted() == failing.sorted(),
          "\(measure) < \(bound)")
        if !failing.isEmpty {
          #expect(found.columns.first { $0.name == column }?.unit == unit)
        }
      }
    }
  }

  /// A number without an exponent.
  private func plain(_ number: Double) -> String {
    Int64(exactly: number).map(String.init) ?? "\(number)"
  }

  @Test func amountsHaveTheUnitOfTheCapture() throws {
    let asked = try AskedStore()
    for (folder, file) in [
      ("py-spy", "busy.speedscope.json"), ("collapsed", "simple.txt"),
      ("python-logs", "gc-py313.log"),
    ] {
      try asked.add(fixture: file, in: folder, folder)
    }
    func holds(_ text: String) throws -> Bool {
      try answer(asked.store, text).holds == true
    }
    // The profiler saw 3.69 s in all, and its greatest function 1.64 s.
    #expect(try holds("assert samples by function < 1700ms of py-spy"))
    #expect(try !holds("assert samples by function < 1600ms of py-spy"))
    #expect(try holds("assert samples by function < 1.7 of py-spy"))
    #expect(try !holds("assert samples < 3s of py-spy"))
    #expect(
      try table(answer(asked.store, "top all samples by function having samples > 1s of py-spy"))
        .rowCount == 2)
    // The longest collection took 0.87 ms.
    #expect(try holds("assert gc_ms < 1ms of python-logs"))
    #expect(try !holds("assert gc_ms < 800us of python-logs"))
    for (text, reason) in [
      ("assert samples < 5kB of py-spy", "in seconds"),
      ("assert samples < 5s of collapsed", "counted"),
      ("top samples by function having samples > 1MB of py-spy", "in seconds"),
      ("assert samples < 50% of collapsed of py-spy", "units of their own"),
      ("top samples by function of py-spy vs collapsed", "on the right"),
    ] {
      #expect(try asked.refusal(text).contains(reason), "\(text)")
    }
  }
}
