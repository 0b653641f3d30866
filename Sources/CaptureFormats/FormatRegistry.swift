package import CaptureModel

/// The formats that can be read.
///
/// A new one is a folder beside this file and a line in `formats`.
package enum FormatRegistry {
  /// All formats, in the order in which files are sniffed.
  package static let formats: [FormatDescriptor] = [
    MemrayFormat.descriptor,
    TracemallocFormat.descriptor,
    MassifFormat.descriptor,
    DHATFormat.descriptor,
    V8Format.snapshot,
    V8Format.profile,
    SpeedscopeFormat.descriptor,
    ScaleneFormat.descriptor,
    ChromeTraceFormat.descriptor,
    MeliaeFormat.descriptor,
    MemoryProfilerFormat.samples,
    ReferenceGraphFormat.descriptor,
    PProfFormat.descriptor,
    // By what any of their lines say, so last: much text looks like it.
    TextFormat.report,
    TextFormat.leaks,
    TextFormat.tables,
    TextFormat.processes,
    TextFormat.traces,
    TextFormat.memray,
    TextFormat.prints,
    TextFormat.log,
    CollapsedFormat.descriptor,
  ]

  /// Opens a file that holds a capture.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - format: a name from `formats`; nil to recognise it by the file's first bytes.
  ///   - options: what the file does not say.
  /// - Returns: a reader before the first record, whose header has been read.
  /// - Throws: `CaptureError`; `unrecognized` also when there is no format of that name.
  package static func open(
    path: String, format: String? = nil, options: ReadingOptions = ReadingOptions()
  ) throws(CaptureError) -> CaptureReader {
    try open(try CaptureSource(path: path), format: format, options: options)
  }

  /// Opens a capture.
  ///
  /// - Parameters:
  ///   - source: the capture.
  ///   - format: a name from `formats`; nil to recognise it by the first bytes.
  ///   - options: what the capture does not say.
  /// - Returns: a reader before the first record, whose header has been read.
  /// - Throws: `CaptureError`; `unrecognized` also when there is no format of that name.
  package static func open(
    _ source: CaptureSource, format: String? = nil, options: ReadingOptions = ReadingOptions()
  ) throws(CaptureError) -> CaptureReader {
    let path = source.file.path
    let input = try CaptureInput(file: source.file, options: options)
    guard !input.beginning.isEmpty else { throw .empty(path: path) }
    if format == nil, let kind = input.archiveKind { throw .archive(path: path, kind: kind) }
    guard !input.beginning.starts(with: databaseMagic) else { throw .database(path: path) }
    let descriptor = formats.first { descriptor in
      if let format { descriptor.name == format } else { descriptor.recognizes(input) }
    }
    guard let descriptor else { throw .unrecognized(path: path) }
    return try descriptor.open(input)
  }

  /// How every SQLite database begins, a store of memq too (sqlite.org/fileformat2.html).
  private static let databaseMagic = Array("SQLite format 3\0".utf8)

  /// Fingerprints a capture's content, reading it once.
  ///
  /// - Parameter source: the capture.
  /// - Returns: equal values for equal content, also in another place.
  /// - Throws: `unreadable`.
  package static func contentHash(of source: CaptureSource) throws(CaptureError) -> ContentHash {
    try ContentHash(file: source.file)
  }

  /// Fingerprints a file's content, reading it once.
  ///
  /// - Parameter path: the file.
  /// - Returns: equal values for equal content, also in another place.
  /// - Throws: `unreadable`.
  package static func contentHash(path: String) throws(CaptureError) -> ContentHash {
    try ContentHash(path: path)
  }
}
