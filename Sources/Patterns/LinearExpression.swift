/// A regular expression that is matched in time linear in the text, whatever both hold.
///
/// An automaton without backtracking: the cost of a character is bounded by the expression, and
/// mostly one look-up. What it met is remembered, so that one of them is used by one thread.
package final class LinearExpression {
  private var automaton: Automaton

  /// Reads an expression.
  ///
  /// - Parameters:
  ///   - text: the expression, in the syntax of Swift's `Regex`.
  ///   - ignoresCase: whether letters of either case are met.
  ///   - isWhole: whether a text must be met as a whole, not in any part.
  /// - Throws: what is wrong with it, and where.
  package init(
    _ text: String, ignoresCase: Bool = false, isWhole: Bool = false
  ) throws(ExpressionError) {
    let (tree, tests) = try ExpressionParser.parse(text, ignoresCase: ignoresCase)
    let program = try ExpressionProgram(tree, isWhole: isWhole, length: text.utf8.count)
    automaton = Automaton(program, tests)
  }

  /// Whether a text is met.
  package func matches(_ text: String) -> Bool { automaton.matches(text) }
}
