import Results
import Foundation
import Language
import Execution
import Store
import Testing

/// Python objects that memray followed, against its own list of created and destroyed ones.
@Suite struct MemrayObjectTests {
  @Test(arguments: ["synthetic_objects", "synthetic_objects_native"])
  func survivorsByStack(_ name: String) throws {
    let fixture = MemrayFixture(name: name)
    let expected = try #require(try fixture.json("objects"))
    var living: [UInt64: [FrameText]] = [:]
    for event in expected["events"] as? [[String: Any]] ?? [] {
      let address = (event["address"] as? NSNumber)?.uint64Value ?? 0
      let stack = (event["stack"] as? [[Any]] ?? []).map { frame in
        FrameText(
          function: frame[0] as? String ?? "", file: frame[1] as? String ?? "",
          line: (frame[2] as? NSNumber)?.intValue ?? 0)
      }
      living[address] = event["created"] as? Bool == true ? stack : nil
    }
    var wanted: [[FrameText]: Int64] = [:]
    for stack in living.values { wanted[stack, default: 0] += 1 }
    #expect(!wanted.isEmpty)
    let (store, _) = try fixture.imported()
    let question = "top all leaked objects by traceback hide native"
    let table = try #require(try MemrayQuestionTests.tables(store, question).first)
    guard case .stacks(let stacks) = table.columns.first?.values else {
      Issue.record("no stacks")
      return
    }
    let counts = MemrayQuestionTests.integers(table, "objects")
    var found: [[FrameText]: Int64] = [:]
    for row in stacks.indices { found[stacks[row] ?? [], default: 0] += counts[row] ?? 0 }
    #expect(found == wanted)
  }

  @Test func captureWithoutObjectsSaysSo() throws {
    let (store, _) = try MemrayFixture(name: "threads").imported()
    let error = #expect(throws: EngineError.self) {
      try Engine(store: store, formats: []).run("top objects by lineno") { _ in }
    }
    guard case .query(let reason)? = error else {
      Issue.record("answered")
      return
    }
    #expect(reason.message.contains("follows no Python objects"))
  }
}
