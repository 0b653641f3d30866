/// What lives in one state by site and size, segment by segment.
///
/// Cost: about 2 ns a row read on two cores (benchmark: `live at 50%`).
package struct LiveClassScan: Sendable {
  private let zones: [SegmentZone]
  private let clock: Clock
  private let state: UInt32
  private let leastSegments: Int
  /// Segments that rows of which may live then.
  package let segments: [Int]

  /// Chooses the segments to look into.
  ///
  /// - Parameters:
  ///   - zones: what is known of the capture's segments.
  ///   - clock: its clock.
  ///   - state: the state asked.
  ///   - leastSegments: of fewer a worker would cost more than it saves.
  package init(zones: [SegmentZone], clock: Clock, state: UInt32, leastSegments: Int = 4) {
    self.leastSegments = leastSegments
    self.zones = zones
    self.clock = clock
    self.state = state
    let born = clock.rows(before: state)
    segments = zones.indices.filter {
      zones[$0].firstRow < born && (zones[$0].greatestDeath >= state || zones[$0].longRows > 0)
    }
  }

  /// Rows that are read: of segments without a death that late only the long ones.
  package var rowCount: Int {
    segments.reduce(0) { sum, segment in
      let zone = zones[segment]
      return sum + Int(zone.greatestDeath >= state ? zone.rowCount : zone.longRows)
    }
  }

  /// Reads them.
  ///
  /// - Parameters:
  ///   - columns: the capture's columns.
  ///   - body: called with what lives of each of `segments`, in order.
  /// - Throws: `damaged` or `database`.
  package func run(
    _ columns: CaptureColumns, _ body: ([LiveClasses.Item]) -> Void
  ) throws(StoreError) {
    let (state, born) = (state, clock.rows(before: state))
    var driver = SegmentDriver(
      columns, reader: SegmentReader(columns: columns, zones: zones, clock: clock),
      segments: segments, leastSegments: leastSegments
    ) { (worker, segment) throws(StoreError) -> [LiveClasses.Item] in
      let dictionary = try worker.reader.dictionary(segment: segment)
      let counts = try worker.reader.liveCounts(
        segment: segment, state: state, rowsBorn: born, classCount: dictionary.count,
        rows: &worker.rows)
      return counts.map { LiveClasses.items(of: dictionary, counts: $0) } ?? []
    }
    defer { driver.stop() }
    for _ in segments { body(try driver.next()) }
  }
}
