import CaptureFormats
import Execution
import Foundation
import Ingest
import Language
import Results
import Store
import Testing

/// Lists that are too long to be in memory at once, and what is added up over stacks.
@Suite struct LongListTests {
  private func store(_ scratch: ScratchStore, _ names: [String]) throws -> Store {
    let store = try Store(path: scratch.path, mode: .write)
    for name in names {
      let fixture = MemrayFixture(name: name)
      _ = try Importer(store: store).run(
        reader: try FormatRegistry.open(path: fixture.path, format: nil),
        options: ImportOptions(name: name, hash: name), progress: { _, _ in })
    }
    return store
  }

  /// The rows of an answer, as lines of text, and the table around them.
  private func lines(_ store: Store, _ text: String) throws -> (lines: [String], table: ResultTable)
  {
    var lines: [String] = []
    var found: ResultTable?
    var failure: (any Error)?
    func add(_ table: ResultTable) {
      for row in 0..<table.rowCount {
        lines.append(table.columns.map { Self.cell($0.values, row) }.joined(separator: "|"))
      }
    }
    try Engine(store: store, formats: []).run(text) { answer in
      guard case .table(let table) = answer.content else { return }
      found = table
      guard let parts = answer.parts else { return add(table) }
      do { try parts(add) } catch { failure = error }
    }
    if let failure { throw failure }
    return (lines, try #require(found))
  }

  private static func cell(_ values: ResultValues, _ row: Int) -> String {
    switch values {
    case .integers(let all): all[row].map { "\($0)" } ?? "-"
    case .reals(let all): all[row].map { "\($0)" } ?? "-"
    case .texts(let all): all[row] ?? "-"
    case .stacks, .series: "?"
    }
  }

  @Test(arguments: [
    "list all", "list all allocated", "list all leaked order by time",
    "list all allocated order by lifetime desc", "list all allocated order by function, size asc",
    "list 900 allocated", "list all allocated where size < 100", "list all live at end",
    "list all allocated of leak_cache, threads, partial_munmap",
    "list all freed order by sizeclass",
  ])
  func areTheSameInPasses(question: String) throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try store(scratch, ["threads", "partial_munmap", "leak_cache"])
    let whole = try lines(store, question)
    #expect(whole.lines.count > 100)
    for rows in [97, 800] {
      store.rowsAtOnce = rows
      let parted = try lines(store, question)
      #expect(parted.lines == whole.lines)
      #expect(parted.table.total == whole.table.total && parted.table.other == whole.table.other)
      #expect(parted.table.otherCount == whole.table.otherCount)
      #expect(parted.table.header == whole.table.header)
    }
  }

  /// What a function and all that it called hold is what the stacks that have it hold.
  @Test(arguments: ["growth all size", "growth all leaked size", "growth all count"])
  func growthAddsUpOverStacks(question: String) throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try store(scratch, ["leak_cache"])
    let together = try MemrayQuestionTests.tables(
      store, "\(question) by function inclusive hide none")
    let table = try #require(together.first)
    let names = MemrayQuestionTests.texts(table, "function")
    #expect(names.count > 5)
    for (row, name) in names.enumerated() {
      let alone = try #require(
        try MemrayQuestionTests.tables(
          store, "\(question) by capture where stack has \"\(name ?? "")\" hide none"
        ).first)
      #expect(Self.points(table, row) == Self.points(alone, 0), "\(name ?? "-")")
    }
  }

  private static func points(_ table: ResultTable, _ row: Int) -> [SeriesPoint] {
    guard case .series(let all) = table.columns.first(where: { $0.name == "points" })?.values,
      row < all.count
    else { return [] }
    return all[row]
  }
}
