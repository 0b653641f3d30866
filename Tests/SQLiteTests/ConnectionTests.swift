import Foundation
import SQLite
import Testing

@Suite struct ConnectionTests {
  private func temporaryPath() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
  }

  @Test func valuesSurviveARoundTrip() throws {
    let database = try Connection(path: temporaryPath(), mode: .create, busyMilliseconds: 10)
    try database.execute("CREATE TABLE t(i INTEGER, s TEXT, b BLOB)")
    let insert = try database.prepare("INSERT INTO t VALUES(?,?,?)")
    try insert.bind(1, Int64.min)
    try insert.bind(2, "naïve\u{0}x")
    try insert.bind(3, bytes: [0, 255, 7])
    try insert.run()
    try insert.bind(1, nil as Int64?)
    try insert.bind(2, "")
    try insert.bind(3, bytes: [])
    try insert.run()
    let select = try database.prepare("SELECT i, s, b FROM t ORDER BY rowid")
    #expect(try select.step())
    #expect(select.integer(0) == Int64.min)
    #expect(select.text(1) == "naïve\u{0}x")
    #expect(select.bytes(2) == [0, 255, 7])
    #expect(try select.step())
    #expect(select.text(0) == nil)
    #expect(select.text(1) == "")
    #expect(select.bytes(2).isEmpty)
    #expect(try !select.step())
  }

  @Test func aFailedTransactionLeavesNothing() throws {
    let database = try Connection(path: temporaryPath(), mode: .create, busyMilliseconds: 10)
    try database.execute("CREATE TABLE t(i INTEGER)")
    #expect(throws: SQLiteError.self) {
      try database.transaction(wrapping: { $0 }) { () throws(SQLiteError) in
        try database.execute("INSERT INTO t VALUES(1)")
        try database.execute("INSERT INTO nowhere VALUES(1)")
      }
    }
    #expect(try database.integer("SELECT count(*) FROM t") == 0)
  }

  @Test func foreignFilesAndLocksAreTold() throws {
    let path = temporaryPath()
    try Data("this is no database, but long enough to look at".utf8).write(
      to: URL(fileURLWithPath: path))
    let foreign = try Connection(path: path, mode: .write, busyMilliseconds: 0)
    do {
      try foreign.execute("CREATE TABLE t(i)")
      Issue.record("a foreign file was accepted")
    } catch {
      #expect(error.isForeign)
    }
    let shared = temporaryPath()
    let first = try Connection(path: shared, mode: .create, busyMilliseconds: 0)
    let second = try Connection(path: shared, mode: .create, busyMilliseconds: 0)
    try first.execute("BEGIN IMMEDIATE")
    do {
      try second.execute("BEGIN IMMEDIATE")
      Issue.record("two writers at once")
    } catch {
      #expect(error.isBusy)
    }
  }
}
