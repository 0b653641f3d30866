import Results
import Interruption
import Language
import Execution
import Render

/// Brings answers to where they go: standard output, a pager or a file.
struct Delivery {
  /// The format where a query names none.
  var preferred: OutputFormat?
  /// Width of tables; nil means the terminal's, or as wide as needed when piped.
  var width: Int?
  /// Whether long tables go through a pager on a terminal.
  var usesPager = true
  /// Whether pages hold everything, however large they get.
  var isWhole = false
  /// Where answers go that name no file.
  var stream = DescriptorStream.standardOutput
  /// Whether an empty line stands before a table or tree for people on standard output.
  var separates = false
  /// Whether lines of source stand below their places.
  var showsSource = true
  /// Whether texts of CSV that a spreadsheet would run get a mark in front.
  var marksFormulas = false
  /// What files may be replaced.
  let guarding: OutputGuard

  private let sources = SourceCache()

  init(
    preferred: OutputFormat? = nil, width: Int? = nil, usesPager: Bool = true,
    isWhole: Bool = false, showsSource: Bool = true, marksFormulas: Bool = false,
    guarding: OutputGuard
  ) {
    self.guarding = guarding
    self.preferred = preferred
    self.width = width
    self.usesPager = usesPager
    self.isWhole = isWhole
    self.showsSource = showsSource
    self.marksFormulas = marksFormulas
  }

  /// Writes an answer.
  func deliver(_ answer: Answer) throws {
    let plan = try OutputPlan(
      answer.output, shape: ResultShape(answer), preferred: preferred,
      pageName: Self.pageName(answer), writesToTerminal: Terminal.writesToTerminal)
    let writer = AnswerWriter(format: plan.format, style: style(plan), isWhole: isWhole)
    let usesPager =
      plan.format == .table && plan.path == nil && Terminal.writesToTerminal && usesPager
    if usesPager, answer.parts == nil {
      var bytes: [UInt8] = []
      try writer.write(answer) { bytes += $0 }
      return try page(bytes)
    }
    if let path = plan.path { try guarding.check(path, kind: Self.kind(answer, plan.format)) }
    let stream = try open(plan.path)
    if separates, plan.path == nil, plan.format == .table { try stream.write("\n") }
    if usesPager, let parts = answer.parts {
      try page(answer, parts, writer)
    } else {
      try Self.write(answer, writer, to: stream)
    }
    try stream.finish()
    // Folded stacks have no place for a remark.
    if plan.format == .folded, case .tree(let tree) = answer.content, tree.isEstimated {
      for note in tree.notes { report("note: \(note)") }
    }
    if let path = plan.path { report("wrote \(path)") }
  }

  private static func write(
    _ answer: Answer, _ writer: AnswerWriter, to stream: any OutputStream
  ) throws {
    func write(_ bytes: [UInt8]) throws {
      if Interruption.isRequested { throw OutputError.interrupted }
      try stream.write(bytes)
    }
    guard let parts = answer.parts, case .table(let frame) = answer.content else {
      return try writer.write(answer, to: write)
    }
    try writer.write(frame, parts: parts, to: write)
  }

  /// Shows what has more rows than fit into memory through the pager, as it comes.
  private func page(
    _ answer: Answer, _ parts: @escaping Answer.Parts, _ writer: AnswerWriter
  ) throws {
    guard case .table(let frame) = answer.content,
      let pager = Pager(command: Terminal.environment("PAGER") ?? Pager.defaultCommand)
    else { return try Self.write(answer, writer, to: DescriptorStream.standardOutput) }
    do {
      try writer.write(frame, parts: parts) { bytes in
        guard pager.write(bytes) else { throw OutputError.closedPipe }
      }
    } catch OutputError.closedPipe {
      // Whoever leaves early has seen enough.
    } catch {
      _ = pager.finish()
      throw error
    }
    guard !pager.finish() else { return }
    try Self.write(answer, writer, to: DescriptorStream.standardOutput)
  }

  /// What of a timeline a table for people shows; every other form has all its points.
  func pointBudget(_ output: Output) -> PointBudget? {
    guard output.path == nil, (output.namedFormat ?? preferred ?? .table) == .table else {
      return nil
    }
    return PointBudget(
      points: 40, wayToAll: "`as csv` has all, `over N windows` as many as you like")
  }

  /// What is about to be written.
  private static func kind(_ answer: Answer, _ format: OutputFormat) -> WrittenKind {
    guard case .table(let table) = answer.content else {
      return .answer(format, columns: [], question: "")
    }
    let estimated = table.isEstimated ? ["estimated"] : []
    return .answer(
      format, columns: table.columns.map(\.name) + estimated, question: table.query)
  }

  private func open(_ path: String?) throws(OutputError) -> any OutputStream {
    guard let path else { return stream }
    return try FileStream(path: path)
  }

  private func style(_ plan: OutputPlan) -> TerminalStyle {
    let isTerminal = plan.path == nil && stream.isTerminal
    let showsUnicode = plan.path != nil || Terminal.showsUnicode
    return TerminalStyle(
      width: width ?? (isTerminal ? Terminal.width ?? 80 : 0),
      isTerminal: isTerminal && showsUnicode,
      usesColor: isTerminal && Terminal.allowsColor, sourceLines: showsSource ? sources.line : nil,
      marksFormulas: marksFormulas, drawsBlocks: showsUnicode)
  }

  /// Shows more lines than the terminal has through the pager.
  private func page(_ bytes: [UInt8]) throws {
    if Interruption.silences { throw OutputError.interrupted }
    let lines = bytes.count { $0 == UInt8(ascii: "\n") }
    guard lines >= Terminal.height ?? Int.max,
      let pager = Pager(command: Terminal.environment("PAGER") ?? Pager.defaultCommand),
      pager.show(bytes)
    else { return try DescriptorStream.standardOutput.write(bytes) }
  }

  /// The name of a page in the working directory: capture and verb, such as `out.flame`.
  private static func pageName(_ answer: Answer) -> String {
    let captures =
      switch answer.content {
      case .table(let table): table.captures
      case .tree(let tree): tree.captures
      }
    let isUnfit: (Character) -> Bool = { $0 == "/" || ($0.asciiValue ?? 32) < 32 }
    let name = String((captures.first ?? "memq").map { isUnfit($0) ? "_" : $0 })
    return "\(name).\(answer.verb?.rawValue ?? "show")"
  }
}
