/// Sentences of the grammar that mean nothing, whatever the capture.
package enum MeaningReason: Sendable, Hashable {
  /// A part the verb does not take.
  case takesNo(verb: String, part: String)
  /// A word in a place it has no meaning in, with the reason.
  case misplaced(String, because: String)
  /// A range of time that runs backwards.
  case backwards
  /// A value that does not fit a field or measure.
  case misfit(value: String, of: String, because: String)
  /// A comparison that does not fit.
  case operatorMisfit(String, of: String, because: String)
  /// A part that needs another.
  case needs(String, String)
  /// Two parts that exclude each other.
  case clash(String, String, because: String)
  /// A name that no `let` defined.
  case unknownName(String)
  /// A `let` that would use itself.
  case cyclicLet(String)

  var message: String {
    switch self {
    case .takesNo(let verb, let part): "`\(verb)` takes no \(part)"
    case .misplaced(let word, let because): "`\(word)` has no meaning here: \(because)"
    case .backwards: "the range runs backwards"
    case .misfit(let value, let field, let because):
      "`\(value)` does not fit `\(field)`: \(because)"
    case .operatorMisfit(let symbol, let field, let because):
      "`\(symbol)` does not fit `\(field)`: \(because)"
    case .needs(let part, let other): "\(part) needs \(other)"
    case .clash(let part, let other, let because):
      "\(part) and \(other) do not go together: \(because)"
    case .unknownName(let name): "`\(name)` is not a field, and no `let` defines it"
    case .cyclicLet(let name): "`\(name)` would be defined by itself"
    }
  }
}

/// Questions a capture cannot answer.
package enum AnswerReason: Sendable, Hashable {
  case unknownCapture(String)
  /// The whole reason in words.
  case cannotAnswer(String)
  case beyondEnd(capture: String, end: String)
  case unknownMark(String, number: Int, found: Int)

  var message: String {
    switch self {
    case .unknownCapture(let name): "no capture is named `\(name)`"
    case .cannotAnswer(let reason): reason
    case .beyondEnd(let capture, let end): "\(capture) ends at \(end)"
    case .unknownMark(let pattern, let number, let found):
      found == 0
        ? "no mark meets `\(pattern)`" : "only \(found) marks meet `\(pattern)`, no \(number)th"
    }
  }
}
