/// Why a file cannot be read as a capture at all.
///
/// Damage after a readable header is no error but a `CaptureEnding`.
package enum CaptureError: Error, Sendable, Equatable {
  /// The operating system refused; `code` is errno.
  case unreadable(path: String, code: Int32)
  /// The file holds no byte.
  case empty(path: String)
  /// No registered format recognises the first bytes.
  case unrecognized(path: String)
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

/// A place in a capture.
package enum CapturePlace: Sendable, Equatable {
  /// Offset from the start of the data, in bytes.
  case byte(UInt64)
  /// Line of a text, from 1.
  case line(UInt64)
}
