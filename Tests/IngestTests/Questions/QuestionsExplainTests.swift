import CaptureModel
import Results
import Language
import Execution
import Store
import TestSupport
import Testing

@testable import Ingest

/// `explain` says what an answer reads: the same steps as the run, and the segments that the store
/// counts.
@Suite struct QuestionsExplainTests {
  private static let questions = [
    "top by lineno", "top by lineno where size > 1kB", "top by sizeclass", "top live at 40%",
    "top live at 40% by sizeclass", "top leaked", "top allocated", "top allocated in 20%..60%",
    "top allocated max size", "top freed avg lifetime", "top temporary", "top survived 10%..50%",
    "top peak in 20%..60%", "top by window over 3 windows", "top where function = nothing",
    "top where lifetime < 5", "list 3", "list 3 where lifetime < 5", "list order by lineno",
    "stats", "stats leaked", "hist", "hist lifetime allocated", "timeline", "timeline rss",
    "timeline count", "timeline by function", "timeline by sizeclass", "timeline allocated",
    "timeline allocated where lifetime < 100", "flame", "flame as folded", "tree", "tree leaked",
    "growth", "growth count", "growth rss", "suspects", "top vs leaked",
    "top live at 80% vs live at 30%", "hist vs leaked", "timeline vs live at 50%",
    "tree live at 80% vs live at 30%", "top rss by pid", "assert peak size < 1MB by lineno",
    "assert peak size < 1MB", "assert peak rss < 1MB", "assert rate < 1kB",
  ]

  private func lines(_ store: Store, _ text: String) throws -> [String] {
    var lines: [String?] = []
    do throws(EngineError) {
      try Engine(store: store, formats: []).run(text) {
        if case .table(let table) = $0.content,
          case .texts(let texts)? = table.columns.first?.values
        {
          lines = texts
        }
      }
    } catch {
      if case .query(let error) = error { Issue.record("\(text): \(error.render(source: text))") }
      throw error
    }
    return lines.compactMap { $0 }
  }

  /// The numbers of segments that rows are read of, step by step.
  private func segments(_ lines: [String]) -> [Int] {
    lines.compactMap { line in
      let words = line.split(separator: " ")
      guard words.first == "segments:", words.count > 1, !line.contains("no rows") else {
        return nil
      }
      return Int(words[1])
    }
  }

  private func isCounted(_ line: String) -> Bool {
    ["time:", "store:", "counted:", "counted"].contains(
      line.split(separator: " ").first.map(String.init))
  }

  /// Columns and bytes that a line says were read.
  private func counts(_ line: String) -> (columns: Int, bytes: Int) {
    let words = line.split { " ,:;".contains($0) }.map(String.init)
    func number(before word: String) -> Int {
      words.firstIndex(of: word).flatMap { $0 > 0 ? Int(words[$0 - 1]) : nil } ?? 0
    }
    return (number(before: "columns"), number(before: "bytes"))
  }

  /// What the nodes of a plan read is what the store counted.
  private func checkNodes(_ ran: [String], _ question: String) {
    let nodes = ran.filter { $0.contains("counted") }.map(counts)
    let store = counts(ran.last ?? "")
    #expect(nodes.reduce(0) { $0 + $1.columns } == store.columns, "\(question)")
    #expect(nodes.reduce(0) { $0 + $1.bytes } == store.bytes, "\(question)")
    #expect(store.bytes > 0, "\(question)")
  }

  private func check(_ store: Store, _ questions: [String]) throws {
    for question in questions {
      let planned = try lines(store, "explain \(question)")
      let ran = try lines(store, "explain analyze \(question)")
      #expect(planned == ran.filter { !isCounted($0) }, "\(question)")
      checkNodes(ran, question)
      #expect(planned.contains { $0.contains("read ") }, "\(question)")
      store.reads.reset()
      try Engine(store: store, formats: []).run(question) { _ in }
      let counts = store.reads.counts
      let said = segments(planned)
      let read = counts.rowSegments.count
      #expect(read <= said.reduce(0, +), "\(question): \(read) of \(said)")
      if said.count == 1 { #expect(read == said[0], "\(question)") }
      #expect(read >= said.max() ?? 0, "\(question): \(read) of \(said)")
      let words = "rows of \(read) segments, dictionaries of \(counts.dictionaries.count)"
      #expect(ran.last?.hasSuffix(words) == true, "\(question): \(ran.last ?? "") not \(words)")
    }
  }

  /// A store with enough rows for several segments, most of them freed soon.
  private func longStore(_ scratch: ScratchStore, rows: UInt64 = 200_000) throws -> Store {
    let store = try Store(path: scratch.path, mode: .write)
    var records = [ListedRecord(kind: .switchThread), ListedRecord(kind: .push)]
    for index in 0..<rows {
      let address = (index + 1) * 64
      records.append(ListedRecord(kind: .allocate, address: address, size: index % 97 * 16))
      if index % 50 != 0 { records.append(ListedRecord(kind: .deallocate, address: address)) }
      if index % 4_000 == 0 {
        records.append(ListedRecord(kind: .tick, address: index / 100, size: 1 << 20))
      }
    }
    let info = try ImportedEvents(RecordedReader(ListedReader(records)), into: store, name: "long")
      .info
    #expect(info.segments > 1)
    return store
  }

  @Test func readsOfAllocations() throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    try check(try longStore(scratch), Self.questions)
  }

  /// However many workers read segments, the answers are the same.
  @Test func workersChangeNothing() throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try longStore(scratch, rows: 800_000)
    for question in Self.questions {
      var answers: [String] = []
      for workers in [1, 8] {
        store.workers = workers
        try Engine(store: store, formats: []).run(question) {
          answers.append("\($0.content)")
        }
      }
      #expect(answers.count == 2 && answers[0] == answers[1], "\(question)")
    }
  }

  @Test func readsOfOtherTools() throws {
    let asked = try AskedStore()
    for (folder, file, questions) in [
      ("massif", "steps-default.massif.out", ["top", "timeline", "growth", "stats", "flame"]),
      ("memory_profiler", "phases-python.dat", ["timeline rss", "growth rss", "top rss by pid"]),
      ("py-spy", "busy.speedscope.json", ["top", "assert samples < 1s by function", "tree"]),
      (
        "objects", "plain.meliae.jsonl",
        ["top", "top retained size by type", "list 3", "hist", "assert max size < 1kB by type"]
      ),
    ] {
      try asked.add(fixture: file, in: folder, folder)
      try check(asked.store, questions.map { "\($0) of \(folder)" })
    }
  }
}
