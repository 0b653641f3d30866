package import Results
package import Language

/// What a statement yields.
package struct Answer: Sendable {
  /// Rows that are too many to be in memory at once, as tables with the answer's columns.
  ///
  /// Calls its argument with one table after the other; what that throws ends it. Can be asked
  /// again while the state of the store is held that the answer is of.
  package typealias Parts = @Sendable ((ResultTable) throws -> Void) throws -> Void

  /// The content, by shape.
  package enum Content: Sendable {
    case table(ResultTable)
    case tree(StackTree)
  }

  /// The table or tree.
  package var content: Content
  /// All rows, where the table of the content has only the first of them.
  package var parts: Parts?
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
