// ⚠ unsafe: stat() fills what lives here; paths cross as C strings.
import Results
import Glibc
import Language
import Execution

/// How a result is to be written: a format that fits its kind, and where.
struct OutputPlan {
  /// The format.
  var format: OutputFormat
  /// A file, or standard output when nil.
  var path: String?

  /// Plans a result.
  ///
  /// - Parameters:
  ///   - output: What the query says; it wins.
  ///   - shape: What kind of result it is.
  ///   - preferred: The session's mode, used where it fits.
  ///   - pageName: The page's file on a terminal without its ending, such as `out.flame`.
  ///   - writesToTerminal: Whether standard output is a terminal.
  /// - Throws: A failure when the format cannot hold the result.
  init(
    _ output: Output, shape: ResultShape, preferred: OutputFormat?, pageName: String,
    writesToTerminal: Bool
  ) throws(Failure) {
    path = output.path?.value
    let asked = output.namedFormat
    if let asked, !shape.formats.contains(asked) {
      throw Failure(
        "error: \(shape.name) cannot be written as \(asked.rawValue); "
          + "there is \(shape.formats.map(\.rawValue).joined(separator: ", "))", status: .query)
    }
    if asked == nil, let path, !Self.isDevice(path) { throw Self.unknownExtension(of: path) }
    let fitting = preferred.flatMap { shape.formats.contains($0) ? $0 : nil }
    format = asked ?? fitting ?? shape.formats[0]
    if path == nil, format == .html || format == .svg, writesToTerminal {
      path = pageName + "." + format.rawValue
    }
  }

  /// Whether output goes straight through: its name says nothing of formats.
  private static func isDevice(_ path: String) -> Bool {
    var status = stat()
    if FileStream.descriptor(named: path) != nil { return true }
    guard unsafe stat(path, &status) == 0 else { return false }
    return ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
  }

  private static func unknownExtension(of path: String) -> Failure {
    let file = path.split(separator: "/").last ?? ""
    let dot = file.lastIndex(of: ".").flatMap { $0 > file.startIndex ? $0 : nil }
    let what =
      dot.map { "the extension `\(file[$0...])` of \(path) names no format" }
      ?? "\(path) has no extension to name a format"
    return Failure(
      "error: \(what); there is " + Output.knownExtensions.joined(separator: ", ")
        + ", or add `as FORMAT`", status: .query)
  }
}

/// What kind of thing an answer is, and the formats that can hold it; the first is the default.
struct ResultShape {
  var name: String
  var formats: [OutputFormat]

  init(_ answer: Answer) {
    switch (answer.content, answer.verb) {
    case (.table, let verb):
      // Pictures have an axis: time, size, runs.
      let isChart = verb?.definition.shape == .chart
      name = isChart ? "a chart" : "a table"
      formats = [.table, .csv, .json, .jsonl, .markdown, .html] + (isChart ? [.svg] : [])
    case (.tree(let tree), let verb):
      // speedscope has no place for a second side.
      let viewers: [OutputFormat] =
        tree.base == nil ? [.folded, .speedscope, .pprof] : [.folded, .pprof]
      name = verb == .flame ? "a flamegraph" : "a tree"
      formats =
        (verb == .flame ? [.html, .svg] : [.table, .html]) + viewers + [.json, .jsonl, .csv]
    }
  }
}
