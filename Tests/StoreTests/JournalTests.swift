import CaptureModel
import Foundation
import SQLite
import TestSupport
import Testing

@testable import Store

/// Who waits for whom, and what lies beside a store.
@Suite struct JournalTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("memq.db")
    try Self.add("first", to: try Store(path: path, mode: .write))
  }

  private static func add(
    _ name: String, to store: Store, segments: Int = 3
  ) throws(StoreError) {
    _ = try store.importCapture(name: name, isNameGiven: true, hash: name) {
      (writer) throws(StoreError) in
      for segment in 0..<segments {
        try writer.write(.segmentAges, segment: segment, [UInt8](0..<250))
      }
      return CaptureInfo()
    }
  }

  private static func names(_ store: Store) throws(StoreError) -> [String] {
    try store.captures().map(\.name)
  }

  private var files: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() }
  }

  /// A question that is in the middle of its work holds no import up, and sees the state in which
  /// it began; the import is there for the next question.
  @Test func anImportDoesNotWaitForAQuestion() throws {
    let reader = try Store(path: path, mode: .read)
    try reader.snapshot {
      #expect(try Self.names(reader) == ["first"])
      let began = ContinuousClock.now
      try Self.add("second", to: try Store(path: path, mode: .write), segments: 2000)
      // As long as waiting takes before it gives up would be 300 s.
      #expect(ContinuousClock.now - began < .seconds(60))
      #expect(try Self.names(reader) == ["first"])
      #expect(try Self.names(try Store(path: path, mode: .read)) == ["first", "second"])
    }
    #expect(try Self.names(reader) == ["first", "second"])
  }

  /// A question in the middle of an import's last step sees the state before.
  @Test func aQuestionDoesNotWaitForAnImport() throws {
    let writer = try Store(path: path, mode: .write)
    try? writer.changing { () throws(StoreError) -> Void in
      do throws(SQLiteError) {
        try writer.connection.execute("UPDATE captures SET name = 'other'")
        // More than the cache holds: what is written lies on the disk.
        try writer.connection.execute(
          """
          WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 400)
          INSERT INTO columns SELECT 7, 'x', x, 0, 0, zeroblob(60000) FROM c
          """)
      } catch { throw writer.wrap(error) }
      let began = ContinuousClock.now
      #expect(try Self.names(try Store(path: path, mode: .read)) == ["first"])
      #expect(ContinuousClock.now - began < .seconds(5))
      throw .interrupted
    }
  }

  /// The file alone is the store once nobody works on it.
  @Test func nothingStaysBesideTheStore() throws {
    do {
      let reader = try Store(path: path, mode: .read)
      let writer = try Store(path: path, mode: .write)
      try Self.add("second", to: writer)
      #expect(try reader.captures().count == 2)
      #expect(try files.contains("memq.db-wal"))
    }
    #expect(try files == ["memq.db"])
    let copy = folder.path("copy.db")
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    #expect(try Self.names(try Store(path: copy, mode: .read)) == ["first", "second"])
    #expect(try files == ["copy.db", "memq.db"])
  }

  /// What a killed process leaves is put in order by the next one: a change that was done is kept,
  /// one that was not is gone.
  @Test(arguments: [true, false])
  func whatAKilledProcessLeavesIsPutInOrder(isDone: Bool) throws {
    let left = try TemporaryFolder()
    let writer = try Store(path: path, mode: .write)
    try writer.connection.execute("PRAGMA wal_autocheckpoint = 0")
    try Self.add("second", to: writer)
    if !isDone {
      try writer.connection.execute("PRAGMA cache_size = 10; BEGIN")
      try writer.connection.execute(
        """
        WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 100)
        INSERT INTO columns SELECT 7, 'x', x, 0, 0, zeroblob(60000) FROM c
        """)
    }
    // As they are on the disk at this moment.
    for name in ["memq.db", "memq.db-wal"] {
      try FileManager.default.copyItem(atPath: folder.path(name), toPath: left.path(name))
    }
    let store = try Store(path: left.path("memq.db"), mode: .read)
    #expect(try Self.names(store) == ["first", "second"])
    let check = try store.check()
    #expect(check.isWhole)
    #expect(try store.connection.integer("SELECT count(*) FROM columns WHERE capture = 7") == 0)
  }

  /// A worker whose connection sees a later state is not used: results are of the state in which
  /// the question began.
  @Test func workersSeeWhatTheQuestionSees() throws {
    let reader = try Store(path: path, mode: .read)
    reader.workers = 2
    try reader.snapshot {
      let info = try #require(try reader.captures().first)
      let columns = CaptureColumns(store: reader, info: info)
      let own = try columns.identity()
      _ = try Store(path: path, mode: .write).removeCaptures([info.id])
      #expect(try columns.identity() == own)
      let segments = SegmentReader(
        columns: columns, zones: [], clock: Clock(steps: [], rowCount: 0))
      var driver = SegmentDriver(
        columns, reader: segments, segments: [0, 1, 2], leastSegments: 1
      ) { (_, segment) throws(StoreError) in segment * 10 }
      defer { driver.stop() }
      for segment in 0..<3 { #expect(try driver.next() == segment * 10) }
    }
  }

  /// A store of a release without a log is one until it is written to; while somebody reads it, it
  /// stays as it is and the import waits for that one only as long as it reads.
  @Test func olderStoresGetALogWhenTheyAreWrittenTo() throws {
    let old = folder.path("old.db")
    try FileManager.default.copyItem(
      atPath: Project.fixtures("stores").appending(path: "schema-2.db").path, toPath: old)
    do {
      let reader = try Store(path: old, mode: .read)
      #expect(try reader.connection.journal == "delete")
      #expect(try reader.captures().count == 1)
      try Self.add("new", to: try Store(path: old, mode: .write))
      #expect(try reader.captures().count == 2)
    }
    #expect(try Store(path: old, mode: .read).connection.journal == "wal")
    #expect(try files == ["memq.db", "old.db"])
  }

  /// A wait of over a second is told, and with it who is waited for.
  @Test func aLongWaitIsTold() throws {
    let heard = Heard()
    LockWait.listen { notice in heard.note(notice) }
    let holder = Process()
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    holder.arguments = [
      "python3", "-c",
      """
      import sqlite3, sys, time
      c = sqlite3.connect(sys.argv[1], isolation_level=None)
      c.execute("begin immediate")
      print("locked", flush=True)
      time.sleep(1.6)
      """, path,
    ]
    let output = Pipe()
    holder.standardOutput = output
    try holder.run()
    _ = output.fileHandleForReading.availableData
    try Self.add("second", to: try Store(path: path, mode: .write))
    holder.waitUntilExit()
    let notices = heard.notices.filter { $0.path == path }
    #expect(notices.count == 1)
    #expect(notices.first?.holders.map(\.process) == [holder.processIdentifier])
    #expect(notices.first?.holders.first?.command.contains("begin immediate") == true)
  }
}

/// What was told of waits, on whichever thread.
private final class Heard: @unchecked Sendable {
  private let lock = NSLock()
  private var all: [LockWait.Notice] = []

  func note(_ notice: LockWait.Notice) { lock.withLock { all.append(notice) } }

  var notices: [LockWait.Notice] { lock.withLock { all } }
}
