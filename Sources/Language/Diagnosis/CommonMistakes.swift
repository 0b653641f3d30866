/// Words people try, and what the language says instead.
enum CommonMistakes {
  /// Words that are said otherwise wherever a part of a question may stand.
  static let partWords: [String: String] = [
    "versus": "vs", "against": "vs", "compared": "vs", "minus": "vs", "average": "avg",
    "mean": "avg", "maximum": "max", "memory": "size", "mem": "size", "total": "size",
    "sum": "size", "allocs": "count", "number": "count", "num": "count", "alive": "live",
    "leak": "leaked", "leaking": "leaked", "leaky": "leaked", "unfreed": "leaked",
    "temp": "temporary", "temporaries": "temporary", "survivors": "survived", "sorted": "order",
    "ordered": "order", "orderby": "order by", "groupby": "by", "grouped": "by",
    "filter": "where", "when": "where", "if": "where", "only": "where", "with": "where",
    "output": "to", "into": "to", "save": "to", "export": "to", "write": "to", "format": "as",
    "invert": "inverted", "inverse": "inverted", "reversed": "inverted",
    "normalised": "normalized", "normalize": "normalized", "recursive": "inclusive",
    "cum": "inclusive", "under": "from frame", "below": "from frame", "freeing": "freed",
    "step": "every", "interval": "every", "deallocated": "freed", "released": "freed",
    "allocate": "allocated", "allocates": "allocated",
  ]

  /// Words that are said otherwise at the beginning.
  static let openingWords: [String: String] = [
    "total": "stats", "totals": "stats", "overview": "stats", "summary": "stats",
    "summarize": "stats", "report": "stats", "describe": "stats",
    "biggest": "top", "largest": "top", "most": "top", "worst": "top", "head": "top",
    "find": "list", "records": "list", "get": "list", "print": "list", "give": "top",
    "what": "top", "which": "top", "who": "top", "where": "top where", "plot": "timeline",
    "graph": "flame", "icicle": "flame inverted", "sunburst": "flame", "chart": "timeline",
    "trend": "growth", "trends": "growth", "growing": "growth", "grow": "growth",
    "grows": "growth", "distribution": "hist",
    "check": "assert", "expect": "assert", "ensure": "assert", "define": "let", "set": "let",
    "retainers": "paths to", "referrers": "paths to", "backrefs": "paths to",
  ]

  /// Words that are said otherwise in conditions.
  static let fieldWords: [String: String] = [
    "age": "lifetime", "duration": "lifetime", "birth": "time", "born": "time",
    "timestamp": "time", "when": "time", "path": "filename", "name": "function",
    "method": "function", "memory": "size", "mem": "size", "class": "type", "tid": "thread",
    "caller": "stack has", "callers": "stack has", "process": "pid", "line_number": "lineno",
    "linenumber": "lineno", "lib": "package", "library": "package", "location": "lineno",
  ]

  /// Words that are written as operators.
  static let operatorWords: [String: String] = [
    "like": "~", "contains": "~", "matches": "~", "match": "~", "glob": "~", "regexp": "~",
    "is": "=", "equals": "=", "equal": "=", "eq": "=", "ne": "!=", "gt": ">", "lt": "<",
    "ge": ">=", "le": "<=", "startswith": "~", "endswith": "~", "above": ">", "over": ">",
    "below": "<", "under": "<", "exceeds": ">",
  ]

  /// Unit words, and the unit they are written with.
  static let units: [String: String] = [
    "k": "kB", "K": "kB", "G": "GB", "g": "GB", "T": "TB", "Ki": "KiB", "Mi": "MiB",
    "Gi": "GiB", "byte": "B", "bytes": "B", "kilobyte": "kB", "kilobytes": "kB",
    "megabyte": "MB", "megabytes": "MB", "meg": "MB", "megs": "MB", "gigabyte": "GB",
    "gigabytes": "GB", "gig": "GB", "gigs": "GB", "S": "s", "sec": "s", "secs": "s",
    "second": "s", "seconds": "s", "MS": "ms", "msec": "ms", "millis": "ms",
    "millisecond": "ms", "milliseconds": "ms", "mins": "min", "minute": "min",
    "minutes": "min", "Min": "min", "MIN": "min", "H": "h", "hr": "h", "hrs": "h", "hour": "h",
    "hours": "h", "µs": "us", "μs": "us", "usec": "us", "microseconds": "us", "NS": "ns",
    "nanoseconds": "ns",
  ]

  /// Words for the side of an instant.
  static let stretches: [String: (before: String, after: String)] = [
    "since": ("in ", "..end"), "after": ("in ", "..end"), "before": ("in start..", ""),
    "until": ("in start..", ""), "last": ("in end-", "..end"), "first": ("in start..", ""),
  ]

  /// Words that say nothing.
  static let fillers: Set<String> = [
    "the", "a", "an", "me", "my", "please", "is", "are", "was", "were", "that", "much", "many",
    "most", "using", "usage", "used", "lived", "trace", "traces", "got", "use", "uses", "does",
    "did", "has", "biggest", "largest", "holds", "held", "taking", "eating",
  ]

  /// Comparisons in words; with `than`.
  static let comparatives: [String: String] = [
    "larger": "size >", "bigger": "size >", "greater": "size >", "more": "size >",
    "above": "size >", "smaller": "size <", "less": "size <", "fewer": "size <",
    "lower": "size <", "below": "size <", "longer": "lifetime >", "shorter": "lifetime <",
  ]

  /// Reports of memray.
  static let reports: [String: String] = [
    "flamegraph": "flame", "table": "top all by function, lineno", "tree": "tree",
    "stats": "stats", "summary": "top all size, count by function, filename inclusive",
    "transform": "flame as speedscope",
  ]

  /// The word in the singular, when that is a word of the language.
  static func singular(_ word: String) -> String? {
    for ending in ["es", "s"] where word.hasSuffix(ending) && word.count > ending.count + 2 {
      let stem = String(word.dropLast(ending.count))
      if Vocabulary.words.contains(stem) { return stem }
    }
    return nil
  }
}
