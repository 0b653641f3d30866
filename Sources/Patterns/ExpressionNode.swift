/// A regular expression as a tree; tests of characters are numbers of a table beside it.
indirect enum ExpressionNode {
  case empty
  case take(Int)
  case check(Assertion)
  case sequence([ExpressionNode])
  case alternatives([ExpressionNode])
  /// `most` is nil without an upper bound.
  case repeated(ExpressionNode, least: Int, most: Int?)

  /// What must hold between two characters.
  enum Assertion {
    case start, end, lineStart, lineEnd, endOrLastNewline, wordBoundary, noWordBoundary
  }

  /// Steps that the tree makes, at least one for each copy of a part; no more than
  /// `Int32.max`, whatever its counts say.
  var weight: Int {
    switch self {
    case .empty, .take, .check: 1
    case .sequence(let parts): Self.bounded(parts.reduce(1) { Self.bounded($0 + $1.weight) })
    case .alternatives(let parts):
      Self.bounded(parts.reduce(1) { Self.bounded($0 + $1.weight + 2) })
    case .repeated(let part, let least, let most):
      Self.bounded((part.weight + 2) * max(1, most ?? (least + 1)))
    }
  }

  private static func bounded(_ weight: Int) -> Int { min(weight, Int(Int32.max)) }
}
