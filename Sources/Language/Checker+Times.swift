/// Times that can be judged without a capture.
extension Checker {
  func checkTimes() throws(QueryError) {
    if let range = query.range { try check(range) }
    if let population = query.population { try check(population.value) }
    if case .population(let population, let range) = query.versus {
      try check(population.value)
      if let range { try check(range) }
    }
  }

  private func check(_ population: Population) throws(QueryError) {
    switch population {
    case .live(let time):
      if let time { try check(time) }
    case .survived(let span): try check(span)
    default: return
    }
  }

  private func check(_ span: Located<TimeSpan>) throws(QueryError) {
    try check(span.value.start)
    try check(span.value.end)
    try checkOrder(span.value.start, span.value.end)
  }

  func checkOrder(
    _ start: Located<TimePoint>, _ end: Located<TimePoint>
  ) throws(QueryError) {
    guard start.value.isCertainlyAfter(end.value) else { return }
    throw QueryError(
      .meaning(.backwards), at: SourceRange(start.range.lower, end.range.upper),
      [
        .rewrite([
          .init(start.range, end.value.canonicalText), .init(end.range, start.value.canonicalText),
        ])
      ])
  }

  func check(_ time: Located<TimePoint>) throws(QueryError) {
    let text = time.value.canonicalText
    let offset = time.value.offsetNanoseconds
    switch time.value.base {
    case .start where offset < 0:
      throw misplaced(text, "nothing is before the start", at: time.range)
    case .elapsed(let base) where base.addingReportingOverflow(offset).partialValue < 0:
      throw misplaced(text, "nothing is before the start", at: time.range)
    case .end where offset > 0:
      throw misplaced(text, "nothing is after the end", at: time.range)
    case .percent(let percent) where percent > 100:
      throw misplaced(text, "100% is the end", at: time.range)
    case .wallClock(let clock) where !clock.utf8.contains(where: \.isDigit):
      throw misplaced(
        CanonicalNames.quoted(clock), "a quoted time is a wall clock", at: time.range,
        .advice("for example: live at \"2024-05-01 12:30:00\""))
    default: return
    }
  }
}

extension TimePoint {
  /// Whether it lies after another time in every capture.
  func isCertainlyAfter(_ other: TimePoint) -> Bool {
    if let left = nanosecondsFromStart, let right = other.nanosecondsFromStart {
      return left > right
    }
    if base.isSame(as: other.base) { return offsetNanoseconds > other.offsetNanoseconds }
    guard offsetNanoseconds == other.offsetNanoseconds else { return false }
    switch (base, other.base) {
    case (.percent(let left), .percent(let right)): return left > right
    case (.instant(let left), .instant(let right)): return left > right
    default: break
    }
    guard offsetNanoseconds == 0 else { return false }
    switch (base, other.base) {
    case (.end, .start), (.end, .peak), (.peak, .start), (.end, .percent(..<100)): return true
    case (.percent(let left), .start): return left > 0
    default: return false
    }
  }

  private var nanosecondsFromStart: Int64? {
    switch base {
    case .start: offsetNanoseconds
    case .elapsed(let base): base.addingReportingOverflow(offsetNanoseconds).partialValue
    default: nil
    }
  }
}

extension TimeBase {
  fileprivate func isSame(as other: TimeBase) -> Bool {
    switch (self, other) {
    case (.start, .start), (.end, .end), (.peak, .peak): true
    case (.percent(let left), .percent(let right)): left == right
    case (.instant(let left), .instant(let right)): left == right
    case (.mark(let left, let number), .mark(let right, let other)):
      left.text == right.text && left.form == right.form && number == other
    default: false
    }
  }
}
