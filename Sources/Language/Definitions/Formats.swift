/// What is known of a format of output.
package struct FormatDefinition: Sendable {
  /// What a person reads of it.
  package var word: Word
  /// What it can hold.
  package var holds: Contents
  /// Ends of file names that mean it.
  package var extensions: [String]

  /// What a format can hold.
  package enum Contents: Sendable {
    /// Rows, and with them any answer.
    case rows
    /// Any answer, as a page.
    case page
    case picture, stacks
  }

  /// Whether it shows an answer as a picture.
  package var isDrawn: Bool {
    switch holds {
    case .page, .picture: true
    case .rows, .stacks: false
    }
  }

  fileprivate init(
    _ format: OutputFormat, _ holds: Contents, _ extensions: [String] = [], meaning: String,
    example: String
  ) {
    word = Word(format.rawValue, meaning: meaning, example: example)
    self.holds = holds
    self.extensions = extensions
  }
}

extension OutputFormat: Defined {
  var word: Word { definition.word }

  /// What is known of it.
  package var definition: FormatDefinition {
    switch self {
    case .table:
      FormatDefinition(
        self, .rows, [".txt"], meaning: "aligned for a terminal", example: "top 10 as table")
    case .csv:
      FormatDefinition(
        self, .rows, [".csv"], meaning: "comma-separated values", example: "top 10 as csv")
    case .json:
      FormatDefinition(
        self, .rows, [".json"], meaning: "one JSON object", example: "top 10 as json")
    case .jsonl:
      FormatDefinition(
        self, .rows, [".jsonl", ".ndjson"], meaning: "a JSON object per row",
        example: "top 10 as jsonl")
    case .markdown:
      FormatDefinition(
        self, .rows, [".md"], meaning: "a Markdown table", example: "top 10 as markdown")
    case .html:
      FormatDefinition(
        self, .page, [".html", ".htm"], meaning: "a self-contained page", example: "flame as html")
    case .svg:
      FormatDefinition(
        self, .picture, [".svg"], meaning: "a picture of curves, bars or stacks",
        example: "timeline as svg")
    case .folded:
      FormatDefinition(
        self, .stacks, [".folded"], meaning: "folded stacks", example: "flame as folded")
    case .speedscope:
      FormatDefinition(
        self, .stacks, [".speedscope.json"], meaning: "speedscope JSON",
        example: "flame as speedscope")
    case .pprof:
      FormatDefinition(
        self, .stacks, [".pb.gz", ".pprof"], meaning: "a pprof profile",
        example: "flame as pprof to peak.pb.gz")
    }
  }
}

extension Output {
  /// The format that is named: by `as`, or by the file's extension; nil when nothing is.
  package var namedFormat: OutputFormat? {
    if let format { return format.value }
    guard let name = path?.value.lowercased() else { return nil }
    // The longest extension says it: `.speedscope.json` ends in `.json` too.
    let fitting = OutputFormat.allCases.flatMap { format in
      format.definition.extensions.filter(name.hasSuffix).map { (format, $0.utf8.count) }
    }
    return fitting.max { $0.1 < $1.1 }?.0
  }

  /// Extensions that name a format.
  package static var knownExtensions: [String] {
    OutputFormat.allCases.flatMap(\.definition.extensions)
  }
}
