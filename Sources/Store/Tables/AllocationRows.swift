import SQLite

/// The allocations of a capture, a segment at a time; deaths are decoded only when asked for.
final class AllocationRows: SQLRows {
  let numbers: Range<Int64>
  private let capture: CaptureColumns
  private let reader: SegmentReader
  private let clock: Clock
  private let sites: SQLSites?
  private let tickStates: [UInt32]
  private let tickTimes: [Int64]
  private let wanted: RowColumns
  private var segment = -1
  private var dictionary = SegmentDictionary()
  private var rows = SegmentRows()

  /// Columns after the capture and the row, in order.
  private enum Column: Int, CaseIterable {
    case size, birth, death, lifetime, time, site, function, filename, line, thread, allocator
    case milliseconds, age

    var place: Int { rawValue + 2 }
  }

  init(_ capture: CaptureColumns, _ scan: VirtualScan) throws(StoreError) {
    self.capture = capture
    func uses(_ columns: Column...) -> Bool { columns.contains { scan.uses($0.place) } }
    numbers = 0..<(capture.info.holdsEvents ? capture.info.rows : 0)
    clock = try capture.clock()
    reader = try SegmentReader(columns: capture)
    wanted =
      uses(.age)
      ? [.classes, .deaths, .ages]
      : uses(.death, .lifetime, .milliseconds) ? [.classes, .deaths] : .classes
    sites =
      uses(.function, .filename, .line, .thread, .allocator) ? try SQLSites(capture) : nil
    let usesTimes = uses(.time, .milliseconds)
    tickStates = usesTimes ? try capture.words(.tickState) : []
    tickTimes = usesTimes ? try capture.integers(.tickMilliseconds) : []
    guard tickStates.count == tickTimes.count else { throw capture.damaged(.tickState) }
  }

  func value(_ number: Int64, _ column: Int) throws(StoreError) -> SQLValue {
    guard let column = Column(rawValue: column) else { return .null }
    let row = UInt32(truncatingIfNeeded: number)
    switch column {
    case .birth: return .integer(Int64(clock.birth(of: row)))
    case .time: return .real(Double(milliseconds(atState: clock.birth(of: row) &+ 1)) / 1000)
    default: break
    }
    let offset = try load(row)
    let number = Int(rows.classes[offset])
    switch column {
    case .size: return .integer(Int64(clamping: dictionary.sizes[number]))
    case .site: return .integer(Int64(dictionary.sites[number]))
    case .age: return age(of: row, at: offset)
    case .milliseconds:
      let death = rows.deaths[offset]
      guard death != Clock.never else { return .null }
      return .integer(
        milliseconds(atState: death) &- milliseconds(atState: clock.birth(of: row)))
    case .death, .lifetime:
      let death = rows.deaths[offset]
      guard death != Clock.never else { return .null }
      return .integer(Int64(column == .death ? death : clock.rows(before: death) &- row))
    default:
      return sites?.value(Int(dictionary.sites[number]), column.rawValue - Column.function.rawValue)
        ?? .null
    }
  }

  /// How many allocations its thread made before its free; NULL where that is not followed.
  private func age(of row: UInt32, at offset: Int) -> SQLValue {
    let code = offset < rows.ages.count ? rows.ages[offset] : SegmentLayout.impliedAge
    switch code {
    case SegmentLayout.noAge: return .null
    case SegmentLayout.impliedAge:
      let death = rows.deaths[offset]
      guard death != Clock.never else { return .null }
      let lifetime = clock.rows(before: death) &- row
      return lifetime == 0 ? .null : .integer(Int64(lifetime) - 1)
    default: return .integer(Int64(code) - 2)
    }
  }

  /// Reads the row's segment unless it is the last one read; where the row lies in it.
  private func load(_ row: UInt32) throws(StoreError) -> Int {
    let wantedSegment = Int(row >> SegmentLayout.rowBits)
    if wantedSegment != segment {
      guard wantedSegment < reader.zones.count else { throw capture.damaged(.zoneRows) }
      segment = -1
      dictionary = try reader.dictionary(segment: wantedSegment)
      try reader.read(segment: wantedSegment, columns: wanted, into: &rows)
      segment = wantedSegment
    }
    let offset = Int(row) & (SegmentLayout.rowCount - 1)
    guard offset < rows.classes.count else { throw capture.damaged(.segmentClasses, segment) }
    return offset
  }

  private func milliseconds(atState state: UInt32) -> Int64 {
    var low = 0
    var high = tickStates.count
    while low < high {
      let middle = (low + high) / 2
      if tickStates[middle] <= state { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? 0 : tickTimes[low - 1]
  }
}
