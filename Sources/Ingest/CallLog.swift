import Store

/// The calls that no change of stacks shows: a frame was left and entered again, so that two
/// rows stand on the same node although calls lie between them.
///
/// One entry per such row: the outermost node that was entered again; everything newer on the
/// row's stack is new too. The log holds so many entries and no more: when it is full, the nodes
/// entered most often lose theirs, all that were entered equally often together, so that what
/// is left is all there is of every node within the limit. Each trim looks at the entries once
/// and leaves half the room free. Cost: about 1 ns a call (benchmark: import).
struct CallLog: ~Copyable {
  /// Entries kept while importing, 4 MiB; half of them are stored.
  static let usualCapacity = 1 << 19

  private let capacity: Int
  private(set) var rows = Buffer<UInt32>()
  private var nodes = Buffer<UInt32>()
  /// Entries of each node, those not kept included.
  private var counts = Buffer<UInt32>()
  /// Nodes entered again more often keep no entries.
  private(set) var limit = UInt32.max
  /// Entries that trims have looked at.
  private(set) var examined = 0

  /// An empty log that holds at most `capacity` entries.
  init(capacity: Int = usualCapacity) { self.capacity = max(2, capacity) }

  /// Notes that `node` was left and entered again since the thread's row before `row`.
  mutating func note(row: UInt32, node: UInt32) {
    let index = Int(node)
    if index >= counts.count {
      counts.append(repeating: 0, count: index &+ 1 &- counts.count)
    }
    counts[index] &+= 1
    guard counts[index] <= limit else { return }
    if rows.count == capacity {
      trim(to: capacity / 2)
      guard counts[index] <= limit else { return }
    }
    rows.append(row)
    nodes.append(node)
  }

  /// Drops the entries of the nodes entered most often until at most `wanted` are left.
  private mutating func trim(to wanted: Int) {
    examined &+= rows.count
    // Nodes within the limit have all their entries here, so that no count is beyond them but
    // that of the node being noted, which is one more.
    let greatest = rows.count &+ 1
    var entries = [Int](repeating: 0, count: greatest &+ 1)
    for index in 0..<nodes.count {
      let count = counts[Int(nodes[index])]
      if count <= limit { entries[min(Int(count), greatest)] &+= 1 }
    }
    var sum = 0
    for count in 1...greatest {
      sum &+= entries[count]
      guard sum <= wanted else {
        limit = UInt32(count &- 1)
        break
      }
    }
    dropBeyondLimit()
  }

  /// Drops the entries of nodes that have been entered more often than the limit.
  private mutating func dropBeyondLimit() {
    var kept = 0
    for index in 0..<rows.count where counts[Int(nodes[index])] <= limit {
      rows[kept] = rows[index]
      nodes[kept] = nodes[index]
      kept &+= 1
    }
    rows.keepFirst(kept)
    nodes.keepFirst(kept)
  }

  /// What is stored: nodes, how often each was entered again, and the rows of those within the
  /// limit, one node's after the other's.
  borrowing func columns() -> (nodes: [UInt32], counts: [UInt32], rows: [UInt32]) {
    var places = [Int](repeating: 0, count: counts.count + 1)
    for node in 0..<counts.count {
      places[node + 1] = places[node] + (counts[node] <= limit ? Int(counts[node]) : 0)
    }
    let met = (0..<counts.count).filter { counts[$0] > 0 }.map { UInt32($0) }
    var sorted = [UInt32](repeating: 0, count: places[counts.count])
    for index in 0..<rows.count where counts[Int(nodes[index])] <= limit {
      let node = Int(nodes[index])
      sorted[places[node]] = rows[index]
      places[node] += 1
    }
    return (met, met.map { counts[Int($0)] }, sorted)
  }

  /// What it would be if the events ended here.
  func ended() -> CallLog {
    var copy = CallLog(capacity: capacity)
    copy.rows = rows.copy()
    copy.nodes = nodes.copy()
    copy.counts = counts.copy()
    copy.limit = limit
    copy.finish()
    return copy
  }

  /// Ends with the events: halves what importing needed, and forgets what went beyond the limit.
  mutating func finish() {
    dropBeyondLimit()
    if rows.count > capacity / 2 { trim(to: capacity / 2) }
  }
}

extension CaptureWriter {
  /// Writes a log of calls.
  func write(_ calls: borrowing CallLog) throws(StoreError) {
    let columns = calls.columns()
    try write(.callLimit, [calls.limit])
    try write(.callNode, columns.nodes)
    try write(.callCount, columns.counts)
    try write(.callRow, columns.rows)
  }
}
