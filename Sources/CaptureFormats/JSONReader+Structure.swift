import CaptureModel

/// Reading JSON by its structure: members, elements, values of a kind.
///
/// A value of another kind than the one asked for is passed over.
extension JSONReader {
  /// Reads an object.
  ///
  /// - Parameters:
  ///   - token: its first token; nil when it is still to be read.
  ///   - member: is given each name and must read its value.
  /// - Throws: `JSONProblem`.
  func readObject(
    _ token: Token? = nil, _ member: (String) throws(JSONProblem) -> Void
  ) throws(JSONProblem) {
    let first = if let token { token } else { try required() }
    guard first == .beginObject else { return try skip(first) }
    while try required() == .key { try member(text) }
  }

  /// Reads an array.
  ///
  /// - Parameters:
  ///   - token: its first token; nil when it is still to be read.
  ///   - element: is given the first token of each element and must read the rest.
  /// - Throws: `JSONProblem`.
  func readArray(
    _ token: Token? = nil, _ element: (Token) throws(JSONProblem) -> Void
  ) throws(JSONProblem) {
    let first = if let token { token } else { try required() }
    guard first == .beginArray else { return try skip(first) }
    while true {
      let token = try required()
      if token == .endArray { return }
      try element(token)
    }
  }

  /// Reads a text; nil when it is none.
  func readText() throws(JSONProblem) -> String? {
    let token = try required()
    if token == .string { return text }
    try skip(token)
    return nil
  }

  /// Reads a finite number; nil when it is none.
  func readNumber(_ token: Token? = nil) throws(JSONProblem) -> Double? {
    let first = if let token { token } else { try required() }
    if first == .number { return number.isFinite ? number : nil }
    try skip(first)
    return nil
  }

  /// Reads a whole number, 12.0 too; nil when it is none.
  func readInteger(_ token: Token? = nil) throws(JSONProblem) -> Int64? {
    let first = if let token { token } else { try required() }
    if first == .number { return integer ?? Int64(exactly: number) }
    try skip(first)
    return nil
  }

  /// Reads true or false; nil when it is neither.
  func readBool() throws(JSONProblem) -> Bool? {
    let token = try required()
    if token == .isTrue { return true }
    if token == .isFalse { return false }
    try skip(token)
    return nil
  }

  /// Reads one value of the whole text and makes sure that nothing follows it.
  ///
  /// - Parameter value: is given its first token and must read the rest.
  /// - Returns: what is wrong with the text; nil when it is read to its end.
  func readWhole(_ value: (Token) throws(JSONProblem) -> Void) -> JSONProblem? {
    do throws(JSONProblem) {
      try value(try required())
      guard try next() == nil else {
        throw .malformed(offset: offset, reason: "something behind the end of the JSON")
      }
      return nil
    } catch {
      return error
    }
  }

  /// A problem at the token last read.
  func problem(_ reason: String) -> JSONProblem { .malformed(offset: offset, reason: reason) }

  /// How the data ended, by what is wrong with them.
  func ending(_ problem: JSONProblem?) -> CaptureEnding {
    switch problem {
    case nil: .complete
    case .endOfData(let offset):
      stream.endingOfFailure ?? .incomplete(offset: offset, reason: Self.cut)
    case .malformed(let offset, let reason): .damaged(offset: offset, reason: reason)
    }
  }

  /// The error for a file of which nothing can be kept.
  ///
  /// - Parameters:
  ///   - problem: what is wrong with the JSON; nil when it is whole.
  ///   - format: the format's name.
  ///   - reason: what is missing in JSON that is whole.
  /// - Returns: the error, with the place where reading ended.
  func refusal(
    _ problem: JSONProblem?, _ format: String, _ reason: String = ""
  ) -> CaptureError {
    if case .unreadable(_, let code)? = stream.failure {
      return .unreadable(path: stream.file.path, code: code)
    }
    switch problem {
    case nil: return stream.file.malformed(format, .byte(offset), reason)
    case .endOfData(let offset):
      return stream.file.malformed(format, .byte(offset), stream.failure?.reason ?? Self.cut)
    case .malformed(let offset, let reason):
      return stream.file.malformed(format, .byte(offset), reason)
    }
  }

  private static let cut = "the data end inside the JSON"
}

extension Double {
  /// The value times a whole number, rounded and kept within 64 bits.
  func scaled(by scale: Int64 = 1) -> Int64 {
    let product = (self * Double(scale)).rounded()
    return Int64(exactly: product) ?? (product > 0 ? .max : product < 0 ? .min : 0)
  }
}

extension LineReader {
  /// What `body` makes of the next line; nil when there is none.
  mutating func nextLine<Result>(_ body: (Span<UInt8>) -> Result) -> Result? {
    var result: Result?
    _ = next { result = body($0) }
    return result
  }
}
