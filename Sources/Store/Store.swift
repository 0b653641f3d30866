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
  private(set) var connection: Connection
  /// The state of the file when it was opened as one that nobody changes; nil where others may.
  private var stamp: StoreFile.Stamp?
  /// Counts what is read.
  package let reads: ReadCounter
  /// Told of every scan while `explain` runs.
  package var scanLog: ScanLog?
  /// Number of the capture that questions without `of` are about; nil for the newest.
  package var standardCapture: Int64?
  /// Records of a list that are in memory at once; longer lists are read in several passes.
  package var rowsAtOnce = 1 << 20
  /// How many threads read segments at once.
  package var workers = Store.standardWorkers
  /// Whether opening made the file.
  let isNew: Bool
  /// Whether the list of a store without seals was held to its columns.
  var isFoundConsistent = false

  /// Opens the file at `path`.
  ///
  /// - Parameters:
  ///   - path: the store's file.
  ///   - mode: what for.
  ///   - reads: counts what is read; of another connection where several answer one question.
  /// - Throws: `missing`, `notAFile`, `foreign`, `newer`, `busy` or `database`.
  package init(
    path: String, mode: Mode, reads: ReadCounter = ReadCounter()
  ) throws(StoreError) {
    self.path = path
    self.reads = reads
    if let kind = StoreFile.foreignKind(path) { throw .notAFile(path: path, kind: kind) }
    isNew = mode == .write && !StoreFile.exists(path)
    do throws(SQLiteError) {
      switch mode {
      case .read:
        let opened = try Self.openForReading(path)
        connection = opened.connection
        stamp = opened.stamp
      case .write:
        connection = try Self.openForWriting(path)
      }
    } catch {
      throw Self.opening(error, path: path, mode: mode)
    }
    try checkIdentity()
    if mode == .write { try prepareForWriting() }
  }

  /// Wraps libsqlite3's error with the store's path.
  func wrap(_ error: SQLiteError) -> StoreError { StoreError(error, path: path) }

  /// Opens an empty store beside another one for the columns of one import: its file has no name
  /// any more and ends with the last connection to it, however the process ends.
  ///
  /// - Parameter store: the store that the import is for; errors name it.
  /// - Throws: `diskFull` or `database`, when there is no room or no right to write beside it.
  init(asideOf store: Store) throws(StoreError) {
    path = store.path
    reads = ReadCounter()
    isNew = false
    let file = "\(store.path)-import-\(ProcessNumber.current)-\(AsideNumber.next)"
    do throws(SQLiteError) {
      connection = try Connection(path: file, mode: .create, busyMilliseconds: 0)
      defer { StoreFile.remove(file) }
      // Nobody reads it after a crash, so it needs no journal and no order of writes.
      try connection.execute(
        "PRAGMA page_size = \(Schema.pageBytes); PRAGMA journal_mode = OFF; "
          + "PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; "
          + "PRAGMA temp_store = FILE; PRAGMA cache_size = -8192")
      for statement in Schema.migrations[0] { try connection.execute(statement) }
    } catch { throw store.wrap(error) }
  }

  /// The error of something that is not as it was written; of a file that somebody changed while
  /// it was read as one that nobody changes, that it was.
  func damage(_ place: String) -> StoreError {
    hasChangedUnseen ? .changed(path: path) : .damaged(path: path, place: place)
  }

  /// Begins to read one state of the file, until the connection ends.
  func begin() throws(StoreError) {
    do throws(SQLiteError) { try connection.execute("BEGIN") } catch { throw wrap(error) }
  }

  func pragma(_ name: String) throws(StoreError) -> Int64 {
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
    if version < Self.firstSealedVersion { try refuseSealed(version) }
    return version > 0
  }

  /// Refuses a file that calls itself older than its tables are: a bit of its header has changed.
  private func refuseSealed(_ version: Int64) throws(StoreError) {
    let sealed: Int64?
    do throws(SQLiteError) {
      sealed = try connection.integer(
        "SELECT count(*) FROM sqlite_schema WHERE name = 'catalog'")
    } catch { throw wrap(error) }
    guard sealed == 0 else { throw damage("its version \(version)") }
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
      // Both take effect on a file without tables only; the second writes to any other.
      if try connection.integer(Self.firstRead) == 0 {
        try connection.execute("PRAGMA page_size = \(Schema.pageBytes)")
        try connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
      }
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
    try sealAll()
  }

  /// The schema of the file as it is now; 0 without tables.
  func schemaVersion() throws(StoreError) -> Int64 { try pragma("user_version") }

  /// Reads everything in `body` from one state of the file, whatever others write meanwhile.
  package func snapshot<Value, Failure: Error>(
    _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    reopenIfChanged()
    // Fails inside a transaction only, which does the same.
    let begins = (try? connection.execute("BEGIN")) != nil
    defer { if begins { try? connection.execute("COMMIT") } }
    return try body()
  }

  /// Whether the file was opened as one that nobody changes, and somebody did.
  var hasChangedUnseen: Bool { stamp != nil && stamp != StoreFile.stamp(path) }

  private func reopenIfChanged() {
    guard hasChangedUnseen, let opened = try? Self.openForReading(path) else { return }
    connection = opened.connection
    stamp = opened.stamp
  }

  /// Bytes a capture takes in the store, pages' waste not counted.
  package func storedBytes(of capture: Int64) throws(StoreError) -> Int64 {
    do {
      return try connection.integer(
        "SELECT coalesce(sum(length(data)), 0) FROM columns WHERE capture = \(capture)") ?? 0
    } catch { throw wrap(error) }
  }
}
