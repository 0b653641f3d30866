import Results
import Language
import Execution
import Render

/// Turns an answer into the bytes of a format.
struct AnswerWriter {
  let format: OutputFormat
  /// For tables and trees for people.
  let style: TerminalStyle
  /// Whether pages hold everything, however large they get.
  let isWhole: Bool

  /// Writes an answer in chunks.
  func write(_ answer: Answer, to sink: ([UInt8]) throws -> Void) throws {
    switch answer.content {
    case .table(let table) where format == .html: try sink(page(table, answer.verb))
    case .table(let table) where format == .svg:
      try sink(ChartPicture.render(table, title: Self.title(table.captures)))
    case .table(let table) where format == .table && answer.verb == .source:
      let listings = SourceListing.tables(table, lookup: sourceLines(table))
      for (index, listing) in listings.enumerated() {
        if index > 0 { try sink([UInt8(ascii: "\n")]) }
        try write(listing, to: sink)
      }
    case .table(let table): try write(table, to: sink)
    case .tree(let tree) where format == .html && answer.verb == .tree:
      try sink(page(tree.callTable, answer.verb))
    case .tree(let tree): try write(tree, places: answer.limit ?? Int.max, to: sink)
    }
  }

  /// Writes an answer whose rows come in parts.
  func write(
    _ frame: ResultTable, parts: @escaping PartedTable.Parts, to sink: ([UInt8]) throws -> Void
  ) throws {
    let form: TableFormat
    var style = style
    switch format {
    case .csv: form = .csv
    case .json: form = .json
    case .jsonl: form = .jsonl
    case .markdown: form = .markdown
    case .table:
      form = .terminal
      style.sourceLines = sourceLines(frame)
    // Of the others `ResultShape` lets none through but pages, which leave most rows out.
    case .html, .svg, .folded, .speedscope, .pprof:
      var whole = frame
      whole.columns = try Self.gathered(parts, frame.columns)
      return try write(
        Answer(content: .table(whole), verb: nil, output: Output(), limit: nil), to: sink)
    }
    try PartedTable(frame, parts: parts).write(as: form, style: style, to: sink)
  }

  private static func gathered(
    _ parts: PartedTable.Parts, _ columns: [ResultColumn]
  ) throws -> [ResultColumn] {
    var tables: [ResultTable] = []
    try parts { tables.append($0) }
    return columns.indices.map { index in
      var column = columns[index]
      column.values = ResultValues(joining: tables.map { $0.columns[index].values })
      return column
    }
  }

  private func write(_ table: ResultTable, to sink: ([UInt8]) throws -> Void) throws {
    switch format {
    case .csv: try Renderer.write(table, as: .csv, style: style, to: sink)
    case .json: try Renderer.write(table, as: .json, to: sink)
    case .jsonl: try Renderer.write(table, as: .jsonl, to: sink)
    case .markdown: try Renderer.write(table, as: .markdown, to: sink)
    // Of the others `ResultShape` lets none through.
    case .table, .html, .svg, .folded, .speedscope, .pprof:
      var style = style
      style.sourceLines = sourceLines(table)
      try Renderer.write(table, as: .terminal, style: style, to: sink)
    }
  }

  /// A table's page: a chart where there is an axis, else rows that sort and filter.
  private func page(_ table: ResultTable, _ verb: Verb?) -> [UInt8] {
    let title = Self.title(table.captures)
    if verb?.definition.shape == .chart,
      let chart = ChartPage.render(
        table, title: title, showsRows: verb != .timeline, sourceLines: sourceLines(table))
    {
      return chart
    }
    return TablePage.render(
      table, title: title, budgetBytes: isWhole ? nil : TablePage.usualBudgetBytes,
      sourceLines: sourceLines(table))
  }

  /// What a capture carries is what ran; the file may have changed since.
  private func sourceLines(_ table: ResultTable) -> SourceLookup? {
    guard let ofFiles = style.sourceLines else { return nil }
    return { file, line in table.sourceTexts[file]?[line] ?? ofFiles(file, line) }
  }

  private func write(
    _ tree: StackTree, places: Int, to sink: ([UInt8]) throws -> Void
  ) throws {
    switch format {
    case .folded: try Renderer.write(tree, as: .folded, to: sink)
    case .speedscope: try Renderer.write(tree, as: .speedscope, to: sink)
    case .json: try Renderer.write(tree, as: .json, to: sink)
    case .jsonl: try Renderer.write(tree, as: .jsonl, to: sink)
    case .csv: try Renderer.write(tree, as: .csv, style: style, to: sink)
    case .pprof: try Renderer.write(tree, as: .pprof, to: sink)
    case .html:
      let options = isWhole ? FlamegraphOptions(budgetBytes: nil) : FlamegraphOptions()
      try sink(
        FlamegraphPage.render(tree: tree, title: Self.title(tree.captures), options: options))
    case .svg:
      let picture = FlamegraphPicture.render(
        tree: tree, title: Self.title(tree.captures),
        budgetBytes: isWhole ? nil : FlamegraphOptions().budgetBytes)
      try sink(picture)
    case .table, .markdown:
      try sink(Array(Renderer.text(tree, places: places, style: style).utf8))
    }
  }

  private static func title(_ captures: [String]) -> String {
    captures.isEmpty ? "memq" : captures.joined(separator: ", ")
  }
}
