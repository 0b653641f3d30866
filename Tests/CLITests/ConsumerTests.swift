import Foundation
import TestSupport
import Testing

@Suite("Consumers")
struct ConsumerTests {
  @Test("other people's readers read what memq writes")
  func readers() throws {
    let captures = ["leak_cache", "unicode", "threads", "native_h13", "long_lines_py311"]
    let place = try Workplace(captures: captures.map { "\($0).bin" })
    for capture in captures { #expect(try place.memq("import", "\(capture).bin").status == 0) }
    let script = Project.root.appending(path: "scripts/read-answers").path
    let outcome = try place.shell("python3 '\(script)' \(captures.joined(separator: " "))")
    #expect(outcome.output.hasSuffix("read 5\n"), "\(outcome.output)")
  }
}
