import CaptureModel
import Foundation
import Testing

@testable import CaptureFormats

@Suite struct TracemallocDamageTests {
  /// Where and why a forced reading ends.
  static func refusal(_ bytes: [UInt8]) throws -> (offset: UInt64, reason: String)? {
    let scratch = try ScratchFile(bytes)
    guard
      case .malformed(_, "tracemalloc", .byte(let offset), let reason)? =
        openingError(scratch.path, format: "tracemalloc")
    else { return nil }
    return (offset, reason)
  }

  @Test(arguments: [
    "hostile-ext1", "hostile-global-eval", "hostile-inst", "hostile-newobj-other-class",
    "hostile-obj", "hostile-persid", "hostile-reduce-print", "wrong-list", "broken-deep-nesting",
    "broken-memo-index", "broken-string-length",
  ])
  func whatIsNoSnapshotIsNotTakenForOne(name: String) throws {
    let path = fixture("tracemalloc", "edges/\(name).pickle")
    switch openingError(path) {
    // Some begin as no pickle must.
    case .foreign?, .unrecognized?: break
    case let other: Issue.record("\(String(describing: other))")
    }
    #expect(try Self.refusal(fixtureBytes("tracemalloc", "edges/\(name).pickle")) != nil)
  }

  /// Places by the disassembly of `python -m pickletools`; the bad instruction lies in a name,
  /// which is looked at when it is used.
  @Test(arguments: [
    ("hostile-ext1", 2), ("hostile-global-eval", 0), ("hostile-inst", 1), ("hostile-obj", 3),
    ("hostile-newobj-other-class", 19), ("hostile-persid", 2), ("hostile-reduce-print", 30),
    ("broken-bad-opcode", 65), ("broken-memo-index", 2), ("broken-string-length", 2),
    ("broken-no-stop", 315), ("broken-deep-nesting", 1003), ("wrong-list", 20),
  ])
  func refusalsNameThePlace(name: String, offset: UInt64) throws {
    let refusal = try Self.refusal(fixtureBytes("tracemalloc", "edges/\(name).pickle"))
    #expect(refusal?.offset == offset, "\(refusal?.reason ?? "accepted")")
  }

  @Test func callsInsideASnapshotAreRefused() throws {
    let path = fixture("tracemalloc", "edges/hostile-inside-snapshot.pickle")
    guard case .malformed(_, _, .byte, let reason)? = openingError(path) else {
      Issue.record("accepted")
      return
    }
    #expect(reason == "builtins.print is no part of a snapshot; nothing was executed")
  }

  @Test func shapesAreChecked() throws {
    // The size is a text.
    let refusal = try Self.refusal(fixtureBytes("tracemalloc", "edges/wrong-shape.pickle"))
    #expect(refusal?.reason == "a tuple where a trace belongs")
  }

  @Test func emptyFilesAreEmpty() {
    let path = fixture("tracemalloc", "edges/broken-empty.pickle")
    #expect(openingError(path) == .empty(path: path))
  }

  @Test func newerProtocolsAreNamed() throws {
    let bytes = try fixtureBytes("tracemalloc", "edges/broken-protocol-9.pickle")
    #expect(try Self.refusal(bytes)?.reason == "pickle protocol 9, newer than 5")
  }

  @Test func framesMustBeAllThere() throws {
    let bytes = try fixtureBytes("tracemalloc", "edges/broken-frame-too-long.pickle")
    #expect(try Self.refusal(bytes)?.reason == "the data end inside a frame")
    #expect(try Self.refusal(bytes)?.offset == UInt64(bytes.count))
  }

  /// A pickle means something only as a whole.
  @Test(arguments: [
    "py311-nframe1/snap-00", "py37-nframe5/snap-00", "edges/protocol-0", "edges/protocol-1",
    "edges/protocol-2", "edges/no-memo",
  ])
  func cutSnapshotsAreRefused(name: String) throws {
    let bytes = try fixtureBytes("tracemalloc", "\(name).pickle")
    let scratch = try ScratchFile()
    for length in stride(from: 1, to: bytes.count, by: max(1, bytes.count / 60)) {
      try scratch.write(Array(bytes[..<length]))
      let error = openingError(scratch.path, format: "tracemalloc")
      #expect(error != nil, "cut at \(length)")
      if case .malformed(_, _, .byte(let offset), _)? = error {
        #expect(offset <= UInt64(length))
      }
    }
  }

  @Test(arguments: [
    "py311-nframe25/snap-01", "py37-nframe5/snap-00", "edges/protocol-0", "edges/protocol-1",
    "edges/rare-values", "edges/no-memo",
  ])
  func changedBytesNeverTrap(name: String) throws {
    let bytes = try fixtureBytes("tracemalloc", "\(name).pickle")
    try Damage.flip(bytes, format: "tracemalloc")
    try Damage.mutate(bytes, format: "tracemalloc")
  }

  @Test func hostileSizesStayInBounds() throws {
    let start: [UInt8] = [0x80, 5]
    // A million marks, a memo entry far away, a text that claims 2^32 bytes, a long of 255.
    #expect(try Self.refusal(start + Array(repeating: 0x28, count: 1_000_000))?.offset == 66)
    #expect(try Self.refusal(start + [0x4E, 0x72, 0xFF, 0xFF, 0xFF, 0x7F])?.offset == 3)
    #expect(try Self.refusal(start + [0x58, 0xFF, 0xFF, 0xFF, 0xFF, 0x2E])?.offset == 2)
    #expect(try Self.refusal(start + [0x8A, 0xFF] + Array(repeating: 1, count: 255))?.offset == 2)
    // Ends without beginnings and operands that are not there.
    for opcode: UInt8 in [0x61, 0x62, 0x64, 0x65, 0x6C, 0x73, 0x74, 0x75, 0x81, 0x85, 0x93, 0x94] {
      #expect(try Self.refusal(start + [opcode, 0x2E]) != nil)
    }
  }
}
