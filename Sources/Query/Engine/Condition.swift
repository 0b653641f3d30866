import Language
import Store

/// A `where` made ready for one capture: texts are decided per site, sizes per class, and only
/// times and lifetimes are left for rows.
indirect enum Condition: Sendable {
  case constant(Bool)
  case and([Condition])
  case or([Condition])
  case not(Condition)
  /// One answer per site.
  case sites([Bool])
  /// Bytes of one record.
  case size(NumberTest)
  /// Power-of-two class of the size, by its lower bound in bytes.
  case sizeClass(NumberTest)
  /// Lifetime in allocations; rows never freed do not pass.
  case lifetime(NumberTest)
  /// Lifetime in milliseconds; rows never freed do not pass.
  case duration(NumberTest)
  /// Instants of birth.
  case births(Range<UInt32>)

  /// Whether rows must be looked at.
  var needsRows: Bool {
    switch self {
    case .constant, .sites, .size, .sizeClass: false
    case .lifetime, .duration, .births: true
    case .and(let parts), .or(let parts): parts.contains { $0.needsRows }
    case .not(let part): part.needsRows
    }
  }

  /// Whether sites or sizes can rule a row out.
  var canPrune: Bool {
    switch self {
    case .constant(let value): !value
    case .sites, .size, .sizeClass: true
    case .lifetime, .duration, .births: false
    case .and(let parts), .or(let parts): parts.contains { $0.canPrune }
    case .not(let part): part.canPrune
    }
  }

  /// Whether sizes must be looked at.
  var needsClasses: Bool {
    switch self {
    case .constant, .sites, .lifetime, .duration, .births: false
    case .size, .sizeClass: true
    case .and(let parts), .or(let parts): parts.contains { $0.needsClasses }
    case .not(let part): part.needsClasses
    }
  }

  /// The answer for a class; nil when it depends on the row.
  func answer(site: Int, size: UInt64) -> Bool? {
    switch self {
    case .constant(let value): return value
    case .sites(let passes): return passes[site]
    case .size(let test): return test.passes(Double(size))
    case .sizeClass(let test): return test.passes(Double(SizeClass.lowerBound(size)))
    case .lifetime, .duration, .births: return nil
    case .not(let part): return part.answer(site: site, size: size).map { !$0 }
    case .and(let parts):
      let answers = parts.map { $0.answer(site: site, size: size) }
      if answers.contains(false) { return false }
      return answers.contains(nil) ? nil : true
    case .or(let parts):
      let answers = parts.map { $0.answer(site: site, size: size) }
      if answers.contains(true) { return true }
      return answers.contains(nil) ? nil : false
    }
  }
}

/// A comparison of a number with bounds.
struct NumberTest {
  var lower = -Double.infinity
  var includesLower = true
  var upper = Double.infinity
  var includesUpper = true
  var isNegated = false

  /// Whether the number meets the bounds.
  @inline(__always) func passes(_ number: Double) -> Bool {
    let above = includesLower ? number >= lower : number > lower
    let below = includesUpper ? number <= upper : number < upper
    return (above && below) != isNegated
  }

  /// `op value`.
  static func comparison(_ comparison: Comparison, _ value: Double) -> NumberTest {
    switch comparison {
    case .less: NumberTest(upper: value, includesUpper: false)
    case .lessOrEqual: NumberTest(upper: value)
    case .greater: NumberTest(lower: value, includesLower: false)
    case .greaterOrEqual: NumberTest(lower: value)
    case .notEqual, .doesNotMatch: NumberTest(lower: value, upper: value, isNegated: true)
    case .equal, .matches: NumberTest(lower: value, upper: value)
    }
  }
}

/// Power-of-two classes of sizes and lifetimes.
enum SizeClass {
  /// The greatest power of two that is not above `value`; 0 for 0.
  static func lowerBound(_ value: UInt64) -> UInt64 {
    value == 0 ? 0 : 1 << UInt64(63 - value.leadingZeroBitCount)
  }

  /// A small number for the class: 0 for 0, else bits of the value.
  static func index(_ value: UInt64) -> Int { 64 - value.leadingZeroBitCount }

  /// The lower bound of a class by its number.
  static func lowerBound(index: Int) -> UInt64 { index == 0 ? 0 : 1 << UInt64(index - 1) }
}
