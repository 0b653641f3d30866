import Columns
import Language

/// Sorts groups: `order by` first, then the measures as named, size, count and the keys.
struct GroupOrder {
  private enum Term {
    case measure(Measure, ascending: Bool)
    case key(Int, ascending: Bool)
  }

  private let terms: [Term]

  init(measures: [Measure], keys: [Key], order: [OrderColumn]) {
    var terms: [Term] = []
    for column in order {
      switch column.column.value {
      case .measure(let measure):
        terms.append(.measure(measure, ascending: column.isAscending ?? false))
      case .key(let key):
        guard let index = keys.firstIndex(of: key) else { continue }
        terms.append(.key(index, ascending: column.isAscending ?? true))
      case .time: continue
      }
    }
    for measure in measures + [.size, .count] {
      terms.append(.measure(measure, ascending: false))
    }
    for index in keys.indices { terms.append(.key(index, ascending: false)) }
    self.terms = terms
  }

  /// The first `limit` groups in order; all without a limit.
  func leading(_ limit: Int?, of groups: [Int], in table: GroupTable) -> [Int] {
    var leaders = Leaders<Int>(limit: limit) { precedes($0, $1, table) }
    for group in groups { leaders.add(group) }
    return leaders.sorted
  }

  /// The groups in order.
  func sorted(_ groups: [Int], in table: GroupTable) -> [Int] {
    groups.sorted { precedes($0, $1, table) }
  }

  private func precedes(_ left: Int, _ right: Int, _ table: GroupTable) -> Bool {
    for term in terms {
      switch term {
      case .measure(let measure, let ascending):
        let a = table.sums[left].value(of: measure) ?? -.infinity
        let b = table.sums[right].value(of: measure) ?? -.infinity
        if a != b { return (a < b) == ascending }
      case .key(let index, let ascending):
        let order = KeyValue.compare(
          table.value(group: left, key: index), table.value(group: right, key: index))
        if order != 0 { return (order < 0) == ascending }
      }
    }
    return left < right
  }
}

/// Tests groups against `having`.
struct HavingFilter {
  let limits: Limits?
  let total: GroupSums
  /// What sums are divided by before they are compared.
  var weights: SampleWeights?

  /// Whether a group meets the limits.
  func passes(_ sums: GroupSums) -> Bool {
    limits.map { passes($0, sums) } ?? true
  }

  private func passes(_ limits: Limits, _ sums: GroupSums) -> Bool {
    switch limits {
    case .and(let parts): return parts.allSatisfy { passes($0, sums) }
    case .or(let parts): return parts.contains { passes($0, sums) }
    case .not(let part): return !passes(part, sums)
    case .compare(let measure, let comparison, let amount):
      guard let value = sums.value(of: measure.value) else { return false }
      let scale = weights?.scale(of: measure.value) ?? 1
      let bound = amount.value.number(
        of: measure.value, total: (total.value(of: measure.value) ?? 0) / scale)
      return NumberTest.comparison(comparison.value, bound).passes(value / scale)
    }
  }
}

extension Amount {
  /// The bound as a number of the measure's unit; a percent is of `total`.
  func number(of measure: Measure, total: Double = 0) -> Double {
    switch self {
    case .size(let bytes): bytes
    case .number(let number): number
    case .duration(let nanoseconds):
      Double(nanoseconds) / (measure == .series(.gcMilliseconds) ? 1e6 : 1e9)
    case .percent(let percent): total * percent / 100
    }
  }
}
