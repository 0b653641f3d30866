import CaptureFormats
import CaptureModel
import Results
import Ingest
import Execution
import Store
import Testing

/// Marks from side files and from calls of frames.
@Suite struct MarkTests {
  /// 500 requests (`requests.bin`): each calls `handle_request` → `work` → `build`, then
  /// `single`, which allocates on one line alone.
  private static let requests = MemrayFixture(name: "../marks/requests")

  @Test(arguments: [
    ("handle_request", 500), ("single", 500), ("work", 500), ("build", 500), ("main", 1),
    ("requests.py:4", 500), ("\"<module>\"", 1),
  ])
  func outermostCallsAreMarks(frame: String, calls: Int) throws {
    let (store, _) = try Self.requests.imported()
    let tables = try MemrayQuestionTests.tables(store, "mark on frame \(frame); show marks")
    let numbers = MemrayQuestionTests.integers(try #require(tables.first), "number")
    #expect(numbers.count == calls)
    #expect(numbers.last == Int64(calls))
  }

  /// The body of a request's calls lies between its mark and the next.
  @Test func rowsLieAfterTheirCall() throws {
    let (store, _) = try Self.requests.imported()
    let question = """
      mark on frame handle_request
      top all allocated count by mark where filename ~ requests.py
      """
    let table = try #require(try MemrayQuestionTests.tables(store, question).first)
    let counts = zip(
      MemrayQuestionTests.texts(table, "mark"), MemrayQuestionTests.integers(table, "count"))
    // 3 parts and the body, cached and scratch buffers and the next reply; now and then the
    // list of the cache grows, or that of the parts does.
    for (mark, count) in counts where mark != "<before the first mark>" {
      #expect((7...10).contains(count ?? 0), "\(mark ?? "")")
    }
    #expect(table.rowCount == 500)
  }

  @Test func marksOfAFile() throws {
    let (store, info) = try Self.requests.imported()
    let marks = [
      TimedMark(time: .elapsed(200), name: "request 2"),
      TimedMark(time: .elapsed(100), name: "request 1"),
      TimedMark(time: .wallClock(Double(info.startMilliseconds) + 300), name: "deploy"),
      TimedMark(time: .wallClock(0), name: "long ago"),
    ]
    let report = try MarkImport(store: store).replace(marks, of: info)
    #expect(report.kept == 3 && report.outside == 1)
    let table = try #require(try MemrayQuestionTests.tables(store, "show marks").first)
    #expect(MemrayQuestionTests.texts(table, "mark") == ["request 1", "request 2", "deploy"])
    func sum(_ question: String) throws -> Int64? {
      let table = try #require(try MemrayQuestionTests.tables(store, question).first)
      return MemrayQuestionTests.integers(table, "size").compactMap { $0 }.reduce(0, +)
    }
    // A mark is the state of its time.
    #expect(try sum("top all live at mark(deploy)") == sum("top all live at 300ms"))
    #expect(
      try sum("top all allocated where mark ~ \"request *\"")
        == sum("top all allocated in 100ms..300ms"))
    #expect(
      try sum("top all allocated where mark = deploy") == sum("top all allocated in 300ms..end"))
    #expect(
      try sum("top all survived mark(\"request *\")..mark(\"request *\", 2)")
        == sum("top all survived 100ms..200ms"))
  }
}
