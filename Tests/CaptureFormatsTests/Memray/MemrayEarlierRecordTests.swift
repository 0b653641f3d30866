import CaptureModel
import Testing

@testable import CaptureFormats

/// Headers 6 to 11: cases that no recording has.
@Suite struct MemrayEarlierRecordTests {
  @Test func framesOfHeader7AreDeltas() throws {
    var encoder = MemrayEncoder(version: 11)
    encoder.bytes += [12, 5, 0, 0, 0, 0, 0, 0, 0]
    frame(&encoder, flags: 0, change: 10, "f", line: 7)
    frame(&encoder, flags: 1, change: -3, "g", line: -2)
    encoder.bytes += [4, 6, 4, 5, 4, 4, 0x39]  // pushes of 10, 7 and the unknown 9, pop of 4
    encoder.bytes.append(0x10)
    let tally = try MemrayRecordTests.read(encoder.bytes)
    #expect(
      tally.frames == [
        FrameDefinition(function: "f", file: "f.py", line: 7),
        FrameDefinition(function: "g", file: "f.py", line: 5, isEntry: false),
        FrameDefinition(function: "", file: "", line: 0),
      ])
    #expect(tally.nodes.map(\.frame) == [0, 1, 2])
    #expect(tally.missingFrames == 1)
    #expect(tally.ending == .complete)
  }

  private func frame(
    _ encoder: inout MemrayEncoder, flags: UInt8, change: Int64, _ function: String, line: Int64
  ) {
    encoder.bytes.append(3 | flags << 4)
    encoder.signed(change)
    encoder.text(function)
    encoder.text("f.py")
    encoder.signed(line)
  }

  @Test func allocatorsOfHeader7() throws {
    let names = [
      "MALLOC", "FREE", "CALLOC", "REALLOC", "POSIX_MEMALIGN", "ALIGNED_ALLOC", "MEMALIGN",
      "VALLOC", "PVALLOC", "MMAP", "MUNMAP", "PYMALLOC_MALLOC", "PYMALLOC_CALLOC",
      "PYMALLOC_REALLOC", "PYMALLOC_FREE",
    ]
    var encoder = MemrayEncoder(version: 8)
    encoder.bytes += [12, 5, 0, 0, 0, 0, 0, 0, 0]
    for number: UInt8 in 1...15 {
      encoder.bytes.append(1 | number << 4)
      encoder.signed(16)
      if number != 2 && number != 15 { encoder.varint(UInt64(number)) }
    }
    encoder.bytes.append(0x10)
    let records = try MemrayRecordTests.read(encoder.bytes).records.dropFirst()
    #expect(records.map(\.allocator.name) == names)
    #expect(records.map(\.address) == (1...15).map { UInt64($0) * 16 })
    #expect(records.map(\.size) == [1, 0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0])
  }

  @Test func zeroBytesArePaddingInHeader7Only() throws {
    for version: Int32 in [7, 8] {
      var encoder = MemrayEncoder(version: version, events: 1)
      encoder.bytes += [12, 5, 0, 0, 0, 0, 0, 0, 0]
      let place = UInt64(encoder.bytes.count)
      encoder.bytes += [0, 0, 0x11, 2, 2, 0, 0, 0]
      let tally = try MemrayRecordTests.read(encoder.bytes)
      if version == 7 {
        #expect(tally.ending == .complete)
        #expect(tally.events == 1)
      } else {
        #expect(tally.ending == .damaged(offset: place, reason: "unknown record tag 0"))
      }
    }
  }

  @Test(arguments: [6, 7] as [Int32])
  func withoutTrailerTheHeaderSaysWhetherTrackingEnded(version: Int32) throws {
    for events: UInt64 in [0, 3] {
      var encoder = MemrayEncoder(version: version, events: events)
      encoder.bytes += [0, 0, 0, 0, 0, 0]
      let tally = try MemrayRecordTests.read(encoder.bytes)
      #expect((tally.ending == .complete) == (events > 0))
    }
  }

  @Test func everyRecordOfHeader6NamesItsThread() throws {
    var encoder = MemrayEncoder(version: 6, events: 3)
    record6(&encoder, 2, [(50, 8)])
    encoder.text("f")
    encoder.text("f.py")
    encoder.fixed(12, 4)
    record6(&encoder, 3, [(50, 8), (7, 8)])
    record6(&encoder, 1, [(7, 8), (0x1001, 8), (33, 8), (9, 4), (0, 4), (0, 8)])
    record6(&encoder, 1, [(8, 8), (0x1001, 8), (33, 8), (10, 4), (0, 4), (0, 8)])
    record6(&encoder, 1, [(7, 8), (0x1001, 8), (33, 8), (2, 4), (0, 4), (0, 8)])
    record6(&encoder, 8, [(8, 8), (0xFFFF_FF02, 8)])
    record6(&encoder, 9, [(8, 8)])
    encoder.text("eight")
    record6(&encoder, 10, [(1250, 8), (4096, 8)])
    let tally = try MemrayRecordTests.read(encoder.bytes, capacity: 2)
    let address: UInt64 = 0x1001
    #expect(
      tally.records == [
        EventRecord(kind: .switchThread, argument: 0),
        EventRecord(kind: .allocate, address: address, size: 33, argument: 1, allocator: .mmap),
        EventRecord(kind: .switchThread, argument: 1),
        EventRecord(kind: .deallocate, address: address, size: 33, allocator: .munmap),
        EventRecord(kind: .switchThread, argument: 0),
        EventRecord(kind: .deallocate, address: address, allocator: .free),
        EventRecord(kind: .switchThread, argument: 1),
        EventRecord(kind: .tick, address: 250, size: 4096),
      ])
    #expect(tally.nodes == [StackNode(parent: 0, frame: 0)])
    #expect(tally.missingFrames == 2)
    #expect(tally.threadNames == [8: "eight"])
    #expect(tally.ending == .complete)
  }

  private func record6(
    _ encoder: inout MemrayEncoder, _ tag: UInt64, _ fields: [(UInt64, Int)]
  ) {
    encoder.fixed(tag, 4)
    for (value, width) in fields { encoder.fixed(value, width) }
  }

  @Test func damageInHeader6() throws {
    var unknown = MemrayEncoder(version: 6, events: 3)
    let place = UInt64(unknown.bytes.count)
    unknown.fixed(11, 4)
    #expect(
      try MemrayRecordTests.read(unknown.bytes).ending
        == .damaged(offset: place, reason: "unknown record tag 11"))
    var allocator = MemrayEncoder(version: 6, events: 3)
    record6(&allocator, 1, [(7, 8), (8, 8), (33, 8), (11, 4), (0, 4), (0, 8)])
    #expect(
      try MemrayRecordTests.read(allocator.bytes).ending
        == .damaged(offset: place, reason: "unknown allocator 11"))
  }
}
