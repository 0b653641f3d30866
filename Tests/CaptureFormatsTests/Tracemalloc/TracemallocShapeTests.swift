import CaptureModel
import Testing

@testable import CaptureFormats

/// Snapshots written by hand, instruction by instruction.
@Suite struct TracemallocShapeTests {
  /// A protocol 2 snapshot around the instructions of its traces.
  static func snapshot(_ traces: [UInt8], limit: UInt8 = 1) -> [UInt8] {
    func text(_ text: String) -> [UInt8] { [0x58, UInt8(text.utf8.count), 0, 0, 0] + text.utf8 }
    func object(_ name: String) -> [UInt8] { Array("ctracemalloc\n\(name)\n)".utf8) + [0x81] }
    var bytes: [UInt8] = [0x80, 2] + object("Snapshot") + [0x7D, 0x28]
    bytes += text("traces") + object("_Traces") + [0x7D] + text("_traces") + traces
    bytes += [0x73, 0x62] + text("traceback_limit") + [0x4B, limit, 0x75, 0x62, 0x2E]
    return bytes
  }

  /// `("a.py", line)`.
  static func frame(_ line: UInt8) -> [UInt8] {
    [0x58, 4, 0, 0, 0] + Array("a.py".utf8) + [0x4B, line, 0x86]
  }

  static func read(_ bytes: [UInt8]) throws -> ProfileTally {
    let scratch = try ScratchFile(bytes)
    defer { withExtendedLifetime(scratch) {} }
    return try ProfileTally(path: scratch.path)
  }

  @Test func tracesOfPython34HaveNoDomain() throws {
    // [(48, (frame,))]
    let tally = try Self.read(
      Self.snapshot([0x5D, 0x4B, 48] + Self.frame(3) + [0x85, 0x86, 0x61]))
    #expect(tally.total(0) == 48 && tally.total(1) == 1)
    #expect(tally.records.first?.domain == nil)
    #expect(tally.stack(tally.records[0].stack) == [ProfileFrame(file: "a.py", line: 3)])
  }

  @Test func aTupleOfTracesWillDo() throws {
    // ((7, 48, (frame,), None),) with the frame's traceback
    let trace: [UInt8] = [0x28, 0x4B, 7, 0x4B, 48] + Self.frame(3) + [0x85, 0x4E, 0x74]
    let tally = try Self.read(Self.snapshot(trace + [0x85]))
    #expect(tally.total(0) == 48 && tally.records.first?.domain == 7)
  }

  @Test func theSameTraceCountsAsOftenAsItIsListed() throws {
    let trace: [UInt8] = [0x28, 0x4B, 0, 0x4B, 48] + Self.frame(3) + [0x85, 0x4B, 9, 0x74]
    // Remembered as 0 and listed three times.
    let tally = try Self.read(
      Self.snapshot([0x5D, 0x28] + trace + [0x71, 0, 0x68, 0, 0x68, 0, 0x65]))
    #expect(tally.total(0) == 144 && tally.total(1) == 3)
    #expect(tally.records.count == 1)
    #expect(tally.findings.map(\.count) == [3])
  }

  @Test func recursionIsOneStackWithAFrameTwice() throws {
    // Most recent first: line 5 called from line 5 called from line 2.
    let frames = Self.frame(5) + Self.frame(5) + Self.frame(2) + [0x87]
    let tally = try Self.read(
      Self.snapshot([0x5D, 0x4B, 0, 0x4B, 10] + frames + [0x87, 0x61]))
    #expect(tally.stack(tally.records[0].stack).map(\.line) == [2, 5, 5])
    #expect(tally.frames.count == 2)
  }

  @Test func sizesMayBeWide() throws {
    // LONG1 of eight bytes: 2^40.
    let size: [UInt8] = [0x8A, 8, 0, 0, 0, 0, 0, 1, 0, 0]
    let tally = try Self.read(
      Self.snapshot([0x5D, 0x4B, 0] + size + Self.frame(1) + [0x85, 0x87, 0x61]))
    #expect(tally.total(0) == 1 << 40)
  }

  static let otherShapes: [[UInt8]] = [
    // A negative size, a negative line, a negative domain, a second list, a list in a list.
    [0x5D, 0x4B, 0, 0x4A, 0xFF, 0xFF, 0xFF, 0xFF] + frame(1) + [0x85, 0x87, 0x61],
    [0x5D, 0x4B, 0, 0x4B, 1, 0x58, 1, 0, 0, 0, 0x61, 0x4A, 0xFF, 0xFF, 0xFF, 0xFF, 0x86, 0x85]
      + [0x87, 0x61],
    [0x5D, 0x4A, 0xFF, 0xFF, 0xFF, 0xFF, 0x4B, 1] + frame(1) + [0x85, 0x87, 0x61],
    [0x5D, 0x5D, 0x61],
    [0x5D, 0x4E, 0x61],
    [0x4E],
  ]

  @Test(arguments: otherShapes)
  func otherShapesAreRefused(traces: [UInt8]) throws {
    let scratch = try ScratchFile(Self.snapshot(traces))
    guard case .malformed(_, _, .byte, _)? = openingError(scratch.path) else {
      Issue.record("accepted, or refused for another reason")
      return
    }
  }
}
