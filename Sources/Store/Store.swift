import SQLite

/// A file that holds captures as columns.
///
/// Opening creates nothing: a new file gets its tables with its first capture. Used by one
/// thread at a time.
package final class Store {
  /// What a store is opened for.
  package enum Mode: Sendable {
    /// Questions only.
    case read
    /// Imports too; a missing file is made.
    case write
  }

  /// Where the file is.
  package let path: String
  let connection: Connection
  /// Whether opening made the file.
  private let isNew: Bool

  /// How long to wait for another process's import.
  private static let busyMilliseconds: Int32 = 30_000

  /// Opens the file at `path`.
  ///
  /// - Parameters:
  ///   - path: the store's file.
  ///   - mode: what for.
  /// - Throws: `missing`, `notAFile`, `foreign`, `newer`, `busy` or `database`.
  package init(path: String, mode: Mode) throws(StoreError) {
    self.path = path
    if let kind = StoreFile.foreignKind(path) { throw .notAFile(path: path, kind: kind) }
    isNew = mode == .write && !StoreFile.exists(path)
    do throws(SQLiteError) {
      connection = try Self.connect(path: path, mode: mode)
    } catch {
      throw error.primaryCode == 14 && mode == .read
        ? .missing(path: path) : StoreError(error, path: path)
    }
    try checkIdentity()
    if mode == .write { try prepareForWriting() }
  }

  /// Opens the file; what a killed import left half-written is rolled back first.
  private static func connect(path: String, mode: Mode) throws(SQLiteError) -> Connection {
    let connection = try Connection(
      path: path, mode: mode == .read ? .read : .create, busyMilliseconds: busyMilliseconds)
    guard mode == .read else { return connection }
    do throws(SQLiteError) {
      _ = try connection.integer(firstRead)
    } catch {
      guard error.code == readOnlyRollback else { return connection }
      // A connection for reading may not roll back; any other one does so when it reads.
      _ = try Connection(path: path, mode: .write, busyMilliseconds: busyMilliseconds)
        .integer(firstRead)
    }
    return connection
  }

  private static let firstRead = "SELECT count(*) FROM sqlite_schema"
  /// `SQLITE_READONLY_ROLLBACK`.
  private static let readOnlyRollback: Int32 = 8 | 3 << 8

  /// Wraps libsqlite3's error with the store's path.
  func wrap(_ error: SQLiteError) -> StoreError { StoreError(error, path: path) }

  private func pragma(_ name: String) throws(StoreError) -> Int64 {
    do { return try connection.integer("PRAGMA \(name)") ?? 0 } catch { throw wrap(error) }
  }

  /// Whether the file has tables of ours; throws when it has somebody else's.
  @discardableResult
  private func checkIdentity() throws(StoreError) -> Bool {
    let application = try pragma("application_id")
    let version = try pragma("user_version")
    guard application == Schema.applicationID else {
      let tables: Int64?
      do {
        tables = try connection.integer(Self.firstRead)
      } catch {
        throw wrap(error)
      }
      guard application == 0, version == 0, tables == 0 else { throw .foreign(path: path) }
      return false
    }
    guard version >= 0 else { throw .foreign(path: path) }
    guard version <= Schema.version else {
      throw .newer(path: path, found: version, known: Schema.version)
    }
    return version > 0
  }

  /// Removes a file that opening made and that has no capture: no trace of what failed.
  ///
  /// Another process may wait for its turn with the same file. Nobody is let in while it is
  /// removed, and who comes in later sees that it is (`changing`).
  package func removeIfNew() {
    guard isNew, !connection.hasMoved else { return }
    let begins = (try? connection.execute("BEGIN EXCLUSIVE")) != nil
    guard begins else { return }
    if (try? connection.integer(Self.firstRead)) == 0 { StoreFile.remove(path) }
    try? connection.execute("ROLLBACK")
  }

  /// Runs `body` in one transaction; an error leaves the store as it was.
  func changing<Value>(_ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
    do throws(StoreError) {
      return try connection.transaction(wrapping: wrap) { () throws(StoreError) -> Value in
        if connection.hasMoved { throw .removed(path: path) }
        return try body()
      }
    } catch {
      throw connection.hasMoved ? .removed(path: path) : error
    }
  }

  private func prepareForWriting() throws(StoreError) {
    do {
      // Takes effect on a file without tables only.
      try connection.execute("PRAGMA page_size = \(Schema.pageBytes)")
      try connection.execute("PRAGMA temp_store = FILE")
      try connection.execute("PRAGMA cache_size = -8192")
    } catch { throw wrap(error) }
  }

  /// Brings the tables to the newest version; inside the caller's transaction.
  func migrate() throws(StoreError) {
    var version = Int(try pragma("user_version"))
    guard version < Schema.migrations.count else { return }
    do {
      try connection.execute("PRAGMA application_id = \(Schema.applicationID)")
      while version < Schema.migrations.count {
        for statement in Schema.migrations[version] { try connection.execute(statement) }
        version += 1
        try connection.execute("PRAGMA user_version = \(version)")
      }
    } catch { throw wrap(error) }
  }

  private func hasTables() throws(StoreError) -> Bool { try pragma("user_version") > 0 }

  /// Reads everything in `body` from one state of the file, locked once and not for every column.
  ///
  /// Another process that wants to write waits until `body` is done.
  package func snapshot<Value, Failure: Error>(
    _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    // Fails inside a transaction only, which does the same.
    let begins = (try? connection.execute("BEGIN")) != nil
    defer { if begins { try? connection.execute("COMMIT") } }
    return try body()
  }

  /// Every capture, in import order.
  package func captures() throws(StoreError) -> [CaptureInfo] {
    guard try hasTables() else { return [] }
    return try readCaptures(suffix: "ORDER BY id", hash: nil)
  }

  /// The capture with this content hash, if it was imported before.
  package func capture(hash: String) throws(StoreError) -> CaptureInfo? {
    guard try hasTables() else { return nil }
    return try readCaptures(suffix: "WHERE hash = ?", hash: hash).first
  }

  private func readCaptures(suffix: String, hash: String?) throws(StoreError) -> [CaptureInfo] {
    do {
      let names = CaptureField.all.map(\.name).joined(separator: ", ")
      let statement = try connection.prepare("SELECT id, \(names) FROM captures \(suffix)")
      if let hash { try statement.bind(1, hash) }
      var captures: [CaptureInfo] = []
      while try statement.step() {
        var info = CaptureInfo()
        info.id = statement.integer(0)
        for (index, field) in CaptureField.all.enumerated() {
          let column = Int32(index + 1)
          switch field.place {
          case .integer(let path): info[keyPath: path] = statement.integer(column)
          case .text(let path): info[keyPath: path] = statement.text(column) ?? ""
          }
        }
        captures.append(info)
      }
      return captures
    } catch { throw wrap(error) }
  }

  /// Anomalies met when a capture was imported.
  package func quality(of capture: Int64) throws(StoreError) -> [QualityRecord] {
    do {
      let statement = try connection.prepare(
        "SELECT kind, severity, count, detail FROM quality WHERE capture = ? ORDER BY rowid")
      try statement.bind(1, capture)
      var records: [QualityRecord] = []
      while try statement.step() {
        records.append(
          QualityRecord(
            kind: statement.text(0) ?? "",
            severity: Severity(rawValue: statement.text(1) ?? "") ?? .warning,
            count: statement.integer(2), detail: statement.text(3) ?? ""))
      }
      return records
    } catch { throw wrap(error) }
  }

  /// Bytes a capture takes in the store, pages' waste not counted.
  package func storedBytes(of capture: Int64) throws(StoreError) -> Int64 {
    do {
      return try connection.integer(
        "SELECT coalesce(sum(length(data)), 0) FROM columns WHERE capture = \(capture)") ?? 0
    } catch { throw wrap(error) }
  }

  /// Forgets a capture and gives its pages back to the file.
  ///
  /// - Parameter capture: its number; one that there is not changes nothing.
  /// - Throws: the store's errors.
  package func removeCapture(id capture: Int64) throws(StoreError) {
    guard try hasTables() else { return }
    try connection.transaction(wrapping: wrap) { () throws(StoreError) in
      do throws(SQLiteError) {
        for table in ["columns", "quality"] {
          try connection.execute("DELETE FROM \(table) WHERE capture = \(capture)")
        }
        try connection.execute("DELETE FROM captures WHERE id = \(capture)")
      } catch { throw wrap(error) }
    }
    do { try connection.execute("VACUUM") } catch { throw wrap(error) }
  }
}
