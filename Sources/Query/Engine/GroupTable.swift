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

/// Groups of rows by the keys of a question, over all its captures.
///
/// A group is a tuple of value numbers, one a key. Site-level tuples are made once per site;
/// keys of sizes and rows are added per contribution.
struct GroupTable {
  let keys: [Key]
  /// Values of each key.
  private(set) var dictionaries: [KeyDictionary]
  /// Tuples of the groups, `keys.count` numbers each.
  private(set) var tuples: [[Int32]] = []
  private(set) var sums: [GroupSums] = []
  /// Sums of everything, each row once.
  private(set) var total = GroupSums()

  private var numbers: [[Int32]: Int] = [:]
  private var siteTuples: [[[Int32]]] = []
  /// Groups of each site of the capture begun last; empty lists with keys of rows.
  private(set) var groupsOfSites: [[Int]] = []
  private var windowTexts: [String] = []

  init(keys: [Key]) {
    self.keys = keys
    dictionaries = keys.map { _ in KeyDictionary() }
  }

  /// Whether the key is decided by the size or the row.
  private static func isDynamic(_ key: Key) -> Bool {
    [.sizeclass, .lifetime, .window].contains(key)
  }

  private var hasDynamicKeys: Bool { keys.contains(where: Self.isDynamic) }

  /// Gets ready for the rows of a capture.
  mutating func begin(
    _ view: CaptureView, isInclusive: Bool, windowTexts: [String]
  ) throws(EngineError) {
    self.windowTexts = windowTexts
    var perKey: [[[Int32]]] = []
    for index in keys.indices {
      perKey.append(try numbers(of: index, in: view, isInclusive: isInclusive))
    }
    let siteCount = try reading(try view.data.sites().count)
    siteTuples = (0..<siteCount).map { site in
      perKey.reduce([[]]) { tuples, values in
        tuples.flatMap { tuple in values[site].map { tuple + [$0] } }
      }
    }
    guard !hasDynamicKeys else { return }
    groupsOfSites = []
    for tuples in siteTuples {
      var groups: [Int] = []
      for tuple in tuples { groups.append(group(tuple)) }
      groupsOfSites.append(groups)
    }
  }

  /// The value numbers of a key, one list a site.
  private mutating func numbers(
    of index: Int, in view: CaptureView, isInclusive: Bool
  ) throws(EngineError) -> [[Int32]] {
    let key = keys[index]
    do throws(StoreError) {
      guard isInclusive, key.isOfFrame else {
        return try view.keys.numbers(of: key, into: &dictionaries[index]).map { [$0] }
      }
      return try view.keys.inclusiveNumbers(of: key, into: &dictionaries[index])
    } catch { throw .store(error) }
  }

  /// Adds rows of the capture begun last.
  mutating func add(_ contribution: Contribution) {
    total.add(contribution)
    guard hasDynamicKeys else {
      for group in groupsOfSites[contribution.site] { sums[group].add(contribution) }
      return
    }
    for tuple in siteTuples[contribution.site] {
      var full = tuple
      for (index, key) in keys.enumerated() where Self.isDynamic(key) {
        full[index] = dynamicNumber(key, contribution, at: index)
      }
      let group = group(full)
      sums[group].add(contribution)
    }
  }

  private mutating func dynamicNumber(
    _ key: Key, _ contribution: Contribution, at index: Int
  ) -> Int32 {
    switch key {
    case .sizeclass:
      let bound = SizeClass.lowerBound(contribution.recordSize)
      return dictionaries[index].number(of: .integer(Int64(clamping: bound)))
    case .lifetime:
      guard contribution.rowKey != RowKey.neverFreed else { return KeyDictionary.absent }
      let bound = SizeClass.lowerBound(index: contribution.rowKey)
      return dictionaries[index].number(of: .integer(Int64(clamping: bound)))
    default:
      let number = contribution.rowKey
      let text = number < windowTexts.count ? windowTexts[number] : "\(number)"
      return dictionaries[index].number(of: .text(text))
    }
  }

  private mutating func group(_ tuple: [Int32]) -> Int {
    if let known = numbers[tuple] { return known }
    let number = tuples.count
    numbers[tuple] = number
    tuples.append(tuple)
    sums.append(GroupSums())
    return number
  }

  /// The value of a group's key; nil when it has none.
  func value(group: Int, key: Int) -> KeyValue? {
    let number = tuples[group][key]
    return number == KeyDictionary.absent ? nil : dictionaries[key].values[Int(number)]
  }
}
