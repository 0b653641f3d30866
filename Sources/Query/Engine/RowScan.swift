import Store

/// Scans rows, a segment at a time, with masks instead of branches on single rows.
///
/// Cost: about 4 ns a row, most of it decoding (benchmark: `lifetime < 100`).
struct RowScan {
  let data: CaptureData
  let selection: Selection
  let condition: Condition
  let needs: ScanNeeds
  let clock: Clock
  /// Whether `row(at:)` will be asked for.
  let selectsSingleRows: Bool
  private var buffers: RowBuffers
  private var mask: [UInt8] = []

  init(
    data: CaptureData, selection: Selection, condition: Condition, needs: ScanNeeds, clock: Clock,
    selectsSingleRows: Bool = false
  ) {
    self.selectsSingleRows = selectsSingleRows
    self.data = data
    self.selection = selection
    self.condition = condition
    self.needs = needs
    self.clock = clock
    buffers = RowBuffers(clock: clock)
  }

  /// What must be read of a segment.
  private func columns(_ segment: Int, of reader: SegmentReader) -> RowColumns {
    let zone = reader.zones[segment]
    if let greatest = greatestLife, !(zone.hasAges && selection.greatestAge != nil),
      tellsLives(upTo: greatest, in: zone)
    {
      return [.classes, .lives]
    }
    return selection.greatestAge != nil && zone.hasAges
      ? [.classes, .deaths, .ages] : [.classes, .deaths]
  }

  /// The greatest lifetime looked at, when nothing else of a death is.
  private var greatestLife: UInt32? {
    guard selection.deaths == 0...Clock.never, !needsLifetimes, needs.rowKey == nil,
      !selectsSingleRows, let tested = condition.greatestLifetime
    else { return nil }
    let young = selection.greatestAge.map { $0 < RowBuffers.greatestLife ? $0 + 1 : UInt32.max }
    let greatest = max(tested, young ?? 0)
    return greatest <= RowBuffers.greatestLife ? greatest : nil
  }

  /// Whether the bytes of a segment's lives decide lifetimes up to `greatest`: not where so
  /// many instants are no births that a longer life may hold few.
  private func tellsLives(upTo greatest: UInt32, in zone: SegmentZone) -> Bool {
    var tells = true
    clock.forEachShift(greatest, from: zone.firstRow, count: Int(zone.rowCount)) { (_, shift) in
      if shift > RowBuffers.greatestLife { tells = false }
    }
    return tells
  }

  /// Whether lifetimes must be made for every row read.
  private var needsLifetimes: Bool { needs.lifetimes || needs.rowKey?.byLifetime == true }

  /// Adds up the selected rows of every segment that can have some.
  mutating func run(_ add: (Contribution) -> Void) throws(StoreError) {
    try visit { (scan, dictionary) in
      scan.accumulate(dictionary, add)
    }
  }

  /// Calls `body` for each segment with selected rows, its mask made.
  mutating func visit(
    _ body: (inout RowScan, SegmentDictionary) throws(StoreError) -> Void
  ) throws(StoreError) {
    let reader = try data.segments()
    let segments = try reachable(reader)
    try note(segments, of: reader)
    if data.isDry { return }
    let whole = segments.filter { reader.zones[$0].greatestDeath >= selection.deaths.lowerBound }
    let ahead =
      whole.count < Self.leastReadAhead
      ? nil
      : SegmentReadAhead(
        columns: data.columns, reader: reader,
        segments: whole.map { ($0, columns($0, of: reader)) })
    defer { ahead?.stop() }
    for segment in segments {
      let zone = reader.zones[segment]
      let isWhole = zone.greatestDeath >= selection.deaths.lowerBound
      let dictionary = try reader.dictionary(segment: segment)
      if isWhole, let ahead {
        ahead.recycle(buffers.take(try ahead.next(), of: zone))
      } else {
        try buffers.load(
          segment: segment, of: reader, whole: isWhole, columns: columns(segment, of: reader))
      }
      if needsLifetimes { buffers.makeLifetimes() }
      try makeMask(classAnswers(dictionary), dictionary, segment: segment, of: reader)
      try body(&self, dictionary)
    }
  }

  /// Tells `explain` what will be read.
  private func note(_ segments: [Int], of reader: SegmentReader) throws(StoreError) {
    guard data.columns.scanLog != nil else { return }
    let least = selection.deaths.lowerBound
    let rows = segments.reduce(0) { sum, segment in
      let zone = reader.zones[segment]
      return sum + Int(zone.greatestDeath >= least ? zone.rowCount : zone.longRows)
    }
    try data.note(
      selection.title, where: condition, source: "rows", segments: (segments.count, rows))
  }

  /// Fewer segments than this are not worth a second thread.
  private static let leastReadAhead = 4

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
        let answers = classAnswers(try reader.dictionary(segment: segment))
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

  /// 0 no row passes, 1 every row passes, 2 the row decides; one a class.
  private func classAnswers(_ dictionary: SegmentDictionary) -> [UInt8] {
    let sites = Int(data.info.sites)
    return (0..<dictionary.count).map { index in
      let site = Int(dictionary.sites[index])
      guard site < sites else { return 0 }
      switch condition.answer(site: site, size: dictionary.sizes[index]) {
      case false: return 0
      case true: return 1
      case nil: return 2
      }
    }
  }

  // MARK: Masks

  private mutating func makeMask(
    _ answers: [UInt8], _ dictionary: SegmentDictionary, segment: Int, of reader: SegmentReader
  ) throws(StoreError) {
    mask = Array(repeating: 1, count: buffers.count)
    if answers.contains(0) {
      let canPass = answers.map { UInt8($0 == 0 ? 0 : 1) }
      mask = RowMask.gather(canPass, buffers.classes, count: buffers.count)
    }
    if !coversBirths(segment, of: reader) || needs.rowKey != nil || selectsSingleRows {
      buffers.makeBirths()
      keepBirths(selection.births, &mask)
    }
    if selection.deaths != 0...Clock.never {
      RowMask.keep(buffers.deaths, in: selection.deaths, mask: &mask)
    }
    if let age = selection.greatestAge { keepYoung(age) }
    guard answers.contains(2) else { return }
    RowMask.and(try evaluate(condition, dictionary), into: &mask)
  }

  /// Whether every row of a segment was born within the selection.
  private func coversBirths(_ segment: Int, of reader: SegmentReader) -> Bool {
    let next = segment + 1
    let end = next < reader.zones.count ? reader.zones[next].firstInstant : clock.instantCount
    return selection.births.lowerBound <= reader.zones[segment].firstInstant
      && selection.births.upperBound >= end
  }

  private func keepBirths(_ range: Range<UInt32>, _ mask: inout [UInt8]) {
    guard !range.isEmpty else {
      mask = Array(repeating: 0, count: mask.count)
      return
    }
    RowMask.keep(buffers.births, in: range.lowerBound...(range.upperBound - 1), mask: &mask)
  }

  /// Keeps rows whose age is at most `greatest` (memray's temporary rule).
  private mutating func keepYoung(_ greatest: UInt32) {
    let young = buffers.lifetimeMask(in: 1...(greatest == .max ? greatest : greatest + 1))
    let ages = buffers.ages
    guard !ages.isEmpty else { return RowMask.and(young, into: &mask) }
    let (implied, none) = (SegmentLayout.impliedAge, SegmentLayout.noAge)
    for row in mask.indices where mask[row] != 0 {
      let age = ages[row]
      if age == implied {
        mask[row] = young[row]
      } else {
        mask[row] = age != none && age - 2 <= greatest ? 1 : 0
      }
    }
  }

  private mutating func evaluate(
    _ condition: Condition, _ dictionary: SegmentDictionary
  ) throws(StoreError) -> [UInt8] {
    let count = buffers.count
    if !condition.needsRows { return classMask(condition, dictionary) }
    switch condition {
    case .births(let range):
      var mask = [UInt8](repeating: 1, count: count)
      buffers.makeBirths()
      keepBirths(range, &mask)
      return mask
    case .lifetime(let test): return lifetimeMask(test)
    case .duration(let test): return try durationMask(test)
    case .not(let part):
      var mask = try evaluate(part, dictionary)
      RowMask.flip(&mask)
      return mask
    case .and(let parts):
      var all = [UInt8](repeating: 1, count: count)
      for part in parts { RowMask.and(try evaluate(part, dictionary), into: &all) }
      return all
    case .or(let parts):
      var any = [UInt8](repeating: 0, count: count)
      for part in parts { RowMask.or(try evaluate(part, dictionary), into: &any) }
      return any
    default: return classMask(condition, dictionary)
    }
  }

  private func classMask(_ condition: Condition, _ dictionary: SegmentDictionary) -> [UInt8] {
    let passes: [UInt8] = (0..<dictionary.count).map { index in
      let site = Int(dictionary.sites[index])
      guard site < Int(data.info.sites) else { return 0 }
      return condition.answer(site: site, size: dictionary.sizes[index]) == true ? 1 : 0
    }
    return RowMask.gather(passes, buffers.classes, count: buffers.count)
  }

  /// Rows whose lifetime passes; rows never freed pass no test, negated or not.
  private func lifetimeMask(_ test: NumberTest) -> [UInt8] {
    var mask =
      test.wholeNumbers.map { buffers.lifetimeMask(in: $0) }
      ?? [UInt8](repeating: 0, count: buffers.count)
    guard test.isNegated else { return mask }
    RowMask.flip(&mask)
    RowMask.keep(buffers.deaths, in: 0...(Clock.never - 1), mask: &mask)
    return mask
  }

  private mutating func durationMask(_ test: NumberTest) throws(StoreError) -> [UInt8] {
    buffers.makeBirths()
    let timeline = try data.timeline()
    let births = buffers.births
    let deaths = buffers.deaths
    return (0..<buffers.count).map { row in
      guard deaths[row] != Clock.never else { return 0 }
      let born = timeline.milliseconds(atState: births[row])
      return test.passes(Double(timeline.milliseconds(atState: deaths[row]) - born)) ? 1 : 0
    }
  }

  // MARK: Sums

  private func accumulate(_ dictionary: SegmentDictionary, _ add: (Contribution) -> Void) {
    guard needs.rowKey == nil, !needs.lifetimes else {
      return RowSums(of: buffers, mask: mask, dictionary, needs).forEach(add)
    }
    var counts = [UInt32](repeating: 0, count: dictionary.count)
    RowMask.count(mask, buffers.classes, into: &counts)
    for index in 0..<dictionary.count where counts[index] > 0 {
      let size = dictionary.sizes[index]
      add(
        Contribution(
          site: Int(dictionary.sites[index]), recordSize: size,
          bytes: Int64(bitPattern: size &* UInt64(counts[index])), count: Int64(counts[index]),
          rowKey: 0))
    }
  }

  // MARK: Repeated hits

  /// Adds the rows that a later free hit again, for temporary (design: hits).
  mutating func addHits(_ add: (Contribution) -> Void) throws(StoreError) {
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
        Contribution(
          site: row.site, recordSize: row.size, bytes: Int64(bitPattern: row.size), count: 1,
          rowKey: needs.rowKey?.number(birth: row.birth, lifetime: row.lifetime) ?? 0,
          lifetimeSum: isFreed ? Int64(row.lifetime) : 0, freedCount: isFreed ? 1 : 0,
          greatestLifetime: isFreed ? row.lifetime : 0))
    }
  }

  // MARK: Single rows

  /// Gives the mask, births, deaths and classes of the loaded segment's rows to `body`.
  func withRows(
    _ body: (
      _ mask: borrowing Span<UInt8>, _ births: borrowing Span<UInt32>,
      _ deaths: borrowing Span<UInt32>, _ classes: borrowing Span<UInt32>
    ) -> Void
  ) {
    body(mask.span, buffers.births.span, buffers.deaths.span, buffers.classes.span)
  }

  /// The rows that passed, after `visit` has made the mask.
  func selectedRows() -> [Int] { mask.indices.filter { mask[$0] != 0 } }

  /// Number, birth, death and class of a row of the loaded segment.
  func row(at index: Int) -> (number: UInt32, birth: UInt32, death: UInt32, class: Int) {
    (
      buffers.number(index), buffers.births[index], buffers.deaths[index],
      Int(buffers.classes[index])
    )
  }

  /// Lifetime of a row of the loaded segment, when lifetimes were made.
  func lifetime(at index: Int) -> UInt32? {
    guard index < buffers.lifetimes.count, buffers.lifetimes[index] != .max else { return nil }
    return buffers.lifetimes[index]
  }
}
