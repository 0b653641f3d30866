import Language
import Store

/// Masks over the rows of a segment: 1 for rows that pass, one byte a row.
///
/// Plain loops without branches, which the compiler turns into vector code. Cost: about
/// 0.3 ns a row and loop (benchmark: `lifetime < 100`).
enum RowMask {
  /// Keeps rows whose value lies in `range`.
  static func keep(_ values: [UInt32], in range: ClosedRange<UInt32>, mask: inout [UInt8]) {
    keep(values, 0..<values.count, in: range, mask: &mask)
  }

  /// Keeps those of some rows whose value lies in `range`.
  static func keep(
    _ values: [UInt32], _ rows: Range<Int>, in range: ClosedRange<UInt32>, mask: inout [UInt8]
  ) {
    let source = values.span
    var target = mask.mutableSpan
    let (lower, width) = (range.lowerBound, range.upperBound &- range.lowerBound)
    for row in rows.clamped(to: 0..<min(source.count, target.count)) {
      let isIn: UInt8 = (source[row] &- lower) <= width ? 1 : 0
      target[row] &= isIn
    }
  }

  /// Keeps rows of which `left` is greater than `right`.
  static func keep(_ left: [UInt32], greaterThan right: [UInt32], mask: inout [UInt8]) {
    let (a, b) = (left.span, right.span)
    var target = mask.mutableSpan
    for row in 0..<min(a.count, b.count, target.count) {
      let passes: UInt8 = a[row] > b[row] ? 1 : 0
      target[row] &= passes
    }
  }

  /// Keeps rows of which `left` is at most `right`.
  static func keep(_ left: [UInt32], atMost right: [UInt32], mask: inout [UInt8]) {
    let (a, b) = (left.span, right.span)
    var target = mask.mutableSpan
    for row in 0..<min(a.count, b.count, target.count) {
      let passes: UInt8 = a[row] <= b[row] ? 1 : 0
      target[row] &= passes
    }
  }

  /// The answer of each row's class.
  static func gather(_ answers: [UInt8], _ classes: [UInt32], count: Int) -> [UInt8] {
    var mask = [UInt8](repeating: 0, count: count)
    let (source, table) = (classes.span, answers.span)
    var target = mask.mutableSpan
    for row in 0..<count { target[row] = table[Int(source[row])] }
    return mask
  }

  /// Keeps rows that pass both.
  static func and(_ other: [UInt8], into mask: inout [UInt8]) {
    let source = other.span
    var target = mask.mutableSpan
    for row in 0..<min(source.count, target.count) { target[row] &= source[row] }
  }

  /// Keeps rows that pass either.
  static func or(_ other: [UInt8], into mask: inout [UInt8]) {
    let source = other.span
    var target = mask.mutableSpan
    for row in 0..<min(source.count, target.count) { target[row] |= source[row] }
  }

  /// Turns passing rows into others and the other way round.
  static func flip(_ mask: inout [UInt8]) {
    var target = mask.mutableSpan
    for row in 0..<target.count { target[row] ^= 1 }
  }

  /// Adds each passing row to its class.
  static func count(_ mask: [UInt8], _ classes: [UInt32], into counts: inout [UInt32]) {
    let (source, numbers) = (mask.span, classes.span)
    var target = counts.mutableSpan
    for row in 0..<source.count { target[Int(numbers[row])] &+= UInt32(source[row]) }
  }
}

extension RowBuffers {
  /// The rows whose lifetime lies in `range`, in allocations; rows never freed do not pass.
  ///
  /// A lifetime is the number of rows born before the death, less the row's own number. It
  /// is at most L when the death comes no later than the birth of the row L places further,
  /// so no lifetime is computed.
  func lifetimeMask(in range: ClosedRange<UInt32>) -> [UInt8] {
    var mask = [UInt8](repeating: 1, count: count)
    guard lives.isEmpty else {
      keepLives(in: range, mask: &mask)
      return mask
    }
    RowMask.keep(deaths, in: 0...(Clock.never - 1), mask: &mask)
    if range.lowerBound > 0 {
      RowMask.keep(deaths, greaterThan: births(shiftedBy: range.lowerBound - 1), mask: &mask)
    }
    if range.upperBound < UInt32.max - 1 {
      RowMask.keep(deaths, atMost: births(shiftedBy: range.upperBound), mask: &mask)
    }
    return mask
  }
}

extension RowBuffers {
  /// The greatest number of instants that `lives` tells apart.
  static let greatestLife: UInt32 = 253

  /// The same as `lifetimeMask`, from bytes alone.
  ///
  /// Both bounds must be such that no shift by them is above `greatestLife`.
  private func keepLives(in range: ClosedRange<UInt32>, mask: inout [UInt8]) {
    let lives = lives
    forEachShift(range.upperBound) { (rows, shift) in
      RowMask.keep(lives, rows, above: nil, atMost: UInt8(clamping: shift), mask: &mask)
    }
    guard range.lowerBound > 0 else { return }
    forEachShift(range.lowerBound - 1) { (rows, shift) in
      RowMask.keep(lives, rows, above: UInt8(clamping: shift), atMost: nil, mask: &mask)
    }
  }
}

extension RowMask {
  /// Keeps rows whose life, the byte less one, lies within bounds; 0 is no life at all.
  fileprivate static func keep(
    _ lives: [UInt8], _ rows: Range<Int>, above: UInt8?, atMost: UInt8?, mask: inout [UInt8]
  ) {
    let source = lives.span
    var target = mask.mutableSpan
    if let atMost {
      for row in rows {
        let passes: UInt8 = source[row] &- 1 <= atMost ? 1 : 0
        target[row] &= passes
      }
    }
    if let above {
      for row in rows {
        let passes: UInt8 = source[row] &- 1 > above ? 1 : 0
        target[row] &= passes
      }
    }
  }
}

extension Clock {
  /// Calls `body` for stretches of `count` rows from `row` on, counted from 0, within which as
  /// many instants lie between a row's birth and that of the row `shift` places further.
  func forEachShift(
    _ shift: UInt32, from row: UInt32, count: Int, _ body: (Range<Int>, UInt32) -> Void
  ) {
    // Steps after the row, and those up to the row `shift` places further.
    var low = Int(birth(of: row) &- row)
    var high = low
    var place = 0
    while place < count {
      let current = UInt64(row) + UInt64(place)
      while low < steps.count, UInt64(steps[low]) <= current { low += 1 }
      high = max(high, low)
      while high < steps.count, UInt64(steps[high]) <= current + UInt64(shift) { high += 1 }
      var next = count
      if low < steps.count { next = min(next, place + Int(UInt64(steps[low]) - current)) }
      if high < steps.count {
        next = min(next, place + Int(UInt64(steps[high]) - current - UInt64(shift)))
      }
      body(place..<next, shift &+ UInt32(high - low))
      place = next
    }
  }
}

extension Condition {
  /// The greatest lifetime that the condition tells from longer ones, 0 when it looks at none;
  /// nil when it needs more of a death.
  var greatestLifetime: UInt32? {
    var greatest: UInt32? = 0
    for test in leaves {
      guard let known = greatest, let lifetime = test.greatestLifetime else { return nil }
      greatest = max(known, lifetime)
    }
    return greatest
  }
}

extension RowTest {
  fileprivate var greatestLifetime: UInt32? {
    switch self {
    case .constant, .sites, .size, .sizeClass, .births: return 0
    case .lifetime(let test):
      guard let numbers = test.wholeNumbers else { return test.isNegated ? nil : 0 }
      return test.isNegated || numbers.upperBound > RowBuffers.greatestLife
        ? nil : numbers.upperBound
    case .duration: return nil
    }
  }
}

extension NumberTest {
  /// The whole numbers between the bounds, negation left aside; nil when there are none.
  var wholeNumbers: ClosedRange<UInt32>? {
    let least = includesLower ? lower.rounded(.up) : (lower + 1).rounded(.down)
    let greatest = includesUpper ? upper.rounded(.down) : (upper - 1).rounded(.up)
    guard least <= greatest, greatest >= 0, least <= Double(UInt32.max - 1) else { return nil }
    return UInt32(max(0, least))...UInt32(min(greatest, Double(UInt32.max - 1)))
  }
}
