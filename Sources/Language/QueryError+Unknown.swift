extension QueryError {
  /// The word that stands where a measure or a clause could and is near none of the language; nil
  /// for other errors.
  package var unknownPart: String? {
    guard case .syntax(.unknown(let word, let role)) = reason, role.contains("measure") else {
      return nil
    }
    let isNear = hints.contains { hint in
      if case .advice = hint { false } else { true }
    }
    return isNear ? nil : word
  }
}
