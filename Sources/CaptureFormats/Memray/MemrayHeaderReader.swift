import CaptureModel

/// The header of a memray file, with what only the reader needs.
struct MemrayHeader: Equatable {
  var capture = CaptureHeader()
  var version: Int32 = 0
  var isAggregated = false
  /// Events, once tracking has ended; 0 in killed files.
  var eventCount: UInt64 = 0
  var pythonMajor = 0
  var pythonMinor = 0
  /// Length in bytes.
  var length = 0
}

/// Reads a header (`memray.md` §4) field by field.
struct MemrayHeaderReader {
  private(set) var header = MemrayHeader()
  /// The field being read, for messages.
  private(set) var field = "magic"
  /// Where that field begins.
  private(set) var fieldOffset = 0
  private var cursor = ByteCursor()

  /// Reads magic and version, then the rest if the version is known.
  mutating func read(from bytes: Span<UInt8>) throws(FieldError) {
    try readIdentity(bytes)
    guard MemrayLayout.versions.contains(header.version) else { return }
    try readCounts(bytes)
    try readProcess(bytes)
    try readPaths(bytes)
    header.length = cursor.position
  }

  private mutating func begin(_ name: String) {
    field = name
    fieldOffset = cursor.position
  }

  private func has(_ firstVersion: Int32) -> Bool { header.version >= firstVersion }

  private mutating func readIdentity(_ bytes: Span<UInt8>) throws(FieldError) {
    for expected in MemrayLayout.magic {
      guard try cursor.readUInt8(from: bytes) == expected else {
        throw .malformed(reason: "no memray capture: wrong magic")
      }
    }
    begin("version")
    header.version = try cursor.readInt32(from: bytes)
    header.capture.format = MemrayLayout.formatName
    header.capture.version = "header \(header.version)"
    header.capture.versionNumber = Int(header.version)
    header.capture.recordsCalls = true
    header.capture.zeroSizeFreesMovePeak = has(MemrayLayout.firstWithPeakAtZeroSizeFrees)
  }

  private mutating func readCounts(_ bytes: Span<UInt8>) throws(FieldError) {
    if has(MemrayLayout.firstWithCodeObjects) {
      begin("python_version")
      let version = try cursor.readUInt32(from: bytes)
      header.pythonMajor = Int(version >> 24)
      header.pythonMinor = Int(version >> 16 & 0xFF)
      header.capture.pythonVersion = "\(header.pythonMajor).\(header.pythonMinor)"
    }
    begin("native_traces")
    header.capture.hasNativeTraces = try cursor.readUInt8(from: bytes) != 0
    if has(MemrayLayout.firstWithFileFormat) {
      begin("file_format")
      let kind = try cursor.readUInt8(from: bytes)
      guard kind <= MemrayLayout.aggregatedFile else {
        throw .malformed(reason: "unknown file format \(kind)")
      }
      header.isAggregated = kind == MemrayLayout.aggregatedFile
    }
    begin("n_allocations")
    header.eventCount = try cursor.readUInt64(from: bytes)
    begin("n_frames")
    _ = try cursor.readUInt64(from: bytes)
    begin("start_time")
    header.capture.startMilliseconds = try cursor.readInt64(from: bytes)
    begin("end_time")
    header.capture.endMilliseconds = try cursor.readInt64(from: bytes)
  }

  private mutating func readProcess(_ bytes: Span<UInt8>) throws(FieldError) {
    begin("command_line")
    header.capture.commandLine = try cursor.readText(
      from: bytes, limit: MemrayLayout.textLimit)
    begin("pid")
    header.capture.processID = Int64(try cursor.readInt32(from: bytes))
    if has(MemrayLayout.firstWithMainThread) {
      begin("main_tid")
      header.capture.mainThreadID = try cursor.readUInt64(from: bytes)
      begin("skipped_frames_on_main_tid")
      header.capture.skippedFramesOnMainThread = try cursor.readUInt64(from: bytes)
    }
    begin("python_allocator")
    let allocator =
      has(MemrayLayout.firstWithTrailer)
      ? Int(try cursor.readUInt8(from: bytes)) : Int(try cursor.readInt32(from: bytes))
    let names = MemrayLayout.pythonAllocatorNames
    header.capture.pythonAllocator =
      allocator >= 1 && allocator <= names.count ? names[allocator - 1] : "unknown"
    if has(MemrayLayout.firstWithPythonAllocatorTracing) {
      begin("trace_python_allocators")
      header.capture.tracesPythonAllocators = try cursor.readUInt8(from: bytes) != 0
    }
    if has(MemrayLayout.firstWithCodeObjects) {
      begin("track_object_lifetimes")
      _ = try cursor.readUInt8(from: bytes)
    }
  }

  private mutating func readPaths(_ bytes: Span<UInt8>) throws(FieldError) {
    guard has(MemrayLayout.firstWithSearchPaths) else { return }
    begin("libdest")
    header.capture.standardLibrary = try cursor.readText(
      from: bytes, limit: MemrayLayout.textLimit)
    begin("site_packages")
    header.capture.sitePackages = try readTexts(bytes)
    begin("sys_path")
    header.capture.searchPath = try readTexts(bytes)
  }

  private mutating func readTexts(_ bytes: Span<UInt8>) throws(FieldError) -> [String] {
    var texts: [String] = []
    while true {
      let text = try cursor.readText(from: bytes, limit: MemrayLayout.textLimit)
      if text.isEmpty { return texts }
      guard texts.count < MemrayLayout.pathLimit else {
        throw .malformed(reason: "more than \(MemrayLayout.pathLimit) entries")
      }
      texts.append(text)
    }
  }
}
