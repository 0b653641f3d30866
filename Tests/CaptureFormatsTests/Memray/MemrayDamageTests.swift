import CaptureModel
import Testing

@testable import CaptureFormats

@Suite struct MemrayDamageTests {
  static func open(_ name: String) throws -> any EventReader {
    try FormatRegistry.events(path: MemrayFixture(name: name).path)
  }

  @Test(arguments: MemrayFixture.brokenCaptures + ["corrupt_lz4", "truncated_lz4"])
  func everythingWholeIsSalvaged(name: String) throws {
    let salvage = try #require(try MemrayFixture(name: name).expected().salvage)
    let tally = Tally(try Self.open(name))
    #expect(tally.events == salvage.events)
    #expect(tally.allocations.count == salvage.allocations)
    #expect(tally.allocations.bytes == salvage.bytesAllocated)
    #expect(tally.ticks.count == salvage.memorySnapshots)
    #expect(tally.unannounced == 0)
    #expect(tally.ending != .complete)
  }

  @Test(arguments: ["killed_h06", "killed_h07", "killed_h11", "killed_h13", "cut_midrecord"])
  func killedProcessesAreIncomplete(name: String) throws {
    let fixture = MemrayFixture(name: name)
    let tally = Tally(try Self.open(name))
    guard case .incomplete(let offset, _) = tally.ending else {
      Issue.record("\(tally.ending)")
      return
    }
    // Behind the offset there is padding, and before it perhaps a part of a record.
    let bytes = try fixture.bytes()
    let end = bytes.lastIndex { $0 != 0 } ?? 0
    #expect(bytes.count >= Int(offset) && end - Int(offset) < 100)
  }

  @Test func unknownTagIsNamedWithItsPlace() throws {
    let whole = try MemrayFixture(name: "uncompressed").bytes()
    let damaged = try MemrayFixture(name: "corrupt_record").bytes()
    let place = try #require(zip(whole, damaged).enumerated().first { $1.0 != $1.1 }?.offset)
    let tally = Tally(try Self.open("corrupt_record"))
    #expect(
      tally.ending == .damaged(offset: UInt64(place), reason: "unknown record tag 3"))
  }

  @Test func impossibleBlockIsNamedWithItsPlace() throws {
    let bytes = try MemrayFixture(name: "corrupt_lz4").bytes()
    var place = 7
    var good = 0
    while true {
      let word = (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
      if word & 0x7FFF_FFFF > 65536 { break }
      place += 4 + word & 0x7FFF_FFFF
      good += 1
    }
    let tally = Tally(try Self.open("corrupt_lz4"))
    guard case .damaged(let offset, let reason) = tally.ending else {
      Issue.record("\(tally.ending)")
      return
    }
    #expect(reason.hasPrefix("an LZ4 block of impossible length"))
    #expect(reason.hasSuffix("at file offset \(place)"))
    #expect(offset <= UInt64(good * 65536) && offset > UInt64(good * 65536 - 100))
  }

  @Test func cutFrameIsNamedWithItsPlace() throws {
    let size = try MemrayFixture(name: "truncated_lz4").bytes().count
    let tally = Tally(try Self.open("truncated_lz4"))
    guard case .incomplete(_, let reason) = tally.ending else {
      Issue.record("\(tally.ending)")
      return
    }
    #expect(reason == "the LZ4 data are cut at file offset \(size)")
  }

  @Test(arguments: ["synthetic_edges", "synthetic_objects", "socket_stream", "pure_small_h07"])
  func everyPrefixYieldsAPrefix(name: String) throws {
    let fixture = MemrayFixture(name: name)
    let bytes = try fixture.bytes()
    let whole = Tally(try Self.open(name), keepingRecords: true)
    let scratch = try ScratchFile()
    for length in stride(from: 0, to: min(bytes.count, 2800), by: bytes.count > 1000 ? 7 : 1) {
      try scratch.write(Array(bytes[..<length]))
      guard let reader = try? FormatRegistry.events(path: scratch.path) else { continue }
      let tally = Tally(reader, keepingRecords: true)
      let isPrefix =
        whole.records.starts(with: tally.records) && whole.frames.starts(with: tally.frames)
        && whole.threadIDs.starts(with: tally.threadIDs)
      let isWhole = tally.records.count == whole.records.count
      if !isPrefix || tally.ending == .complete && !isWhole {
        Issue.record("cut to \(length) bytes: \(tally.ending), \(tally.records.count) records")
      }
    }
  }

  @Test(arguments: ["synthetic_edges", "synthetic_objects", "fork_child", "pure_small_h09"])
  func aFlippedByteHarmsNothingBeforeIt(name: String) throws {
    let bytes = try MemrayFixture(name: name).bytes()
    let scratch = try ScratchFile()
    let isRaw = bytes.first == MemrayLayout.magic.first
    // Every byte of a small capture, every seventh of a larger one.
    for place in stride(from: 0, to: min(bytes.count, 1400), by: bytes.count > 1000 ? 7 : 1) {
      var cut: [EventRecord] = []
      if isRaw {
        try scratch.write(Array(bytes[..<place]))
        if let reader = try? FormatRegistry.events(path: scratch.path) {
          cut = Tally(reader, keepingRecords: true).records
        }
      }
      for mask: UInt8 in [0xFF, 1 << UInt8(place & 7)] {
        var changed = bytes
        changed[place] ^= mask
        try scratch.write(changed)
        guard let reader = try? FormatRegistry.events(path: scratch.path) else { continue }
        let tally = Tally(reader, keepingRecords: true)
        if tally.unannounced != 0 || !tally.records.starts(with: cut) {
          Issue.record("byte \(place) changed by \(mask): \(tally.ending)")
        }
      }
    }
  }
}
