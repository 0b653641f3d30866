import Language
import Planning
import Results
import SQLite
package import Store

/// What `memq sql` offers beside the tables of the store: frames with what the language knows of
/// them, and the language's own patterns, classes and order.
package enum SQLAdditions {
  /// Further tables, in the order to read about them.
  package static let tables: [SQLTable] = FrameTables.all

  /// Made for one connection.
  package static func made() -> SQLReader.Additions {
    var additions = SQLReader.Additions()
    additions.tables = tables
    let patterns = KnownPatterns()
    additions.functions = [
      SQLFunction("memq_glob", argumentCount: 2) { (values) throws(SQLFunctionError) in
        try patterns.answer(values) { $0.matches($1) }
      },
      SQLFunction("memq_path", argumentCount: 2) { (values) throws(SQLFunctionError) in
        try patterns.answer(values) { $0.matchesPath($1) }
      },
      SQLFunction("memq_module", argumentCount: 2) { (values) throws(SQLFunctionError) in
        try patterns.answer(values) { $0.matchesModule($1) }
      },
      SQLFunction("memq_regex", argumentCount: 3) { (values) throws(SQLFunctionError) in
        guard case .text(let flags) = values[2], ["", "i"].contains(flags) else {
          throw SQLFunctionError("memq_regex takes text, expression and '' or 'i'")
        }
        return try patterns.answer(values, .regex(ignoresCase: flags == "i")) { $0.matches($1) }
      },
      SQLFunction("memq_power_of_two", argumentCount: 1) { (values) throws(SQLFunctionError) in
        guard case .integer(let number) = values[0] else { return .null }
        return .integer(Int64(clamping: SizeClass.lowerBound(UInt64(clamping: number))))
      },
    ]
    additions.collations = [
      SQLCollation("memq_key") { KeyValue.compare(.text($0), .text($1)) }
    ]
    return additions
  }
}

/// Patterns of one connection, made ready once.
private final class KnownPatterns {
  private var known: [Pattern: PatternMatcher] = [:]

  /// 1 or 0; 0 where there is no text.
  func answer(
    _ values: [SQLValue], _ form: Pattern.Form = .quoted,
    _ test: (PatternMatcher, String) -> Bool
  ) throws(SQLFunctionError) -> SQLValue {
    guard case .text(let pattern) = values[1] else {
      throw SQLFunctionError("a pattern is text")
    }
    let matcher = try matcher(Pattern(text: pattern, form: form, range: SourceRange(0, 0)))
    switch values[0] {
    case .text(let text): return .integer(test(matcher, text) ? 1 : 0)
    case .integer(let number): return .integer(test(matcher, String(number)) ? 1 : 0)
    case .null, .real, .blob: return .integer(0)
    }
  }

  private func matcher(_ pattern: Pattern) throws(SQLFunctionError) -> PatternMatcher {
    if let found = known[pattern] { return found }
    do throws(QueryError) {
      let made = try PatternMatcher(pattern)
      known[pattern] = made
      return made
    } catch { throw SQLFunctionError("`\(pattern.text)` is no regular expression") }
  }
}
