import Columns
import Store

/// The sums of one group.
struct GroupSums: Equatable {
  var bytes: Int64 = 0
  var count: Int64 = 0
  var greatestSize: UInt64 = 0
  var lifetimeSum: Int64 = 0
  var freedCount: Int64 = 0
  var greatestLifetime: UInt32 = 0

  mutating func add(_ contribution: Contribution) {
    bytes &+= contribution.bytes
    count &+= contribution.count
    greatestSize = max(greatestSize, contribution.recordSize)
    lifetimeSum &+= contribution.lifetimeSum
    freedCount &+= contribution.freedCount
    greatestLifetime = max(greatestLifetime, contribution.greatestLifetime)
  }

  /// Adds another group's sums.
  mutating func merge(_ other: GroupSums) {
    bytes &+= other.bytes
    count &+= other.count
    greatestSize = max(greatestSize, other.greatestSize)
    lifetimeSum &+= other.lifetimeSum
    freedCount &+= other.freedCount
    greatestLifetime = max(greatestLifetime, other.greatestLifetime)
  }

  /// Whether nothing was added.
  var isEmpty: Bool { count == 0 && bytes == 0 }

  /// A measure's value; nil where it has none.
  func value(of measure: Measure) -> Double? {
    switch measure {
    case .size: Double(bytes)
    case .count: Double(count)
    case .averageSize: count == 0 ? nil : Double(bytes) / Double(count)
    case .maximumSize: count == 0 ? nil : Double(greatestSize)
    case .averageLifetime: freedCount == 0 ? nil : Double(lifetimeSum) / Double(freedCount)
    case .maximumLifetime: freedCount == 0 ? nil : Double(greatestLifetime)
    default: nil
    }
  }
}

/// Sums of one capture, before sites become groups.
///
/// With keys of sizes or rows, sums are kept per site, size class and row key.
struct SiteSums {
  private struct Place: Hashable {
    var site: Int
    var sizeClass: Int
    var rowKey: Int
  }

  private let splitsSizes: Bool
  private let splitsRows: Bool
  private var bySite: [GroupSums]
  private var byPlace: [Place: GroupSums] = [:]
  /// Sums of everything, each row once.
  private(set) var total = GroupSums()

  init(siteCount: Int, keys: [Key]) {
    splitsSizes = keys.contains(.sizeclass)
    splitsRows = keys.contains(.lifetime) || keys.contains(.window)
    bySite = Array(repeating: GroupSums(), count: splitsSizes || splitsRows ? 0 : siteCount)
  }

  mutating func add(_ contribution: Contribution) {
    total.add(contribution)
    guard splitsSizes || splitsRows else { return bySite[contribution.site].add(contribution) }
    let place = Place(
      site: contribution.site,
      sizeClass: splitsSizes ? SizeClass.index(contribution.recordSize) : 0,
      rowKey: splitsRows ? contribution.rowKey : 0)
    byPlace[place, default: GroupSums()].add(contribution)
  }

  /// What was added: site, size class, row key and sums, by site.
  var parts: [(site: Int, sizeClass: Int, rowKey: Int, sums: GroupSums)] {
    guard splitsSizes || splitsRows else {
      return bySite.indices.filter { !bySite[$0].isEmpty }.map { ($0, 0, 0, bySite[$0]) }
    }
    return byPlace.map { ($0.key.site, $0.key.sizeClass, $0.key.rowKey, $0.value) }
      .sorted { ($0.site, $0.sizeClass, $0.rowKey) < ($1.site, $1.sizeClass, $1.rowKey) }
  }
}

/// Groups of rows by the keys of a question, over all its captures.
///
/// A group is a tuple of value numbers, one a key.
struct GroupTable {
  let keys: [Key]
  /// Tuples of the groups, `keys.count` numbers each.
  private(set) var tuples: [[Int32]] = []
  private(set) var sums: [GroupSums] = []
  /// Sums of everything, each row once.
  private(set) var total = GroupSums()

  private var dictionaries: [KeyDictionary]
  private var numbers: [[Int32]: Int] = [:]

  init(keys: [Key]) {
    self.keys = keys
    dictionaries = keys.map { _ in KeyDictionary() }
  }

  /// Groups what a capture's scan added up.
  ///
  /// - Parameters:
  ///   - siteSums: the sums by site.
  ///   - view: the capture.
  ///   - isInclusive: whether frame keys count a site in every group on its stack.
  ///   - windowTexts: the windows in words, for the key `window`.
  /// - Throws: the store's errors.
  mutating func add(
    _ siteSums: SiteSums, of view: CaptureView, isInclusive: Bool, windowTexts: [String]
  ) throws(EngineError) {
    let parts = siteSums.parts
    let sites = parts.map(\.site)
    let framed = isInclusive ? keys.indices.filter { keys[$0].isOfFrame } : []
    var columns: [[Int32]] = []
    for index in keys.indices {
      switch keys[index] {
      case .sizeclass: columns.append(parts.map { sizeClassNumber($0.sizeClass, at: index) })
      case .lifetime: columns.append(parts.map { lifetimeNumber($0.rowKey, at: index) })
      case .window: columns.append(parts.map { windowNumber($0.rowKey, windowTexts, at: index) })
      default:
        columns.append(framed.contains(index) ? [] : try numbers(of: index, sites, view))
      }
    }
    if framed.isEmpty {
      for index in parts.indices {
        sums[group(columns.map { $0[index] })].merge(parts[index].sums)
      }
    } else {
      try addInclusive(parts.map(\.sums), sites, columns, framed, view)
    }
    total.merge(siteSums.total)
  }

  /// Adds each site once to every group on its stack.
  private mutating func addInclusive(
    _ added: [GroupSums], _ sites: [Int], _ columns: [[Int32]], _ framed: [Int],
    _ view: CaptureView
  ) throws(EngineError) {
    var values = framed.map { dictionaries[$0] }
    let tuples: [[[Int32]]]
    do throws(StoreError) {
      tuples = try view.keys.inclusiveTuples(
        of: framed.map { keys[$0] }, sites: sites, into: &values)
    } catch { throw .store(error) }
    for (position, index) in framed.enumerated() { dictionaries[index] = values[position] }
    for site in sites.indices {
      var full = columns.map { $0.isEmpty ? KeyDictionary.absent : $0[site] }
      for tuple in tuples[site] {
        for (position, index) in framed.enumerated() { full[index] = tuple[position] }
        sums[group(full)].merge(added[site])
      }
    }
  }

  /// The group of each site by the site-level keys, in site order.
  mutating func groupsOfSites(_ view: CaptureView) throws(EngineError) -> [Int] {
    let sites = Array(0..<Int(view.data.info.sites))
    var columns: [[Int32]] = []
    for index in keys.indices { columns.append(try numbers(of: index, sites, view)) }
    return sites.map { site in group(columns.map { $0[site] }) }
  }

  private mutating func numbers(
    of index: Int, _ sites: [Int], _ view: CaptureView
  ) throws(EngineError) -> [Int32] {
    do throws(StoreError) {
      return try view.keys.numbers(of: keys[index], sites: sites, into: &dictionaries[index])
    } catch { throw .store(error) }
  }

  private mutating func sizeClassNumber(_ sizeClass: Int, at index: Int) -> Int32 {
    dictionaries[index].number(of: Int64(clamping: SizeClass.lowerBound(index: sizeClass)))
  }

  private mutating func lifetimeNumber(_ rowKey: Int, at index: Int) -> Int32 {
    guard rowKey != RowKey.neverFreed else { return KeyDictionary.absent }
    return dictionaries[index].number(of: Int64(clamping: SizeClass.lowerBound(index: rowKey)))
  }

  private mutating func windowNumber(
    _ rowKey: Int, _ texts: [String], at index: Int
  ) -> Int32 {
    dictionaries[index].number(of: rowKey < texts.count ? texts[rowKey] : "\(rowKey)")
  }

  private mutating func group(_ tuple: [Int32]) -> Int {
    if let known = numbers[tuple] { return known }
    let number = tuples.count
    numbers[tuple] = number
    tuples.append(tuple)
    sums.append(GroupSums())
    return number
  }

  /// Multiplies bytes and blocks of every group, rounding to whole ones.
  mutating func scale(bytes: Double, count: Double) {
    for group in sums.indices {
      sums[group].bytes = Int64(nearest: Double(sums[group].bytes) * bytes)
      sums[group].count = Int64(nearest: Double(sums[group].count) * count)
    }
    total.bytes = Int64((Double(total.bytes) * bytes).rounded())
    total.count = Int64((Double(total.count) * count).rounded())
  }

  /// The value of a group's key; nil when it has none.
  func value(group: Int, key: Int) -> KeyValue? {
    let number = tuples[group][key]
    return number == KeyDictionary.absent ? nil : dictionaries[key].value(number)
  }
}
