import CaptureModel
import Results
import Store

@testable import Ingest

/// The frames of the recordings that questions are asked of, as a program might have them.
enum RecordedFrames {
  /// Two frames share a place, two places a line's file, two functions a name.
  static let all: [FrameText] = [
    FrameText(function: "main", file: "/app/main.py", line: 10),
    FrameText(function: "load", file: "/app/data/load.py", line: 9),
    FrameText(function: "load", file: "/app/data/load.py", line: 120),
    FrameText(function: "_find_and_load", file: "<frozen importlib._bootstrap>", line: 1176),
    FrameText(function: "run", file: "/app/work.py", line: 7),
    FrameText(function: "run", file: "/app/work.py", line: 7),
    FrameText(function: "run", file: "/app/main.py", line: 44),
    FrameText(function: "<lambda>", file: "/app/main.py", line: 9),
    FrameText(function: "_PyEval_EvalFrameDefault", file: "/src/Python/ceval.c", line: 3120),
    FrameText(function: "parse", file: "/lib/other/main.py", line: 2),
    FrameText(function: "", file: "", line: 0),
    FrameText(function: "copy", file: "", line: 0),
    FrameText(function: "", file: "/app/work.py", line: 8),
    FrameText(
      function: "frame", file: "/env/lib/python3.11/site-packages/pandas/core/frame.py", line: 5),
    FrameText(function: "loads", file: "/usr/lib/python3.11/json/__init__.py", line: 346),
    FrameText(function: "<lambda>", file: "<string>", line: 1),
  ]

  /// The modules of the files; others have none.
  static let modules = [
    "/app/main.py": "main", "/app/data/load.py": "data.load", "/app/work.py": "work",
    "<frozen importlib._bootstrap>": "importlib._bootstrap", "/lib/other/main.py": "other.main",
    "/env/lib/python3.11/site-packages/pandas/core/frame.py": "pandas.core.frame",
    "/usr/lib/python3.11/json/__init__.py": "json",
  ]

  static func isImport(_ frame: FrameText) -> Bool { frame.file.contains("frozen importlib") }

  static func isInternal(_ frame: FrameText) -> Bool {
    frame.function == "_PyEval_EvalFrameDefault"
  }

  /// The module of a frame; nil for what is no module's.
  static func module(_ frame: FrameText) -> String? { modules[frame.file] }

  /// Whether a frame has what a key needs; of Python's frames only modules may be missing.
  static func speaks(_ frame: FrameText, of key: AskedKey) -> Bool {
    switch key {
    case .module, .package: module(frame) != nil
    default: true
    }
  }
}

/// A listed recording whose frames have the names above.
final class RecordedReader: EventReader {
  private let inner: ListedReader
  private var frameCount = 0

  init(_ inner: ListedReader) { self.inner = inner }

  var header: CaptureHeader { inner.header }
  var ending: CaptureEnding { inner.ending }
  var fileSize: UInt64 { inner.fileSize }

  func next(into batch: EventBatch) -> Bool {
    guard inner.next(into: batch) else { return false }
    for index in batch.newFrames.indices {
      let frame = RecordedFrames.all[frameCount]
      batch.newFrames[index] = FrameDefinition(
        function: frame.function, file: frame.file, line: Int32(frame.line),
        isEntry: frameCount % 3 == 0)
      frameCount += 1
    }
    return true
  }
}

/// Bytes that a munmap took from a row that lived on.
struct RecordedCut {
  var instant: Int
  var bytes: Int
  var pieces: Int
}

/// One allocation, everything about it spelled out.
struct RecordedRow {
  var number: Int
  var size: Int
  var birth: Int
  /// Instants before its free; nil when never freed.
  var death: Int?
  /// Allocations born before its free, less its own number.
  var lifetime: Int?
  /// Ages at which frees hit it by memray's temporary rule.
  var ages: [Int]
  var thread: Int
  var allocator: String
  /// Oldest first.
  var stack: [FrameText]
  var cuts: [RecordedCut] = []

  /// Whether it lives in a state.
  func isLive(in state: Int) -> Bool { birth < state && state <= death ?? .max }

  /// Bytes left in a state, whether it lives or not.
  func bytes(in state: Int) -> Int {
    size - cuts.reduce(0) { $0 + ($1.instant < state ? $1.bytes : 0) }
  }

  /// Pieces in a state.
  func pieces(in state: Int) -> Int {
    1 + cuts.reduce(0) { $0 + ($1.instant < state ? $1.pieces : 0) }
  }
}

/// A random recording, as the rules of memray read it, and the store's description of it.
struct Recorded {
  static let startMilliseconds: Int64 = 1_700_000_000_000
  static let processID = 4321

  let name: String
  let skippedFrames: Int
  private(set) var rows: [RecordedRow] = []
  let ticks: [(state: Int, milliseconds: Int, heap: Int)]
  let reused: [(instant: Int, bytes: Int)]
  let instants: Int
  let peakState: Int
  let peakHeap: Int
  let threadNames: [UInt32: String] = [0: "MainThread", 2: "worker"]

  /// Makes the events of a seed, imports them and reads them by the slow rules.
  init(
    seed: UInt64, stream: EventStream, into store: Store, name: String, skippedFrames: Int = 0
  ) throws {
    var stream = stream
    stream.frames = RecordedFrames.all.count
    self.name = name
    self.skippedFrames = skippedFrames
    let records = stream.records(seed: seed)
    let reader = ListedReader(records, seed: seed, greatestBatch: 97)
    reader.names = threadNames
    reader.header.startMilliseconds = Self.startMilliseconds
    reader.header.processID = Int64(Self.processID)
    reader.header.mainThreadID = ListedReader.threadID(0)
    reader.header.searchPath = ["/app", "/lib"]
    reader.header.skippedFramesOnMainThread = UInt64(skippedFrames)
    _ = try ImportedEvents(RecordedReader(reader), into: store, name: name)
    let replay = ReferenceReplay(records, threadCount: stream.threads, wantedStates: [])
    ticks = replay.ticks.map { (Int($0.state), Int($0.milliseconds), Int($0.heap)) }
    reused = replay.reused.map { (Int($0.instant), Int($0.bytes)) }
    instants = Int(replay.instants)
    peakState = Int(replay.peak.state)
    peakHeap = Int(replay.peak.bytes)
    rows = Self.rows(replay)
  }

  private static func rows(_ replay: ReferenceReplay) -> [RecordedRow] {
    var rows = replay.rows.enumerated().map { number, row in
      let site = replay.sites[row.site]
      return RecordedRow(
        number: number, size: Int(row.size), birth: Int(row.birth), death: row.death.map(Int.init),
        lifetime: row.death.map { death in
          replay.rows.count { $0.birth < death } - number
        },
        ages: row.age.map { [Int($0)] } ?? [], thread: Int(site.thread),
        allocator: site.allocator.name, stack: site.frames.map { RecordedFrames.all[Int($0)] })
    }
    for hit in replay.hits { rows[hit.row].ages.append(Int(hit.age)) }
    for cut in replay.cuts {
      rows[cut.row].cuts.append(
        RecordedCut(instant: Int(cut.instant), bytes: Int(cut.bytes), pieces: cut.pieces))
    }
    return rows
  }

  /// The state after everything.
  var endState: Int { instants + 1 }

  var duration: Int { ticks.last?.milliseconds ?? 0 }

  /// The state of the last tick at or before a time.
  func state(milliseconds: Double) -> Int {
    ticks.last { Double($0.milliseconds) <= milliseconds }?.state ?? 0
  }

  /// The time of the last tick at or before a state.
  func milliseconds(state: Int) -> Int { ticks.last { $0.state <= state }?.milliseconds ?? 0 }

  /// memray's running total: what lives, and what addresses allocated again keep.
  func heap(state: Int) -> Int {
    rows.reduce(0) { $0 + ($1.isLive(in: state) ? $1.bytes(in: state) : 0) }
      + reused.reduce(0) { $0 + ($1.instant < state ? $1.bytes : 0) }
  }

  /// The last of the greatest heaps between two states, both included.
  func peak(from: Int, to: Int) -> Int {
    var best = from
    var greatest = heap(state: from)
    for state in from...to where heap(state: state) >= greatest {
      best = state
      greatest = heap(state: state)
    }
    return best
  }

  func threadText(_ thread: Int) -> String {
    let number = "0x" + String(ListedReader.threadID(thread), radix: 16)
    return threadNames[UInt32(thread)].map { "\(number) (\($0))" } ?? number
  }

  /// Oldest frames of a row that the profiler recorded of itself.
  func hidden(_ row: RecordedRow) -> Int {
    row.thread == 0 ? min(row.stack.count, skippedFrames) : 0
  }
}
