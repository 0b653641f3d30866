package import Columns

/// What a statement yields.
package struct Answer: Sendable {
  /// The content, by shape.
  package enum Content: Sendable {
    case table(ResultTable)
    case tree(StackTree)
  }

  /// The table or tree.
  package var content: Content
  /// The verb asked; nil for `show` and `explain`.
  package var verb: Verb?
  /// How and where to write it.
  package var output: Output
  /// The verb's or the query's number of rows; nil means all.
  package var limit: Int?
  /// Whether it is an assertion's.
  package var isAssertion = false
  /// Whether it is an assertion that does not hold.
  package var isFalseAssertion = false

  /// An answer and where it goes.
  package init(
    content: Content, verb: Verb?, output: Output, limit: Int?, isFalseAssertion: Bool = false
  ) {
    self.content = content
    self.verb = verb
    self.output = output
    self.limit = limit
    self.isFalseAssertion = isFalseAssertion
  }
}
