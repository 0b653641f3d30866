import Store

/// The calls that no change of stacks shows: a frame was left and entered again, so that two
/// rows stand on the same node although calls lie between them.
///
/// One entry per such row: the outermost node that was entered again; everything newer on the
/// row's stack is new too. Nodes entered most often lose their entries when there are more
/// than a part of the rows, so that the log stays small against the rows. Cost: about 1 ns a
/// call (benchmark: import).
struct CallLog: ~Copyable {
  /// Entries kept whatever the number of rows.
  private static let leastLimit = 1 << 17
  /// One entry for so many rows while importing; half of them are stored.
  private static let rowsPerEntry: UInt32 = 16

  private var rows = Buffer<UInt32>()
  private var nodes = Buffer<UInt32>()
  /// Entries of each node, those not kept included.
  private var counts = Buffer<UInt32>()
  /// Nodes entered again more often keep no entries.
  private(set) var limit = UInt32.max

  init() {}

  /// Notes that `node` was left and entered again since the thread's row before `row`.
  mutating func note(row: UInt32, node: UInt32) {
    let index = Int(node)
    if index >= counts.count {
      counts.append(repeating: 0, count: index &+ 1 &- counts.count)
    }
    counts[index] &+= 1
    guard counts[index] <= limit else { return }
    rows.append(row)
    nodes.append(node)
    if rows.count > max(Self.leastLimit, Int(row / Self.rowsPerEntry)) {
      trim(to: rows.count / 2)
    }
  }

  /// Drops the entries of the nodes entered most often until at most `wanted` are left.
  private mutating func trim(to wanted: Int) {
    var sum = 0
    let kept = counts.array.filter { $0 > 0 && $0 <= limit }.sorted()
    var next = UInt32(0)
    for count in kept {
      sum &+= Int(count)
      guard sum <= wanted else { break }
      next = count
    }
    limit = next
    var filtered = Buffer<UInt32>()
    var filteredNodes = Buffer<UInt32>()
    for index in 0..<rows.count where counts[Int(nodes[index])] <= limit {
      filtered.append(rows[index])
      filteredNodes.append(nodes[index])
    }
    rows = filtered
    nodes = filteredNodes
  }

  /// What is stored: nodes, how often each was entered again, and the rows of those within the
  /// limit, one node's after the other's.
  borrowing func columns() -> (nodes: [UInt32], counts: [UInt32], rows: [UInt32]) {
    var places = [Int](repeating: 0, count: counts.count + 1)
    for node in 0..<counts.count {
      places[node + 1] = places[node] + (counts[node] <= limit ? Int(counts[node]) : 0)
    }
    let met = (0..<counts.count).filter { counts[$0] > 0 }.map { UInt32($0) }
    var sorted = [UInt32](repeating: 0, count: rows.count)
    for index in 0..<rows.count {
      let node = Int(nodes[index])
      sorted[places[node]] = rows[index]
      places[node] += 1
    }
    return (met, met.map { counts[Int($0)] }, sorted)
  }

  /// Halves what importing needed.
  mutating func finish(rowCount: UInt32) {
    let wanted = max(Self.leastLimit, Int(rowCount / Self.rowsPerEntry)) / 2
    if rows.count > wanted { trim(to: wanted) }
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
