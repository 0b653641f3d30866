import Results
import Language
import Store

/// The names that records of one capture have, whatever population is asked for.
///
/// Used by one query at a time.
final class RecordedNames {
  let data: CaptureData
  private var known: [Key: [KeyValue]] = [:]

  /// The names of a capture.
  init(_ data: CaptureData) { self.data = data }

  /// Whether some record has what is named; true for marks that this capture knows otherwise.
  func have(_ thing: NamedThing) throws(EngineError) -> Bool {
    switch thing {
    case .frame(let pattern), .calls(let pattern):
      let matcher = FrameMatcher(
        try asking(try PatternMatcher(pattern)), modules: try reading(try data.modules()))
      let locations = try reading(try data.locations())
      return (0..<locations.count).contains { matcher.matches(locations, $0) }
    case .marks(let pattern):
      guard let names = try markNames() else { return true }
      let matcher = try asking(try PatternMatcher(pattern))
      return names.contains { matcher.matches($0) }
    case .value(let key, let comparison, let pattern):
      return try have(key, comparison, Located(.pattern(pattern), pattern.range))
    case .number(let key, let number, let range):
      return try have(key, Located(.equal, range), Located(.number(number), range))
    }
  }

  private func have(
    _ key: Key, _ comparison: Located<Comparison>, _ value: Located<Value>
  ) throws(EngineError) -> Bool {
    if key == .mark, try markNames() == nil { return true }
    let passes = try ConditionCompiler.textTest(key, comparison, value)
    return try values(of: key).contains(where: passes)
  }

  /// Names of the capture's marks; nil where marks are none of the clock's.
  private func markNames() throws(EngineError) -> [String]? {
    guard data.info.holdsEvents else { return nil }
    let marks = try reading(try data.marks())
    return marks.problem == nil ? marks.names : nil
  }

  /// The distinct values of a key that records have.
  func values(of key: Key) throws(EngineError) -> [KeyValue] {
    if let values = known[key] { return values }
    let values = try read(key)
    known[key] = values
    return values
  }

  private func read(_ key: Key) throws(EngineError) -> [KeyValue] {
    // Of all frames, not of the newest only: what they call may move into them.
    if key.speaker != nil { return try reading(try ofFrames(key)) }
    if key == .mark {
      let marks = try reading(try data.marks())
      return Set(marks.names + marks.texts).sorted().map { .text($0) }
    }
    guard key == .traceback else { return try own(key) }
    let locations = try reading(try data.locations())
    return (0..<locations.count).map { .stack([locations.text($0)]) }
  }

  /// The values that a key gives to records as they are grouped, nothing hidden.
  private func own(_ key: Key) throws(EngineError) -> [KeyValue] {
    var dictionary = KeyDictionary()
    let keys = try siteKeys()
    _ = try reading(try keys.numbers(of: key, into: &dictionary))
    return dictionary.values
  }

  /// The values that frames have.
  private func ofFrames(_ key: Key) throws(StoreError) -> [KeyValue] {
    var dictionary = KeyDictionary()
    var values = try FrameValues(key: key, data: data)
    for location in 0..<(try data.locations().count) where values.isSaid(by: location) {
      _ = values.number(location, into: &dictionary)
    }
    return dictionary.values
  }

  private func siteKeys() throws(EngineError) -> SiteKeys {
    let stacks = try reading(try data.stacks())
    var query = Query(verb: Located(.top, SourceRange(0, 0)))
    query.hides = [.none]
    return SiteKeys(
      data: data, edits: try StackEdits(data: data, query: query, stacks: stacks))
  }

  // MARK: Near names

  /// The names nearest to what was typed, best first.
  func nearest(to thing: NamedThing) throws(EngineError) -> [String] {
    guard let typed = thing.typed else { return [] }
    let candidates = try candidates(for: thing)
    let wanted = typed.filter { $0 != "*" && $0 != "?" }
    let sameButCase = candidates.filter { $0 != wanted && $0.lowercased() == wanted.lowercased() }
    if !sameButCase.isEmpty { return Array(sameButCase.sorted().prefix(2)) }
    return NearestWord.matches(for: wanted, in: candidates)
  }

  /// The values of a key as a condition names them.
  func completions(of key: Key) throws(EngineError) -> Set<String> {
    let range = SourceRange(0, 0)
    let pattern = Pattern(text: "", form: .word, range: range)
    return try candidates(for: .value(key, Located(.equal, range), pattern))
  }

  /// Every name that could have been meant; few enough of them can be listed.
  func candidates(for thing: NamedThing) throws(EngineError) -> Set<String> {
    guard let key = thing.key else { return try frameNames(like: thing.typed ?? "") }
    let slashes = (thing.typed ?? "").count { $0 == "/" }
    let isPath = [.lineno, .filename].contains(key)
    var names = Set<String>()
    for value in try values(of: key) {
      switch value {
      case .text(let text):
        names.insert(isPath ? Self.tail(of: text, slashes: slashes) : text)
        // A thread is asked for by its name, and named by a number and a name.
        if key == .thread, let open = text.firstIndex(of: "("), text.hasSuffix(")") {
          names.insert(String(text[text.index(after: open)...].dropLast()))
        }
      case .integer(let number): names.insert(String(number))
      case .stack(let frames): names.formUnion(frames.map(\.function))
      }
    }
    return names
  }

  /// Names that a pattern of frames may be: functions, files, lines, modules.
  private func frameNames(like typed: String) throws(EngineError) -> Set<String> {
    let locations = try reading(try data.locations())
    let slashes = typed.count { $0 == "/" }
    var names = Set(locations.functions)
    for file in Set(locations.files) { names.insert(Self.tail(of: file, slashes: slashes)) }
    names.formUnion(try reading(try data.modules()).names.compactMap(\.self))
    if typed.contains(":") {
      for index in 0..<locations.count {
        names.insert(Self.tail(of: locations.text(index).lineno, slashes: slashes))
      }
    }
    return names
  }

  /// The end of a path with as many folders as were typed.
  private static func tail(of path: String, slashes: Int) -> String {
    path.split(separator: "/", omittingEmptySubsequences: false).suffix(slashes + 1)
      .joined(separator: "/")
  }
}
