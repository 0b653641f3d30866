package import Results

/// A form of a tree for other viewers.
package enum TreeFormat: Sendable, CaseIterable {
  /// `outer;inner 123`: a line per stack, as Brendan Gregg's scripts read it.
  case folded
  /// speedscope.app's file format, one profile of sizes and one of counts.
  case speedscope
  /// One JSON object with a row per node, in the shape of a table's JSON.
  case json
  /// A JSON object per node and line.
  case jsonl
  /// A CSV record per node.
  case csv
  /// Google's profile.proto in gzip, for `go tool pprof`.
  case pprof
}

extension Renderer {
  /// Writes a tree in chunks.
  ///
  /// - Parameters:
  ///   - tree: What to write.
  ///   - format: How to write it.
  ///   - style: For `.csv` only: what must not be there.
  ///   - sink: Takes each chunk; what it throws ends the writing.
  /// - Throws: What `sink` throws.
  package static func write<Failure: Error>(
    _ tree: StackTree, as format: TreeFormat, style: TerminalStyle = TerminalStyle(),
    to sink: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    switch format {
    case .folded: try write(FoldedStacks(tree), to: sink)
    case .speedscope: try write(SpeedscopeFile(tree), to: sink)
    case .json: try write(JSONTable(table: tree.table), to: sink)
    case .jsonl: try write(JSONLinesTable(table: tree.table), to: sink)
    case .csv: try write(CSVTable(table: tree.table, style: style), to: sink)
    case .pprof: try sink(PprofFile.bytes(tree))
    }
  }

  /// A tree as one string.
  package static func text(_ tree: StackTree, as format: TreeFormat) -> String {
    var bytes: [UInt8] = []
    write(tree, as: format) { bytes.append(contentsOf: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
