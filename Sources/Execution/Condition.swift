import Language
import Store

/// A `where` made ready for one capture.
typealias Condition = Logic<RowTest>

/// A single condition for one capture: texts are decided per site, sizes per class, and only times
/// and lifetimes are left for rows.
enum RowTest: Sendable {
  case constant(Bool)
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

  /// What decides it.
  enum Level { case nothing, site, size, row }

  var level: Level {
    switch self {
    case .constant: .nothing
    case .sites: .site
    case .size, .sizeClass: .size
    case .lifetime, .duration, .births: .row
    }
  }

  /// The answer for every row of a site; nil when it depends on the size or the row.
  func answer(site: Int) -> Bool? {
    switch self {
    case .constant(let value): value
    case .sites(let passes): passes[site]
    case .size, .sizeClass, .lifetime, .duration, .births: nil
    }
  }

  /// The answer for a class; nil when it depends on the row.
  func answer(site: Int, size: UInt64) -> Bool? {
    switch self {
    case .constant, .sites: answer(site: site)
    case .size(let test): test.passes(Double(size))
    case .sizeClass(let test): test.passes(Double(SizeClass.lowerBound(size)))
    case .lifetime, .duration, .births: nil
    }
  }
}

extension Condition {
  static func constant(_ value: Bool) -> Condition { .leaf(.constant(value)) }
  static func sites(_ passes: [Bool]) -> Condition { .leaf(.sites(passes)) }
  static func size(_ test: NumberTest) -> Condition { .leaf(.size(test)) }
  static func births(_ instants: Range<UInt32>) -> Condition { .leaf(.births(instants)) }

  /// Whether rows must be looked at.
  var needsRows: Bool { contains { $0.level == .row } }

  /// Whether sites or sizes can rule a row out.
  var canPrune: Bool {
    contains { test in
      if case .constant(let value) = test { return !value }
      return test.level != .row
    }
  }

  /// Whether sizes must be looked at.
  var needsClasses: Bool { contains { $0.level == .size } }

  /// The answer for a class; nil when it depends on the row.
  ///
  /// The rule of `Logic.answer`, again because it is asked for every class of every segment, and that
  /// would copy the tree for each.
  func answer(site: Int, size: UInt64) -> Bool? {
    switch self {
    case .leaf(let test): test.answer(site: site, size: size)
    case .not(let part): part.answer(site: site, size: size).map { !$0 }
    case .and(let parts): Self.joined(parts, until: false, site, size)
    case .or(let parts): Self.joined(parts, until: true, site, size)
    }
  }

  private static func joined(
    _ parts: [Condition], until deciding: Bool, _ site: Int, _ size: UInt64
  ) -> Bool? {
    var isKnown = true
    for part in parts {
      let answer = part.answer(site: site, size: size)
      if answer == deciding { return deciding }
      if answer == nil { isKnown = false }
    }
    return isKnown ? !deciding : nil
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
