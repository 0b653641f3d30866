import CaptureModel
import Results
import Foundation
import Language
import Execution
import Store
import Testing

/// Aggregated captures: the populations they hold against memray's answers, the rest refused.
@Suite struct MemrayTotalsQuestionTests {
  typealias Questions = MemrayQuestionTests
  typealias Place = MemrayQuestionTests.Place
  typealias Sums = MemrayQuestionTests.Sums

  static let captures = [
    "aggregated_h10", "aggregated_h11", "aggregated_h12", "aggregated_h13",
    "aggregated_native_h13", "synthetic_aggregated",
  ].map { MemrayFixture(name: $0) }

  static let populations = [("high_watermark", "peak"), ("leaks", "leaked")]

  static func places(_ store: Store, _ question: String) throws -> [Place: Sums] {
    let table = try #require(try Questions.tables(store, question).first)
    var found: [Place: Sums] = [:]
    let (functions, linenos) = (
      Questions.texts(table, "function"), Questions.texts(table, "lineno")
    )
    let (sizes, counts) = (Questions.integers(table, "size"), Questions.integers(table, "count"))
    for row in functions.indices {
      found[Place(function: functions[row], lineno: linenos[row])] = Sums(
        size: sizes[row] ?? -1, count: counts[row] ?? -1)
    }
    return found
  }

  static func places(_ rows: [[String: Any]]) -> [Place: Sums] {
    var wanted: [Place: Sums] = [:]
    for row in rows {
      let line = (row["line"] as? NSNumber)?.intValue ?? 0
      let place = Place(
        function: row["function"] as? String,
        lineno: (row["file"] as? String).map { "\($0):\(line)" })
      wanted[place] = Sums(
        size: (row["size"] as? NSNumber)?.int64Value ?? -1,
        count: (row["count"] as? NSNumber)?.int64Value ?? -1)
    }
    return wanted
  }

  @Test(arguments: captures)
  func placesHaveTheRealCounts(_ fixture: MemrayFixture) throws {
    let expected = try #require(try fixture.json("expected"))
    let truth = try #require(expected["aggregated_true"] as? [String: Any])
    let (store, info) = try fixture.imported()
    #expect(info.kind == .samples && info.isComplete)
    for (key, population) in Self.populations {
      let part = try #require(truth[key] as? [String: Any])
      let rows = try #require(part["by_location"] as? [[String: Any]])
      let found = try Self.places(
        store, "top all \(population) size, count by function, lineno hide native")
      #expect(found == Self.places(rows), "\(population)")
      // memray's own answer has the same bytes.
      let own = try #require(expected[key] as? [String: Any])
      let ownRows = try #require(own["by_location"] as? [[String: Any]])
      #expect(found.mapValues(\.size) == Self.places(ownRows).mapValues(\.size))
    }
  }

  @Test(arguments: captures)
  func threadsAndTimelineEqualMemrays(_ fixture: MemrayFixture) throws {
    let expected = try #require(try fixture.json("expected"))
    let (store, info) = try fixture.imported()
    let metadata = try #require(expected["metadata"] as? [String: Any])
    #expect(info.peakBytes == (metadata["peak_memory"] as? NSNumber)?.int64Value)
    for (key, population) in Self.populations {
      let part = try #require(expected[key] as? [String: Any])
      let rows = try #require(part["by_thread"] as? [[String: Any]])
      let wanted = Dictionary(
        rows.map { row in
          (
            "0x" + String((row["tid"] as? NSNumber)?.uint64Value ?? 0, radix: 16),
            (row["size"] as? NSNumber)?.int64Value
          )
        }, uniquingKeysWith: { first, _ in first })
      let table = try #require(
        try Questions.tables(store, "top all \(population) by thread").first)
      let threads = Questions.texts(table, "thread").map { String($0?.prefix { $0 != " " } ?? "") }
      let sizes = Questions.integers(table, "size")
      #expect(
        Dictionary(zip(threads, sizes), uniquingKeysWith: { first, _ in first }) == wanted)
    }
    let snapshots = expected["memory_snapshots"] as? [[NSNumber]] ?? []
    let timeline = try #require(
      try Questions.tables(store, "timeline rss, heap, gap as csv").first)
    #expect(Questions.integers(timeline, "rss") == snapshots.map { $0[1].int64Value })
    #expect(Questions.integers(timeline, "heap") == snapshots.map { $0[2].int64Value })
  }

  @Test(arguments: captures)
  func stacksEqualMemrays(_ fixture: MemrayFixture) throws {
    guard let expected = try fixture.json("stacks") else { return }
    let (store, _) = try fixture.imported()
    let frames = (expected["frames"] as? [[Any]] ?? []).map { frame in
      FrameText(
        function: frame[0] as? String ?? "", file: frame[1] as? String ?? "",
        line: (frame[2] as? NSNumber)?.intValue ?? 0)
    }
    for (key, population) in Self.populations {
      let rows = try #require(expected[key] as? [[Any]])
      var wanted: [[FrameText]?: Int64] = [:]
      for row in rows {
        let stack = (row[2] as? [NSNumber] ?? []).map { frames[$0.intValue] }
        wanted[stack.isEmpty ? nil : stack, default: 0] += (row[0] as? NSNumber)?.int64Value ?? 0
      }
      let table = try #require(
        try Questions.tables(store, "top all \(population) by traceback hide native, runner").first)
      guard case .stacks(let stacks) = table.columns.first?.values else {
        Issue.record("no stacks")
        return
      }
      let sizes = Questions.integers(table, "size")
      var found: [[FrameText]?: Int64] = [:]
      for row in stacks.indices { found[stacks[row], default: 0] += sizes[row] ?? -1 }
      #expect(found == wanted, "\(population)")
    }
  }

  /// The same program recorded both ways: the same places hold the same blocks.
  @Test func theTwinThatIsNotAggregatedAgrees() throws {
    let (store, _) = try MemrayFixture(name: "aggregated_h13").imported()
    let (twin, _) = try MemrayFixture(name: "aggregated_twin").imported()
    for population in ["peak", "leaked"] {
      let question =
        "top all \(population) size, count by function, lineno where lineno ~ '*me.py*'"
      let found = try Self.places(store, question)
      #expect(found.count >= 3)
      #expect(found == (try Self.places(twin, question)))
    }
  }

  @Test func sizesAreThoseOfStacks() throws {
    let (store, _) = try MemrayFixture(name: "synthetic_aggregated").imported()
    // Three rows of 300, 5,000 and 70,000 bytes stand on one stack.
    let table = try #require(
      try Questions.tables(store, "top peak by thread where size > 75kB hide native").first)
    #expect(Questions.integers(table, "size") == [70300, 5000])
    #expect(table.notes.contains { $0.contains("one stack") })
  }

  /// How many answers a question has, and the text of its error.
  static func run(_ store: Store, _ question: String) -> (answers: Int, error: String) {
    var answers = 0
    do {
      try Engine(store: store, formats: []).run(question) { _ in answers += 1 }
      return (answers, "")
    } catch {
      guard case .query(let error) = error else { return (answers, "\(error)") }
      return (answers, error.render(source: question))
    }
  }

  @Test func otherQuestionsAreRefusedWithTheReason() throws {
    let (store, _) = try MemrayFixture(name: "aggregated_h13").imported()
    for (question, words) in [
      ("top temporary", "`temporary` needs every allocation"),
      ("top allocated by thread", "`allocated` needs every allocation"),
      ("top freed", "`freed` needs"), ("survived 0s..1s", "`survived 0s..1s` needs"),
      ("live at 0.001s", "two moments"), ("live at #3", "two moments"),
      ("stats", "`stats` needs"), ("list peak", "`list` shows single records"),
      ("hist size", "`hist` shows single records"),
      ("top peak by sizeclass", "`sizeclass` needs"),
      ("top peak avg lifetime", "`avg lifetime` needs"), ("top peak max size", "`max size` needs"),
      ("top peak where lifetime < 10", "`lifetime` needs"),
      ("top peak where time < 1ms", "`time` needs"), ("peak in 0s..1ms", "`in` needs"),
      ("top peak by window over 5 windows", "needs every allocation"),
      ("timeline size by lineno", "needs every allocation"),
      ("timeline count", "`timeline count` needs"),
      ("timeline rss in peak-1ms..end", "that time needs"),
      ("assert allocated size < 1GB", "`allocated` needs"),
      ("top peak having max size > 1kB", "`max size` needs"),
    ] {
      let (answers, error) = Self.run(store, question)
      #expect(answers == 0)
      #expect(error.contains(words), "\(question): \(error)")
      #expect(error.contains("totals per stack"), "\(question): \(error)")
    }
  }

  @Test func whatTotalsHoldIsAnswered() throws {
    let (store, info) = try MemrayFixture(name: "aggregated_h13").imported()
    for question in [
      "flame peak", "tree leaked by thread", "top live by function inclusive", "top live at peak",
      "top live at end by module", "top peak by allocator", "timeline", "show peak",
      "show capture", "show captures", "show quality", "show threads", "explain analyze top peak",
      "top peak size, avg size by filename having count > 2", "assert peak size < 1GB",
      "top peak where stack has main", "tree peak from frame main",
    ] {
      let (answers, error) = Self.run(store, question)
      #expect(answers == 1, "\(question): \(error)")
    }
    #expect(info.rows == 0 && info.segments == 0)
  }

  @Test func survivingObjectsAreCounted() throws {
    let (store, info) = try MemrayFixture(name: "synthetic_aggregated").imported()
    let quality = try store.quality(of: info.id)
    #expect(quality.first { $0.kind == "surviving object" }?.count == 2)
  }
}
