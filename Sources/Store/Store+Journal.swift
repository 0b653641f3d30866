import SQLite

/// How a store's file is opened, and where changes go until they are in it.
///
/// A store keeps what is written in a log beside it (`memq.db-wal`, with `memq.db-shm`) while memq
/// works on it: who asks reads the state before, and nobody waits for anybody but one writer for
/// another. The last process to end brings the log into the file and removes it, so that the file
/// alone is the store. Where there can be no log (file systems of other machines) a writer waits
/// for those who read, and they for it, as in stores of older releases until they are written to.
extension Store {
  static let firstRead = "SELECT count(*) FROM sqlite_schema"

  /// How long a question waits for others, and how long what changes a store does.
  enum Patience {
    static let reading = 30_000
    static let writing = 300_000
    /// For what can also be done later.
    static let brief = 1_000
  }

  /// A connection and whether it takes no note of what others do.
  struct Opened {
    var connection: Connection
    /// The state of the file, when it is read as one that nobody changes.
    var stamp: StoreFile.Stamp?
  }

  /// What came of the usual way to open a file.
  private enum Attempt {
    case opened(Connection)
    /// It says that there may be a log: whether there is one, and why the index could not be made.
    case refused(hasLog: Bool, SQLiteError)
  }

  /// Opens the file for questions; what a killed process left half-written is put in order first.
  static func openForReading(_ path: String) throws(SQLiteError) -> Opened {
    // What is refused is closed before the next way is tried: it may hold a lock.
    switch try attempt(path, .read, waiting: Patience.reading) {
    case .opened(let connection): return Opened(connection: connection)
    case .refused(hasLog: false, _): return try openUnchanging(path)
    case .refused(hasLog: true, let error):
      return Opened(connection: try openAlone(path, .read, error))
    }
  }

  private static func attempt(
    _ path: String, _ mode: Connection.Mode, waiting: Int
  ) throws(SQLiteError) -> Attempt {
    let connection = try Connection(path: path, mode: mode, busyMilliseconds: waiting)
    let isReadOnly = SQLiteError(code: 8, message: "read-only")
    if mode == .create, connection.isReadOnly { throw isReadOnly }
    if connection.isReadOnly, connection.declaresLog, !hasLog(connection) {
      // Who may not write could not clear away what reading with a log makes.
      return .refused(hasLog: false, isReadOnly)
    }
    do throws(SQLiteError) {
      _ = try connection.integer(firstRead)
      return .opened(connection)
    } catch {
      // No right or no room for the files of the log: cannot open, full, I/O error, read only.
      guard connection.declaresLog, [14, 13, 10, 8].contains(error.primaryCode) else { throw error }
      return .refused(hasLog: hasLog(connection), error)
    }
  }

  private static func openUnchanging(_ path: String) throws(SQLiteError) -> Opened {
    let stamp = StoreFile.stamp(path)
    let connection = try Connection(path: path, mode: .immutable, busyMilliseconds: 0)
    _ = try connection.integer(firstRead)
    return Opened(connection: connection, stamp: stamp)
  }

  /// Uses a log with its index in memory, which only one may at a time.
  private static func openAlone(
    _ path: String, _ mode: Connection.Mode, _ first: SQLiteError
  ) throws(SQLiteError) -> Connection {
    let patience = mode == .read ? Patience.reading : Patience.writing
    let connection = try Connection(path: path, mode: mode, busyMilliseconds: patience)
    do throws(SQLiteError) {
      try connection.execute("PRAGMA locking_mode = EXCLUSIVE")
      _ = try connection.integer(firstRead)
      return connection
    } catch {
      throw error.isBusy ? error : first
    }
  }

  /// Whether there is a log with something in it.
  private static func hasLog(_ connection: Connection) -> Bool {
    guard let path = connection.filePath else { return false }
    return (StoreFile.stamp(path + "-wal")?.bytes ?? 0) > 0
  }

  // MARK: Writing

  /// Opens the file for changes, made when there is none.
  static func openForWriting(_ path: String) throws(SQLiteError) -> Connection {
    switch try attempt(path, .create, waiting: Patience.writing) {
    case .opened(let connection): return connection
    case .refused(_, let error):
      guard error.isDiskFull else { throw error }
      // No room for the files of the log, but perhaps for a removal.
      return try openAlone(path, .write, error)
    }
  }

  /// The error of a file that cannot be opened.
  static func opening(_ error: SQLiteError, path: String, mode: Mode) -> StoreError {
    let exists = StoreFile.exists(path)
    switch (error.primaryCode, mode) {
    case (14, .read) where StoreFile.isMissing(path): return .missing(path: path)
    case (14, .read) where (StoreFile.stamp(path + "-wal")?.bytes ?? 0) > 0:
      return .logUnreadable(path: path)
    case (14, .write) where exists, (8, .write): return .readOnly(path: path)
    case (14, _):
      let reason = StoreFile.refusal(path, isNew: mode == .write && !exists) ?? error.message
      return .database(path: path, SQLiteError(code: error.code, message: reason))
    default: return StoreError(error, path: path)
    }
  }

  /// Makes sure that there are tables and a log, before a change that takes long.
  ///
  /// - Throws: the store's errors; that there can be no log now is none.
  func prepareLog() throws(StoreError) {
    if try schemaVersion() == 0 {
      try changing { () throws(StoreError) in try migrate() }
    }
    do throws(SQLiteError) {
      guard try connection.journal == "delete", !connection.isRemote else { return }
      _ = try connection.waiting(atMost: Patience.brief) { () throws(SQLiteError) in
        try connection.setJournal("wal")
      }
    } catch {
      // Somebody reads it as it is: then it stays so.
      guard error.isBusy else { throw wrap(error) }
    }
  }

  /// Bytes that were free on the disk for a store; nil when nobody can tell.
  package static func room(for path: String) -> Int64? { StoreFile.room(path) }

  /// Brings what the log holds into the file, as far as nobody reads an older state.
  ///
  /// - Returns: whether the file has all of it.
  /// - Throws: the store's errors; `diskFull` when there is no room in the file for what the log
  ///   keeps.
  @discardableResult
  package func settle() throws(StoreError) -> Bool {
    do throws(SQLiteError) {
      return try connection.waiting(atMost: 0) { () throws(SQLiteError) in
        let statement = try connection.prepare("PRAGMA wal_checkpoint(TRUNCATE)")
        return try statement.step() ? statement.integer(0) == 0 : true
      }
    } catch {
      guard error.isBusy else { throw wrap(error) }
      return false
    }
  }

  /// Removes a file that opening made and that has no capture: no trace of what failed.
  ///
  /// Another process may wait for its turn with the same file. Nobody is let in while it is
  /// removed, and who comes in later sees that it is (`changing`).
  package func removeIfNew() {
    guard isNew, !connection.hasMoved else { return }
    connection.waiting(atMost: 0) {
      // Fails when somebody else has it open; then an empty store stays.
      guard (try? connection.setJournal("delete")) == "delete",
        (try? connection.execute("BEGIN EXCLUSIVE")) != nil
      else { return }
      let tables = (try? connection.integer(Self.firstRead)) ?? 1
      if tables == 0 || (try? connection.integer("SELECT count(*) FROM captures")) == 0 {
        StoreFile.remove(path)
      }
      try? connection.execute("ROLLBACK")
    }
  }
}
