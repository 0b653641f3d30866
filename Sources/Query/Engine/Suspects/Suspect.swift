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
  var rate: Double { group.rate }
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
