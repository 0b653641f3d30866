/// What a capture says of itself before its first event.
package struct CaptureHeader: Sendable, Equatable {
  /// Format name as in the registry, such as `memray`.
  package var format = ""
  /// Format version in words, such as `header 13`.
  package var version = ""
  /// Numeric format version, such as 13.
  package var versionNumber = 0
  /// `lz4` or `raw`.
  package var framing = ""
  /// Interpreter, such as `3.11`; empty when not recorded.
  package var pythonVersion = ""
  /// The program's command line; empty when not recorded.
  package var commandLine = ""
  /// Process id; 0 when not recorded.
  package var processID: Int64 = 0
  /// Start of tracking, milliseconds since 1970 UTC.
  package var startMilliseconds: Int64 = 0
  /// Last header write, milliseconds since 1970 UTC.
  package var endMilliseconds: Int64 = 0
  /// Id of the thread that started tracking; nil when not recorded.
  package var mainThreadID: UInt64?
  /// Oldest frames of the main thread's stack that reports hide (`memray.md` §11).
  package var skippedFramesOnMainThread: UInt64 = 0
  /// Python's own allocator (`pymalloc`, `malloc`, …); empty when not recorded.
  package var pythonAllocator = ""
  /// Whether single Python objects were traced; nil when not recorded.
  package var tracesPythonAllocators: Bool?
  /// Whether allocations carry native stacks.
  package var hasNativeTraces = false
  /// Whether allocations carry labels.
  package var hasLabels = false
  /// Whether pushes and pops are those of the program, so that calls can be told apart.
  package var recordsCalls = false
  /// Whether zero-size frees move the peak (all but memray headers 6–9).
  package var zeroSizeFreesMovePeak = true
  /// Folder of the standard library; empty when not recorded.
  package var standardLibrary = ""
  /// Site-packages folders.
  package var sitePackages: [String] = []
  /// The module search path.
  package var searchPath: [String] = []

  /// An empty header.
  package init() {}
}

/// How the data of a capture ended.
package enum CaptureEnding: Sendable, Equatable {
  /// How, without where and why.
  package enum Kind: String, Sendable, CaseIterable { case complete, incomplete, damaged }

  /// The format's own end was seen.
  case complete
  /// The bytes ended early; what was whole is kept. Offset into the decompressed stream.
  case incomplete(offset: UInt64, reason: String)
  /// Reading stopped at damage; what was whole is kept. Offset into the decompressed stream.
  case damaged(offset: UInt64, reason: String)
}
