import CaptureModel
import Testing

@testable import CaptureFormats

/// Cases that no recording has, encoded from the format's description.
@Suite struct MemrayRecordTests {
  static func read(_ bytes: [UInt8], capacity: Int = 1000) throws -> Tally {
    let scratch = try ScratchFile(bytes)
    return Tally(
      try FormatRegistry.events(path: scratch.path), capacity: capacity, keepingRecords: true)
  }

  @Test func addressesComeFromTheLastFifteenMisses() throws {
    var encoder = MemrayEncoder()
    encoder.thread(1)
    var expected: [EventRecord] = [EventRecord(kind: .switchThread)]
    var generator = SeededGenerator(seed: 3)
    for index in 0..<5000 {
      // Few addresses, so that most are in the cache and all leave it sometimes.
      let address = UInt64.random(in: 0..<40, using: &generator) << 40 | 0x7F00_0000_0008
      if index % 5 == 0 {
        let isCreated = index % 2 == 0
        encoder.object(address, created: isCreated)
        expected.append(
          EventRecord(kind: isCreated ? .objectCreated : .objectDestroyed, address: address))
      } else if index % 3 == 0 {
        encoder.event(5, address)
        expected.append(EventRecord(kind: .deallocate, address: address, allocator: .free))
      } else {
        let size = UInt64.random(in: 0...UInt64.max >> UInt64(index % 64), using: &generator)
        encoder.event(14, address, size: size)
        expected.append(
          EventRecord(kind: .allocate, address: address, size: size, allocator: .mmap))
      }
    }
    encoder.trailer()
    let tally = try Self.read(encoder.bytes)
    #expect(tally.records == expected)
    #expect(tally.ending == .complete)
  }

  @Test func allocatorsBySpecification() throws {
    let names: [UInt8: String] = [
      1: "PYMALLOC_FREE", 2: "PYMALLOC_MALLOC", 3: "PYMALLOC_CALLOC", 4: "PYMALLOC_REALLOC",
      5: "FREE", 6: "MALLOC", 7: "REALLOC", 8: "CALLOC", 9: "POSIX_MEMALIGN",
      10: "ALIGNED_ALLOC", 11: "MEMALIGN", 12: "VALLOC", 13: "PVALLOC", 14: "MMAP", 15: "MUNMAP",
    ]
    var encoder = MemrayEncoder()
    encoder.thread(1)
    for number: UInt8 in 1...15 {
      encoder.event(number, 8, size: number == 1 || number == 5 ? nil : UInt64(number))
    }
    encoder.trailer()
    let records = try Self.read(encoder.bytes).records.dropFirst()
    #expect(records.map(\.allocator.name) == (1...15).compactMap { names[$0] })
    #expect(records.map(\.size) == [0, 2, 3, 4, 0, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
    #expect(records.allSatisfy { ($0.kind == .deallocate) == $0.allocator.isDeallocator })
  }

  @Test func framesAreTriplesAnnouncedOnce() throws {
    var encoder = MemrayEncoder()
    encoder.thread(9)
    encoder.code(1, "f", "f.py", lineChange: 5, table: [0xD8, 0, 0, 0xD8, 0, 0])
    encoder.push(1, 0)
    encoder.push(1, 2)
    encoder.push(1, 0, entry: false)
    encoder.push(1, 0)
    encoder.push(7, 4)
    encoder.push(1, -1)
    // The code object's number is used again: new frames take the new text.
    encoder.code(1, "g", "g.py", lineChange: -2, table: [0xF8])
    encoder.push(1, 2)
    encoder.push(1, 0x4000_0000_0000)
    encoder.pop(16)
    encoder.trailer()
    let tally = try Self.read(encoder.bytes)
    #expect(tally.nodes.map(\.frame) == [0, 1, 2, 0, 3, 4, 1, 5])
    #expect(tally.nodes.map(\.parent) == Array(0..<8))
    #expect(tally.missingFrames == 8)
    #expect(
      tally.frames == [
        FrameDefinition(function: "f", file: "f.py", line: 6),
        FrameDefinition(function: "f", file: "f.py", line: 7),
        FrameDefinition(function: "f", file: "f.py", line: 6, isEntry: false),
        FrameDefinition(function: "", file: "", line: 0),
        FrameDefinition(function: "f", file: "f.py", line: 0),
        FrameDefinition(function: "g", file: "g.py", line: 0),
      ])
  }

  @Test func manyFramesStayApart() throws {
    var encoder = MemrayEncoder()
    encoder.thread(1)
    var arguments: [UInt32] = []
    for round in 0..<2 {
      for code in 0..<60 {
        for offset in 0..<100 {
          encoder.push(UInt64(code) << 32, Int64(offset * 2 - 100), entry: round == 0)
          arguments.append(UInt32(round * 6000 + code * 100 + offset))
        }
      }
    }
    encoder.bytes += encoder.bytes.suffix(300)
    encoder.trailer()
    let tally = try Self.read(encoder.bytes)
    #expect(Array(tally.nodes.prefix(12_000).map(\.frame)) == arguments)
    #expect(tally.frames.count == 12_000)
  }

  @Test func switchingToTheSameThreadSaysNothing() throws {
    var encoder = MemrayEncoder()
    for id: UInt64 in [3, 3, 70_000_000_000, 3] {
      encoder.thread(id)
      encoder.event(6, 8, size: 1)
    }
    encoder.bytes += [10] + Array("late".utf8) + [0]
    encoder.trailer()
    let tally = try Self.read(encoder.bytes)
    #expect(tally.records.map(\.kind.rawValue) == [2, 0, 0, 2, 0, 2, 0])
    #expect(tally.threadIDs == [3, 70_000_000_000])
    #expect(tally.threadNames == [3: "late"])
  }

  @Test(arguments: [
    (0, "unknown record tag 0"), (3, "unknown record tag 3"), (4, "unknown record tag 4"),
    (9, "unknown record tag 9"), (11, "unknown record tag 11"), (13, "unknown record tag 13"),
    (15, "unknown record tag 15"), (0x80, "unknown allocator 7"),
  ])
  func unknownTagsAreDamage(tag: Int, reason: String) throws {
    var encoder = MemrayEncoder()
    encoder.thread(1)
    encoder.event(6, 8, size: 5)
    let place = encoder.bytes.count
    encoder.bytes += [UInt8(tag), 7, 7, 7]
    encoder.trailer()
    let tally = try Self.read(encoder.bytes)
    #expect(tally.ending == .damaged(offset: UInt64(place), reason: reason))
    #expect(tally.events == 1)
  }

  @Test func recordsOfNoThreadAreDamage() throws {
    for version: Int32 in [13, 11] {
      for tag: UInt8 in version == 13 ? [0xFE, 0x41, 0x10, 10] : [0x11, 0x04, 0x09, 10] {
        var encoder = MemrayEncoder(version: version)
        let place = encoder.bytes.count
        encoder.bytes += [tag, 2, 2, 65, 0, 1]
        #expect(
          try Self.read(encoder.bytes).ending
            == .damaged(
              offset: UInt64(place),
              reason: "a record of a thread before the first context switch"))
      }
    }
  }

  @Test func numbersOfMoreThan64BitsAreDamage() throws {
    for length in 9...11 {
      var encoder = MemrayEncoder()
      encoder.thread(1)
      let place = encoder.bytes.count
      encoder.bytes += [0x86] + Array(repeating: 0xFF, count: length) + [1]
      encoder.trailer()
      let tally = try Self.read(encoder.bytes)
      if length == 9 {
        #expect(tally.records.last?.size == UInt64.max)
        #expect(tally.ending == .complete)
      } else {
        #expect(
          tally.ending
            == .damaged(offset: UInt64(place), reason: "a number longer than 64 bits"))
        #expect(tally.events == 0)
      }
    }
  }

  @Test func lengthsBeyondReasonAreDamageNotMemory() throws {
    var encoder = MemrayEncoder()
    let place = UInt64(encoder.bytes.count)
    encoder.bytes += [14, 1, 65, 0, 65, 0, 0]
    encoder.varint(1 << 60)
    #expect(
      try Self.read(encoder.bytes).ending
        == .damaged(
          offset: place, reason: "a table of 1152921504606846976 bytes, more than 16777216"))
    var endless = MemrayEncoder()
    endless.bytes += [14, 1] + Array(repeating: 65, count: 3 << 20)
    #expect(
      try Self.read(endless.bytes).ending
        == .damaged(offset: place, reason: "a text longer than 1048576 bytes"))
  }

  @Test func longTextsGrowTheWindow() throws {
    let text = String(repeating: "n", count: 1 << 20)
    var encoder = MemrayEncoder(commandLine: text)
    encoder.thread(1)
    encoder.code(1, text, text, lineChange: 1, table: Array(repeating: 0x80, count: 1 << 20))
    encoder.push(1, 0)
    encoder.bytes += [10] + Array(text.utf8) + [0]
    encoder.event(6, 8, size: 1)
    encoder.trailer()
    let tally = try Self.read(encoder.bytes)
    #expect(tally.frames == [FrameDefinition(function: text, file: text, line: 1)])
    #expect(tally.threadNames == [1: text])
    #expect(tally.events == 1)
    #expect(tally.ending == .complete)
    var tooLong = MemrayEncoder(commandLine: text + "n")
    tooLong.trailer()
    #expect(throws: CaptureError.self) { try Self.read(tooLong.bytes) }
  }

  /// Records across every boundary of windows, file chunks and LZ4 blocks.
  @Test func windowsMeetInsideRecords() throws {
    var encoder = MemrayEncoder()
    encoder.thread(1)
    var expected = [EventRecord(kind: .switchThread)]
    var generator = SeededGenerator(seed: 5)
    while encoder.bytes.count < 3 << 20 {
      let address = UInt64.random(in: 0..<1 << 45, using: &generator) * 8
      let size = UInt64.random(in: 0...UInt64.max >> 8, using: &generator)
      encoder.event(9, address, size: size)
      expected.append(
        EventRecord(
          kind: .allocate, address: address, size: size, allocator: .posixMemalign))
    }
    encoder.trailer()
    for bytes in [
      encoder.bytes, Self.storedFrame(encoder.bytes, code: 4),
      Self.storedFrame(encoder.bytes, code: 7),
    ] {
      let tally = try Self.read(bytes, capacity: 1 << 14)
      #expect(tally.ending == .complete)
      #expect(tally.records == expected)
    }
  }

  /// An LZ4 frame of stored blocks, their size given by the frame's code for it.
  static func storedFrame(_ content: [UInt8], code: UInt8) -> [UInt8] {
    var frame: [UInt8] = [0x04, 0x22, 0x4D, 0x18, 0x40, code << 4, 0]
    let length = 1 << (8 + 2 * Int(code))
    for start in stride(from: 0, to: content.count, by: length) {
      let part = content[start..<min(start + length, content.count)]
      let word = UInt32(part.count) | 0x8000_0000
      frame += (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * $0)) }
      frame += part
    }
    return frame + [0, 0, 0, 0]
  }
}
