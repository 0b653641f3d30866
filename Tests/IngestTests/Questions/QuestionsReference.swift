/// Which allocations a question is about.
enum AskedPopulation {
  case peak
  case leaked
  case live(AskedTime?)
  case allocated
  case freed
  case survived(AskedSpan)
  case temporary(Int?)

  var text: String {
    switch self {
    case .peak: "peak"
    case .leaked: "leaked"
    case .live(let time): time.map { "live at \($0.text)" } ?? "live"
    case .allocated: "allocated"
    case .freed: "freed"
    case .survived(let span): "survived \(span.text)"
    case .temporary(let within): within.map { "temporary within \($0)" } ?? "temporary"
    }
  }

  var takesRange: Bool {
    switch self {
    case .live, .survived: false
    default: true
    }
  }

  /// Whether all of it is alive at the end.
  var isNeverFreed: Bool {
    switch self {
    case .leaked, .live(nil): true
    case .live(let time?): if case .end = time.base { time.offset == 0 } else { false }
    default: false
    }
  }
}

/// A row as a population holds it.
struct Holding {
  var row: RecordedRow
  var bytes: Int
  var count: Int
}

extension Recorded {
  /// What a population holds, a row at a time.
  ///
  /// A row freed more than once by memray's temporary rule is held as often.
  func holdings(_ population: AskedPopulation, in span: AskedSpan?) -> [Holding] {
    let range = span.map { $0.states(self) ?? (from: 0, to: 0) } ?? (from: 0, to: endState)
    func isBorn(_ row: RecordedRow) -> Bool { range.from <= row.birth && row.birth < range.to }
    switch population {
    case .peak: return living(in: span == nil ? peakState : peak(from: range.from, to: range.to))
    case .live(let time): return living(in: time?.state(self) ?? endState)
    case .leaked: return living(in: endState).filter { isBorn($0.row) }
    case .allocated:
      return rows.filter(isBorn).map { Holding(row: $0, bytes: $0.size, count: 1) }
    case .freed:
      return rows.compactMap { row in
        guard let death = row.death, range.from <= death, death < range.to else { return nil }
        return Holding(row: row, bytes: row.bytes(in: .max), count: 1)
      }
    case .survived(let span):
      guard let (from, to) = span.states(self) else { return [] }
      return rows.filter { from <= $0.birth && $0.isLive(in: to) }
        .map { Holding(row: $0, bytes: $0.bytes(in: to), count: 1) }
    case .temporary(let within):
      return rows.filter(isBorn).flatMap { row in
        row.ages.filter { $0 <= within ?? 1 }
          .map { _ in Holding(row: row, bytes: row.size, count: 1) }
      }
    }
  }

  func living(in state: Int) -> [Holding] {
    rows.filter { $0.isLive(in: state) }
      .map { Holding(row: $0, bytes: $0.bytes(in: state), count: $0.pieces(in: state)) }
  }
}

/// What is measured of a group.
enum AskedMeasure: String, CaseIterable {
  case size
  case count
  case averageSize = "avg size"
  case maximumSize = "max size"
  case averageLifetime = "avg lifetime"
  case maximumLifetime = "max lifetime"

  var column: String { rawValue.replacing(" ", with: "_") }
  var asksLifetime: Bool { self == .averageLifetime || self == .maximumLifetime }

  func value(_ held: [Holding]) -> Double? {
    let bytes = held.reduce(0) { $0 + $1.bytes }
    let count = held.reduce(0) { $0 + $1.count }
    let lifetimes = held.compactMap(\.row.lifetime)
    switch self {
    case .size: return Double(bytes)
    case .count: return Double(count)
    case .averageSize: return count == 0 ? nil : Double(bytes) / Double(count)
    case .maximumSize: return held.map { Double($0.row.size) }.max()
    case .averageLifetime:
      return lifetimes.isEmpty ? nil : Double(lifetimes.reduce(0, +)) / Double(lifetimes.count)
    case .maximumLifetime: return lifetimes.max().map(Double.init)
    }
  }
}

/// A condition of `having`.
indirect enum AskedLimits {
  case compare(AskedMeasure, AskedComparison, Int)
  /// A percent of the total.
  case share(AskedMeasure, AskedComparison, Int)
  case not(AskedLimits)
  case and(AskedLimits, AskedLimits)
  case or(AskedLimits, AskedLimits)

  var text: String {
    switch self {
    case .compare(let measure, let comparison, let number):
      "\(measure.rawValue) \(comparison.rawValue) \(number)"
        + ([.size, .averageSize, .maximumSize].contains(measure) ? "B" : "")
    case .share(let measure, let comparison, let percent):
      "\(measure.rawValue) \(comparison.rawValue) \(percent)%"
    case .not(let part): "not (\(part.text))"
    case .and(let left, let right): "(\(left.text)) and (\(right.text))"
    case .or(let left, let right): "(\(left.text)) or (\(right.text))"
    }
  }

  var asksLifetime: Bool {
    switch self {
    case .compare(let measure, _, _), .share(let measure, _, _): measure.asksLifetime
    case .not(let part): part.asksLifetime
    case .and(let left, let right), .or(let left, let right):
      left.asksLifetime || right.asksLifetime
    }
  }

  func holds(_ held: [Holding], of all: [Holding]) -> Bool {
    switch self {
    case .compare(let measure, let comparison, let number):
      return measure.value(held).map { comparison.holds($0, Double(number)) } ?? false
    case .share(let measure, let comparison, let percent):
      let bound = (measure.value(all) ?? 0) * Double(percent) / 100
      return measure.value(held).map { comparison.holds($0, bound) } ?? false
    case .not(let part): return !part.holds(held, of: all)
    case .and(let left, let right): return left.holds(held, of: all) && right.holds(held, of: all)
    case .or(let left, let right): return left.holds(held, of: all) || right.holds(held, of: all)
    }
  }
}

/// The windows of the key `window`.
enum AskedWindows {
  case over(Int)
  case every(Int)

  var text: String {
    switch self {
    case .over(let count): "over \(count) windows"
    case .every(let time): "every \(time)ms"
    }
  }

  func ends(_ capture: Recorded) -> [Double] {
    let duration = Double(capture.duration)
    switch self {
    case .over(let count):
      return (0..<count).dropFirst().map { duration * Double($0) / Double(count) }
    case .every(let time):
      return Array(stride(from: Double(time), to: duration, by: Double(time)))
    }
  }
}

/// A question of `top`.
struct AskedQuestion {
  enum Column {
    case measure(AskedMeasure)
    case key(AskedKey)
  }

  var population = AskedPopulation.peak
  var span: AskedSpan?
  var measures: [AskedMeasure] = []
  var keys: [AskedKey] = [.lineno]
  var isInclusive = false
  var windows: AskedWindows?
  var filter: AskedPredicate?
  var having: AskedLimits?
  var hides: [AskedHide] = []
  var fromFrame: AskedPattern?
  var order: [(column: Column, isAscending: Bool)] = []
  /// Rows shown; nil for all.
  var limit: Int?
  var captures: [Recorded] = []

  /// Takes the key `window` out, with what needs it.
  mutating func leaveOutWindows() {
    guard windows != nil || keys.contains(.window) else { return }
    windows = nil
    order = []
    keys.removeAll { $0 == .window }
    if keys.isEmpty { keys = [.capture] }
    if !keys.contains(where: \.isOfFrame) { isInclusive = false }
  }

  /// The measures, default filled in.
  var shownMeasures: [AskedMeasure] { measures.isEmpty ? [.size, .count] : measures }

  /// The sentence.
  var text: String {
    sentence(
      "top \(limit.map(String.init) ?? "all")", measures.map(\.rawValue).joined(separator: ", "))
  }

  /// The sentence that tests the only measure against a bound.
  func assertion(_ comparison: AskedComparison, _ bound: String) -> String {
    sentence("assert", "\(shownMeasures[0].rawValue) \(comparison.rawValue) \(bound)")
  }

  private func sentence(_ verb: String, _ measured: String) -> String {
    var words = [verb, population.text]
    if let span { words.append("in \(span.text)") }
    words.append(measured)
    words.append("by \(keys.map(\.rawValue).joined(separator: ", "))")
    if isInclusive { words.append("inclusive") }
    if let windows { words.append(windows.text) }
    if let filter { words.append("where \(filter.text)") }
    if let having { words.append("having \(having.text)") }
    if !hides.isEmpty { words.append("hide \(hides.map(\.text).joined(separator: ", "))") }
    if let fromFrame { words.append("from frame \(fromFrame.text)") }
    words.append("of \(captures.map { "\"\($0.name)\"" }.joined(separator: ", "))")
    let columns = order.map { column, isAscending in
      switch column {
      case .measure(let measure): "\(measure.rawValue) \(isAscending ? "asc" : "desc")"
      case .key(let key): "\(key.rawValue) \(isAscending ? "asc" : "desc")"
      }
    }
    if !columns.isEmpty { words.append("order by \(columns.joined(separator: ", "))") }
    return words.filter { !$0.isEmpty }.joined(separator: " ")
  }
}
