import Language
import Store

/// Decides the rows of a segment, with masks instead of branches on single rows.
///
/// Cost: about 4 ns a row, most of it decoding (benchmark: `lifetime < 100`).
struct SegmentFilter: Sendable {
  let selection: Selection
  let condition: Condition
  let needs: ScanNeeds
  private let clock: Clock
  private let timeline: Timeline
  private let siteCount: Int
  /// Whether `row(at:)` will be asked for.
  private let selectsSingleRows: Bool
  private var buffers: RowBuffers
  private var mask: [UInt8] = []

  init(
    selection: Selection, condition: Condition, needs: ScanNeeds, clock: Clock,
    timeline: Timeline, siteCount: Int, selectsSingleRows: Bool
  ) {
    self.selection = selection
    self.condition = condition
    self.needs = needs
    self.clock = clock
    self.timeline = timeline
    self.siteCount = siteCount
    self.selectsSingleRows = selectsSingleRows
    buffers = RowBuffers(clock: clock)
  }

  /// Gets ready for segments: what all of them need is made once.
  mutating func prepare() { if needsLifetimes { buffers.prepareLifetimes() } }

  /// The buffers, to be used again.
  mutating func takeRows() -> SegmentRows { buffers.takeRows() }

  /// Uses buffers of an earlier segment.
  mutating func takeRows(_ rows: inout SegmentRows) { buffers.use(&rows) }

  /// The segment's rows and mask, to be kept while others are loaded.
  mutating func taken() -> SegmentFilter {
    let taken = self
    _ = buffers.takeRows()
    mask = []
    return taken
  }

  /// Loads a segment and makes its mask; only its long rows where no other can be selected.
  mutating func load(
    _ segment: Int, of reader: SegmentReader, _ dictionary: SegmentDictionary
  ) throws(StoreError) {
    let isUnpruned = reader.zones[segment].greatestDeath >= selection.deaths.lowerBound
    try buffers.load(
      segment: segment, of: reader, whole: isUnpruned, columns: columns(segment, of: reader))
    if needsLifetimes { buffers.makeLifetimes() }
    makeMask(classAnswers(dictionary), dictionary, segment: segment, of: reader)
  }

  /// What must be read of a segment.
  private func columns(_ segment: Int, of reader: SegmentReader) -> RowColumns {
    if !needs.deaths || looksAtBirthsAlone { return [.classes] }
    let zone = reader.zones[segment]
    if let greatest = greatestLife, !(zone.hasAges && selection.greatestAge != nil),
      tellsLives(upTo: greatest, in: zone)
    {
      return [.classes, .lives]
    }
    return selection.greatestAge != nil && zone.hasAges
      ? [.classes, .deaths, .ages] : [.classes, .deaths]
  }

  /// Whether nothing is asked of a row but its class and its birth.
  private var looksAtBirthsAlone: Bool {
    selection.deaths == 0...Clock.never && selection.greatestAge == nil && !selectsSingleRows
      && !needsLifetimes && !condition.needsRows
  }

  /// The key that all rows of a segment share, where its dictionary tells what is asked of them, so
  /// that none is read; nil where rows are read.
  func sharedKey(_ segment: Int, of reader: SegmentReader) -> Int? {
    guard looksAtBirthsAlone, coversBirths(segment, of: reader) else { return nil }
    guard let rowKey = needs.rowKey else { return 0 }
    let zone = reader.zones[segment]
    guard zone.rowCount > 0 else { return nil }
    let first = rowKey.window(birth: clock.birth(of: zone.firstRow))
    let last = rowKey.window(birth: clock.birth(of: zone.firstRow + zone.rowCount - 1))
    return first == last ? rowKey.number(window: first, lifetimeClass: 0) : nil
  }

  /// Rows of each class of a segment of which none is read.
  func wholeCounts(_ dictionary: SegmentDictionary) -> [UInt32] {
    let answers = classAnswers(dictionary)
    return dictionary.counts.indices.map { answers[$0] == 0 ? 0 : dictionary.counts[$0] }
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

  /// 0 no row passes, 1 every row passes, 2 the row decides; one a class.
  func classAnswers(_ dictionary: SegmentDictionary) -> [UInt8] {
    let sites = siteCount
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
  ) {
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
    RowMask.and(evaluate(condition, dictionary), into: &mask)
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
  ) -> [UInt8] {
    let count = buffers.count
    if !condition.needsRows { return classMask(condition, dictionary) }
    switch condition {
    case .leaf(.births(let range)):
      var mask = [UInt8](repeating: 1, count: count)
      buffers.makeBirths()
      keepBirths(range, &mask)
      return mask
    case .leaf(.lifetime(let test)): return lifetimeMask(test)
    case .leaf(.duration(let test)): return durationMask(test)
    case .not(let part):
      var mask = evaluate(part, dictionary)
      RowMask.flip(&mask)
      return mask
    case .and(let parts):
      var all = [UInt8](repeating: 1, count: count)
      for part in parts { RowMask.and(evaluate(part, dictionary), into: &all) }
      return all
    case .or(let parts):
      var any = [UInt8](repeating: 0, count: count)
      for part in parts { RowMask.or(evaluate(part, dictionary), into: &any) }
      return any
    case .leaf(.constant), .leaf(.sites), .leaf(.size), .leaf(.sizeClass):
      return classMask(condition, dictionary)
    }
  }

  private func classMask(_ condition: Condition, _ dictionary: SegmentDictionary) -> [UInt8] {
    let passes: [UInt8] = (0..<dictionary.count).map { index in
      let site = Int(dictionary.sites[index])
      guard site < siteCount else { return 0 }
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

  private mutating func durationMask(_ test: NumberTest) -> [UInt8] {
    buffers.makeBirths()
    return RowMask.durations(test, births: buffers.births, deaths: buffers.deaths, timeline)
  }

  // MARK: Sums

  /// How many rows of each class passed.
  func counts(_ dictionary: SegmentDictionary) -> [UInt32] {
    var counts = [UInt32](repeating: 0, count: dictionary.count)
    RowMask.count(mask, buffers.classes, into: &counts)
    return counts
  }

  /// Sums of the rows that passed, where lifetimes or keys of rows are asked.
  func sums(_ dictionary: SegmentDictionary) -> RowSums {
    RowSums(of: buffers, mask: mask, dictionary, needs)
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

  /// The rows that passed, after the mask was made.
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
