import CaptureModel
import Foundation
import SQLite
import TestSupport
import Testing

@testable import Store

/// A store with two small captures, made by hand.
private struct SmallStore {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("memq.db")
    let store = try Store(path: path, mode: .write)
    for (number, name) in ["first", "second"].enumerated() {
      _ = try store.importCapture(name: name, isNameGiven: false, hash: "\(number)") {
        (writer) throws(StoreError) in
        try writer.write(.siteStack, [UInt32](0..<40))
        try writer.write(.siteThread, [UInt32](repeating: 0, count: 40))
        try writer.write(.siteAllocator, [UInt32](repeating: 1, count: 40))
        try writer.write(.sitePeakBytes, [Int64](repeating: 1 << 15, count: 40))
        try writer.write(.siteAllocatedBytes, (0..<40).map { Int64($0 * 1000 + number) })
        try writer.write(.locationFunction, texts: ["main", "render", "load \(number)"])
        for segment in 0..<3 { try writer.write(.segmentAges, segment: segment, [UInt8](0..<200)) }
        try writer.write(
          QualityRecord(kind: "unknown free", severity: .note, count: 3, detail: "a detail"))
        var info = CaptureInfo()
        info.kind = .samples
        info.commandLine = "app.py --number \(number)"
        info.peakBytes = 40 << 15
        info.sites = 40
        info.locations = 3
        return info
      }
    }
  }

  /// What the captures have, and what they have not.
  private static let asked: [StoredColumn] = [
    .siteStack, .siteAllocatedBytes, .locationFunction, .segmentAges, .siteType, .markState,
    .markMilliseconds, .markName,
  ]

  /// Everything that a question could read.
  static func content(of path: String) throws -> [String] {
    let store = try Store(path: path, mode: .read)
    var lines: [String] = []
    for info in try store.captures() {
      lines.append("\(info)")
      let columns = CaptureColumns(store: store, info: info)
      for column in asked {
        for segment in 0..<(column == .segmentAges ? 4 : 1) {
          guard let found = try columns.bytes(column, segment: segment) else { continue }
          lines.append("\(column.rawValue) \(segment) \(found.rows) \(found.data)")
        }
      }
      for record in try store.quality(of: info.id) { lines.append("\(record)") }
    }
    return lines
  }

  func execute(_ sql: String) throws {
    try Store(path: path, mode: .write).connection.execute(sql)
  }
}

@Suite struct CatalogTests {
  /// One bit of every byte, another each time (with `MEMQ_FLIPS=all` every bit): what can be asked
  /// is the same, or an error; what a question finds damaged, `check` does too, and what it keeps is
  /// whole.
  @Test func everyFlippedBitIsNoticed() throws {
    let small = try SmallStore()
    // Small pages: nearly every byte says something.
    let path = small.folder.path("packed.db")
    try small.execute("PRAGMA journal_mode = DELETE")
    try small.execute("PRAGMA page_size = 1024; VACUUM INTO '\(path)'")
    let whole = try SmallStore.content(of: path)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let copy = small.folder.path("flipped.db")
    let isThorough = ProcessInfo.processInfo.environment["MEMQ_FLIPS"] == "all"
    var numbers = SeededNumbers(seed: 7)
    var (silent, unmended, noticed): ([Int], [Int], Int) = ([], [], 0)
    for place in bytes.indices {
      for bit in isThorough ? Array(0..<8) : [Int(numbers.below(8))] {
        var flipped = bytes
        flipped[place] ^= 1 << UInt8(bit)
        try flipped.write(to: URL(fileURLWithPath: copy))
        do {
          if try SmallStore.content(of: copy) != whole { silent.append(place) }
        } catch let error as StoreError {
          noticed += 1
          // The advice is tried of some.
          guard noticed % 16 == 0, case .damaged = error else { continue }
          if try !Self.adviceWorks(for: copy, small.folder, among: whole) { unmended.append(place) }
        }
      }
    }
    #expect(silent == [])
    #expect(unmended == [])
    #expect(noticed > bytes.count / 4)
  }

  /// Whether `check` finds what a question found, and what it keeps of it is as it was.
  private static func adviceWorks(
    for path: String, _ folder: TemporaryFolder, among whole: [String]
  ) throws -> Bool {
    guard let store = try? Store(path: path, mode: .read) else { return true }
    let check = try store.check()
    guard !check.isWhole else { return false }
    guard check.captures.contains(where: \.damage.isEmpty) else { return true }
    let mended = folder.path("mended.db")
    defer { try? FileManager.default.removeItem(atPath: mended) }
    try store.copyWhole(check, to: mended)
    let kept = try SmallStore.content(of: mended)
    // Numbers of list and manifests may differ; columns may not.
    return try Store(path: mended, mode: .read).check().isWhole
      && kept.filter { !$0.hasPrefix("CaptureInfo") }.allSatisfy(Set(whole).contains)
  }

  /// A store of a release without seals whose index or list says something else than its columns.
  @Test(arguments: [
    "UPDATE captures SET peak_bytes = peak_bytes + 4096",
    "UPDATE captures SET rows = rows + 1, instants = instants + 1, events = events + 1",
    "UPDATE captures SET sites = sites - 1", "UPDATE captures SET duration_ms = 7",
    "DELETE FROM columns WHERE name = 'zones.bytes'",
    "DELETE FROM columns WHERE name = 'windows.peak'",
    "DELETE FROM columns WHERE name = 'stacks.parent'",
  ])
  func listsWithoutSealsAreHeldToTheirColumns(_ change: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("memq.db")
    try FileManager.default.copyItem(
      atPath: Project.fixtures("stores").appending(path: "schema-2.db").path, toPath: path)
    #expect(try Store(path: path, mode: .read).captures().count == 1)
    try Connection(path: path, mode: .write, busyMilliseconds: 0).execute(change)
    #expect(throws: StoreError.self) { try Store(path: path, mode: .read).captures() }
    #expect(try !Store(path: path, mode: .read).check().isWhole)
  }

  @Test(arguments: [
    "DELETE FROM columns WHERE name = 'sites.stack' AND capture = 1",
    "DELETE FROM columns WHERE name = 'segments.age' AND segment = 1",
    "DELETE FROM columns WHERE name = 'manifest'",
    "UPDATE columns SET name = 'sites.thread' WHERE name = 'sites.stack'",
    "UPDATE columns SET segment = 3 WHERE name = 'segments.age' AND segment = 2",
    "UPDATE columns SET rows = 39 WHERE name = 'sites.stack'",
    "UPDATE columns SET capture = 3 - capture WHERE name = 'sites.allocated_bytes'",
    "UPDATE captures SET peak_bytes = peak_bytes + 1 WHERE id = 2",
    "UPDATE captures SET name = 'other' WHERE id = 1",
    "DELETE FROM captures WHERE id = 2",
    "DELETE FROM catalog",
    "DELETE FROM quality WHERE capture = 1",
    "UPDATE quality SET count = 4 WHERE capture = 2",
    "PRAGMA user_version = 2",
  ])
  func whatIsGoneOrChangedIsDamage(_ change: String) throws {
    let small = try SmallStore()
    try? small.execute("DROP INDEX columns_by_place")
    try small.execute(change)
    #expect(throws: StoreError.self) { try SmallStore.content(of: small.path) }
  }

  @Test func checkNamesWhatIsDamagedAndKeepsTheRest() throws {
    let small = try SmallStore()
    #expect(try Store(path: small.path, mode: .read).check().isWhole)
    try small.execute("DELETE FROM columns WHERE name = 'sites.stack' AND capture = 1")
    let store = try Store(path: small.path, mode: .read)
    let check = try store.check()
    #expect(check.captures.map(\.damage) == [["sites.stack segment 0"], []])
    let mended = small.folder.path("mended.db")
    try store.copyWhole(check, to: mended)
    let kept = try Store(path: mended, mode: .read)
    #expect(try kept.captures().map(\.name) == ["second"])
    #expect(try kept.check().isWhole)
  }

  @Test func olderStoresAreSealedWhenTheyAreWritten() throws {
    let small = try SmallStore()
    for statement in [
      "DELETE FROM columns WHERE name = 'manifest'", "DROP TABLE catalog",
      "ALTER TABLE captures DROP COLUMN seal", "ALTER TABLE captures DROP COLUMN manifest",
      "PRAGMA user_version = 2",
    ] {
      try small.execute(statement)
    }
    let old = try SmallStore.content(of: small.path).map { $0.replacing("manifest: nil", with: "") }
    let store = try Store(path: small.path, mode: .write)
    let first = try #require(try store.captures().first)
    try store.replaceMarks(of: first, states: [1], milliseconds: [2], names: ["a"])
    let sealed = try SmallStore.content(of: small.path)
    #expect(sealed.count == old.count + 3)
    #expect(try Store(path: small.path, mode: .read).check().isWhole)
  }

  /// A store that an older release wrote is read as it is, and sealed when it is written to.
  @Test func aStoreOfTheFirstReleaseIsReadAndSealed() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("memq.db")
    try FileManager.default.copyItem(
      atPath: Project.fixtures("stores").appending(path: "schema-2.db").path, toPath: path)
    let old = try Store(path: path, mode: .read)
    let info = try #require(try old.captures().first)
    let stacks = try CaptureColumns(store: old, info: info).words(.stackParent)
    #expect(info.rows == 380 && !stacks.isEmpty)
    #expect(try old.check().isWhole)
    let store = try Store(path: path, mode: .write)
    _ = try store.importCapture(name: "new", isNameGiven: false, hash: "new") {
      (writer) throws(StoreError) in
      try writer.write(.siteStack, [UInt32](0..<4))
      var info = CaptureInfo()
      info.kind = .samples
      return info
    }
    let sealed = try #require(try store.captures().first)
    #expect(sealed.rows == 380 && sealed.manifest != nil)
    #expect(try CaptureColumns(store: store, info: sealed).words(.stackParent) == stacks)
    #expect(try store.schemaVersion() == 3)
    #expect(try store.check().isWhole)
  }

  @Test func removingGivesSpaceBackAndKeepsTheOthers() throws {
    let small = try SmallStore()
    let store = try Store(path: small.path, mode: .write)
    _ = try store.importCapture(name: "big", isNameGiven: false, hash: "big") {
      (writer) throws(StoreError) in
      var numbers = SeededNumbers(seed: 1)
      for segment in 0..<300 {
        try writer.write(
          .segmentDeaths, segment: segment, (0..<4_000).map { _ in UInt32(numbers.below(1 << 30)) })
      }
      return CaptureInfo()
    }
    let before = try store.pragma("page_count")
    let freed = try store.removeCaptures([3])
    guard case .givenBack(let bytes) = freed else { return #expect(Bool(false), "\(freed)") }
    #expect(bytes > 4_000_000)
    #expect(try store.pragma("page_count") < before / 4)
    #expect(try store.captures().map(\.name) == ["first", "second"])
    #expect(try store.check().isWhole)
    _ = try store.removeCaptures([1, 2, 7])
    #expect(try store.captures().isEmpty)
  }

  @Test func importLeavesNoFileBesideTheStore() throws {
    let small = try SmallStore()
    let names = try FileManager.default.contentsOfDirectory(atPath: small.folder.url.path)
    #expect(names == ["memq.db"])
  }

  /// A question is answered while an import is in the middle of its work, and two imports go on
  /// beside each other.
  @Test func nobodyWaitsForAnImport() throws {
    let small = try SmallStore()
    let store = try Store(path: small.path, mode: .write)
    let (info, _) = try store.importCapture(name: "outer", isNameGiven: false, hash: "outer") {
      (writer) throws(StoreError) in
      for segment in 0..<200 { try writer.write(.segmentAges, segment: segment, [UInt8](0..<250)) }
      let other = try Store(path: small.path, mode: .write)
      let seen = try other.captures().map(\.name)
      #expect(seen == ["first", "second"])
      let (inner, _) = try other.importCapture(name: "outer", isNameGiven: false, hash: "inner") {
        (writer) throws(StoreError) in
        try writer.write(.siteStack, [UInt32](0..<4))
        return CaptureInfo()
      }
      #expect(inner.name == "outer")
      return CaptureInfo()
    }
    #expect(info.name == "outer-2")
    #expect(try store.captures().map(\.name) == ["first", "second", "outer", "outer-2"])
    #expect(try store.check().isWhole)
  }
}
