import Foundation
import TestSupport
import Testing

/// Work that is killed outright, at any moment.
@Suite("Kills")
struct KillTests {
  /// How often an import is killed; `MEMQ_FUZZ_ITERATIONS` asks for more.
  private static let kills = min(
    200,
    ProcessInfo.processInfo.environment["MEMQ_FUZZ_ITERATIONS"].flatMap { Int($0) } ?? 10)

  /// A capture whose import takes about a second.
  private static var folded: Data {
    var text = ""
    for stack in 0..<60_000 {
      text += "main;a\(stack % 700);b\(stack % 9001);c\(stack) \(stack % 1000 + 1)\n"
    }
    return Data(text.utf8)
  }

  @Test("a killed import leaves all that was in the store, and itself whole or not at all")
  func imports() throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    #expect(try place.memq("import", "leak_cache.bin").status == 0)
    try Self.folded.write(to: place.url.appending(path: "large.folded"))
    let question = "top 3 leaked size, count by function of leak_cache as csv"
    let before = try place.memq(question).output
    #expect(before.contains("1459700"))
    var random = SeededNumbers(seed: 7)
    var whole = 0
    for kill in 0..<Self.kills {
      let name = "large-\(kill)"
      let memq = try RunningMemq(place, ["import", "large.folded", "--name", name])
      // From before it opens the store until after it has ended.
      usleep(UInt32(random.below(1_500_000)))
      memq.kill()
      let check = try place.memq("check")
      #expect(check.status == 0, "\(check.output)\(check.errors)")
      #expect(try place.memq(question).output == before)
      let found = try place.memq("top all samples by function of \"\(name)\" as csv")
      guard found.status == 0 else { continue }
      whole += 1
      // The sum of all samples: 60 times that of 1 to 1000.
      let rows = found.output.split(whereSeparator: \.isNewline).dropFirst()
      let sum = rows.compactMap { $0.split(separator: ",").last.flatMap { Int64($0) } }.reduce(0, +)
      #expect(sum == 60 * 500_500)
      #expect(try place.memq("rm", name).status == 0)
    }
    // One that is let be is whole.
    #expect(try place.memq("import", "large.folded", "--name", "last").status == 0)
    #expect(whole < Self.kills || Self.kills < 5, "no import was killed before its end")
  }
}
