/// A question that one key asks.
package struct CommonQuestion: Sendable {
  /// The digit that asks it.
  package let digit: Character
  /// The letter that asks it.
  package let letter: Character
  /// What the line of keys calls it.
  package let title: String
  /// What it asks.
  package let question: String

  /// The question that a screen begins with.
  package static let first = "top 20 live by lineno"

  /// All of them.
  package static let all = [
    CommonQuestion(digit: "1", letter: "l", title: "live", question: first),
    CommonQuestion(digit: "2", letter: "p", title: "peak", question: "top 20 peak by lineno"),
    CommonQuestion(
      digit: "3", letter: "a", title: "last 10 s",
      question: "top 20 allocated in end-10s..end by lineno"),
    CommonQuestion(digit: "4", letter: "g", title: "growth", question: "growth 20 by lineno"),
    CommonQuestion(digit: "5", letter: "t", title: "threads", question: "show threads"),
    CommonQuestion(
      digit: "6", letter: "f", title: "functions", question: "top 20 live by function"),
    CommonQuestion(digit: "7", letter: "s", title: "suspects", question: "suspects"),
    CommonQuestion(digit: "8", letter: "c", title: "course", question: "timeline size, rss"),
  ]
}
