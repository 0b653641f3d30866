import Results
import Execution
import Render

/// What became of a run: of each assertion, and of what went wrong.
///
/// The one place that both the exit status and the reports for machines are taken from.
final class AssertionReport {
  private enum Outcome {
    case answered(ResultTable, holds: Bool)
    case failed(Failure)
  }

  private var outcomes: [Outcome] = []

  /// Notes an answer, when it is an assertion's.
  func note(_ answer: Answer) {
    guard let holds = answer.holds, case .table(let table) = answer.content else { return }
    outcomes.append(.answered(table, holds: holds))
  }

  /// Notes an error.
  func note(_ failure: Failure) { outcomes.append(.failed(failure)) }

  /// How the process ends: as the first error says, else by whether every assertion holds.
  var status: ExitStatus {
    for case .failed(let failure) in outcomes { return failure.status }
    return failures > 0 ? .assertionFalse : .success
  }

  private var failures: Int {
    outcomes.count { if case .answered(_, holds: false) = $0 { true } else { false } }
  }

  private var errors: Int {
    outcomes.count { if case .failed = $0 { true } else { false } }
  }

  // MARK: JUnit

  /// The report as JUnit XML: a test case for each assertion.
  func junit() -> String {
    let counts = "tests=\"\(outcomes.count)\" failures=\"\(failures)\" errors=\"\(errors)\""
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites \(counts)>\n"
    text += "  <testsuite name=\"memq\" \(counts)>\n"
    for outcome in outcomes { text += testCase(outcome) }
    return text + "  </testsuite>\n</testsuites>\n"
  }

  private func testCase(_ outcome: Outcome) -> String {
    switch outcome {
    case .failed(let failure):
      let first = failure.message.prefix { $0 != "\n" }
      return """
            <testcase classname="memq" name="questions">
              <error message="\(Self.escaped(String(first)))">\(Self.escaped(failure.message))</error>
            </testcase>

        """
    case .answered(let table, let holds):
      let place = (["memq"] + table.captures).joined(separator: ".")
      let head =
        "    <testcase classname=\"\(Self.escaped(place))\" name=\"\(Self.escaped(table.query))\""
      guard !holds else { return head + "/>\n" }
      var rows: [UInt8] = []
      Renderer.write(table, as: .terminal, style: TerminalStyle()) { rows += $0 }
      let message = Self.escaped(table.notes.joined(separator: "; "))
      let body = Self.escaped(String(decoding: rows, as: UTF8.self))
      return head + ">\n      <failure message=\"\(message)\">\(body)</failure>\n    </testcase>\n"
    }
  }

  /// Text for XML; what XML cannot hold becomes a question mark.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case _ where scalar.value < 32 || (0xfffe...0xffff).contains(scalar.value): result += "?"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  // MARK: JSON

  /// The report as JSON: for each assertion whether it holds and the groups that fail.
  func json() -> String {
    var parts: [String] = []
    for outcome in outcomes {
      switch outcome {
      case .failed(let failure):
        parts.append("{\"error\":\(Self.quoted(failure.message))}")
      case .answered(let table, let holds):
        var bytes: [UInt8] = []
        Renderer.write(table, as: .json) { bytes += $0 }
        let result = String(decoding: bytes, as: UTF8.self)
        parts.append(
          "{\"assert\":\(Self.quoted(table.query)),\"holds\":\(holds),\"result\":\(result)}")
      }
    }
    return
      "{\"tests\":\(outcomes.count),\"failures\":\(failures),\"errors\":\(errors),"
      + "\"asserts\":[\(parts.joined(separator: ","))]}\n"
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case _ where scalar.value < 32:
        result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
