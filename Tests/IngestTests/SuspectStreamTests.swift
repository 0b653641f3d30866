import CaptureModel
import Results
import Execution
import Store
import TestSupport
import Testing

@testable import Ingest

/// What the leak hunt learned from programs that lose what they say they lose.
@Suite struct SuspectStreamTests {
  private static func ask(_ streams: [RequestStream], _ question: String) throws -> ResultTable {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    for (index, stream) in streams.enumerated() {
      _ = try ImportedEvents(ListedReader(stream.records), into: store, name: "run-\(index)")
    }
    return try #require(try MemrayQuestionTests.tables(store, question).last)
  }

  private static func stream(
    _ requests: Int = 2000, _ body: (inout RequestStream, Int, inout SeededNumbers) -> Void
  ) -> RequestStream {
    var stream = RequestStream()
    var numbers = SeededNumbers(seed: 5)
    for request in 0..<requests {
      body(&stream, request, &numbers)
      stream.tick()
    }
    return stream
  }

  private static func reals(_ table: ResultTable, _ name: String) -> [Double?] {
    guard case .reals(let values) = table.columns.first(where: { $0.name == name })?.values
    else { return [] }
    return values
  }

  private static func linenos(_ table: ResultTable) -> [String?] {
    MemrayQuestionTests.texts(table, "lineno")
  }

  /// Blocks that stay, among four times as many of their own line that come and go.
  private static let noisy = stream { stream, _, numbers in
    for _ in 0..<4 {
      stream.allocate(600 + numbers.below(8000), in: 4, for: 1 + numbers.below(300))
    }
    stream.allocate(1500, in: 4)
  }

  @Test func rateUnderOwnNoise() throws {
    let table = try Self.ask([Self.noisy], "suspects")
    #expect(Self.linenos(table) == [RequestStream.lineno(4)])
    let rate = try #require(Self.reals(table, "rate").first ?? nil)
    #expect(abs(rate / 750_000 - 1) < 0.1, "\(rate)")
  }

  @Test func noiseAloneIsNoLeak() throws {
    let clean = Self.stream { stream, _, numbers in
      for _ in 0..<4 {
        stream.allocate(600 + numbers.below(8000), in: 4, for: 1 + numbers.below(300))
      }
    }
    let table = try Self.ask([clean], "suspects")
    #expect(table.rowCount == 0)
    #expect(table.notes.contains { $0.contains("under the ups and downs of file1.py:2") })
  }

  /// Threads that wait for ever make one finding; the line that holds most stands for all.
  @Test func threadsThatNeverEnd() throws {
    let waiting = Self.stream { stream, request, _ in
      guard request % 20 == 0 else { return }
      let thread = UInt32(request / 20 + 1)
      stream.startThread(thread)
      stream.allocate(9000, in: 4, thread: thread)
      stream.allocate(3000, in: 8, thread: thread)
    }
    let table = try Self.ask([waiting], "suspects")
    #expect(Self.linenos(table) == [RequestStream.lineno(4)])
    let evidence = try #require(MemrayQuestionTests.texts(table, "evidence").first ?? nil)
    #expect(evidence.contains("never ended"))
    #expect(evidence.contains(RequestStream.lineno(8)))
    let rate = try #require(Self.reals(table, "rate").first ?? nil)
    #expect(abs(rate / 225_000 - 1) < 0.1)
  }

  /// Four workers of a pool that keep blocks are no threads that never end.
  @Test func poolIsNoCrowd() throws {
    let pool = Self.stream { stream, request, _ in
      if request < 4 { stream.startThread(UInt32(request + 1)) }
      stream.allocate(1000, in: 4, thread: UInt32(request % 4 + 1))
      stream.allocate(800, in: 8, thread: UInt32(request % 4 + 1))
    }
    let table = try Self.ask([pool], "suspects")
    #expect(Self.linenos(table) == [RequestStream.lineno(4), RequestStream.lineno(8)])
  }

  @Test(arguments: [
    ("let caches = function = function2; suspects", "2.94 MB of caches"),
    ("let harmless = lineno = \"file1.py:2\"; suspects", "of harmless"),
  ])
  func suppressionsAreShown(question: String, note: String) throws {
    let table = try Self.ask([Self.leaky(1500)], question)
    #expect(table.rowCount == 0)
    #expect(table.notes.contains { $0.contains(note) }, "\(table.notes)")
    #expect(table.query.contains("let "))
  }

  /// A condition for `where` hides nothing, and what is asked for is not left out.
  @Test(arguments: [
    "let mine = function = function2; suspects",
    "let caches = function = function2; suspects where caches",
    "let imports = function = function2; let imports = function = function9; suspects",
  ])
  func othersHideNothing(question: String) throws {
    let table = try Self.ask([Self.leaky(1500)], question)
    #expect(Self.linenos(table) == [RequestStream.lineno(4)])
  }

  private static func leaky(_ size: Int) -> RequestStream {
    stream { stream, _, _ in
      stream.allocate(size, in: 4)
      stream.allocate(5000, in: 8, for: 3)
    }
  }

  /// Two captures differ; three make a trend.
  @Test func growthOfCaptures() throws {
    let two = try Self.ask([Self.leaky(700), Self.leaky(1500)], "growth of run-0, run-1")
    #expect(Self.linenos(two).first == RequestStream.lineno(4))
    let difference = MemrayQuestionTests.integers(two, "size_diff").first ?? nil
    #expect(abs(Double(difference ?? 0) / (800 * 1960) - 1) < 0.02)
    #expect(two.notes.contains { $0.contains("no trend") })
    #expect(!two.columns.contains { $0.name == "rate" })
    let three = try Self.ask(
      [Self.leaky(700), Self.leaky(1500), Self.leaky(2300)], "growth by lineno of run-*")
    let rate = try #require(Self.reals(three, "rate").first ?? nil)
    #expect(abs(rate / (800 * 1960) - 1) < 0.02)
  }

  /// Of two captures, only what grows faster in the newer one is a finding.
  @Test func newSuspects() throws {
    let new = Self.stream { stream, _, _ in
      stream.allocate(1500, in: 4)
      stream.allocate(900, in: 8)
    }
    let table = try Self.ask([Self.leaky(1500), new], "suspects of run-1 vs run-0")
    #expect(Self.linenos(table) == [RequestStream.lineno(8)])
    #expect(Self.reals(table, "base_rate") == [0])
    #expect(table.notes.contains { $0.contains("grows as fast in run-0: file1.py:2") })
    let perMinute = try Self.ask(
      [Self.leaky(1500), new], "suspects per minute of run-1 vs run-0")
    let rate = try #require(Self.reals(perMinute, "rate").first ?? nil)
    #expect(abs(rate / (900 * 30_000) - 1) < 0.02)
  }

  /// What the answer says can be detected is found when it is planted, and half of it is not.
  @Test func detectionHolds() throws {
    let clean = try Self.ask(
      [Self.stream { stream, _, _ in stream.allocate(5000, in: 8, for: 3) }], "suspects")
    let told = "smallest leak this recording could show: 549 B/s"
    #expect(clean.notes.contains { $0.contains(told) }, "\(clean.notes)")
    for (every, isFound) in [(20, true), (60, false)] {
      let planted = Self.stream { stream, request, _ in
        stream.allocate(5000, in: 8, for: 3)
        if request % every == 0 { stream.allocate(30, in: 4) }
      }
      #expect(try Self.ask([planted], "suspects").rowCount == (isFound ? 1 : 0))
    }
  }

  @Test func sizesAreNoPlaces() throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    _ = try ImportedEvents(ListedReader(Self.leaky(700).records), into: store)
    #expect(throws: EngineError.self) {
      try Engine(store: store, formats: []).run("let caches = size > 1kB; suspects") { _ in }
    }
  }
}
