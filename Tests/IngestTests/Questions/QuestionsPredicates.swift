import Results
import TestSupport

/// A comparison of numbers.
enum AskedComparison: String, CaseIterable {
  case equal = "="
  case different = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="

  func holds<Number: Comparable>(_ left: Number, _ right: Number) -> Bool {
    switch self {
    case .equal: left == right
    case .different: left != right
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    }
  }
}

/// A pattern: a glob, or a regular expression of plain letters.
enum AskedPattern {
  case glob(String)
  case plainRegex(String)

  var text: String {
    switch self {
    case .glob(let glob): "\"\(glob)\""
    case .plainRegex(let letters): "/\(letters)/"
    }
  }

  /// Whether a value meets it: the whole for a glob, any part for an expression.
  func meets(_ value: String) -> Bool {
    switch self {
    case .glob(let glob): Self.meets(Array(glob)[...], Array(value)[...])
    case .plainRegex(let letters): value.contains(letters)
    }
  }

  /// Whether a path meets it, from any folder.
  func meetsPath(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return parts.indices.contains { meets(parts[$0...].joined(separator: "/")) }
  }

  /// Whether a module meets it, or a package that it is in.
  func meetsModule(_ module: String) -> Bool {
    guard case .glob = self else { return meets(module) }
    let parts = module.split(separator: ".")
    return parts.indices.contains { meets(parts[...$0].joined(separator: ".")) }
  }

  func meets(_ frame: FrameText) -> Bool {
    if let module = RecordedFrames.module(frame),
      meetsModule(module) || meets("\(module).\(frame.function)")
    {
      return true
    }
    return meets(frame.function) || meetsPath(frame.file) || meetsPath(frame.lineno)
  }

  private static func meets(_ glob: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
    guard let first = glob.first else { return text.isEmpty }
    if first == "*" {
      return meets(glob.dropFirst(), text) || (!text.isEmpty && meets(glob, text.dropFirst()))
    }
    guard let letter = text.first, first == "?" || first == letter else { return false }
    return meets(glob.dropFirst(), text.dropFirst())
  }
}

/// A condition of `where`, as text and as what it says of a row.
indirect enum AskedPredicate {
  case size(AskedComparison, Int)
  case sizeRange(Int, Int)
  case sizeClass(AskedComparison, Int)
  case lifetime(AskedComparison, Int)
  case lifetimeRange(Int, Int)
  case duration(AskedComparison, Int)
  case time(AskedComparison, AskedTime)
  case timeRange(AskedSpan)
  case key(AskedKey, isNegated: Bool, String)
  case match(AskedKey, isNegated: Bool, AskedPattern)
  case set(AskedKey, isNegated: Bool, [String])
  case stackHas([AskedPattern])
  case not(AskedPredicate)
  case and([AskedPredicate])
  case or([AskedPredicate])

  var text: String {
    switch self {
    case .size(let comparison, let bytes): "size \(comparison.rawValue) \(bytes)B"
    case .sizeRange(let lower, let upper): "size in \(lower)B..\(upper)B"
    case .sizeClass(let comparison, let bytes): "sizeclass \(comparison.rawValue) \(bytes)B"
    case .lifetime(let comparison, let count): "lifetime \(comparison.rawValue) \(count)"
    case .lifetimeRange(let lower, let upper): "lifetime in \(lower)..\(upper)"
    case .duration(let comparison, let time): "lifetime \(comparison.rawValue) \(time)ms"
    case .time(let comparison, let time): "time \(comparison.rawValue) \(time.text)"
    case .timeRange(let span): "time in \(span.text)"
    case .key(let key, let isNegated, let value):
      "\(key.rawValue) \(isNegated ? "!=" : "=") \"\(value)\""
    case .match(let key, let isNegated, let pattern):
      "\(key.rawValue) \(isNegated ? "!~" : "~") \(pattern.text)"
    case .set(let key, let isNegated, let values):
      "\(key.rawValue) \(isNegated ? "not " : "")in "
        + "(\(values.map { "\"\($0)\"" }.joined(separator: ", ")))"
    case .stackHas(let patterns):
      "stack has \(patterns.map(\.text).joined(separator: " then "))"
    case .not(let part): "not \(part.enclosed)"
    case .and(let parts): parts.map(\.enclosed).joined(separator: " and ")
    case .or(let parts): parts.map(\.enclosedInOr).joined(separator: " or ")
    }
  }

  private var enclosed: String {
    switch self {
    case .and, .or: "(\(text))"
    default: text
    }
  }

  /// `and` binds before `or`.
  private var enclosedInOr: String { if case .and = self { text } else { enclosed } }

  /// Whether it asks for lifetimes, which what is alive at the end has not.
  var asksLifetime: Bool {
    switch self {
    case .lifetime, .lifetimeRange, .duration: true
    case .not(let part): part.asksLifetime
    case .and(let parts), .or(let parts): parts.contains(where: \.asksLifetime)
    default: false
    }
  }

  /// Whether a row meets it.
  func holds(_ row: RecordedRow, _ view: RecordedView) -> Bool {
    switch self {
    case .size(let comparison, let bytes): return comparison.holds(row.size, bytes)
    case .sizeRange(let lower, let upper): return (lower..<upper).contains(row.size)
    case .sizeClass(let comparison, let bytes):
      return comparison.holds(AskedKey.powerOfTwo(row.size), bytes)
    case .lifetime(let comparison, let count):
      return row.lifetime.map { comparison.holds($0, count) } ?? false
    case .lifetimeRange(let lower, let upper):
      return row.lifetime.map { (lower..<upper).contains($0) } ?? false
    case .duration(let comparison, let time):
      guard let death = row.death else { return false }
      let born = view.capture.milliseconds(state: row.birth)
      return comparison.holds(view.capture.milliseconds(state: death) - born, time)
    case .time(let comparison, let time): return Self.time(comparison, time, row, view.capture)
    case .timeRange(let span):
      return span.states(view.capture).map { $0.from <= row.birth && row.birth < $0.to } ?? false
    case .key(let key, let isNegated, let value):
      return view.equals(key, value, row) != isNegated
    case .match(let key, let isNegated, let pattern):
      return view.meets(key, pattern, row) != isNegated
    case .set(let key, let isNegated, let values):
      return values.contains { view.equals(key, $0, row) } != isNegated
    case .stackHas(let patterns): return Self.calls(patterns[...], row.stack[...])
    case .not(let part): return !part.holds(row, view)
    case .and(let parts): return parts.allSatisfy { $0.holds(row, view) }
    case .or(let parts): return parts.contains { $0.holds(row, view) }
    }
  }

  /// An instant compares with the birth itself.
  ///
  /// Another time lies between instants: what is
  /// born up to it is before, all else after; at it is what is born before the next tick.
  private static func time(
    _ comparison: AskedComparison, _ time: AskedTime, _ row: RecordedRow, _ capture: Recorded
  ) -> Bool {
    guard let state = time.state(capture) else { return false }
    if time.isInstant { return comparison.holds(row.birth, state - 1) }
    let next = capture.ticks.first { $0.state > state }?.state ?? .max
    switch comparison {
    case .less, .lessOrEqual: return row.birth < state
    case .greater, .greaterOrEqual: return row.birth >= state
    case .equal: return state <= row.birth && row.birth < next
    case .different: return !(state <= row.birth && row.birth < next)
    }
  }

  /// Whether frames meet the patterns from the oldest on, gaps allowed.
  private static func calls(
    _ patterns: ArraySlice<AskedPattern>, _ stack: ArraySlice<FrameText>
  ) -> Bool {
    guard let first = patterns.first else { return true }
    return stack.indices.contains {
      first.meets(stack[$0]) && calls(patterns.dropFirst(), stack[($0 + 1)...])
    }
  }
}
