import Columns
import Store

/// A place whose memory grows for good, and what speaks against it.
struct Suspect {
  /// `file:line` of the nearest frame outside of libraries, else of the newest frame.
  var lineno: String?
  /// The stack that grew most, newest frame first.
  var stack: [FrameText]
  var group: GrowthGroup
  /// Sentences, each with the numbers of `query`.
  var evidence: [String]
  /// What answers with these numbers.
  var query: String
  /// Bytes per unit of place.
  var rate: Double
  /// Bounds of the rate with 95 % confidence.
  var low: Double
  var high: Double
  /// Bytes alive at the last point.
  var bytes: Int64
  /// Whether it is a list, a dict or a buffer that grows, rather than what it holds.
  var isTable: Bool

  /// A finding about a group that grows.
  init(
    lineno: String?, stack: [FrameText], group: GrowthGroup, evidence: [String], query: String,
    isTable: Bool
  ) {
    self.lineno = lineno
    self.stack = stack
    self.group = group
    self.evidence = evidence
    self.query = query
    self.isTable = isTable
    rate = group.rate
    low = group.trend.fit.low
    high = group.trend.fit.high
    bytes = group.bytes.last ?? 0
  }

  /// Adds what else the line lost, in the words of `sentence` and as `query` shows.
  mutating func add(rate added: Double, bytes more: Int64, _ sentence: String, _ query: String) {
    rate += added
    low += added
    high += added
    bytes += more
    evidence.append(sentence)
    self.query += "; " + query
    isTable = false
  }
}

/// Growth that is known and harmless: shown by name, never a suspect.
enum Suppression: CaseIterable {
  case imports, sourceLines, profiler

  /// Its name, as a `let` would give it.
  var name: String {
    switch self {
    case .imports: "imports"
    case .sourceLines: "source_lines"
    case .profiler: "profiler"
    }
  }

  /// The condition that finds it.
  var condition: String {
    switch self {
    case .imports: "stack has \"<frozen importlib*\""
    case .sourceLines: "stack has linecache"
    case .profiler: "stack has memray.commands.* and module = \"<root>\""
    }
  }

  /// What it is.
  var meaning: String {
    switch self {
    case .imports: "modules that are loaded stay loaded"
    case .sourceLines: "source lines kept for tracebacks"
    case .profiler: "the profiler itself"
    }
  }

  /// Whether a frame makes a stack one of these.
  func contains(function: String, file: String) -> Bool {
    switch self {
    case .imports: FrameKinds.isImport(function: function, file: file)
    case .sourceLines: file.hasSuffix("/linecache.py")
    case .profiler: false
    }
  }
}
