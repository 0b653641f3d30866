import Testing

@testable import Language

/// What may stand where somebody types.
@Suite struct CompletionTests {
  @Test(arguments: [
    ("t", ["top", "timeline", "tree", "temporary"]), ("top 10 by fi", ["filename"]),
    ("top 10 as cs", ["csv"]), ("show ca", ["capture", "captures"]),
    (
      "growth per ",
      [
        "second", "minute", "hour",
      ]
    ), ("top live ", ["at"]), ("mark ", ["on"]), ("top where stack ", ["has"]),
    ("top 10 by lineno w", ["where"]), ("top hide na", ["native"]), ("list by", []),
  ])
  func wordsAreThoseOfThePlace(text: String, words: [String]) {
    let found = Completion(text).words
    for word in words { #expect(found.contains(word), "\(text): \(found)") }
    if words.isEmpty || words.count == 1 && !text.hasSuffix(" ") { #expect(found == words) }
  }

  @Test(arguments: [
    ("top of ", Completion.Values.captures), ("top by lineno of a vs ", .captures),
    ("top of a, ", .captures), ("peek ", .frames), ("top hide ", .frames),
    ("top where stack has ", .frames), ("flame from frame ", .frames),
    ("top where function = ", .key("function")), ("top where thread in (a, ", .key("thread")),
    ("flame to ", .paths), ("source ", .files), ("top live at mark(", .marks),
    ("paths to ", .key("type")),
  ])
  func valuesAreThoseOfThePlace(text: String, values: Completion.Values) {
    #expect(Completion(text).values == values)
  }

  @Test func whereANameStandsNoWordIsOffered() {
    #expect(Completion("top of ").words.isEmpty)
    #expect(Completion("top where function = ").words.isEmpty)
    #expect(Completion("peek ").words.isEmpty)
  }

  @Test func whatAVerbRefusesIsNotOffered() {
    #expect(!Completion("stats ").words.contains("having"))
  }

  @Test func theWordBehindTheCursorIsCut() {
    #expect(Completion("top 10 by lin").typed == "lin")
    #expect(Completion("top where function = \"a b").typed == "\"a b")
    #expect(Completion("top; lis").words == ["list"])
  }
}

/// Which lines are one statement.
@Suite struct StatementLinesTests {
  @Test(arguments: [
    ("top 10", false), ("top where (size > 1MB", true), ("top where function = \"a", true),
    ("top 10 \\", true), ("top where function = \"a(\"", false), ("top -- (", false),
    ("what's leaking", false), ("top where not (a or b)", false),
  ])
  func unfinished(text: String, isUnfinished: Bool) {
    #expect(StatementLines.isUnfinished(text) == isUnfinished)
  }

  @Test func pastedQuestionsAreOneStatement() throws {
    let text = """
      top 10 by lineno
        where size > 1MB
        and not stack has json
      list 5 where (size > 1kB
        or size < 10B)
      stats \\
        leaked
      """
    let joined = StatementLines.joined(text)
    #expect(joined.utf8.count == text.utf8.count)
    #expect(
      try Parser.parse(joined).map(\.canonicalText) == [
        "top 10 by lineno where size > 1MB and not stack has json",
        "list 5 where size > 1kB or size < 10B", "stats leaked",
      ])
  }

  @Test func lineEndsThatEndStatementsStay() throws {
    let text = "let big = size > 1MB\ntop 3 where big\n\npeak -- the default\nleaked"
    #expect(StatementLines.joined(text) == text)
  }
}
