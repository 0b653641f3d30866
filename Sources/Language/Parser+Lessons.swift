/// Words people try, and what the language says instead.
enum Lessons {
  /// Words that are said otherwise wherever a part of a question may stand.
  static let partWords: [String: String] = [
    "versus": "vs", "against": "vs", "compared": "vs", "minus": "vs", "average": "avg",
    "mean": "avg", "maximum": "max", "memory": "size", "mem": "size", "total": "size",
    "sum": "size", "allocs": "count", "number": "count", "num": "count", "alive": "live",
    "leak": "leaked", "leaking": "leaked", "leaky": "leaked", "unfreed": "leaked",
    "temp": "temporary", "temporaries": "temporary", "survivors": "survived", "sorted": "order",
    "ordered": "order", "orderby": "order by", "groupby": "by", "grouped": "by",
    "filter": "where", "when": "where", "if": "where", "only": "where", "with": "where",
    "output": "to", "into": "to", "save": "to", "export": "to", "write": "to", "format": "as",
    "invert": "inverted", "inverse": "inverted", "reversed": "inverted",
    "normalised": "normalized", "normalize": "normalized", "recursive": "inclusive",
    "cum": "inclusive", "under": "from frame", "below": "from frame", "freeing": "freed",
    "step": "every", "interval": "every", "deallocated": "freed", "released": "freed",
  ]

  /// Words that are said otherwise at the beginning.
  static let openingWords: [String: String] = [
    "total": "stats", "totals": "stats", "overview": "stats", "summary": "stats",
    "summarize": "stats", "report": "stats", "describe": "stats",
    "biggest": "top", "largest": "top", "most": "top", "worst": "top", "head": "top",
    "find": "list", "records": "list", "get": "list", "print": "list", "give": "top",
    "what": "top", "which": "top", "who": "top", "where": "top where", "plot": "timeline",
    "graph": "flame", "icicle": "flame inverted", "sunburst": "flame", "chart": "timeline",
    "trend": "growth", "trends": "growth", "growing": "growth", "distribution": "hist",
    "check": "assert", "expect": "assert", "ensure": "assert", "define": "let", "set": "let",
    "retainers": "paths to", "referrers": "paths to", "backrefs": "paths to",
  ]

  /// Words that are said otherwise in conditions.
  static let fieldWords: [String: String] = [
    "age": "lifetime", "duration": "lifetime", "birth": "time", "born": "time",
    "timestamp": "time", "when": "time", "path": "filename", "name": "function",
    "method": "function", "memory": "size", "mem": "size", "class": "type", "tid": "thread",
    "caller": "stack has", "callers": "stack has", "process": "pid", "line_number": "lineno",
    "linenumber": "lineno", "lib": "package", "library": "package", "location": "lineno",
  ]

  /// Words that are written as operators.
  static let operatorWords: [String: String] = [
    "like": "~", "contains": "~", "matches": "~", "match": "~", "glob": "~", "regexp": "~",
    "is": "=", "equals": "=", "equal": "=", "eq": "=", "ne": "!=", "gt": ">", "lt": "<",
    "ge": ">=", "le": "<=", "startswith": "~", "endswith": "~", "above": ">", "over": ">",
    "below": "<", "under": "<", "exceeds": ">",
  ]

  /// Unit words, and the unit they are written with.
  static let units: [String: String] = [
    "k": "kB", "K": "kB", "G": "GB", "g": "GB", "T": "TB", "Ki": "KiB", "Mi": "MiB",
    "Gi": "GiB", "byte": "B", "bytes": "B", "kilobyte": "kB", "kilobytes": "kB",
    "megabyte": "MB", "megabytes": "MB", "meg": "MB", "megs": "MB", "gigabyte": "GB",
    "gigabytes": "GB", "gig": "GB", "gigs": "GB", "S": "s", "sec": "s", "secs": "s",
    "second": "s", "seconds": "s", "MS": "ms", "msec": "ms", "millis": "ms",
    "millisecond": "ms", "milliseconds": "ms", "mins": "min", "minute": "min",
    "minutes": "min", "Min": "min", "MIN": "min", "H": "h", "hr": "h", "hrs": "h", "hour": "h",
    "hours": "h", "µs": "us", "μs": "us", "usec": "us", "microseconds": "us", "NS": "ns",
    "nanoseconds": "ns",
  ]

  /// Words for the side of an instant.
  static let stretches: [String: (before: String, after: String)] = [
    "since": ("in ", "..end"), "after": ("in ", "..end"), "before": ("in start..", ""),
    "until": ("in start..", ""), "last": ("in end-", "..end"), "first": ("in start..", ""),
  ]

  /// The word in the singular, when that is a word of the language.
  static func singular(_ word: String) -> String? {
    for ending in ["es", "s"] where word.hasSuffix(ending) && word.count > ending.count + 2 {
      let stem = String(word.dropLast(ending.count))
      if Vocabulary.words.contains(stem) { return stem }
    }
    return nil
  }
}

extension QueryError {
  /// A word that is said otherwise, with the sentence rewritten.
  static func said(_ token: Token, _ typed: String, as other: String) -> QueryError {
    QueryError(
      .lesson(.said(typed, as: other)), at: token.range, [.rewrite([Edit(token.range, other)])])
  }

  static func said(_ typed: String, as other: String, at range: SourceRange) -> QueryError {
    QueryError(.lesson(.said(typed, as: other)), at: range, [.rewrite([Edit(range, other)])])
  }

  static func lesson(_ lesson: Lesson, at range: SourceRange, _ edits: Edit...) -> QueryError {
    QueryError(.lesson(lesson), at: range, edits.isEmpty ? [] : [.rewrite(edits)])
  }
}

/// Errors about single words, shared by all places.
extension Parser {
  /// A word that is nothing of `words`, or something else where one of them must stand.
  func unknown(_ token: Token, role: String, words: [String]) -> QueryError {
    guard case .word(let typed) = token.kind else { return expected(role, token) }
    let near = NearestWord.matches(for: typed, in: words)
    return QueryError(
      .syntax(.unknown(typed, role: role)), at: token.range,
      near.isEmpty ? [] : [.didYouMean(near)])
  }

  /// Lessons that hold in every place a word may be wrong.
  func commonLesson(_ token: Token, _ typed: String) -> QueryError? {
    if let error = typographyError(token, typed) { return error }
    let word = typed.asciiLowercased
    if word == "line" || word == "lines" {
      let next = following(token, 1).first
      let isPair = next.map {
        ["number", "numbers", "no"].contains(text($0.range).asciiLowercased)
      }
      let end = isPair == true ? next?.range.upper ?? token.range.upper : token.range.upper
      let range = SourceRange(token.range.lower, end)
      return .lesson(.line, at: range, .init(range, "lineno"))
    }
    if let singular = Lessons.singular(word) {
      return .lesson(
        .plural(typed, singular: singular), at: token.range, .init(token.range, singular))
    }
    return nil
  }

  /// Characters that came with text copied from elsewhere.
  func typographyError(_ token: Token, _ typed: String) -> QueryError? {
    if typed.unicodeScalars.contains(where: { "“”„‘’«»".unicodeScalars.contains($0) }) {
      return QueryError(
        .lesson(.typography("a curly quote")), at: token.range,
        [.advice("write straight quotes: `\"` or `'`")])
    }
    if typed.unicodeScalars.contains("\u{A0}") || typed.unicodeScalars.contains("\u{200B}") {
      return QueryError(
        .lesson(.typography("an invisible character")), at: token.range,
        [.advice("write plain spaces")])
    }
    return nil
  }

  /// A number followed by a word that means a unit, glued or not.
  func unitLesson(_ number: Token, _ token: Token?) -> QueryError? {
    guard let token, case .word(let typed) = token.kind, isNumber(number) else { return nil }
    let range = SourceRange(number.range.lower, token.range.upper)
    let digits = text(number.range)
    if typed == "M" || typed == "Mb" {
      return QueryError(
        .lesson(.unitMissing(text(range))), at: range, [.didYouMean([digits + "MB", digits + "m"])])
    }
    guard let unit = Lessons.units[typed] ?? spacedUnit(typed, number, token) else {
      return glued(number, token)
    }
    let lesson: Lesson =
      typed.utf8.count == 1 && unit.hasSuffix("B")
      ? .unitMissing(text(range)) : .unitSpelling(text(range), unit: unit)
    return .lesson(lesson, at: range, .init(range, digits + unit))
  }

  /// A unit that stands too far from its number.
  private func spacedUnit(_ typed: String, _ number: Token, _ token: Token) -> String? {
    guard token.range.lower > number.range.upper + 1 else { return nil }
    if Vocabulary.durationUnit(typed) != nil { return typed }
    return Vocabulary.sizeUnits.first { $0.name.asciiLowercased == typed.asciiLowercased }?.name
  }

  /// A number with letters at its end.
  private func glued(_ number: Token, _ token: Token) -> QueryError? {
    guard token.range.lower == number.range.upper else { return nil }
    let range = SourceRange(number.range.lower, token.range.upper)
    let rest = text(token.range)
    let isExponent =
      rest.count > 1 && "eE".contains(rest.first ?? "-")
      && rest.utf8.dropFirst().allSatisfy(\.isDigit)
    return QueryError(
      .syntax(.gluedNumber(text(range))), at: range,
      [
        .advice(
          isExponent
            ? "numbers are written out, such as `1_000_000`"
            : "a name that begins with a digit needs quotes")
      ])
  }

  func isNumber(_ token: Token) -> Bool {
    switch token.kind {
    case .integer, .number: true
    default: false
    }
  }
}
