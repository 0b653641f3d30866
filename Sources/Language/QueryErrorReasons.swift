/// Text that cannot be cut into tokens.
package enum LexicalReason: Sendable, Hashable {
  /// Dashes as of a command-line option.
  case option(String)
  /// A character that begins no token.
  case strayCharacter(String)
  /// An operator of other languages.
  case foreignOperator(String)
  case unclosedQuote, unclosedRegex, emptyRegex

  var message: String {
    switch self {
    case .option(let text): "`\(text)` looks like an option; the language has none"
    case .strayCharacter(let text): "`\(text)` has no meaning here"
    case .foreignOperator(let text): "`\(text)` is not an operator"
    case .unclosedQuote: "the quoted text is never closed"
    case .unclosedRegex: "the regular expression is never closed with `/`"
    case .emptyRegex: "the regular expression is empty"
    }
  }
}

/// Tokens in the wrong place.
package enum SyntaxReason: Sendable, Hashable {
  /// A word that is nothing of what may stand there, named by `role`.
  case unknown(String, role: String)
  /// Something must stand here and something else does.
  case expected(String, found: String)
  /// A word of the language where a name is wanted.
  case needsQuotes(String)
  /// A word of the language that `let` cannot define.
  case nameTaken(String)
  /// A part that may stand once.
  case repeated(String)
  /// A number that does not fit.
  case tooLarge(String)
  /// More nesting than is accepted.
  case tooDeep(Int)
  case unclosedParenthesis, strayParenthesis
  /// A number with letters at its end that are no unit.
  case gluedNumber(String)
  /// A number where only something else makes sense.
  case zero(String)
  /// An empty name in quotes.
  case emptyText(String)

  var message: String {
    switch self {
    case .unknown(let word, let role): "`\(word)` is not \(role)"
    case .expected(let what, let found): "expected \(what), found \(found)"
    case .needsQuotes(let word): "`\(word)` is a word of the language; as a name it needs quotes"
    case .nameTaken(let word): "`\(word)` is a word of the language and cannot be redefined"
    case .repeated(let part): "\(part) stands twice"
    case .tooLarge(let number): "`\(number)` is too large"
    case .tooDeep(let limit): "the condition is nested more than \(limit) deep"
    case .unclosedParenthesis: "the `(` is never closed"
    case .strayParenthesis: "this `)` closes nothing"
    case .gluedNumber(let text): "`\(text)` is no number, size or duration"
    case .zero(let what): "\(what) must be at least 1"
    case .emptyText(let what): "\(what) is empty"
    }
  }
}

/// Mistakes people make because other tools speak differently; each teaches the right sentence.
package enum CommonMistake: Sendable, Hashable {
  /// Another word says it.
  case said(String, as: String)
  /// Words of the language are singular.
  case plural(String, singular: String)
  /// A sentence that begins with what groups are made by.
  case groupsFirst(String)
  /// An SQL sentence.
  case select(String)
  /// `diff a b`, `compare a b`.
  case diff(String)
  /// `like`, `contains`, `is` in a condition.
  case textOperator(String, symbol: String)
  /// `exclude X`: of records or of frames?
  case exclude(String)
  /// `since`, `before`, `last`: stretches are `in A..B`.
  case stretch(String)
  /// `1M`: bytes or minutes?
  case unitMissing(String)
  /// `10S`, `10 seconds`.
  case unitSpelling(String, unit: String)
  /// `10` where a time is wanted.
  case bareTime(String)
  /// `10` where a duration is wanted.
  case bareDuration(String)
  /// `no leaks`.
  case noLeaks
  /// `size > 1MB` outside `where` and `having`.
  case conditionAlone(String)
  /// `max(size)`.
  case call(String)
  /// `show top 10`.
  case showQuestion(String)
  /// `json` without `as`, a key without `by`.
  case wordMissing(String, before: String)
  /// `help`, `quit`.
  case command(String)
  /// `the`, `me`: words that say nothing.
  case filler(String)
  /// A sentence in other words than those of the language.
  case otherWords(String)
  /// Curly quotes, non-breaking spaces.
  case typography(String)
  case line, allocations, between, fromTo, fromCapture, atAlone, temporaryNumber
  case andInList, commaInCondition, fileByArrow, overLength, everyNumber, countInWhere, perWord

  var message: String {
    switch self {
    case .said(let word, let other): "use `\(other)` instead of `\(word)`"
    case .plural(let word, let singular): "use the singular, `\(singular)`, instead of `\(word)`"
    case .groupsFirst(let word):
      "a question begins with a verb; `\(word)` is what groups are made by"
    case .select(let word): "`\(word)` is SQL; a question begins with a verb such as `top`"
    case .diff(let word): "use `vs` instead of `\(word)`: left minus right"
    case .textOperator(let word, let symbol): "`\(word)` is written `\(symbol)`"
    case .exclude(let word): "`\(word)` could drop records or hide frames"
    case .stretch(let word): "use `in A..B` instead of `\(word)`: after A, up to B"
    case .unitMissing(let text): "`\(text)` has no unit"
    case .unitSpelling(let text, let unit): "`\(text)` is written with the unit `\(unit)`"
    case .bareTime(let number): "`\(number)` is no time: seconds or an instant?"
    case .bareDuration(let number): "`\(number)` is no duration: of what?"
    case .noLeaks: "`no leaks` is a test"
    case .conditionAlone(let measure): "a condition on `\(measure)` needs `where` or `having`"
    case .call(let word): "`\(word)` takes no parentheses"
    case .showQuestion(let word): "`show` lists what is known; `\(word)` needs no `show`"
    case .wordMissing(let word, let before): "`\(word)` is missing before `\(before)`"
    case .command(let word): "`\(word)` is not a question"
    case .filler(let word): "`\(word)` says nothing here"
    case .otherWords: "memq cannot read this; one of these may be meant"
    case .typography(let what): "\(what) came with the pasted text"
    default: plainMessage
    }
  }

  private var plainMessage: String {
    switch self {
    case .line: "`line` alone does not say of which file"
    case .allocations: "`allocations` could be their number or each one"
    case .between: "`between A and B` is written `in A..B`"
    case .fromTo: "`from A to B` is written `in A..B`"
    case .fromCapture: "`from` speaks of frames: `from frame P`; captures are named with `of`"
    case .atAlone: "`at` belongs to `live`"
    case .temporaryNumber: "the number of `temporary` needs `within`"
    case .andInList: "`and` joins conditions; lists are written with commas"
    case .commaInCondition: "conditions are joined with `and` or `or`"
    case .fileByArrow: "a file is written with `to`"
    case .overLength: "`over` takes a number of windows; lengths are `every`"
    case .everyNumber: "`every` takes a length; a number of windows is `over N windows`"
    case .countInWhere: "`count` is of a group, not of a record"
    case .perWord: "a rate is per second, minute, hour or mark"
    default: ""
    }
  }
}
