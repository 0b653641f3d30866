import Language
import Patterns

/// A pattern made ready to meet many texts.
///
/// A glob meets the whole text, or for paths the part after any folder; a regular expression
/// meets any part, in time linear in the text. Used by one query at a time.
struct PatternMatcher {
  private enum Form {
    case exact([UInt8])
    case glob([UInt8])
    case regex(LinearExpression)
  }

  private let form: Form

  /// A matcher for `pattern`; the text of a quoted one may hold `*` and `?` too.
  init(_ pattern: Pattern) throws(QueryError) {
    switch pattern.form {
    case .word, .quoted:
      let bytes = Array(pattern.text.utf8)
      let hasWildcard = bytes.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
      form = hasWildcard ? .glob(bytes) : .exact(bytes)
    case .regex(let ignoresCase):
      do throws(ExpressionError) {
        form = .regex(try LinearExpression(pattern.text, ignoresCase: ignoresCase))
      } catch {
        // The text stands as it was typed, behind a slash.
        let start = pattern.range.lower + 1
        throw .cannotAnswer(
          "this regular expression cannot be matched: \(error.reason)",
          suggestion: error.needsBacktracking
            ? nil : "quote `(`, `[`, `*` with `\\` where they mean themselves",
          at: pattern.range.lower == pattern.range.upper
            ? pattern.range
            : SourceRange(start + error.range.lowerBound, start + error.range.upperBound))
      }
    }
  }

  /// Whether the whole text meets the pattern (any part, for a regular expression).
  func matches(_ text: String) -> Bool {
    switch form {
    case .exact(let bytes): return text.utf8.elementsEqual(bytes)
    case .glob(let pattern): return Self.glob(pattern[...], Array(text.utf8)[...])
    case .regex(let regex): return regex.matches(text)
    }
  }

  /// Whether a path, or what follows any of its slashes, meets the pattern.
  func matchesPath(_ path: String) -> Bool {
    if matches(path) { return true }
    if case .regex = form { return false }
    let bytes = Array(path.utf8)
    for index in bytes.indices where bytes[index] == UInt8(ascii: "/") {
      let tail = bytes[(index + 1)...]
      switch form {
      case .exact(let pattern): if tail.elementsEqual(pattern) { return true }
      case .glob(let pattern): if Self.glob(pattern[...], tail) { return true }
      case .regex: return false
      }
    }
    return false
  }

  /// Whether a dotted module, or a package above it, meets the pattern.
  func matchesModule(_ module: String) -> Bool {
    if matches(module) { return true }
    if case .regex = form { return false }
    return module.indices.contains { module[$0] == "." && matches(String(module[..<$0])) }
  }

  /// `*` any run, `?` any one byte sequence of a character; linear with one backtrack point.
  private static func glob(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
    var p = pattern.startIndex
    var t = text.startIndex
    var star: Int?
    var mark = t
    while t < text.endIndex {
      if p < pattern.endIndex, pattern[p] == UInt8(ascii: "*") {
        star = p
        mark = t
        p += 1
      } else if p < pattern.endIndex, pattern[p] == UInt8(ascii: "?") {
        p += 1
        t = afterCharacter(text, t)
      } else if p < pattern.endIndex, pattern[p] == text[t] {
        p += 1
        t += 1
      } else if let back = star {
        p = back + 1
        mark += 1
        t = mark
      } else {
        return false
      }
    }
    while p < pattern.endIndex, pattern[p] == UInt8(ascii: "*") { p += 1 }
    return p == pattern.endIndex
  }

  private static func afterCharacter(_ text: ArraySlice<UInt8>, _ index: Int) -> Int {
    var next = index + 1
    while next < text.endIndex, text[next] & 0xC0 == 0x80 { next += 1 }
    return next
  }
}
