import Language
import Planning

/// Rows that `having` tests and `order by` sorts, whatever they are made of.
protocol MeasuredRows {
  associatedtype Row

  /// A row's value of a measure; nil where it has none.
  func value(_ measure: Measure, of row: Row) -> Double?

  /// A row's value of a key; nil where it has none.
  func key(_ key: Key, of row: Row) -> KeyValue?

  /// Order of two rows by a key.
  func compare(_ key: Key, _ a: Row, _ b: Row) -> Int
}

extension MeasuredRows {
  func compare(_ key: Key, _ a: Row, _ b: Row) -> Int {
    KeyValue.compare(self.key(key, of: a), self.key(key, of: b))
  }
}

extension MeasuredRows {
  /// Whether a row meets `having`; `total` is what a percentage is of.
  func passes(_ limits: Limits?, _ row: Row, total: (Measure) -> Double) -> Bool {
    limits?.holds { limit in
      guard let value = value(limit.measure.value, of: row) else { return false }
      let measure = limit.measure.value
      let bound = limit.amount.value.number(of: measure, total: total(measure))
      return NumberTest.comparison(limit.comparison.value, bound).passes(value)
    } ?? true
  }

  /// Whether `order by` puts one row before another: negative, zero or positive.
  ///
  /// Measures fall and keys rise unless told otherwise; what has no value comes last of measures
  /// that fall, and first of keys that rise.
  func compare(_ a: Row, _ b: Row, by order: [OrderColumn]) -> Int {
    for column in order {
      switch column.column.value {
      case .measure(let measure):
        let (left, right) = (
          value(measure, of: a) ?? -.infinity, value(measure, of: b) ?? -.infinity
        )
        if left != right { return (left < right) == (column.isAscending ?? false) ? -1 : 1 }
      case .key(let key):
        let compared = compare(key, a, b)
        if compared != 0 { return (compared < 0) == (column.isAscending ?? true) ? -1 : 1 }
      case .time: continue
      }
    }
    return 0
  }
}

/// Rows between the nodes of a plan, by number: those that are left, in order, and how many of them
/// are shown.
protocol RowSet: MeasuredRows where Row == Int {
  /// The rows that are left, in order once they were put into one.
  var rows: [Int] { get set }
  /// How many of them are shown.
  var shownCount: Int { get set }

  /// What a percentage of a measure is of.
  func whole(_ measure: Measure) -> Double

  /// Whether a row comes before another that `order by` does not tell from it.
  func precedes(_ a: Int, _ b: Int, _ ordering: Ordering) -> Bool

  /// Refuses to test or order by what rows do not have.
  func check(_ measures: [Located<Measure>]) throws(EngineError)

  /// The rows as assertions test them.
  var measured: MeasuredGroups { get }
}

extension RowSet {
  func check(_ measures: [Located<Measure>]) throws(EngineError) {}

  /// Keeps the rows that meet limits.
  mutating func keep(_ limits: Limits) {
    let set = self
    rows.removeAll { !set.passes(limits, $0) { set.whole($0) } }
    shownCount = rows.count
  }

  /// Puts the rows shown into an order; those beyond the limit follow in any.
  mutating func sort(by ordering: Ordering) {
    let set = self
    let columns = ordering.columns
    var first = TopK<Int>(limit: ordering.limit) { a, b in
      let asked = columns.isEmpty ? 0 : set.compare(a, b, by: columns)
      return asked == 0 ? set.precedes(a, b, ordering) : asked < 0
    }
    for row in rows { first.add(row) }
    let shown = first.sorted
    if shown.count < rows.count {
      let chosen = Set(shown)
      rows = shown + rows.filter { !chosen.contains($0) }
    } else {
      rows = shown
    }
    shownCount = shown.count
  }
}
