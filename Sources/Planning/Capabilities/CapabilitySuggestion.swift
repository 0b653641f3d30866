import Language
import CaptureModel

extension CapabilityCheck {
  /// A question that the captures can answer, near to the one that was asked.
  ///
  /// What is refused is taken out until nothing is; it is checked like any other question.
  func suggestion(_ first: Refusal) -> String {
    var mended = query
    var next: Refusal? = first
    for _ in 0..<24 {
      guard let refusal = next else { break }
      let before = mended
      refusal.mend(&mended)
      next = mended == before ? nil : CapabilityCheck(mended, captures).refusal
    }
    if let text = text(mended) { return text }
    // What does not stand with what was put in its place.
    var plain = Query(verb: query.verb)
    plain.captures = query.captures
    plain.verb.value = captures.contains { $0.values.isEmpty } ? .timeline : .top
    return text(plain) ?? "`show capture`"
  }

  /// A question as it is typed; nil when it means nothing or cannot be answered.
  private func text(_ asked: Query) -> String? {
    var asked = asked
    asked.output = Output()
    if asked.verb.value == .top, asked.keys.isEmpty,
      asked.measures.allSatisfy({ !$0.value.isSeries }),
      let key = captures.first?.standardKey
    {
      asked.keys = [Located(key, query.verb.range)]
    }
    guard (try? Checker.check(asked)) != nil, CapabilityCheck(asked, captures).isAnswered else {
      return nil
    }
    if asked.verb.value == .timeline,
      captures.contains(where: { $0.values.isEmpty && $0.knownSeries.isEmpty })
    {
      return nil
    }
    return "`\(asked.canonicalText)`"
  }
}

extension Query {
  /// The values over time of what was asked of groups.
  init(timeline asked: Query, of capture: Capabilities) {
    self.init(verb: Located(.timeline, asked.verb.range))
    captures = asked.captures
    measures = capture.knownSeries.prefix(3).map { Located(.series($0), asked.verb.range) }
  }
}

extension Capabilities {
  /// Its series that the language has words for.
  var knownSeries: [Series] { series.compactMap { Series(rawValue: $0) } }
}
