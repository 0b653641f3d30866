import Language
import Store

/// Scans the rows of a capture that can be selected, over `SegmentDriver`.
struct RowScan {
  let data: CaptureData
  let clock: Clock
  /// Decides rows.
  private var filter: SegmentFilter

  private var selection: Selection { filter.selection }
  private var condition: Condition { filter.condition }
  private var needs: ScanNeeds { filter.needs }

  init(
    data: CaptureData, selection: Selection, condition: Condition, needs: ScanNeeds, clock: Clock,
    selectsSingleRows: Bool = false
  ) throws(StoreError) {
    self.data = data
    self.clock = clock
    filter = SegmentFilter(
      selection: selection, condition: condition, needs: needs, clock: clock,
      timeline: try data.timeline(), siteCount: Int(data.info.sites),
      selectsSingleRows: selectsSingleRows)
  }

  /// What a worker made of a segment.
  private enum Found: Sendable {
    /// Rows of each class of a dictionary, all with one key.
    case counts([UInt32], SegmentDictionary, rowKey: Int)
    case sums(RowSums)
  }

  /// Adds up the selected rows of every segment that can have some.
  func run(_ add: (PartialAggregate) -> Void) throws(StoreError) {
    try drive { (filter, dictionary) in
      filter.needs.rowKey != nil || filter.needs.lifetimes
        ? Found.sums(filter.sums(dictionary))
        : .counts(filter.counts(dictionary), dictionary, rowKey: 0)
    } orWhole: { (filter, dictionary, key) in
      .counts(filter.wholeCounts(dictionary), dictionary, rowKey: key)
    } taking: { (found, _) in
      switch found {
      case .sums(let sums): sums.forEach(add)
      case .counts(let counts, let dictionary, let rowKey):
        for index in 0..<dictionary.count where counts[index] > 0 {
          var partial = PartialAggregate(
            site: dictionary.sites[index], size: dictionary.sizes[index], count: counts[index])
          partial.rowKey = rowKey
          add(partial)
        }
      }
    }
  }

  /// Calls `body` for each segment with selected rows, its mask made.
  func visit(
    _ body: (borrowing SegmentFilter, SegmentDictionary) throws(StoreError) -> Void
  ) throws(StoreError) {
    try drive { (filter, dictionary) in
      (filter: filter.taken(), dictionary: dictionary)
    } orWhole: { (filter, dictionary, _) in
      (filter: filter, dictionary: dictionary)
    } taking: { (found, driver) throws(StoreError) in
      var found = found
      try body(found.filter, found.dictionary)
      driver.recycle(found.filter.takeRows())
    }
  }

  /// Goes over the segments that can have selected rows: workers decode them and make masks, but
  /// where the dictionary tells all that is asked of a segment's rows.
  private func drive<Made: Sendable>(
    _ make: @escaping @Sendable (inout SegmentFilter, SegmentDictionary) -> Made,
    orWhole makeWhole: @escaping @Sendable (SegmentFilter, SegmentDictionary, Int) -> Made,
    taking body: (Made, inout SegmentDriver<Made>) throws(StoreError) -> Void
  ) throws(StoreError) {
    let reader = try data.segments()
    let segments = try reachable(reader)
    try note(segments, of: reader)
    if data.isDry { return }
    var filter = filter
    filter.prepare()
    var driver = SegmentDriver<Made>(data.columns, reader: reader, segments: segments) {
      [filter] (worker, segment) throws(StoreError) in
      var own = filter
      let dictionary = try worker.reader.dictionary(segment: segment)
      if let key = own.sharedKey(segment, of: worker.reader) {
        return makeWhole(own, dictionary, key)
      }
      own.takeRows(&worker.rows)
      try own.load(segment, of: worker.reader, dictionary)
      let made = make(&own, dictionary)
      worker.rows = own.takeRows()
      return made
    }
    defer { driver.stop() }
    for _ in segments { try body(try driver.next(), &driver) }
  }

  /// Tells `explain` what will be read.
  private func note(_ segments: [Int], of reader: SegmentReader) throws(StoreError) {
    guard data.columns.scanLog != nil else { return }
    let least = selection.deaths.lowerBound
    let read = segments.filter { filter.sharedKey($0, of: reader) == nil }
    let rows = read.reduce(0) { sum, segment in
      let zone = reader.zones[segment]
      return sum + Int(zone.greatestDeath >= least ? zone.rowCount : zone.longRows)
    }
    try data.note(
      selection.title, where: condition,
      source: read.count == segments.count
        ? "rows" : "dictionaries of classes, and rows where they do not tell all",
      segments: (read.count, rows))
  }

  /// Segments that can have selected rows, by their zones and their dictionaries.
  func reachable(_ reader: SegmentReader) throws(StoreError) -> [Int] {
    var segments: [Int] = []
    for segment in reader.zones.indices {
      let zone = reader.zones[segment]
      guard zone.firstInstant < selection.births.upperBound, reaches(reader, segment) else {
        continue
      }
      guard zone.greatestDeath >= selection.deaths.lowerBound || zone.longRows > 0 else {
        continue
      }
      if condition.canPrune {
        let answers = filter.classAnswers(try reader.dictionary(segment: segment))
        guard answers.contains(where: { $0 != 0 }) else { continue }
      }
      segments.append(segment)
    }
    return segments
  }

  /// Whether a segment's births can lie in the selection.
  private func reaches(_ reader: SegmentReader, _ segment: Int) -> Bool {
    guard segment + 1 < reader.zones.count else { return true }
    return reader.zones[segment + 1].firstInstant > selection.births.lowerBound
  }

  // MARK: Repeated hits

  /// Adds the rows that a later free hit again, for temporary (design: hits).
  func addHits(_ add: (PartialAggregate) -> Void) throws(StoreError) {
    guard let greatest = selection.greatestAge, data.info.hits > 0 else { return }
    let rows = try data.columns.words(.hitRow)
    let ages = try data.columns.words(.hitAge)
    guard rows.count == ages.count else { throw data.columns.damaged(.hitRow) }
    let judge = RowJudge(selection: selection, condition: condition, clock: clock, data: data)
    let young = rows.indices.filter { ages[$0] <= greatest }.map { rows[$0] }.sorted()
    let segments = Set(young.map { $0 >> SegmentLayout.rowBits }).count
    try data.note(
      selection.title, where: condition, source: "rows that a later free hit again",
      segments: (segments, young.count))
    if data.isDry { return }
    let reader = try data.segments()
    var buffers = RowBuffers(clock: clock)
    var loaded = -1
    var dictionary = SegmentDictionary()
    for number in young {
      let segment = Int(number >> SegmentLayout.rowBits)
      guard segment < reader.zones.count else { throw data.columns.damaged(.hitRow) }
      if segment != loaded {
        try buffers.load(segment: segment, of: reader, whole: true, columns: [.classes, .deaths])
        dictionary = try reader.dictionary(segment: segment)
        loaded = segment
      }
      let offset = Int(number) & (SegmentLayout.rowCount - 1)
      guard offset < buffers.count else { throw data.columns.damaged(.hitRow) }
      let index = Int(buffers.classes[offset])
      let row = judge.row(
        number, site: dictionary.sites[index], size: dictionary.sizes[index],
        death: buffers.deaths[offset])
      guard selection.births.contains(row.birth), try judge.passes(row) else { continue }
      let isFreed = row.lifetime != .max
      add(
        PartialAggregate(
          site: row.site, rowKey: needs.rowKey?.number(of: row) ?? 0,
          sums: GroupSums(
            bytes: Int64(bitPattern: row.size), count: 1, greatestSize: row.size,
            lifetimeSum: isFreed ? Int64(row.lifetime) : 0, freedCount: isFreed ? 1 : 0,
            greatestLifetime: isFreed ? row.lifetime : 0)))
    }
  }
}
