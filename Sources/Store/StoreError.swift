package import SQLite

/// Why a store cannot be used.
package enum StoreError: Error, Sendable, Equatable {
  /// No file at this path.
  case missing(path: String)
  /// There is something at this path that is no file: `kind` says what.
  case notAFile(path: String, kind: String)
  /// The file was removed by another process while this one waited for it.
  case removed(path: String)
  /// The file, or the folder that its log must lie in, may not be written to.
  case readOnly(path: String)
  /// The log beside the file holds changes, and reading it takes a right to write.
  case logUnreadable(path: String)
  /// The file was changed by another process while it was read without locks, for want of a right
  /// or room to make what locks need.
  case changed(path: String)
  /// Ctrl-C; nothing of what was begun was kept.
  case interrupted
  /// The file is no SQLite database, or another program's.
  case foreign(path: String)
  /// Written by a newer memq: `found` is its schema, `known` ours.
  case newer(path: String, found: Int64, known: Int64)
  /// Another process held the lock for longer than we wait.
  case busy(path: String)
  /// The disk is full; nothing of the import was kept.
  case diskFull(path: String)
  /// A column's bytes do not match their checksum or do not decode, or the database itself is
  /// malformed; `place` says where.
  case damaged(path: String, place: String)
  /// libsqlite3 refused for another reason.
  case database(path: String, SQLiteError)
  /// No capture has this name or number.
  case unknownCapture(name: String, known: [String])
  /// A capture of this name exists already.
  case nameTaken(name: String)
  /// A capture has more instants than a store can number (2^32 − 2).
  case tooManyEvents(limit: UInt64)
  /// A law that every import checks does not hold: a defect of memq, nothing was kept.
  case inconsistent(law: String)
  /// The capture ends early and only whole ones were wanted.
  case incompleteRefused(offset: UInt64, reason: String)

  /// The capture holds no value of anything, and such were not wanted.
  case nothingRecorded

  /// Sorts a libsqlite3 error into the cases above.
  package init(_ error: SQLiteError, path: String) {
    if error.isInterruption {
      self = .interrupted
    } else if error.isBusy {
      self = .busy(path: path)
    } else if error.isDiskFull {
      self = .diskFull(path: path)
    } else if error.primaryCode == 11 {
      self = .damaged(path: path, place: error.message)
    } else if error.isForeign {
      self = .foreign(path: path)
    } else {
      self = .database(path: path, error)
    }
  }
}
