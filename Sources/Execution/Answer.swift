package import Results
package import Language

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
  /// Whether the assertion holds; nil for answers of other statements.
  package private(set) var holds: Bool?

  /// An answer and where it goes.
  package init(content: Content, verb: Verb?, output: Output, limit: Int?) {
    self.content = content
    self.verb = verb
    self.output = output
    self.limit = limit
  }

  /// What became of an assertion: the groups that fail.
  init(assertion table: ResultTable, holds: Bool, output: Output) {
    self.init(content: .table(table), verb: .top, output: output, limit: nil)
    self.holds = holds
  }
}
