import CaptureModel
import Results
import Execution
import Store
import Testing

@testable import Ingest

/// `module` and `package` mean one thing wherever a question names them.
@Suite struct ModuleQuestionTests {
  /// A frame of the program, and the bytes that it allocates itself.
  struct Call {
    var frames: [(function: String, file: String, line: Int32)]
    var bytes: UInt64
  }

  private static let main = ("<module>", "/srv/shop/serve.py", Int32(3))
  private static let models = ("load", "/srv/shop/app/models.py", Int32(9))
  private static let decoder = ("decode", "/usr/lib/python3.11/json/decoder.py", Int32(337))
  private static let strings = (
    "_from_sequence",
    "/srv/shop/env/lib/python3.11/site-packages/pandas/core/arrays/string_arrow.py", Int32(5)
  )
  private static let root = (
    "<module>", "/srv/shop/env/lib/python3.11/site-packages/pandas/__init__.py", Int32(1)
  )
  private static let template = ("root", "<template>", Int32(4))

  /// Stacks, oldest frame first; the last has a newest frame that is of no module.
  static let calls: [Call] = [
    Call(frames: [main], bytes: 1), Call(frames: [main, models], bytes: 10),
    Call(frames: [main, models, decoder], bytes: 100),
    Call(frames: [main, models, strings], bytes: 1_000), Call(frames: [main, root], bytes: 10_000),
    Call(frames: [main, models, template], bytes: 100_000),
    Call(frames: [template], bytes: 1_000_000),
  ]

  /// Frames by name, given to a listed recording as they are first used.
  private final class Frames: EventReader {
    let inner: ListedReader
    private let frames: [FrameDefinition]
    private var count = 0

    init(_ inner: ListedReader, _ frames: [FrameDefinition]) {
      (self.inner, self.frames) = (inner, frames)
    }

    var header: CaptureHeader { inner.header }
    var ending: CaptureEnding { inner.ending }
    var fileSize: UInt64 { inner.fileSize }

    func next(into batch: EventBatch) -> Bool {
      guard inner.next(into: batch) else { return false }
      for index in batch.newFrames.indices {
        batch.newFrames[index] = frames[count]
        count += 1
      }
      return true
    }
  }

  private func store(_ scratch: ScratchStore) throws -> Store {
    var numbers: [String: UInt32] = [:]
    var frames: [FrameDefinition] = []
    var records = [ListedRecord(kind: .switchThread)]
    for (index, call) in Self.calls.enumerated() {
      for (function, file, line) in call.frames {
        let number = numbers[file] ?? UInt32(frames.count)
        if numbers[file] == nil {
          frames.append(FrameDefinition(function: function, file: file, line: line))
        }
        numbers[file] = number
        records.append(ListedRecord(kind: .push, argument: number))
      }
      records.append(
        ListedRecord(kind: .allocate, address: 0x1000 + UInt64(index) * 64, size: call.bytes))
      records.append(ListedRecord(kind: .pop, argument: UInt32(call.frames.count)))
    }
    let reader = ListedReader(records)
    reader.header.searchPath = ["/srv/shop", "/usr/lib/python3.11"]
    let store = try Store(path: scratch.path, mode: .write)
    _ = try ImportedEvents(Frames(reader, frames), into: store, name: "shop")
    return store
  }

  @Test func ofTheNewestFrameThatHasOne() throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let store = try store(scratch)
    for (question, wanted) in [
      (
        "top all by module",
        [
          "<unknown>": 1_000_000, "app.models": 100_010, "pandas": 10_000,
          "pandas.core.arrays.string_arrow": 1_000, "json.decoder": 100, "serve": 1,
        ]
      ),
      (
        "top all by package",
        ["<unknown>": 1_000_000, "app": 100_010, "pandas": 11_000, "json": 100, "serve": 1]
      ),
      (
        "top all by module hide libraries",
        ["<unknown>": 1_000_000, "app.models": 101_110, "serve": 10_001]
      ),
      (
        "top all by package inclusive",
        ["<unknown>": 1_000_000, "serve": 111_111, "app": 101_110, "pandas": 11_000, "json": 100]
      ),
    ] {
      let table = try #require(try MemrayQuestionTests.tables(store, question).first)
      let names = table.columns[0].name
      let sizes = MemrayQuestionTests.integers(table, "size").map { Int($0 ?? -1) }
      let found = Dictionary(
        zip(MemrayQuestionTests.texts(table, names).map { $0 ?? "none" }, sizes),
        uniquingKeysWith: +)
      #expect(found == wanted, "\(question)")
    }
  }

  @Test(arguments: [
    ("where module = app.models", 100_010), ("where module ~ pandas.*", 1_000),
    ("where package = pandas", 11_000), ("where module in (json.decoder, serve)", 101),
    ("where module ~ /^(json|app)/", 100_110), ("where not module ~ pandas*", 1_100_111),
    ("where stack has app.models", 101_110), ("where stack has serve then json.*", 100),
    ("where stack has app.models.load", 101_110), ("from frame app.models", 101_110),
    ("where module = models", 0), ("where module = app", 100_010),
  ])
  func conditionsMeanTheSame(_ condition: String, _ bytes: Int64) throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let table = try #require(
      try MemrayQuestionTests.tables(try store(scratch), "top all size \(condition)").first)
    let sizes = MemrayQuestionTests.integers(table, "size")
    #expect(sizes.reduce(0) { $0 + ($1 ?? 0) } == bytes, "\(condition)")
  }

  /// What a pattern hides by module is what `module` says.
  @Test func patternsHideModules() throws {
    let scratch = ScratchStore()
    defer { scratch.remove() }
    let table = try #require(
      try MemrayQuestionTests.tables(
        try store(scratch),
        "top all size by function where size > 100 hide \"pandas.*\", \"json.*\""
      ).first)
    #expect(MemrayQuestionTests.texts(table, "function") == ["root", "<module>", "load"])
  }
}
