import Patterns

/// What `drop_frames` and `keep_frames` cut off, by pprof's rule.
///
/// A frame whose name meets the first expression and not the second is cut with everything it
/// called, but never before a frame of the program has come. Source: `profile/prune.go` of
/// google/pprof.
struct PProfPruning {
  /// What a place loses.
  enum Cut: Equatable {
    case none
    /// All of it, since its outermost function is dropped.
    case whole
    /// What its outermost functions called: so many of them are kept.
    case beneath(Int)
  }

  private let drop: LinearExpression
  private let keep: LinearExpression?

  /// The expressions of a profile; nil when it names none that can be read.
  init?(drop: String, keep: String) {
    guard !drop.isEmpty, let pattern = Self.expression(drop) else { return nil }
    self.drop = pattern
    self.keep = keep.isEmpty ? nil : Self.expression(keep)
  }

  /// An expression for whole names.
  private static func expression(_ text: String) -> LinearExpression? {
    try? LinearExpression(text, isWhole: true)
  }

  /// What a place loses, by the names of its functions, outermost first.
  func cut(_ functions: [String]) -> Cut {
    guard let place = functions.firstIndex(where: { isDropped($0) }) else { return .none }
    return place == 0 ? .whole : .beneath(place)
  }

  private func isDropped(_ function: String) -> Bool {
    guard !function.isEmpty else { return false }
    let name = String(Self.simplified(function))
    return drop.matches(name) && keep?.matches(name) != true
  }

  /// Without a dot in front and without arguments; parts of a name that have parentheses stay.
  private static func simplified(_ function: String) -> Substring {
    var name = Substring(function)
    if name.first == "." { name = name.dropFirst() }
    var place = name.startIndex
    while let open = name[place...].firstIndex(of: "(") {
      let rest = name[open...]
      if rest.hasPrefix("(anonymous namespace)") {
        place = name.index(open, offsetBy: "(anonymous namespace)".count)
      } else if rest.hasPrefix("()"), name[..<open].hasSuffix("operator") {
        place = name.index(open, offsetBy: 2)
      } else {
        return name[..<open]
      }
    }
    return name
  }
}
