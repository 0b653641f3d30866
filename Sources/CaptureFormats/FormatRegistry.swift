package import CaptureModel

/// The formats that can be read.
///
/// A new one is a folder beside this file and a line in `formats`.
package enum FormatRegistry {
  /// All formats, in the order in which files are sniffed.
  package static let formats: [FormatDescriptor] = bySign + byShape

  /// Formats that their first bytes tell apart from everything else.
  private static let bySign: [FormatDescriptor] = [
    MemrayFormat.descriptor,
    TracemallocFormat.descriptor,
    PyTorchFormat.descriptor,
    HeaptrackFormat.descriptor,
    HeapTextFormat.jemalloc,
    HeapTextFormat.gperftools,
    MassifFormat.descriptor,
    DHATFormat.descriptor,
    V8Format.snapshot,
    V8Format.profile,
    SpeedscopeFormat.descriptor,
    ScaleneFormat.descriptor,
    AllocatorStatistics.descriptor,
    TorchTraceReader.descriptor,
    ChromeTraceFormat.descriptor,
    MeliaeFormat.descriptor,
    MemoryProfilerFormat.samples,
    RMMReader.descriptor,
    MtraceReader.descriptor,
    AustinReader.descriptor,
    MemleakReader.descriptor,
    FilReader.descriptor,
  ]

  /// Formats that are told by what stands in them: other kinds of files are looked for before.
  private static let byShape: [FormatDescriptor] = [
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
  /// - Throws: `CaptureError`; `unrecognized` also when there is no format of that name, `misnamed`
  ///   when the file is of another format than the one given, `foreign` when it is of a kind that
  ///   is known and not read.
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
    guard !input.beginning.isEmpty else {
      guard let reason = input.beginningFailure else { throw .empty(path: path) }
      throw .malformed(path: path, format: input.framing.title, place: .byte(0), reason: reason)
    }
    guard let format else { return try recognize(input).open(input) }
    guard !input.beginning.starts(with: databaseMagic) else { throw .database(path: path) }
    guard let descriptor = formats.first(where: { $0.name == format }) else {
      throw .unrecognized(path: path)
    }
    do throws(CaptureError) {
      return try descriptor.open(input)
    } catch {
      if case .unreadable = error { throw error }
      guard let fitting = try? recognize(input).name, fitting != format else { throw error }
      throw .misnamed(path: path, format: format, fitting: fitting)
    }
  }

  /// Opens a memray capture of events that is still being written.
  ///
  /// - Parameters:
  ///   - path: the file; raw, as memray writes it until tracking ends.
  ///   - growth: how far it may be read.
  /// - Returns: a reader before the first record; nil while the header is not all there.
  /// - Throws: `CaptureError`; `malformedHeader` when it is no memray capture.
  package static func follow(
    path: String, growth: CaptureGrowth
  ) throws(CaptureError) -> (any FollowingReader)? {
    try MemrayFormat.follow(try CaptureFile(path: path, isGrowing: true), growth)
  }

  /// The header at the beginning of a stream of memray.
  ///
  /// - Parameters:
  ///   - bytes: what has come so far.
  ///   - name: what errors call the stream.
  /// - Returns: the header; nil while it is not all there.
  /// - Throws: `unrecognized` as soon as it can be no memray stream; `malformedHeader`,
  ///   `unsupportedVersion`.
  package static func header(
    ofStream bytes: [UInt8], named name: String
  ) throws(CaptureError) -> CaptureHeader? {
    try MemrayFormat.header(ofStream: bytes, named: name)
  }

  /// The format that the beginning of a file is of.
  ///
  /// - Parameter path: the file.
  /// - Returns: its name.
  /// - Throws: `CaptureError`; `foreign` when it is of a kind that is known and not read.
  package static func format(of path: String) throws(CaptureError) -> String {
    try recognize(try CaptureInput(file: try CaptureFile(path: path))).name
  }

  private static func recognize(_ input: CaptureInput) throws(CaptureError) -> FormatDescriptor {
    if let kind = input.archiveKind { throw .archive(path: input.file.path, kind: kind) }
    guard !input.beginning.starts(with: databaseMagic) else {
      throw .database(path: input.file.path)
    }
    if let format = bySign.first(where: { $0.recognizes(input) }) { return format }
    if let kind = ForeignFiles.kind(of: input) {
      throw .foreign(
        path: input.file.path, kind: kind.kind, reason: kind.reason, instead: kind.instead)
    }
    guard let format = byShape.first(where: { $0.recognizes(input) }) else {
      if let kind = ForeignFiles.print(of: input) {
        throw .foreign(
          path: input.file.path, kind: kind.kind, reason: kind.reason, instead: kind.instead)
      }
      let reasons = input.leftOut
      throw reasons.isEmpty
        ? .unrecognized(path: input.file.path)
        : .nothingKept(path: input.file.path, reasons: reasons)
    }
    return format
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
