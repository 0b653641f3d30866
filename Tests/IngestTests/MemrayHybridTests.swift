import CaptureFormats
import CaptureModel
import Results
import Foundation
import Execution
import Store
import TestSupport
import Testing

@testable import Ingest

/// Native captures: merged stacks against memray's, and what the language says of them.
@Suite struct MemrayHybridTests {
  typealias Frame = HybridFixture.Frame

  static let captures = ["native_h11", "native_h13", "native_py312", "aggregated_native_h13"]

  /// The columns of a native capture, as a reader of the store finds them.
  struct Stored {
    var frames: [Frame] = []
    var parents: [Int] = [0]
    var nodes: [Int] = [0]
    var merged: (parents: [Int], frames: [Int]) = ([0], [0])
    var sites: [[Int64]] = []

    init(_ columns: CaptureColumns) throws {
      let functions = try columns.texts(.locationFunction)
      let files = try columns.texts(.locationFile)
      let lines = try columns.integers(.locationLine)
      frames = try columns.integers(.frameLocation).map {
        Frame(function: functions[Int($0)], file: files[Int($0)], line: Int32(lines[Int($0)]))
      }
      parents += try columns.integers(.stackParent).map { Int($0) }
      nodes += try columns.integers(.stackFrame).map { Int($0) }
      merged.parents += try columns.integers(.mergedParent).map { Int($0) }
      merged.frames += try columns.integers(.mergedFrame).map { Int($0) }
      let wanted: [StoredColumn] = [
        .siteNative, .siteGeneration, .siteThread, .siteStack, .siteMerged, .siteMergedHidden,
        .sitePeakBytes, .sitePeakCount,
      ]
      let values = try wanted.map { try columns.integers($0) }
      sites = values[0].indices.map { row in values.map { $0[row] } }
    }

    func python(_ site: [Int64]) -> [Frame] {
      var result: [Frame] = []
      var node = Int(site[3])
      while node != 0 {
        result.append(frames[nodes[node]])
        node = parents[node]
      }
      return result
    }

    func hybrid(_ site: [Int64]) -> [Frame] {
      var result: [Frame] = []
      var node = Int(site[4])
      while node != 0 {
        result.append(frames[merged.frames[node]])
        node = merged.parents[node]
      }
      return Array(result.dropLast(Int(site[5])))
    }
  }

  @Test(arguments: captures)
  func mergedStacksEqualMemrays(name: String) throws {
    let fixture = try HybridFixture.named(name)
    let (store, info) = try MemrayFixture(name: name).imported(symbols: ListedSymbols(fixture))
    let columns = CaptureColumns(store: store, info: info)
    let stored = try Stored(columns)
    let threads = try columns.integers(.threadID)
    #expect(fixture.records.count >= 40)
    for record in fixture.records {
      let python = record.python.map { fixture.frames[$0] }
      let sites = stored.sites.filter { site in
        site[0] == Int64(record.nativeId) && site[1] == Int64(record.generation)
          && UInt64(bitPattern: threads[Int(site[2])]) == record.tid && site[6] > 0
          && stored.python(site) == python
      }
      #expect(!sites.isEmpty)
      for site in sites {
        #expect(stored.hybrid(site) == record.hybrid.map { fixture.frames[$0] })
      }
      // memray adds up generations and allocators of a Python node, and threads in most cases.
      let sums = Set(sites.map { [$0[3], $0[2]] }).flatMap { place in
        let all = stored.sites.filter { $0[0] == Int64(record.nativeId) && $0[3] == place[0] }
        return [all, all.filter { $0[2] == place[1] }].map { sites in
          [sites.reduce(0) { $0 + $1[6] }, sites.reduce(0) { $0 + $1[7] }]
        }
      }
      // Of aggregated captures it loses counts doing so.
      let isAggregated = info.kind == .samples
      #expect(sums.contains { $0[0] == record.size && (isAggregated || $0[1] == record.count) })
    }
  }

  @Test func theLanguageSeesMergedStacks() throws {
    let fixture = try HybridFixture.named("native_py312")
    let (store, _) = try MemrayFixture(name: "native_py312").imported(
      symbols: ListedSymbols(fixture))
    let table = try #require(
      try MemrayQuestionTests.tables(store, "top 1 peak by function, kind").first)
    #expect(MemrayQuestionTests.texts(table, "function") == ["alloc_mmap"])
    #expect(MemrayQuestionTests.texts(table, "kind") == ["native"])
    let hidden = try #require(
      try MemrayQuestionTests.tables(store, "top 1 peak by function, kind hide native").first)
    #expect(MemrayQuestionTests.texts(hidden, "function") == ["det"])
    #expect(MemrayQuestionTests.texts(hidden, "kind") == ["python"])
    // Totals stay, whatever is hidden.
    for hide in ["", "hide native", "hide internals", "hide native, imports"] {
      let question = "peak size by kind \(hide)"
      let sums = try #require(try MemrayQuestionTests.tables(store, question).first)
      let sizes = MemrayQuestionTests.integers(sums, "size")
      #expect(sizes.reduce(0) { $0 + ($1 ?? 0) } == 39_766_813, "\(question)")
    }
    // `stack has` and `from frame` see the stack as recorded.
    let found = try #require(
      try MemrayQuestionTests.tables(
        store,
        "peak size by function where stack has matrix_rounds then blas_memory_alloc hide native"
      ).first)
    #expect(MemrayQuestionTests.texts(found, "function") == ["det"])
  }

  /// A key speaks of the newest frame that has what it needs, told here from the columns alone.
  @Test(arguments: captures, ["lineno", "filename", "function"])
  func keysSpeakOfTheNewestFrameThatCan(name: String, key: String) throws {
    let fixture = try HybridFixture.named(name)
    let (store, info) = try MemrayFixture(name: name).imported(symbols: ListedSymbols(fixture))
    let columns = CaptureColumns(store: store, info: info)
    let stored = try Stored(columns)
    let kinds = try columns.integers(.locationKind)
    let places = try columns.integers(.frameLocation)
    var wanted: [String?: Int64] = [:]
    for site in try Self.wholeStacks(columns, stored) where site.bytes > 0 {
      let frames = site.frames.map { ($0, isPython: kinds[Int(places[$0])] == 0) }
      let speaker = frames.first { number, isPython in
        let frame = stored.frames[number]
        let isNameless = frame.function == "<unknown>" || frame.function.contains("+0x")
        return isPython || (key == "function" ? !isNameless : frame.line > 0)
      }
      let frame = (speaker ?? frames.first).map { stored.frames[$0.0] }
      let text = frame.map {
        key == "function" ? $0.function : key == "filename" ? $0.file : "\($0.file):\($0.line)"
      }
      wanted[text, default: 0] += site.bytes
    }
    for question in ["top all peak size by \(key)", "top all peak size by \(key), kind"] {
      let table = try #require(try MemrayQuestionTests.tables(store, question).first)
      var found: [String?: Int64] = [:]
      let sizes = MemrayQuestionTests.integers(table, "size")
      for (row, text) in MemrayQuestionTests.texts(table, key).enumerated() {
        found[text, default: 0] += sizes[row] ?? 0
      }
      #expect(found == wanted, "\(question)")
    }
    // `where` means the same.
    for (text, bytes) in wanted.prefix(12) {
      guard let text else { continue }
      let question = "peak size by kind where \(key) = \"\(text)\""
      let table = try #require(try MemrayQuestionTests.tables(store, question).first)
      let sizes = MemrayQuestionTests.integers(table, "size")
      #expect(sizes.reduce(0) { $0 + ($1 ?? 0) } == bytes, "\(question)")
    }
  }

  /// Each site's merged stack, frames newest first, and its bytes at the peak.
  private static func wholeStacks(
    _ columns: CaptureColumns, _ stored: Stored
  ) throws -> [(frames: [Int], bytes: Int64)] {
    stored.sites.map { site in
      var frames: [Int] = []
      var node = Int(site[4])
      while node != 0 {
        frames.append(stored.merged.frames[node])
        node = stored.merged.parents[node]
      }
      return (frames, site[6])
    }
  }

  /// `stats` of native captures is memray's: places of Python, modules by its own walk.
  @Test(arguments: ["native_h13", "native_py312"])
  func statsEqualsMemrays(name: String) throws {
    let fixture = try HybridFixture.named(name)
    let (store, _) = try MemrayFixture(name: name).imported(symbols: ListedSymbols(fixture))
    let theirs = try #require(try MemrayFixture(name: name).json("stats"))
    let table = try #require(try MemrayQuestionTests.tables(store, "stats 10").first)
    let sections = MemrayQuestionTests.texts(table, "section")
    let names = MemrayQuestionTests.texts(table, "name")
    func values(_ section: String, _ column: String) -> [String: Int64] {
      let numbers = MemrayQuestionTests.integers(table, column)
      var found: [String: Int64] = [:]
      for row in sections.indices where sections[row] == section {
        found[names[row] ?? ""] = numbers[row]
      }
      return found
    }
    for (list, section, column) in [
      ("top_allocations_by_size", "largest by size", "size"),
      ("top_allocations_by_count", "largest by count", "count"),
    ] {
      var wanted: [String: Int64] = [:]
      for entry in theirs[list] as? [[String: Any]] ?? [] {
        let place = try #require(entry["location"] as? String)
        let function = place.prefix { $0 != ":" }
        wanted["\(function) (\(place.dropFirst(function.count + 1)))"] =
          (entry[column] as? NSNumber)?.int64Value
      }
      let found = values(section, column)
      // Which of equal ones come last is not told.
      let least = wanted.values.min() ?? 0
      #expect(wanted.count == 10)
      #expect(found.filter { $0.value > least } == wanted.filter { $0.value > least }, "\(list)")
    }
    var modules: [String: Int64] = [:]
    for entry in theirs["top_modules_by_allocation_size"] as? [[String: Any]] ?? [] {
      modules[entry["module"] as? String ?? ""] = (entry["total_bytes"] as? NSNumber)?.int64Value
    }
    #expect(!modules.isEmpty)
    #expect(values("module", "size") == modules)
  }

  @Test func internalsAreHidden() throws {
    let fixture = try HybridFixture.named("native_py312")
    let (store, _) = try MemrayFixture(name: "native_py312").imported(
      symbols: ListedSymbols(fixture))
    for (hide, isThere) in [("", true), ("hide internals", false)] {
      let table = try #require(
        try MemrayQuestionTests.tables(store, "top all peak by function inclusive \(hide)").first)
      let functions = MemrayQuestionTests.texts(table, "function")
      #expect(functions.contains("PyObject_Vectorcall") == isThere)
      #expect(functions.contains("_PyEval_Vector") == isThere)
      #expect(functions.contains("builtin_exec"))
    }
  }

  @Test func absentImagesShowAddresses() throws {
    let (store, info) = try MemrayFixture(name: "synthetic_objects_native").imported()
    let quality = try store.quality(of: info.id)
    #expect(quality.first { $0.kind == "missing image" }?.count == 1)
    let table = try #require(
      try MemrayQuestionTests.tables(store, "top all allocated by traceback").first)
    guard case .stacks(let stacks) = table.columns.first?.values else {
      Issue.record("no stacks")
      return
    }
    // Without symbols nothing stands for the evaluation loop: Python's stack alone, as memray
    // shows it. Where there is none, the addresses are all there is.
    let functions = Set(stacks.compactMap { $0?.first?.function })
    #expect(functions.contains("make"))
    let addresses = functions.filter { $0.hasPrefix("python3.13+0x") }
    #expect(addresses.allSatisfy { UInt64($0.dropFirst(13), radix: 16) != nil })
  }

  @Test func everyDefinitionIsKept() throws {
    let expected = try #require(try MemrayFixture(name: "native_h13").json("expected"))
    let records = (expected["parse"] as? [String: Any])?["by_record"] as? [String: Int] ?? [:]
    let (store, info) = try MemrayFixture(name: "native_h13").imported()
    let columns = CaptureColumns(store: store, info: info)
    #expect(try columns.integers(.nativeAddress).count == records["NATIVE_FRAME_ID"])
    #expect(try columns.integers(.mapStart).count == records["SEGMENT"])
    let generations = Set(try columns.integers(.mapGeneration))
    #expect(generations == Set(1...Int64(records["MEMORY_MAP_START"] ?? 0)))
  }

  // MARK: The rule itself

  /// A merger of frames that are named by letters: capital ones are Python's, `*` the loop.
  static func merge(_ native: String, _ python: String, entry: String, skipped: UInt64 = 0)
    -> (stack: String, hidden: UInt32)
  {
    var table = FrameTable()
    var numbers: [Character: UInt32] = [:]
    for letter in python where numbers[letter] == nil {
      numbers[letter] = UInt32(table.locations.count)
      table.append(
        FrameDefinition(
          function: String(letter), file: "a.py", line: 1, isEntry: entry.contains(letter)))
    }
    for letter in native {
      let function = letter == "*" ? "_PyEval_EvalFrameDefault" : String(letter)
      numbers[letter] = table.nativeFrame(SymbolFrame(function: function, file: "a.c", line: 1))
    }
    var merger = StackMerger(skipped: skipped, frames: table)
    let merged = merger.merge(
      native: native.compactMap { numbers[$0] }, python: python.compactMap { numbers[$0] })
    let letters = Dictionary(uniqueKeysWithValues: numbers.map { ($1, $0) })
    var text = ""
    var node = merged.node
    while node != 0 {
      text.append(letters[merger.tree.nodes[node].frame] ?? "?")
      node = merger.tree.nodes[node].parent
    }
    return (text, merged.hidden)
  }

  @Test func theRuleOfMerging() {
    // Innermost first. One loop runs B, which A called without a new loop.
    #expect(Self.merge("x*y", "BA", entry: "A") == ("xBAy", 0))
    #expect(Self.merge("x*y*z", "BA", entry: "BA") == ("xByAz", 0))
    // More loops than Python frames: the inner ones stay native.
    #expect(Self.merge("x*y*z", "A", entry: "A") == ("x*yAz", 0))
    // Fewer: Python's stack alone.
    #expect(Self.merge("x*y", "BA", entry: "BA") == ("BA", 0))
    #expect(Self.merge("xyz", "BA", entry: "BA", skipped: 1) == ("BA", 0))
    #expect(Self.merge("", "BA", entry: "A") == ("BA", 0))
    #expect(Self.merge("xy", "", entry: "") == ("xy", 0))
    // All that stands outside the first frame shown is hidden, native frames too.
    #expect(Self.merge("x*y*z", "BA", entry: "BA", skipped: 1) == ("xByAz", 3))
    #expect(Self.merge("x*y*z", "CBA", entry: "CA", skipped: 1) == ("xCyBAz", 2))
    #expect(Self.merge("x*y*z", "CBA", entry: "CA", skipped: 2) == ("xCyBAz", 4))
    // Nothing is left to be the first shown.
    #expect(Self.merge("x*y*z", "BA", entry: "BA", skipped: 2) == ("xByAz", 0))
    #expect(Self.merge("x*y*z", "BA", entry: "BA", skipped: .max) == ("xByAz", 0))
  }

  // MARK: Whatever the bytes

  @Test(arguments: ["synthetic_objects_native", "synthetic_aggregated", "native_h09"])
  func mutatedCapturesAreImportedOrRefused(name: String) throws {
    let bytes = [UInt8](
      try Data(contentsOf: URL(fileURLWithPath: MemrayFixture(name: name).path)))
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent(
      "\(UUID().uuidString).bin")
    defer { try? FileManager.default.removeItem(at: scratch) }
    var numbers = SeededNumbers(seed: 11)
    for seed in 0..<Self.mutations {
      var mutated = bytes
      for _ in 0...numbers.below(6) {
        mutated[numbers.below(mutated.count)] = UInt8(numbers.below(256))
      }
      try Data(mutated).write(to: scratch)
      guard let reader = try? FormatRegistry.open(path: scratch.path) else { continue }
      let path = FileManager.default.temporaryDirectory
        .appendingPathComponent("\(UUID().uuidString).db").path
      defer { try? FileManager.default.removeItem(atPath: path) }
      let store = try Store(path: path, mode: .write)
      _ = try Importer(store: store, symbols: NoSymbols()).run(
        reader: reader, options: ImportOptions(name: "mutated", hash: "\(seed)"),
        progress: { _, _ in })
      for question in [
        "peak by function, kind", "flame leaked", "top leaked by traceback", "timeline size, rss",
        "timeline size, count by lineno", "list allocated", "stats", "hist allocated size",
        "top allocated avg lifetime, max size", "peak in 10%..90%", "survived 1%..50%",
        "top allocated vs leaked", "show quality", "show peak",
      ] {
        _ = MemrayTotalsQuestionTests.run(store, question)
      }
    }
  }

  /// Mutations tried per capture; `MEMQ_FUZZ_ITERATIONS` asks for more.
  static let mutations =
    ProcessInfo.processInfo.environment["MEMQ_FUZZ_ITERATIONS"].flatMap { Int($0) } ?? 40
}
