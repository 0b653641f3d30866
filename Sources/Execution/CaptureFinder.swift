import Language
import Store

/// Finds the captures that a question names.
struct CaptureFinder {
  let store: Store

  /// The captures meant by `of`, in import order; the newest import, or the parent
  /// it was forked from, when nothing is named.
  func captures(_ references: [CaptureReference]) throws(EngineError) -> [CaptureInfo] {
    let all = try reading(try store.captures())
    // A fork's children are part of their parent.
    guard let newest = all.roots.last else {
      throw .cannotAnswer(
        "the store holds no capture", suggestion: "import one: `memq import FILE`")
    }
    if references.isEmpty {
      let standard = store.standardCapture
      return [all.first { $0.id == standard } ?? newest]
    }
    var found = Set<Int64>()
    for reference in references {
      for info in try matching(reference, all) { found.insert(info.id) }
    }
    return all.filter { found.contains($0.id) }
  }

  private func matching(
    _ reference: CaptureReference, _ all: [CaptureInfo]
  ) throws(EngineError) -> [CaptureInfo] {
    switch reference {
    case .number(let number, let range):
      let matches = all.filter { $0.id == Int64(number) }
      guard matches.isEmpty else { return matches }
      throw .query(
        .unknownCapture("#\(number)", known: all.map { "#\($0.id)" }, at: range))
    case .name(let pattern):
      if let family = family(pattern, all) { return family }
      let matcher = try asking(try PatternMatcher(pattern))
      var matches = all.filter { matcher.matches($0.name) }
      if matches.isEmpty { matches = all.filter { "\($0.name).bin" == pattern.text } }
      if matches.isEmpty, pattern.text == "prev", pattern.form == .word {
        matches = Array(all.roots.dropLast().suffix(1))
      }
      guard matches.isEmpty else { return matches }
      throw .query(
        .unknownCapture(pattern.text, known: all.map(\.name), at: pattern.range))
    }
  }

  /// `out*`, where `out` has forked children: it and them, and nothing that merely begins alike, such as
  /// another recording of the same file; nil for every other pattern.
  private func family(_ pattern: Pattern, _ all: [CaptureInfo]) -> [CaptureInfo]? {
    if case .regex = pattern.form { return nil }
    guard pattern.text.last == "*" else { return nil }
    // No capture's name holds a wildcard.
    let parent = String(pattern.text.dropLast())
    let members = all.filter { $0.name == parent || CaptureName.parent(of: $0.name) == parent }
    guard members.count > 1, members.contains(where: { $0.name == parent }) else { return nil }
    return members
  }
}
