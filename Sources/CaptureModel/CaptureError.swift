/// Why a file cannot be read as a capture at all.
///
/// Damage after a readable header is no error but a `CaptureEnding`.
package enum CaptureError: Error, Sendable, Equatable {
  /// The operating system refused; `code` is errno.
  case unreadable(path: String, code: Int32)
  /// What stands at the path has no bytes to be read at any place.
  case notAFile(path: String, kind: NotAFile)
  /// The copy of what comes through a pipe could not be written to a folder; `code` is errno.
  case noRoomForCopy(path: String, folder: String, code: Int32)
  /// The file is a SQLite database, such as a store of memq.
  case database(path: String)
  /// The file holds no byte.
  case empty(path: String)
  /// No registered format recognises the first bytes.
  case unrecognized(path: String)
  /// The file is of another kind that is known and not read: what it is, why nothing can be
  /// answered from it, and what to record or convert instead.
  case foreign(path: String, kind: String, reason: String, instead: String)
  /// The content is not of the format given, but of another one.
  case misnamed(path: String, format: String, fitting: String)
  /// The file is an archive of files, such as `tar`, not one capture.
  case archive(path: String, kind: String)
  /// A text tells of memory, but of nothing that can be kept; what was left out, for a person.
  case nothingKept(path: String, reasons: [String])
  /// The header is cut short or its fields are impossible.
  case malformedHeader(path: String, offset: UInt64, reason: String)
  /// The format is known, the content is not of it or breaks off where nothing can be kept.
  case malformed(path: String, format: String, place: CapturePlace, reason: String)
  /// The format is known, this version of it is not.
  case unsupportedVersion(path: String, format: String, version: Int64, supported: String)
  /// The format and version are known, this kind of recording is not read yet.
  case unsupportedKind(path: String, format: String, version: Int64, kind: String)
}

/// What there may be in place of a file.
package enum NotAFile: Sendable, Equatable {
  /// A directory of files.
  case directory
  /// A socket that is no standard input.
  case socket
  /// A device other than a terminal.
  case device
  /// A terminal, as standard input.
  case terminal
}

/// A place in a capture.
package enum CapturePlace: Sendable, Equatable {
  /// Offset from the start of the data, in bytes.
  case byte(UInt64)
  /// Line of a text, from 1.
  case line(UInt64)
}
