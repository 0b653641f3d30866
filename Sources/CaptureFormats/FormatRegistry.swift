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
    TextFormat.prints,
    TextFormat.log,
    CollapsedFormat.descriptor,
  ]

  /// Opens a capture.
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
    let file = try CaptureFile(path: path)
    let input = try CaptureInput(file: file, options: options)
    guard !input.beginning.isEmpty else { throw .empty(path: path) }
    if format == nil, let kind = input.archiveKind { throw .archive(path: path, kind: kind) }
    let descriptor = formats.first { descriptor in
      if let format { descriptor.name == format } else { descriptor.recognizes(input) }
    }
    guard let descriptor else {
      let reasons = format == nil ? input.leftOut : []
      throw reasons.isEmpty
        ? .unrecognized(path: path) : .nothingKept(path: path, reasons: reasons)
    }
    return try descriptor.open(input)
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
