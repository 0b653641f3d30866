/// What libsqlite3 said when it refused.
package struct SQLiteError: Error, Sendable, Equatable {
  /// Extended result code, such as 11 (`SQLITE_CORRUPT`).
  package var code: Int32
  /// libsqlite3's own words.
  package var message: String
  /// The statement, when there was one.
  package var sql: String?
  /// Byte of the statement that is at fault, when it is known.
  package var offset: Int?

  /// An error with libsqlite3's code and words.
  package init(code: Int32, message: String, sql: String? = nil, offset: Int? = nil) {
    self.code = code
    self.message = message
    self.sql = sql
    self.offset = offset
  }

  /// The primary result code: the low byte of the extended one.
  package var primaryCode: Int32 { code & 0xff }
  /// Whether Ctrl-C ended the statement.
  package var isInterruption: Bool { primaryCode == 9 }
  /// Whether somebody else holds the lock.
  package var isBusy: Bool { primaryCode == 5 || primaryCode == 6 }
  /// Whether the file is no database, or a damaged one.
  package var isForeign: Bool { primaryCode == 26 || primaryCode == 11 }
  /// Whether the disk is full; also for the index of a log (`SQLITE_IOERR_SHMSIZE`).
  package var isDiskFull: Bool { primaryCode == 13 || code == 10 | 19 << 8 }
}
