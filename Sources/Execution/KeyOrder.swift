import Language
import Results

extension KeyValue {
  /// Order of values of one key: numbers by size, `file:line` by file then line, stacks frame
  /// by frame from the oldest, as tracemalloc does.
  static func precedes(_ left: KeyValue?, _ right: KeyValue?) -> Bool {
    compare(left, right) < 0
  }

  /// Negative, zero or positive; absent values come first.
  static func compare(_ left: KeyValue?, _ right: KeyValue?) -> Int {
    switch (left, right) {
    case (nil, nil): return 0
    case (nil, _): return -1
    case (_, nil): return 1
    case (.integer(let a), .integer(let b)): return a < b ? -1 : a > b ? 1 : 0
    case (.text(let a), .text(let b)): return compareTexts(a, b)
    case (.stack(let a), .stack(let b)): return compareStacks(a, b)
    case (.integer, _): return -1
    case (_, .integer): return 1
    case (.text, _): return -1
    case (_, .text): return 1
    }
  }

  private static func compareTexts(_ a: String, _ b: String) -> Int {
    if a == b { return 0 }
    if let left = place(a), let right = place(b) {
      if left.file == right.file {
        return left.line < right.line ? -1 : left.line > right.line ? 1 : 0
      }
      return precedes(left.file, right.file) ? -1 : 1
    }
    if let left = windowStart(a), let right = windowStart(b), left != right {
      return left < right ? -1 : 1
    }
    return precedes(a, b) ? -1 : 1
  }

  /// By code points, as Python compares texts.
  private static func precedes(_ a: some StringProtocol, _ b: some StringProtocol) -> Bool {
    a.utf8.lexicographicallyPrecedes(b.utf8)
  }

  /// When a window such as `9.000..12.000 s` begins: windows follow the clock.
  private static func windowStart(_ text: String) -> Double? {
    guard text.hasSuffix(" s"), let dots = text.firstRange(of: "..") else { return nil }
    return Double(text[..<dots.lowerBound])
  }

  private static func place(_ text: String) -> (file: Substring, line: Int)? {
    guard let colon = text.lastIndex(of: ":"), let line = Int(text[text.index(after: colon)...])
    else { return nil }
    return (text[..<colon], line)
  }

  private static func compareStacks(_ a: [FrameText], _ b: [FrameText]) -> Int {
    for (left, right) in zip(a.reversed(), b.reversed()) where left != right {
      return compareFrames(left, right)
    }
    return a.count < b.count ? -1 : a.count > b.count ? 1 : 0
  }

  /// Order of two frames: by file, line, function.
  static func compareFrames(_ left: FrameText, _ right: FrameText) -> Int {
    if left == right { return 0 }
    if left.file != right.file { return precedes(left.file, right.file) ? -1 : 1 }
    if left.line != right.line { return left.line < right.line ? -1 : 1 }
    return precedes(left.function, right.function) ? -1 : 1
  }
}
