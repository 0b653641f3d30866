/// The canonical form of statements: canonical words, canonical order, nothing filled in.
///
/// Parsing a canonical text gives a statement with the same canonical text, so two statements
/// mean the same words when these texts are equal.
extension Statement {
  /// The canonical form.
  package var canonicalText: String {
    switch self {
    case .query(let query): query.canonicalText
    case .assert(let assertion): assertion.canonicalText
    case .explain(let statement, let analyze):
      (analyze ? "explain analyze " : "explain ") + statement.canonicalText
    case .show(let show): show.canonicalText
    case .letDefinition(let name, let predicate):
      "let \(name.value) = " + predicate.canonicalText(sizes: .none)
    case .markOnFrame(let pattern): "mark on frame " + pattern.canonicalText
    }
  }
}

extension Show {
  /// The canonical form.
  package var canonicalText: String {
    let parts = ["show", topic.value.rawValue] + CanonicalParts.captures(captures)
    return (parts + output.canonicalParts).joined(separator: " ")
  }
}

extension Assertion {
  /// The canonical form.
  package var canonicalText: String {
    let bound =
      switch self.bound.value {
      case .amount(let amount): amount.canonicalText(sizes: query.typedSizes)
      case .percent(let percent, let capture):
        CanonicalNumber.decimal(percent) + "% of " + capture.canonicalText
      }
    let test = [comparison.value.rawValue, bound]
    let parts = query.subjectParts + test + query.clauseParts(limitClause: true)
    return (["assert"] + parts).joined(separator: " ")
  }
}

extension Query {
  /// The canonical form; defaults stay out unless they were filled in.
  package var canonicalText: String {
    let parts = verbParts + subjectParts + clauseParts(limitClause: verb.value == .paths)
    return parts.joined(separator: " ")
  }

  private var verbParts: [String] {
    var parts = [verb.value.rawValue]
    if let limit, verb.value != .paths { parts.append(limit.value.canonicalText) }
    if let pathTarget { parts.append(pathTarget.canonicalText) }
    if let file {
      let isKeyword = file.form == .word && Vocabulary.words.contains(file.text.asciiLowercased)
      parts.append(isKeyword ? CanonicalNames.quoted(file.text) : file.canonicalText)
    }
    return parts
  }

  /// Population, `in`, measures.
  fileprivate var subjectParts: [String] {
    var parts: [String] = []
    if let population { parts.append(population.value.canonicalText) }
    if let range { parts.append("in " + range.value.canonicalText) }
    if !measures.isEmpty {
      let names = measures.map { measure in
        verb.value == .hist && measure.value == .averageLifetime
          ? "lifetime" : measure.value.canonicalText
      }
      parts.append(names.joined(separator: ", "))
    }
    return parts
  }

  /// Everything from `by` on; the number of rows too where none can stand after the verb.
  fileprivate func clauseParts(limitClause: Bool) -> [String] {
    var parts: [String] = []
    if !keys.isEmpty {
      parts.append("by " + keys.map(\.value.canonicalText).joined(separator: ", "))
    }
    if inclusive != nil { parts.append("inclusive") }
    if inverted != nil { parts.append("inverted") }
    switch windows?.value {
    case .every(let length): parts.append("every " + CanonicalNumber.duration(length))
    case .over(let count): parts.append("over \(count) windows")
    case nil: break
    }
    if let per { parts.append("per " + per.value.canonicalText) }
    if let filter { parts.append("where " + filter.canonicalText(sizes: typedSizes)) }
    if let having { parts.append("having " + having.canonicalText(sizes: typedSizes)) }
    if !hides.isEmpty {
      parts.append("hide " + hides.map(\.canonicalText).joined(separator: ", "))
    }
    if let fromFrame { parts.append("from frame " + fromFrame.canonicalText) }
    parts += CanonicalParts.captures(captures)
    if let versus { parts.append(versus.canonicalText) }
    if normalized != nil { parts.append("normalized") }
    if let limit, limitClause { parts.append("limit " + limit.value.canonicalText) }
    if !order.isEmpty {
      parts.append("order by " + order.map(\.canonicalText).joined(separator: ", "))
    }
    return parts + output.canonicalParts
  }
}

extension RowLimit {
  fileprivate var canonicalText: String {
    switch self {
    case .rows(let rows): String(rows)
    case .all: "all"
    }
  }
}

enum CanonicalParts {
  static func captures(_ captures: [CaptureReference]) -> [String] {
    captures.isEmpty ? [] : ["of " + captures.map(\.canonicalText).joined(separator: ", ")]
  }
}

extension Output {
  fileprivate var canonicalParts: [String] {
    var parts: [String] = []
    if let format { parts.append("as " + format.value.rawValue) }
    if let path { parts.append("to " + CanonicalNames.path(path.value)) }
    return parts
  }
}

extension Versus {
  /// `vs` and its right side.
  package var canonicalText: String {
    switch self {
    case .captures(let captures, _):
      return "vs " + captures.map(\.canonicalText).joined(separator: ", ")
    case .population(let population, let range):
      let stretch = range.map { " in " + $0.value.canonicalText } ?? ""
      return "vs " + population.value.canonicalText + stretch
    }
  }
}

extension Population {
  /// The canonical form, such as `live at 12s`.
  package var canonicalText: String {
    switch self {
    case .peak: "peak"
    case .leaked: "leaked"
    case .allocated: "allocated"
    case .freed: "freed"
    case .live(let time): time.map { "live at " + $0.value.canonicalText } ?? "live"
    case .temporary(let number): number.map { "temporary within \($0)" } ?? "temporary"
    case .survived(let span): "survived " + span.value.canonicalText
    }
  }
}

extension RateUnit {
  /// The canonical form, such as `minute`.
  package var canonicalText: String {
    switch self {
    case .second: "second"
    case .minute: "minute"
    case .hour: "hour"
    case .mark(let pattern): "mark(" + pattern.canonicalText + ")"
    }
  }
}

extension Hide {
  /// The canonical form; a pattern that is spelled like a set stays in quotes.
  package var canonicalText: String {
    if case .pattern(let pattern) = self { return pattern.canonicalText }
    return word?.name ?? "none"
  }
}

extension CaptureReference {
  /// A name, or a pattern of names, as a question takes it after `of`.
  package static func text(naming name: String) -> String {
    CanonicalNames.isWord(name) ? name : CanonicalNames.quoted(name)
  }

  /// The canonical form.
  package var canonicalText: String {
    switch self {
    case .name(let pattern): pattern.canonicalText
    case .number(let number, _): "#\(number)"
    }
  }
}

extension OrderColumn {
  /// The canonical form; a direction that is the default stays out.
  package var canonicalText: String {
    let (name, ascendsByDefault) =
      switch column.value {
      case .measure(let measure): (measure.canonicalText, false)
      case .key(let key): (key.canonicalText, true)
      case .time: ("time", true)
      }
    guard let isAscending, isAscending != ascendsByDefault else { return name }
    return name + (isAscending ? " asc" : " desc")
  }
}
