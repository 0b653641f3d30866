import Language
import Planning

/// Prints measures of sums, of one side or of the left and the right.
struct SQLValues {
  /// What samples are divided by to be in their unit.
  let samplesScale: Double
  /// How two sides are compared; nil for one side.
  let difference: Difference?
  /// What each side is divided by.
  let divisors: (left: Double, right: Double)?

  /// A measure of a row whose columns have a prefix; NULL where it has none.
  func value(_ measure: Measure, _ prefix: String) throws(QueryError) -> String {
    if difference != nil, measure == .sizeDifference { return try change(.size, prefix) }
    if difference != nil, measure == .countDifference { return try change(.count, prefix) }
    let side = difference == nil ? prefix : prefix + "left_"
    let sum = try sum(measure, side)
    guard let divisors, isDivided(measure) else { return scaled(sum, measure) }
    return scaled("\(sum) / \(Self.real(divisors.left))", measure)
  }

  /// A measure of the left less that of the right; an empty group has none of anything.
  func change(_ measure: Measure, _ prefix: String = "") throws(QueryError) -> String {
    func side(_ name: String) throws(QueryError) -> String {
      let value = try sum(measure, prefix + name)
      guard !isSum(measure) else { return value }
      // Sums may be scaled to nothing; the greatest record or lifetime is still there.
      let isEmpty =
        measure == .averageSize
        ? "\(prefix)\(name)bytes = 0 AND \(prefix)\(name)blocks = 0"
        : "coalesce(\(prefix)\(name)held, 0) = 0"
      return "CASE WHEN \(isEmpty) THEN 0 ELSE \(value) END"
    }
    let (left, right) = (try side("left_"), try side("right_"))
    guard let divisors, isDivided(measure) else { return scaled("(\(left) - \(right))", measure) }
    return scaled(
      "(\(left) / \(Self.real(divisors.left)) - \(right) / \(Self.real(divisors.right)))", measure)
  }

  /// A measure of sums, before it is scaled.
  func sum(_ measure: Measure, _ side: String) throws(QueryError) -> String {
    switch measure {
    case .size, .samples: "\(side)bytes"
    case .count: "\(side)blocks"
    case .sampleType(let type): "\(side)" + ["bytes", "blocks", "third", "fourth"][type.slot & 3]
    case .averageSize:
      "CASE WHEN \(side)blocks <> 0 THEN CAST(\(side)bytes AS REAL) / \(side)blocks END"
    case .maximumSize:
      "CASE WHEN \(side)blocks <> 0 OR \(side)greatest <> 0 THEN \(side)greatest END"
    case .averageLifetime:
      "CASE WHEN \(side)freed <> 0 THEN CAST(\(side)life AS REAL) / \(side)freed END"
    case .maximumLifetime: "CASE WHEN \(side)freed <> 0 THEN \(side)longest END"
    case .objects, .retainedSize, .deepSize:
      throw .cannotAnswer(
        "`\(measure.name)` is of single objects, which these tables do not hold",
        suggestion: "ask without --sql")
    case .sizeDifference, .countDifference, .rate, .series:
      throw .cannotAnswer("`\(measure.name)` is no sum of rows", suggestion: "ask without --sql")
    }
  }

  /// The sums that a measure is made of.
  static func columns(_ measure: Measure) -> [String] {
    switch measure {
    case .maximumSize: ["greatest"]
    case .averageLifetime, .maximumLifetime: ["life"]
    case .sampleType(let type): [["bytes", "blocks", "third", "fourth"][type.slot & 3]]
    default: []
    }
  }

  private func isSum(_ measure: Measure) -> Bool {
    [.size, .count, .samples].contains(measure) || measure.sampleType != nil
  }

  private func isDivided(_ measure: Measure) -> Bool { divisors != nil && isSum(measure) }

  private func scaled(_ value: String, _ measure: Measure) -> String {
    let scale =
      switch measure {
      case .samples: samplesScale
      case .sampleType(let type): Double(type.scale)
      default: 1.0
      }
    let scaled = scale == 1 ? value : "\(value) / \(Self.real(scale))"
    return difference?.isNormalized == true ? "CAST(\(scaled) AS REAL)" : scaled
  }

  /// A number with a fraction, so that division has one.
  private static func real(_ number: Double) -> String { "\(number)" }

  /// A bound on a measure, of a total where it is a share.
  func limits(
    _ limits: Limits, _ prefix: String, total: (Measure) throws(QueryError) -> String
  ) throws(QueryError) -> String {
    switch limits {
    case .and(let parts), .or(let parts):
      var texts: [String] = []
      for part in parts { texts.append(try self.limits(part, prefix, total: total)) }
      let isAnd = if case .and = limits { true } else { false }
      return "(" + texts.joined(separator: isAnd ? " AND " : " OR ") + ")"
    case .not(let part): return "NOT (\(try self.limits(part, prefix, total: total)))"
    case .leaf(let limit):
      let (measure, comparison, amount) = (limit.measure, limit.comparison, limit.amount)
      let operation =
        switch comparison.value {
        case .less, .lessOrEqual, .greater, .greaterOrEqual: comparison.value.rawValue
        case .equal, .matches: "="
        case .notEqual, .doesNotMatch: "<>"
        }
      let bound: String =
        if case .percent(let percent) = amount.value {
          "coalesce(\(try total(measure.value)), 0) * \(Self.real(percent)) / 100"
        } else {
          SQLDialect.number(amount.value.number(of: measure.value))
        }
      return "coalesce(\(try value(measure.value, prefix)) \(operation) \(bound), FALSE)"
    }
  }
}
