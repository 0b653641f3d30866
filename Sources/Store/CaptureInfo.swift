package import CaptureModel

/// What a store knows of one capture: its header, totals and sizes.
package struct CaptureInfo: Sendable, Equatable {
  /// Number in the store, in import order.
  package var id: Int64 = 0
  /// Name in `of`.
  package var name = ""
  /// Kind of content.
  package var kind = CaptureKind.events
  /// Format name, such as `memray`.
  package var format = ""
  /// Format version in words.
  package var version = ""
  /// Framing of the file, such as `lz4`.
  package var framing = ""
  /// Content hash of the file, hexadecimal.
  package var hash = ""
  /// Size of the file in bytes.
  package var fileBytes: Int64 = 0
  /// When it was imported, seconds since 1970 UTC.
  package var importedAt: Int64 = 0
  /// Interpreter version; empty when not recorded.
  package var pythonVersion = ""
  /// Command line; empty when not recorded.
  package var commandLine = ""
  /// Process id; 0 when not recorded.
  package var processID: Int64 = 0
  /// Start, milliseconds since 1970 UTC.
  package var startMilliseconds: Int64 = 0
  /// End by the header, milliseconds since 1970 UTC.
  package var endMilliseconds: Int64 = 0
  /// Id of the main thread; −1 when not recorded.
  package var mainThreadID: Int64 = -1
  /// Oldest frames of the main thread that reports hide.
  package var skippedFrames: Int64 = 0
  /// Python's allocator; empty when not recorded.
  package var pythonAllocator = ""
  /// 1 when single Python objects were traced, 0 when not, −1 when not recorded.
  package var tracesPythonAllocators: Int64 = -1
  /// 1 when allocations carry native stacks.
  package var hasNativeTraces: Int64 = 0
  /// Folder of the standard library; empty when not recorded.
  package var standardLibrary = ""
  /// Site-packages folders, one a line.
  package var sitePackages = ""
  /// Search path, one entry a line.
  package var searchPath = ""
  /// Number of allocations.
  package var rows: Int64 = 0
  /// Number of instants (design: the clock).
  package var instants: Int64 = 0
  /// Number of allocations and frees in the file.
  package var events: Int64 = 0
  /// Number of frees in the file.
  package var deallocations: Int64 = 0
  /// Bytes of all allocations.
  package var bytesAllocated: Int64 = 0
  /// Greatest heap in bytes.
  package var peakBytes: Int64 = 0
  /// State of the last greatest heap.
  package var peakState: Int64 = 0
  /// Heap at the end in bytes.
  package var endBytes: Int64 = 0
  /// Time of the last tick, milliseconds after the start.
  package var durationMilliseconds: Int64 = 0
  /// Number of segments.
  package var segments: Int64 = 0
  /// Number of locations (function, file, line).
  package var locations: Int64 = 0
  /// Number of raw frames.
  package var frames: Int64 = 0
  /// Number of raw stack nodes, the root not counted.
  package var stacks: Int64 = 0
  /// Number of sites.
  package var sites: Int64 = 0
  /// Number of threads.
  package var threads: Int64 = 0
  /// Number of ticks.
  package var ticks: Int64 = 0
  /// Number of instants that are no allocations.
  package var steps: Int64 = 0
  /// Number of cuts of mappings.
  package var cuts: Int64 = 0
  /// Number of rows whose address was allocated again without a free.
  package var reused: Int64 = 0
  /// Number of temporary hits after a row's first.
  package var hits: Int64 = 0
  /// How the data ended.
  package var ending = CaptureEnding.Kind.complete
  /// Where the data ended early, bytes; 0 when complete.
  package var endingOffset: Int64 = 0
  /// Why the data ended early; empty when complete.
  package var endingReason = ""
  /// Checksum of the list of its columns; nil while it is imported and in older stores.
  var manifest: Int64?

  /// An empty description.
  package init() {}

  /// Whether the file was read to its own end.
  package var isComplete: Bool { ending == .complete }

  /// Whether the data are whole records up to their end, and only the mark of a normal end is
  /// missing, as of a program that was killed.
  package var lacksOnlyItsMark: Bool {
    ending == .incomplete && endingReason.hasPrefix("no end mark")
  }

  /// Whether it is of a forked child of another capture's process, by its name.
  package var isForkedChild: Bool { CaptureName.parent(of: name) != nil }

  /// Whether there is a row for every allocation, and the clock of instants.
  package var holdsEvents: Bool { kind == .events }

  /// Whether the counts are ones that an import can have written.
  ///
  /// Scans allocate and index by them, so that others must be refused even when their seal fits.
  var hasPossibleCounts: Bool {
    let counts = [
      rows, instants, segments, locations, frames, stacks, sites, threads, ticks, steps, cuts,
      reused, hits,
    ]
    let limit = Int64(UInt32.max)
    guard id >= 0, counts.allSatisfy({ (0...limit).contains($0) }) else { return false }
    guard holdsEvents else { return true }
    let rowsPerSegment = Int64(SegmentLayout.rowCount)
    return segments == (rows + rowsPerSegment - 1) / rowsPerSegment
      && (rows...limit).contains(instants) && instants == rows + steps
      && (0...instants + 1).contains(peakState)
  }
}

/// A column of the `captures` table, declared once for creating, writing and reading it.
struct CaptureField: Sendable {
  enum Place: Sendable {
    case integer(any WritableKeyPath<CaptureInfo, Int64> & Sendable)
    case text(any WritableKeyPath<CaptureInfo, String> & Sendable)
    /// One of a closed set of words; `set` is false for a word that is not known.
    case word(
      get: @Sendable (CaptureInfo) -> String, set: @Sendable (inout CaptureInfo, String) -> Bool)
  }

  let name: String
  let place: Place

  private static func integer(
    _ name: String, _ path: any WritableKeyPath<CaptureInfo, Int64> & Sendable
  ) -> CaptureField { CaptureField(name: name, place: .integer(path)) }

  private static func text(
    _ name: String, _ path: any WritableKeyPath<CaptureInfo, String> & Sendable
  ) -> CaptureField { CaptureField(name: name, place: .text(path)) }

  private static func word<Word: RawRepresentable<String> & Sendable>(
    _ name: String, _ path: any WritableKeyPath<CaptureInfo, Word> & Sendable
  ) -> CaptureField {
    CaptureField(
      name: name,
      place: .word(
        get: { $0[keyPath: path].rawValue },
        set: { info, text in
          guard let known = Word(rawValue: text) else { return false }
          info[keyPath: path] = known
          return true
        }))
  }

  /// Every column but `id`, in table order.
  static let all: [CaptureField] = [
    text("name", \.name), word("kind", \.kind), text("format", \.format),
    text("version", \.version), text("framing", \.framing), text("hash", \.hash),
    integer("file_bytes", \.fileBytes), integer("imported_at", \.importedAt),
    text("python_version", \.pythonVersion), text("command_line", \.commandLine),
    integer("process_id", \.processID), integer("start_ms", \.startMilliseconds),
    integer("end_ms", \.endMilliseconds), integer("main_thread_id", \.mainThreadID),
    integer("skipped_frames", \.skippedFrames), text("python_allocator", \.pythonAllocator),
    integer("traces_python_allocators", \.tracesPythonAllocators),
    integer("has_native_traces", \.hasNativeTraces),
    text("standard_library", \.standardLibrary), text("site_packages", \.sitePackages),
    text("search_path", \.searchPath),
    integer("rows", \.rows), integer("instants", \.instants), integer("events", \.events),
    integer("deallocations", \.deallocations), integer("bytes_allocated", \.bytesAllocated),
    integer("peak_bytes", \.peakBytes), integer("peak_state", \.peakState),
    integer("end_bytes", \.endBytes), integer("duration_ms", \.durationMilliseconds),
    integer("segments", \.segments), integer("locations", \.locations),
    integer("frames", \.frames), integer("stacks", \.stacks), integer("sites", \.sites),
    integer("threads", \.threads), integer("ticks", \.ticks), integer("steps", \.steps),
    integer("cuts", \.cuts), integer("reused", \.reused), integer("hits", \.hits),
    word("ending", \.ending), integer("ending_offset", \.endingOffset),
    text("ending_reason", \.endingReason),
  ]
}
