// ⚠ unsafe: libsqlite3's handle and its file are only handed to its own functions, and a few bytes
// are read into an array of that size; statfs() fills a structure of ours.
import CSQLite

/// How a database keeps what a transaction changes until it is done.
extension Connection {
  /// Whether the file may not be written to.
  package var isReadOnly: Bool { unsafe sqlite3_db_readonly(handle, "main") == 1 }

  /// The file's path with links followed; nil when libsqlite3 does not know.
  package var filePath: String? {
    guard let name = unsafe sqlite3_db_filename(handle, "main") else { return nil }
    let path = unsafe String(cString: name)
    return path.isEmpty ? nil : path
  }

  /// Whether the file says that changes go into a log beside it, read without any lock.
  package var declaresLog: Bool {
    var file: UnsafeMutablePointer<sqlite3_file>?
    guard
      unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK,
      let file = unsafe file, let read = unsafe file.pointee.pMethods?.pointee.xRead
    else { return false }
    // "File format write version" and "read version" (sqlite.org/fileformat2.html): 2 is a log.
    var versions: [UInt8] = [0, 0]
    let code = unsafe versions.withUnsafeMutableBytes {
      unsafe read(file, $0.baseAddress, 2, 18)
    }
    return code == SQLITE_OK && versions[1] == 2
  }

  /// Whether the file lies on another machine, whose processes share no memory with ours.
  package var isRemote: Bool {
    var system = statfs()
    guard let path = filePath, unsafe statfs(path, &system) == 0 else { return false }
    return Self.remoteKinds.contains(UInt32(truncatingIfNeeded: system.f_type))
  }

  /// Of statfs(2): NFS, SMB, SMB2, CIFS, Coda, AFS, Ceph, 9P, and FUSE, which may be anything.
  private static let remoteKinds: Set<UInt32> = [
    0x6969, 0x517B, 0xFE53_4D42, 0xFF53_4D42, 0x7375_7245, 0x5346_414F, 0x00C3_6400, 0x0102_1997,
    0x6573_5546,
  ]

  /// Asks for a kind of journal (`wal`, `delete`, `memory`); the kind that there is then.
  ///
  /// - Parameter kind: the kind; from or to a log only while nobody else has the file open.
  /// - Returns: the kind in use, in small letters.
  /// - Throws: libsqlite3's error.
  @discardableResult
  package func setJournal(_ kind: String) throws(SQLiteError) -> String {
    let statement = try prepare("PRAGMA journal_mode = \(kind)")
    return try statement.step() ? statement.text(0) ?? "" : ""
  }

  /// The kind of journal in use.
  package var journal: String {
    get throws(SQLiteError) {
      let statement = try prepare("PRAGMA journal_mode")
      return try statement.step() ? statement.text(0) ?? "" : ""
    }
  }
}
