import Testing

@testable import Ingest

/// The log of calls keeps within its room whatever is entered how often, at a bounded cost.
@Suite struct CallLogTests {
  /// In which order nodes are entered.
  enum Program: CaseIterable {
    /// One function after the other, each a hundred times.
    case equalCounts
    /// Each function once in every round.
    case rounds
    /// Function n is entered n times.
    case risingCounts
    /// Every function once.
    case once
    /// One function all the time.
    case one

    func node(of call: Int) -> UInt32 {
      switch self {
      case .equalCounts: UInt32(call / 100 + 1)
      case .rounds: UInt32(call % 3000 + 1)
      case .risingCounts: UInt32(Double(1 + 8 * call).squareRoot() / 2 + 1)
      case .once: UInt32(call + 1)
      case .one: 1
      }
    }
  }

  @Test(arguments: Program.allCases)
  func staysSmallAtABoundedCost(_ program: Program) {
    let calls = 200_000
    let capacity = 1 << 10
    var log = CallLog(capacity: capacity)
    var expected: [UInt32: [UInt32]] = [:]
    var most = 0
    for call in 0..<calls {
      let node = program.node(of: call)
      log.note(row: UInt32(call), node: node)
      expected[node, default: []].append(UInt32(call))
      most = max(most, log.rows.count)
    }
    log.finish()
    let (held, examined, limit) = (log.rows.count, log.examined, log.limit)
    #expect(most <= capacity)
    #expect(held <= capacity / 2)
    // A trim looks at the entries once and frees half of their room.
    #expect(examined <= 4 * calls)
    let columns = log.columns()
    #expect(columns.nodes == expected.keys.sorted())
    #expect(columns.counts == columns.nodes.map { UInt32(expected[$0]?.count ?? 0) })
    // All of every node within the limit, and none of the others.
    let kept = columns.nodes.map { expected[$0] ?? [] }.filter { $0.count <= Int(limit) }
    #expect(columns.rows == Array(kept.joined()))
  }

  @Test func keepsEverythingThatFits() {
    var log = CallLog(capacity: 1 << 10)
    for call in 0..<500 { log.note(row: UInt32(call), node: UInt32(call % 5 + 1)) }
    log.finish()
    let limit = log.limit
    #expect(limit == .max)
    #expect(log.columns().rows.count == 500)
  }

  @Test func forgetsANodeThatGoesBeyondTheLimitAfterTheLastTrim() {
    var log = CallLog(capacity: 8)
    var row: UInt32 = 0
    func note(_ node: UInt32, times: Int) {
      for _ in 0..<times {
        log.note(row: row, node: node)
        row += 1
      }
    }
    note(1, times: 7)
    note(2, times: 2)
    let limit = log.limit
    #expect(limit < 7)
    // Node 2 goes beyond the limit without filling the log again.
    note(2, times: Int(limit))
    log.finish()
    let columns = log.columns()
    #expect(columns.nodes == [1, 2])
    #expect(columns.counts == [7, 2 + limit])
    #expect(columns.rows == [])
  }
}
