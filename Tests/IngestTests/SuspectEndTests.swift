import CaptureModel
import Results
import Execution
import Store
import TestSupport
import Testing

@testable import Ingest

/// Programs that end tidily, made here: what they held until then is found all the same.
///
/// A request takes 2 ms. Work is 2,000 of them, each keeping 1,500 bytes at `file1.py:2`.
@Suite struct SuspectEndTests {
  /// What comes after the work.
  enum Ending: String, CaseIterable {
    case atOnce, thenSleeps, sleepsFirst, evenly, inSteps, withReport, onlySleeps

    /// One request's time of 800 after the work.
    func after(_ request: Int, _ stream: inout RequestStream) {
      switch self {
      case .atOnce, .thenSleeps: if request == 0 { stream.letGo(of: 4) }
      case .sleepsFirst: if request == 790 { stream.letGo(of: 4) }
      case .evenly: stream.letGo(of: 4, 3)
      case .inSteps: if request % 100 == 0 { stream.letGo(of: 4, 250) }
      case .withReport:
        if request == 0 { stream.letGo(of: 4) }
        if request < 40 { stream.allocate(3000, in: UInt32(40 + 2 * request)) }
      case .onlySleeps: break
      }
    }

    var length: Int { self == .atOnce ? 3 : 800 }
  }

  private static func stream(_ ending: Ending) -> RequestStream {
    var stream = RequestStream()
    stream.growsResident = true
    for _ in 0..<2000 {
      stream.allocate(5000, in: 8, for: 3)
      stream.allocate(1500, in: 4)
      stream.tick()
    }
    for request in 0..<ending.length {
      ending.after(request, &stream)
      stream.tick()
    }
    return stream
  }

  private static func ask(_ stream: RequestStream, _ question: String) throws -> ResultTable {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try Store(path: scratch.path, mode: .write)
    _ = try ImportedEvents(ListedReader(stream.records), into: store, name: "run")
    return try #require(try MemrayQuestionTests.tables(store, question).last)
  }

  private static func linenos(_ table: ResultTable) -> [String?] {
    MemrayQuestionTests.texts(table, "lineno")
  }

  private static func rate(_ table: ResultTable) throws -> Double {
    guard case .reals(let values) = table.columns.first(where: { $0.name == "rate" })?.values
    else { return 0 }
    return try #require(values.first ?? nil)
  }

  @Test(arguments: Ending.allCases)
  func tidyEndings(ending: Ending) throws {
    let table = try Self.ask(Self.stream(ending), "suspects")
    #expect(Self.linenos(table).first == RequestStream.lineno(4), "\(ending) \(table.notes)")
    #expect(abs(try Self.rate(table) / 750_000 - 1) < 0.05)
    let word = ending == .onlySleeps ? "work ended at" : "began to let go at"
    let note = try #require(table.notes.first { $0.contains(word) }, "\(table.notes)")
    #expect(note.contains("is judged"))
    #expect(!table.notes.contains { $0.contains("explain 0 B") })
    #expect(!table.notes.contains { $0.contains("no leak is suspected") })
  }

  /// The time that is named is the one at which the work was over.
  @Test func timeOfTheEnd() throws {
    let table = try Self.ask(Self.stream(.thenSleeps), "suspects")
    #expect(abs(try Self.endSeconds(table) - 4) < 0.03, "\(table.notes)")
  }

  /// The time at which the program began to let go, as the answer says.
  private static func endSeconds(_ table: ResultTable) throws -> Double {
    let note = try #require(table.notes.first { $0.contains("began to let go at") })
    let words = note.split(separator: " ")
    let place = try #require(words.firstIndex(of: "at"))
    return try #require(Double(words[place + 1]))
  }

  /// What stands beside a finding gives its numbers, with the same end.
  @Test func queriesGiveTheNumbers() throws {
    let suspects = try Self.ask(Self.stream(.evenly), "suspects")
    let query = try #require(MemrayQuestionTests.texts(suspects, "query").first ?? nil)
    let growth = try Self.ask(Self.stream(.evenly), query)
    #expect(try Self.rate(growth) == Self.rate(suspects), "\(query)")
  }

  /// The stretch that is asked for is judged.
  @Test func stretchAskedForIsJudged() throws {
    let all = try Self.ask(Self.stream(.evenly), "suspects in start..end")
    #expect(all.rowCount == 0)
    #expect(!all.notes.contains { $0.contains("let go") })
    let work = try Self.ask(Self.stream(.evenly), "suspects in start..3s")
    #expect(Self.linenos(work) == [RequestStream.lineno(4)])
  }

  /// Four threads that keep what they make, told to stop one after the other.
  @Test func workersOneByOne() throws {
    var stream = RequestStream()
    let frames: [UInt32] = [4, 8, 12, 16]
    for request in 0..<2800 {
      for (number, frame) in frames.enumerated() {
        let end = 2000 + 200 * number
        if request < end {
          stream.allocate(1000, in: frame, thread: UInt32(number + 1))
        } else if request == end {
          stream.letGo(of: frame)
        }
      }
      stream.tick()
    }
    let table = try Self.ask(stream, "suspects")
    #expect(Set(Self.linenos(table)) == Set(frames.map { RequestStream.lineno($0) }))
    #expect(abs(try Self.endSeconds(table) - 4) < 0.05, "\(table.notes)")
  }

  /// What looks like an end and is none.
  enum Work: String, CaseIterable {
    case freesWarmUp, sawtooth, fallsLast, killed, processesRows

    func request(_ request: Int, _ stream: inout RequestStream) {
      switch self {
      case .freesWarmUp:
        if request < 400 { stream.allocate(20_000, in: 4) }
        if request == 1000 { stream.letGo(of: 4) }
      case .sawtooth, .fallsLast:
        stream.allocate(3000, in: 4)
        if request % 300 == (self == .sawtooth ? 120 : 199) { stream.letGo(of: 4) }
      case .killed: if request < 300 { stream.allocate(3000, in: 4) }
      case .processesRows:
        if request < 1000 { stream.allocate(3000, in: 4) } else { stream.letGo(of: 4, 1) }
      }
      stream.allocate(5000, in: request < 1000 || self != .processesRows ? 8 : 12, for: 3)
      stream.tick()
    }
  }

  @Test(arguments: Work.allCases)
  func workGoesOn(work: Work) throws {
    var stream = RequestStream()
    for request in 0..<2000 { work.request(request, &stream) }
    let table = try Self.ask(stream, "suspects")
    #expect(table.rowCount == 0, "\(work) \(Self.linenos(table))")
    if work != .fallsLast {
      #expect(!table.notes.contains { $0.contains("is judged") }, "\(work) \(table.notes)")
    }
  }

  /// A program that is killed has no end of its work, and its leak is found.
  @Test func killedWhileLeaking() throws {
    var stream = RequestStream()
    for _ in 0..<2000 {
      stream.allocate(5000, in: 8, for: 3)
      stream.allocate(1500, in: 4)
      stream.tick()
    }
    let table = try Self.ask(stream, "suspects")
    #expect(Self.linenos(table) == [RequestStream.lineno(4)])
    #expect(!table.notes.contains { $0.contains("is judged") })
  }

  /// Two batches of one size, freed each time, are teeth: the second is no leak.
  @Test func twoBatchesAreTeeth() throws {
    var stream = RequestStream()
    for request in 0..<2000 {
      if request == 980 { stream.letGo(of: 4) }
      stream.allocate(1500, in: 4)
      stream.allocate(5000, in: 8, for: 3)
      stream.tick()
    }
    for request in 0..<100 {
      if request == 0 { stream.letGo(of: 4) }
      stream.tick()
    }
    #expect(try Self.ask(stream, "suspects").rowCount == 0)
  }

  /// Growth keeps its windows and its numbers, and says which of them show the end.
  @Test func growthSaysSo() throws {
    let table = try Self.ask(Self.stream(.evenly), "growth")
    let note = try #require(
      table.notes.first { $0.contains("began to let go at") }, "\(table.notes)")
    #expect(note.contains("windows show that"))
    #expect(note.contains("in start.."))
    let asked = try Self.ask(Self.stream(.evenly), "growth in start..end")
    #expect(!asked.notes.contains { $0.contains("let go") })
    #expect(!table.notes.contains { $0.contains("explain 0 B") })
  }
}
