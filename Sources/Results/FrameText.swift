/// A frame as results show it: function, file and line, without its raw identity.
package struct FrameText: Sendable, Hashable {
  /// Function name; empty when unknown.
  package var function: String
  /// File name; empty when unknown.
  package var file: String
  /// Line, 0 when unknown.
  package var line: Int

  /// A frame's text.
  package init(function: String, file: String, line: Int) {
    self.function = function
    self.file = file
    self.line = line
  }

  /// `file:line`, the canonical `lineno` of results.
  package var lineno: String { "\(file):\(line)" }
}
