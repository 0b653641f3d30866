import CaptureModel
import TestSupport
import Testing

@testable import CaptureFormats

/// Stacks of random recordings against stacks kept as plain lists.
@Suite struct MemrayStackTests {
  /// What a recording must be read as.
  private struct Expected {
    var records: [EventRecord] = []
    var nodes: [StackNode] = []
    var missing: Int64 = 0
    /// Nodes by parent and frame.
    var numbers: [[UInt32]: UInt32] = [:]
    /// Frames by code, in the order in which they were first entered.
    var frames: [UInt64: UInt32] = [:]
    var stacks: [ListedStack] = []

    mutating func push(_ code: UInt64, thread: Int) {
      let frame = frames[code] ?? UInt32(frames.count)
      frames[code] = frame
      let place = [stacks[thread].top, frame]
      if numbers[place] == nil {
        numbers[place] = UInt32(nodes.count + 1)
        nodes.append(StackNode(parent: place[0], frame: frame))
      }
      stacks[thread].push(numbers[place] ?? 0)
    }

    mutating func allocate(_ address: UInt64, thread: Int) {
      if let node = stacks[thread].takeReentry() {
        records.append(EventRecord(kind: .reentry, argument: node))
      }
      records.append(
        EventRecord(kind: .allocate, address: address, size: 24, argument: stacks[thread].top))
    }
  }

  @Test(arguments: 0..<12)
  func standWhereTheRecordingSays(seed: Int) throws {
    var numbers = SeededNumbers(seed: UInt64(seed))
    var encoder = MemrayEncoder()
    var expected = Expected()
    // Few frames and long runs of one kind of step: deep stacks, and frames left and entered again.
    let codes = 2 + seed * 3
    var thread = -1
    for step in 0..<6000 {
      if thread < 0 || numbers.once(in: 200) {
        let next = numbers.below(min(expected.stacks.count + 1, 4))
        if next == expected.stacks.count { expected.stacks.append(ListedStack()) }
        encoder.thread(UInt64(next + 1))
        if next != thread {
          expected.records.append(EventRecord(kind: .switchThread, argument: UInt32(next)))
        }
        thread = next
      }
      switch numbers.below(step % 1000 < 600 ? 8 : 12) {
      case 0...4:
        let code = UInt64(numbers.below(codes))
        encoder.push(code, 0)
        expected.push(code, thread: thread)
      case 5...6:
        let address = UInt64(step) * 16
        encoder.event(6, address, size: 24)
        expected.allocate(address, thread: thread)
      default:
        let count = 1 + numbers.below(numbers.once(in: 9) ? 16 : 2)
        encoder.pop(UInt8(count))
        expected.missing += Int64(expected.stacks[thread].pop(count))
      }
    }
    encoder.trailer()
    for capacity in [1, 1000] {
      let tally = try MemrayRecordTests.read(encoder.bytes, capacity: capacity)
      #expect(tally.records == expected.records)
      #expect(tally.nodes == expected.nodes)
      #expect(tally.missingFrames == expected.missing)
      #expect(tally.ending == .complete)
    }
    #expect(expected.records.contains { $0.kind == .reentry })
  }
}
