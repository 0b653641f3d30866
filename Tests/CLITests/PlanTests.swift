import Foundation
import TestSupport
import Testing

/// The plans in `Grammar/corpus/plans.case`; `MEMQ_RECORD=1` writes them anew.
@Suite("Plans")
struct PlanTests {
  private static let file = Project.root.appending(path: "Grammar/corpus/plans.case")

  @Test("the corpus says what is read")
  func plans() throws {
    let place = try Workplace(captures: ["threads.bin", "leak_cache.bin"])
    #expect(try place.memq("import", "threads.bin", "leak_cache.bin").status == 0)
    let text = try String(contentsOf: Self.file, encoding: .utf8)
    var recorded: [String] = []
    var count = 0
    for block in text.components(separatedBy: "\n\n") {
      let lines = block.split(separator: "\n")
      guard let question = lines.first(where: { $0.hasPrefix("> ") })?.dropFirst(2) else {
        recorded.append(block)
        continue
      }
      let outcome = try place.memq("explain \(question)")
      #expect(outcome.status == 0, "\(question): \(outcome.errors)")
      // The question, an empty line, the column's name, the canonical form, the steps.
      let plan = outcome.output.split(separator: "\n").dropFirst(2)
      let actual =
        ["> \(question)", "= \(plan.first ?? "")"] + plan.dropFirst().map { "- \($0)" }
      recorded.append(actual.joined(separator: "\n"))
      count += 1
      if ProcessInfo.processInfo.environment["MEMQ_RECORD"] == nil {
        #expect(actual == lines.map(String.init), "\(question)")
      }
    }
    #expect(count > 40)
    if ProcessInfo.processInfo.environment["MEMQ_RECORD"] != nil {
      try (recorded.joined(separator: "\n\n") + "\n")
        .write(to: Self.file, atomically: true, encoding: .utf8)
    }
  }
}
