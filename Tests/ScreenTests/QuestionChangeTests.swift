import Language
import Screen
import Testing

/// Questions made from questions.
@Suite("Changed questions")
struct QuestionChangeTests {
  @Test(
    "looking below a frame",
    arguments: [
      ("top 20 live by lineno", "top 20 live by lineno from frame \"app.py:12\""),
      ("growth 5", "growth 5 from frame \"app.py:12\""),
      (
        "top live where size > 1kB from frame main",
        "top live where size > 1kB and stack has main from frame \"app.py:12\""
      ),
      ("top live from frame \"app.py:12\"", "top live from frame \"app.py:12\""),
      ("show threads", nil), ("top by", nil), ("paths to dict", nil), ("top; top", nil),
    ] as [(String, String?)])
  func descending(question: String, expected: String?) {
    #expect(QuestionChange.descending(into: "app.py:12", of: question) == expected)
  }

  @Test(
    "hiding a frame",
    arguments: [
      ("top live", "top live hide \"f\""), ("top live hide native", "top live hide native, \"f\""),
      ("top live hide none", "top live hide \"f\""), ("top hide \"f\"", "top hide \"f\""),
      ("show keys", nil),
    ] as [(String, String?)])
  func hiding(question: String, expected: String?) {
    #expect(QuestionChange.hiding("f", in: question) == expected)
  }

  @Test(
    "the question for what frames hold with their callees",
    arguments: [
      ("top 20 live by lineno", "top all live by lineno inclusive"),
      ("peak", "top all peak inclusive"), ("top by lineno inclusive", nil), ("growth", nil),
      ("top by thread", nil), ("top by lineno, thread", nil), ("top vs other", nil),
      ("show keys", nil),
    ] as [(String, String?)])
  func inclusive(question: String, expected: String?) {
    #expect(QuestionChange.inclusive(question) == expected)
  }

  @Test("common questions are questions, each with keys of its own that no other use has")
  func common() {
    let digits = CommonQuestion.all.map(\.digit)
    let letters = CommonQuestion.all.map(\.letter)
    #expect(Set(digits + letters).count == digits.count + letters.count)
    #expect(Set(letters).isDisjoint(with: ["q", "h", "b", "m", "/", "?", " "]))
    for one in CommonQuestion.all {
      #expect((try? Parser.parse(one.question)) != nil, "\(one)")
    }
  }
}
