/// A regular expression as steps of an automaton that may be at several of them at once.
struct ExpressionProgram {
  /// Most steps of one expression.
  static let stepLimit = 10_000

  enum Step {
    /// Goes on at the next step when the character passes the test of this number.
    case take(Int)
    case check(ExpressionNode.Assertion)
    case split(Int, Int)
    case jump(Int)
    case accept
  }

  private(set) var steps: [Step] = []

  /// Makes the steps of a tree.
  ///
  /// - Parameters:
  ///   - tree: the expression.
  ///   - isWhole: whether it must meet all of a text, not any part.
  ///   - length: bytes of the expression, for the place of the error.
  /// - Throws: that it would be too many.
  init(_ tree: ExpressionNode, isWhole: Bool, length: Int) throws(ExpressionError) {
    guard tree.weight <= Self.stepLimit else {
      throw ExpressionError(
        reason: "its repetitions make more than \(Self.stepLimit) steps", range: 0..<length)
    }
    if isWhole { steps.append(.check(.start)) }
    add(tree)
    if isWhole { steps.append(.check(.end)) }
    steps.append(.accept)
  }

  /// Whether what is between characters matters.
  var hasChecks: Bool { steps.contains { if case .check = $0 { true } else { false } } }

  /// Recursion is as deep as the tree, which the parser bounds.
  private mutating func add(_ node: ExpressionNode) {
    switch node {
    case .empty: break
    case .take(let test): steps.append(.take(test))
    case .check(let assertion): steps.append(.check(assertion))
    case .sequence(let parts): for part in parts { add(part) }
    case .alternatives(let parts): addAlternatives(parts)
    case .repeated(let part, let least, let most):
      for _ in 0..<least { add(part) }
      if let most {
        addOptional(part, count: most - least)
      } else {
        let split = steps.count
        steps.append(.jump(0))
        add(part)
        steps.append(.jump(split))
        steps[split] = .split(split + 1, steps.count)
      }
    }
  }

  private mutating func addAlternatives(_ parts: [ExpressionNode]) {
    var ends: [Int] = []
    for (index, part) in parts.enumerated() {
      guard index < parts.count - 1 else {
        add(part)
        break
      }
      let split = steps.count
      steps.append(.jump(0))
      add(part)
      ends.append(steps.count)
      steps.append(.jump(0))
      steps[split] = .split(split + 1, steps.count)
    }
    for end in ends { steps[end] = .jump(steps.count) }
  }

  private mutating func addOptional(_ part: ExpressionNode, count: Int) {
    var splits: [Int] = []
    for _ in 0..<max(0, count) {
      splits.append(steps.count)
      steps.append(.jump(0))
      add(part)
    }
    for split in splits { steps[split] = .split(split + 1, steps.count) }
  }
}
