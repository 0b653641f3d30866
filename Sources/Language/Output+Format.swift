extension Output {
  /// The format that is named: by `as`, or by the file's extension; nil when nothing is.
  package var namedFormat: OutputFormat? {
    if let format { return format.value }
    guard let name = path?.value.lowercased() else { return nil }
    return Self.extensions.first { name.hasSuffix($0.key) }?.value
  }

  /// Extensions that name a format.
  package static var knownExtensions: [String] { extensions.map(\.key) }

  // The longer before the shorter that ends it.
  private static let extensions: KeyValuePairs<String, OutputFormat> = [
    ".speedscope.json": .speedscope, ".json": .json, ".jsonl": .jsonl, ".ndjson": .jsonl,
    ".csv": .csv, ".md": .markdown, ".html": .html, ".htm": .html, ".svg": .svg,
    ".folded": .folded, ".pb.gz": .pprof, ".pprof": .pprof, ".txt": .table,
  ]
}
