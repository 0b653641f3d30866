import ArgumentParser
import Interruption
import Results
import Language
import Execution
import Interruption
import SQLite
import Store

/// `memq sql "SELECT …"`: the stored columns as tables, for questions the language has no word for.
struct SQLCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sql",
    abstract: "Ask in SQL; without a statement, list the tables.",
    discussion: """
      Reads only: a statement that would change anything is refused. Conditions on capture and \
      on a row's number are looked up, all others are tested row by row.

      EXAMPLES:
        memq sql
        memq sql "SELECT function, sum(size) FROM allocations GROUP BY 1 ORDER BY 2 DESC LIMIT 10"
        memq sql "SELECT time, rss, heap FROM ticks WHERE capture = 1" --to ticks.csv
        memq sql "$(memq explain --sql 'top 10 by lineno')"
      """)

  @Argument(help: "The statement; several words are joined by spaces.")
  var words: [String] = []

  @Option(
    name: [.customShort("f"), .long],
    help: "Read the statement from a file; - is standard input.", completion: .file())
  var file: String?

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("table, csv, json, jsonl, markdown or html.", valueName: "format"))
  var format: String?

  @Option(
    name: .customLong("to"),
    help: ArgumentHelp("Write to a file; its name says how.", valueName: "file"),
    completion: .file())
  var output: String?

  @OptionGroup var store: StoreOptions
  @OptionGroup var display: DisplayOptions

  func run() throws {
    let place = SourceRange(0, 0)
    var target = Output()
    if let format {
      target.format = Located(try FormatName.format(format), place)
    }
    if let output { target.path = Located(output, place) }
    let text = try statement()
    // Whoever closes the store clears away what stands beside it.
    Interruption.set(.stops)
    guard text.isEmpty else { return try stream(text, to: target) }
    try display.delivery(store).deliver(
      Answer(content: .table(SQLResult.tables()), verb: nil, output: target, limit: nil))
  }

  private func statement() throws -> String {
    guard let file else { return words.joined(separator: " ") }
    guard words.isEmpty else {
      throw Failure("a statement on the command line and one in \(file): which?")
    }
    return try InputFile.text(of: file)
  }

  /// Rows that are in memory at once.
  private static let partRows = 10_000

  /// Answers part by part.
  ///
  /// What a column holds is known when all rows were seen, and how wide it is when that is known, so
  /// they are read again unless one part holds them.
  private func stream(_ text: String, to target: Output) throws {
    let reader = try SQLReader(path: store.path, adding: SQLAdditions.made())
    var kinds = SQLResult.Kinds()
    var first: SQLReader.Result?
    var count = 0
    do throws(SQLiteError) {
      try reader.run(text, rows: Self.partRows) { part in
        kinds.note(part)
        if count == 0 { first = part }
        count += 1
      }
    } catch { throw refusal(error, text) }
    let isPlain = (target.namedFormat ?? .table) == .table
    let head = SQLResult.table(first ?? kinds.empty, kinds, of: text, isPlain: isPlain)
    var answer = Answer(content: .table(head), verb: nil, output: target, limit: nil)
    if count > 1 {
      let rows = Rows(reader: reader, kinds: kinds, command: self, text: text, isPlain: isPlain)
      answer.parts = { try rows.forEach($0) }
    }
    try display.delivery(store).deliver(answer)
  }

  /// The rows of a statement, part by part; for the thread that opened the store.
  private struct Rows: @unchecked Sendable {
    let reader: SQLReader
    let kinds: SQLResult.Kinds
    let command: SQLCommand
    let text: String
    let isPlain: Bool

    func forEach(_ take: (ResultTable) throws -> Void) throws {
      var failure: (any Error)?
      do throws(SQLiteError) {
        try reader.run(text, rows: SQLCommand.partRows) { (part) throws(SQLiteError) in
          do {
            try take(SQLResult.table(part, kinds, of: text, isPlain: isPlain))
          } catch {
            failure = error
            throw SQLiteError(code: 9, message: "interrupted")
          }
        }
      } catch { throw failure ?? command.refusal(error, text) }
    }
  }

  private func refusal(_ error: SQLiteError, _ text: String) -> Failure {
    if MemoryLimit.stop != nil {
      return Failure(
        "there is not enough memory for this statement: every format but html writes rows as they "
          + "come")
    }
    return Failure(SQLDiagnostic(error: error, text: text).words, status: .query)
  }
}

/// Results of SQL as tables.
enum SQLResult {
  /// Every table, in the order to read about them.
  static var all: [SQLTable] { SQLTable.all + SQLAdditions.tables }

  /// What can be asked.
  static func tables() -> ResultTable {
    var table = ResultTable(query: "sql")
    let rows = SQLResult.all.flatMap { table in table.columns.map { (table, $0) } }
    func text(_ name: String, _ values: [String]) -> ResultColumn {
      ResultColumn(name: name, role: .key, unit: .none, values: .texts(values))
    }
    table.columns = [
      text("table", rows.map(\.0.name)), text("column", rows.map(\.1.name)),
      text("type", rows.map { $0.1.kind.rawValue.lowercased() }),
      text("meaning", rows.map(\.1.meaning)),
    ]
    table.notes = SQLResult.all.map { "\($0.name): \($0.meaning)" }
    table.notes.append(
      "functions: memq_glob(text, pattern), memq_path(path, pattern), memq_module(module, pattern), "
        + "memq_regex(text, expression, 'i' or ''), memq_power_of_two(number); COLLATE memq_key orders as the language does"
    )
    table.notes.append("captures, quality: the store's own tables (captures.id is capture)")
    return table
  }

  /// What the columns of a result hold: whole numbers, numbers or text, whichever holds all values.
  struct Kinds {
    enum Kind { case whole, number, text }

    private(set) var names: [String] = []
    private(set) var kinds: [Kind] = []
    /// The greatest width of the numbers of each column, as they are written.
    private(set) var widths: [Int] = []

    /// Looks at more rows.
    mutating func note(_ part: SQLReader.Result) {
      names = part.names
      if kinds.isEmpty {
        kinds = names.map { _ in .whole }
        widths = names.map { _ in 0 }
      }
      for column in kinds.indices where kinds[column] != .text {
        for value in part.columns[column] {
          switch value {
          case .null: continue
          case .integer(let number): widths[column] = max(widths[column], Self.width(number))
          case .real(let number):
            if kinds[column] == .whole { kinds[column] = .number }
            widths[column] = max(widths[column], "\(number)".utf8.count)
          case .text, .blob: kinds[column] = .text
          }
        }
      }
    }

    /// As a real among reals a whole number is written with a fraction.
    private static func width(_ number: Int64) -> Int {
      var (width, rest) = (number < 0 ? 4 : 3, number.magnitude)
      while rest >= 10 { (width, rest) = (width + 1, rest / 10) }
      return width
    }

    /// The width of a column of numbers.
    func width(_ column: Int) -> Int {
      max(names[column].count, widths[column] - (kinds[column] == .whole ? 2 : 0))
    }

    /// A result without rows.
    var empty: SQLReader.Result {
      var result = SQLReader.Result()
      result.names = names
      result.columns = names.map { _ in [] }
      return result
    }
  }

  /// A result, or a part of one, as a table.
  ///
  /// A plain one, for people, keeps the order of the statement and the values as they are: what they
  /// mean, and whether they count or name something, only the statement knows.
  static func table(
    _ result: SQLReader.Result, _ kinds: Kinds, of text: String, isPlain: Bool
  ) -> ResultTable {
    // On one line: where it was typed on several says nothing.
    var table = ResultTable(
      query: text.split { $0.isNewline }.map { $0.drop { $0 == " " } }.joined(separator: " "))
    table.columns = result.names.indices.map { index in
      let (kind, values) = (kinds.kinds[index], result.columns[index])
      if isPlain, kind != .text {
        return plain(result.names[index], kind, values, width: kinds.width(index))
      }
      return ResultColumn(
        name: result.names[index], role: kind == .text ? .key : .measure, unit: .none,
        values: kind == .text
          ? .texts(values.map(Self.text))
          : kind == .whole ? .integers(values.map(Self.whole)) : .reals(values.map(Self.number)))
    }
    return table
  }

  /// A column of numbers as they are, on the right.
  private static func plain(
    _ name: String, _ kind: Kinds.Kind, _ values: [SQLValue], width: Int
  ) -> ResultColumn {
    func padded(_ text: String) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    let texts = values.map { value -> String in
      kind == .whole
        ? whole(value).map { String($0) } ?? " " : number(value).map { "\($0)" } ?? " "
    }
    return ResultColumn(
      name: padded(name), role: .key, unit: .none, values: .texts(texts.map(padded)))
  }

  private static func whole(_ value: SQLValue) -> Int64? {
    if case .integer(let number) = value { number } else { nil }
  }

  private static func number(_ value: SQLValue) -> Double? {
    switch value {
    case .integer(let number): Double(number)
    case .real(let number): number
    default: nil
    }
  }

  private static func text(_ value: SQLValue) -> String? {
    switch value {
    case .null: nil
    case .integer(let number): String(number)
    case .real(let number): "\(number)"
    case .text(let text): text
    case .blob(let bytes):
      bytes.reduce(into: "") { text, byte in
        text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
  }
}

/// libsqlite3's refusal in words, with a caret and the nearest names.
struct SQLDiagnostic {
  let error: SQLiteError
  let text: String

  /// The message, its caret, and what to do.
  var words: String {
    var lines = ["error: \(reason)"]
    if let offset = error.offset { lines += caret(at: offset) }
    if let hint { lines.append("  \(hint)") }
    return lines.joined(separator: "\n")
  }

  private var reason: String {
    switch error.primaryCode {
    case 23, 8: "`memq sql` only reads the store"
    default: error.message
    }
  }

  private var hint: String? {
    if error.primaryCode == 23 || error.primaryCode == 8 {
      return "ask with SELECT; captures are removed by: memq rm NAME"
    }
    let columns = SQLResult.all.flatMap { $0.columns.map(\.name) }
    let tables = SQLResult.all.map(\.name) + ["captures", "quality"]
    for (start, known) in [("no such column: ", columns), ("no such table: ", tables)]
    where error.message.hasPrefix(start) {
      let name = error.message.dropFirst(start.count).split(separator: ".").last ?? ""
      let near = NearestWord.matches(for: String(name), in: known)
      return near.first.map { "did you mean \($0)?" } ?? "`memq sql` lists tables and columns"
    }
    return nil
  }

  /// The line at fault and a caret below the word that begins there.
  private func caret(at offset: Int) -> [String] {
    let bytes = Array(text.utf8)
    guard offset <= bytes.count else { return [] }
    let newline = UInt8(ascii: "\n")
    let start = bytes[..<offset].lastIndex(of: newline).map { $0 + 1 } ?? 0
    let end = bytes[offset...].firstIndex(of: newline) ?? bytes.count
    let line = String(decoding: bytes[start..<end], as: UTF8.self)
    let before = String(decoding: bytes[start..<offset], as: UTF8.self)
    let width = bytes[offset..<end].prefix { $0 > 0x20 && $0 != UInt8(ascii: ",") }.count
    return [
      "  " + line,
      "  " + String(repeating: " ", count: before.count)
        + String(repeating: "^", count: max(1, width)),
    ]
  }
}
