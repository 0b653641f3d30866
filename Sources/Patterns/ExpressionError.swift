/// Why a text is no regular expression that can be matched in linear time, and where.
package struct ExpressionError: Error, Equatable {
  /// What is wrong, for a person.
  package let reason: String
  /// Whether it is written as it should be, but no automaton can match it.
  package var needsBacktracking = false
  /// Where it is: UTF-8 offsets in the expression.
  package let range: Range<Int>
}

extension ExpressionError {
  /// The same, as what needs backtracking.
  var backtracking: Self {
    var error = self
    error.needsBacktracking = true
    return error
  }
}
