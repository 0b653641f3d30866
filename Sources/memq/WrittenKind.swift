import Language
import Execution

/// What memq writes into a file, and how its beginning tells that memq wrote it.
enum WrittenKind {
  /// An answer: its format, the names of its columns and its first line, where it has them.
  case answer(OutputFormat, columns: [String], question: String)
  /// The report of `--junit`.
  case junit
  /// The report of `--report`.
  case report

  /// What it is called in messages.
  var name: String {
    switch self {
    case .answer(let format, _, _): "\(format.rawValue) of memq"
    case .junit: "a JUnit report of memq"
    case .report: "a report of memq"
    }
  }

  /// Whether a file that begins like this is of the kind.
  ///
  /// - Parameter head: The first bytes of a file, 64 KiB at most.
  /// - Returns: Whether memq may have written it.
  func recognizes(_ head: [UInt8]) -> Bool {
    let text = String(decoding: head, as: UTF8.self)
    switch self {
    case .junit:
      return text.hasPrefix("<?xml ") && text.contains("<testsuite name=\"memq\"")
    case .report: return text.hasPrefix("{\"tests\":") && text.contains(",\"asserts\":[")
    case .answer(let format, let columns, let question):
      return Self.recognizes(text, head, format, Set(columns), question)
    }
  }

  private static func recognizes(
    _ text: String, _ head: [UInt8], _ format: OutputFormat, _ columns: Set<String>,
    _ question: String
  ) -> Bool {
    let line = firstLine(text)
    switch format {
    case .html:
      return text.contains("<meta name=\"generator\" content=\"memq\">")
    case .svg: return text.hasPrefix("<svg ") && line.contains("class=\"memq\"")
    case .json: return text.hasPrefix("{\"query\":\"")
    case .speedscope: return text.contains("\n\"exporter\":\"memq\",\n")
    case .pprof:
      // Go begins the same way, but with another kind of block.
      return head.count > 10 && head.starts(with: pprofHead) && head[10] & 0b111 == 0b011
    case .table: return line == question || isQuestion(line)
    case .csv:
      // RFC 4180's line ends, which few others write.
      return text.contains("\r\n")
        && areColumns(line.split(separator: ",").map(String.init), columns)
    case .jsonl: return areColumns(JSONKeys.names(of: line), columns)
    case .markdown:
      let cells = line.split(separator: "|").map { $0.drop { $0 == " " }.prefix { $0 != " " } }
      return line.hasPrefix("| ")
        && areColumns(cells.filter { !$0.isEmpty }.map(String.init), columns)
    case .folded: return isFolded(text)
    }
  }

  /// As memq's own writer begins a file: no flags, no time, unknown system; one final block of fixed codes follows.
  private static let pprofHead: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]

  private static func firstLine(_ text: String) -> String {
    String(text.prefix { !$0.isNewline })
  }

  private static func isQuestion(_ line: String) -> Bool {
    let (statements, error) = Parser.parseStatements(line)
    return error == nil && !statements.isEmpty
  }

  private static func areColumns(_ names: [String], _ columns: Set<String>) -> Bool {
    guard !names.isEmpty else { return false }
    return Set(names) == columns || names.allSatisfy { known.contains($0) }
  }

  /// Frames are `function (file:line)`, joined by `;`, then a number or two.
  private static func isFolded(_ text: String) -> Bool {
    let lines = text.split(separator: "\n").prefix(100)
    return !lines.isEmpty
      && lines.dropLast(lines.count > 1 ? 1 : 0).allSatisfy { line in
        guard let space = line.lastIndex(of: " "), Int64(line[line.index(after: space)...]) != nil
        else { return false }
        let stack = line[..<space]
        return stack.contains("(") || stack.hasPrefix("<")
      }
  }

  /// Names of columns that answers have.
  private static let known: Set<String> = {
    let others = [
      "at", "base_rate", "bound", "duration", "end", "estimated", "file", "files", "from",
      "level", "line", "measure", "node", "number", "object", "own_count", "own_size", "parent",
      "path", "plan", "points", "rank", "rate_high", "rate_low", "series", "shape", "share",
      "start", "time", "to", "value", "values",
    ]
    return Set(
      Measure.allCases.map(\.columnName) + Series.allCases.map(\.rawValue)
        + Key.allCases.map(\.rawValue)
        + others)
  }()
}

/// The names in an object of JSON on one line.
private enum JSONKeys {
  static func names(of line: String) -> [String] {
    guard line.hasPrefix("{\"") else { return [] }
    var names: [String] = []
    var depth = 0
    var text: String?
    var last = ""
    var isEscaped = false
    for character in line {
      if let open = text {
        if isEscaped {
          isEscaped = false
        } else if character == "\\" {
          isEscaped = true
        } else if character == "\"" {
          last = open
          text = nil
          continue
        }
        text = open + String(character)
      } else {
        switch character {
        case "\"": text = ""
        case "{", "[": depth += 1
        case "}", "]": depth -= 1
        case ":": if depth == 1 { names.append(last) }
        default: break
        }
      }
    }
    return names
  }
}
