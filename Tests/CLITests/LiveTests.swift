import Foundation
import TestSupport
import Testing

/// `memq live`: streams that a loopback server plays.
@Suite struct LiveTests {
  private static let questions = [
    "top 20 by lineno of @ as csv", "top 20 leaked size, count by function, thread of @ as csv",
    "top 20 allocated count by lineno of @ as csv", "show peak of @ as csv",
  ]

  private func stream() throws -> Data {
    try Data(contentsOf: Project.fixtures("memray").appending(path: "socket_stream.bin"))
  }

  /// What a capture answers; names of captures left out.
  private func answers(_ place: Workplace, _ capture: String) throws -> [String] {
    try Self.questions.map {
      let outcome = try place.memq($0.replacingOccurrences(of: "@", with: capture))
      #expect(outcome.status == 0, "\(outcome.errors)")
      return outcome.output
    }
  }

  /// The capture of a stream answers as an import of the same bytes.
  private func expectImport(of bytes: Data, _ place: Workplace, _ capture: String) throws {
    try bytes.write(to: place.url.appending(path: "whole.bin"))
    let outcome = try place.memq("import", "whole.bin", "--db", "whole.db", "--name", capture)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let ours = try answers(place, capture)
    place.variables["MEMQ_DB"] = "whole.db"
    #expect(try answers(place, capture) == ours)
    place.variables["MEMQ_DB"] = nil
  }

  @Test(arguments: [997, 1 << 20]) func aStreamIsAnImport(_ length: Int) throws {
    let place = try Workplace()
    let bytes = try stream()
    let server = try LoopbackServer(bytes.pieces(of: length), pause: 0.001)
    let outcome = try place.memq("live", "\(server.port)", "--name", "played")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("top 10 by lineno of played"))
    #expect(try Data(contentsOf: place.url.appending(path: "played.bin")) == bytes)
    let again = try place.memq("import", "played.bin")
    #expect(again.output == "played.bin is already there as played\n")
    try expectImport(of: bytes, place, "played")
  }

  @Test func aStreamThatBreaksOffKeepsWhatCame() throws {
    let place = try Workplace()
    let bytes = try stream().prefix(3000)
    let server = try LoopbackServer(Data(bytes).pieces(of: 1))
    let outcome = try place.memq("live", "127.0.0.1:\(server.port)", "--name", "cut")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try place.memq("show quality of cut").output.contains("cut end"))
    try expectImport(of: Data(bytes), place, "cut")
  }

  @Test func answersComeNowAndThen() throws {
    let place = try Workplace()
    let bytes = try stream()
    let server = try LoopbackServer(bytes.pieces(of: bytes.count / 20), pause: 0.1)
    let outcome = try place.memq(
      "live", "localhost:\(server.port)", "top 1 by function as jsonl", "--every", "300ms")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count >= 3)
    #expect(lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
  }

  @Test func assertionsDecideTheStatus() throws {
    let place = try Workplace()
    let server = try LoopbackServer([try stream()])
    let outcome = try place.memq("live", "\(server.port)", "assert peak size < 1B", "--discard")
    #expect(outcome.status == 1, "\(outcome.errors)")
    let left = try FileManager.default.contentsOfDirectory(atPath: place.url.path)
    #expect(left.allSatisfy { $0.hasPrefix("memq.db") })
  }

  @Test(arguments: [
    ("", "before a byte came"), ("memray\0\u{0d}\0\0\0", "inside the header"),
    ("HTTP/1.1 400 Bad Request\r\n\r\n", "no memray stream"),
  ]) func whatIsNoStreamLeavesNothing(_ sent: String, _ word: String) throws {
    let place = try Workplace()
    let server = try LoopbackServer([Data(sent.utf8)])
    let outcome = try place.memq("live", "\(server.port)")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains(word), "\(outcome.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.url.path) == [])
  }

  @Test(arguments: [
    ("example.org:80", "looks no names up"), ("0", "names no port"), ("70000", "names no port"),
    ("::1:80", "stands in brackets"), ("nothing", "no port"),
  ]) func whatIsNoTargetIsSaid(_ target: String, _ word: String) throws {
    let place = try Workplace()
    let outcome = try place.memq("live", target)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains(word), "\(outcome.errors)")
  }

  @Test func ctrlCWhileNobodyListensLeavesNothing() throws {
    let place = try Workplace()
    // A server's port, once its only client has come.
    let server = try LoopbackServer([])
    _ = try place.memq("live", "\(server.port)")
    let memq = try RunningMemq(place, ["live", "\(server.port)"])
    #expect(try memq.waits { try memq.errors.contains("nobody listens") })
    #expect(memq.interrupt() == 130)
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.url.path) == [])
  }

  @Test func othersAskWhileItIsRecorded() throws {
    let place = try Workplace()
    let bytes = try stream()
    let server = try LoopbackServer(
      bytes.pieces(of: bytes.count / 2 + 1), pause: 3)
    let memq = try RunningMemq(place, ["live", "\(server.port)", "--name", "app"])
    #expect(
      try memq.waits {
        try place.memq("show quality of app").output.contains("while it was recorded")
      })
    let outcome = try place.memq("top 3 leaked by function of app")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("still being recorded"))
    #expect(try place.memq("check").status == 0)
    #expect(memq.interrupt() == 130)
    #expect(try memq.errors.contains("app.bin"))
    #expect(try place.memq("import", "app.bin").output.contains("already there as app"))
  }
}
