import Results
import Language
import Store

/// The sums of some rows.
struct GroupSums: Equatable {
  var bytes: Int64 = 0
  /// Blocks.
  var count: Int64 = 0
  /// Bytes of the greatest record; 0 where sizes of records are not looked at.
  var greatestSize: UInt64 = 0
  /// Python objects.
  var objects: Int64 = 0
  /// Sum of the lifetimes of freed rows, in allocations.
  var lifetimeSum: Int64 = 0
  var freedCount: Int64 = 0
  var greatestLifetime: UInt32 = 0

  /// Adds other sums.
  @inline(__always) mutating func add(_ other: GroupSums) {
    bytes &+= other.bytes
    count &+= other.count
    objects &+= other.objects
    greatestSize = max(greatestSize, other.greatestSize)
    lifetimeSum &+= other.lifetimeSum
    freedCount &+= other.freedCount
    greatestLifetime = max(greatestLifetime, other.greatestLifetime)
  }

  /// Whether nothing was added.
  var isEmpty: Bool { count == 0 && bytes == 0 && objects == 0 && greatestSize == 0 }

  /// A measure's value; nil where it has none.
  func value(of measure: Measure) -> Double? {
    switch measure {
    case .size, .samples: Double(bytes)
    case .count: Double(count)
    case .objects: Double(objects)
    case .sampleType(let type):
      switch type.slot {
      case 0: Double(bytes)
      case 1: Double(count)
      case 2: Double(objects)
      default: Double(lifetimeSum)
      }
    case .averageSize: count == 0 ? nil : Double(bytes) / Double(count)
    case .maximumSize: count == 0 && greatestSize == 0 ? nil : Double(greatestSize)
    case .averageLifetime: freedCount == 0 ? nil : Double(lifetimeSum) / Double(freedCount)
    case .maximumLifetime: freedCount == 0 ? nil : Double(greatestLifetime)
    case .retainedSize, .deepSize, .sizeDifference, .countDifference, .rate, .series: nil
    }
  }
}

/// Sums of one capture, before sites become groups.
///
/// With keys of sizes or rows, sums are kept per site, size class and row key. Sites that are
/// one group by the other keys are then added to the first of them, so that the sums fit a
/// dense table. Cost: about 5 ns a contribution (benchmark: `hist allocated size`).
struct SiteSums {
  private struct Place: Hashable {
    var site: Int
    var sizeClass: Int
    var rowKey: Int
  }

  private static let sizeClasses = 65
  private static let denseLimit = 1 << 18

  private let splitsSizes: Bool
  private let splitsRows: Bool
  private let rowKeyCount: Int
  /// Where a site's sums lie: itself, or the number of its group by the other keys.
  private let cells: [Int32]
  /// First site of each cell.
  private var cellSites: [Int] = []
  private var dense: [GroupSums]
  private var sparse: [Place: GroupSums] = [:]
  /// Sums of everything, each row once.
  private(set) var total = GroupSums()

  /// Sums for `siteCount` sites.
  ///
  /// - Parameters:
  ///   - siteCount: number of sites.
  ///   - keys: the keys of the question.
  ///   - cells: with keys of sizes or rows, a number for each site that is equal for sites of
  ///     one group by the other keys; else nil.
  ///   - rowKeyCount: how many numbers the row key has.
  init(siteCount: Int, keys: [Key], cells: [Int32]? = nil, rowKeyCount: Int = 1) {
    splitsSizes = keys.contains(.sizeclass)
    splitsRows = keys.contains { $0 == .lifetime || $0.isStretch }
    self.rowKeyCount = splitsRows ? rowKeyCount : 1
    self.cells = cells ?? []
    if let cells {
      for (site, cell) in cells.enumerated() {
        while cellSites.count <= Int(cell) { cellSites.append(site) }
      }
    }
    let cellCount = cells == nil ? siteCount : cellSites.count
    let perCell = (splitsSizes ? Self.sizeClasses : 1) * self.rowKeyCount
    let isDense = !(splitsSizes || splitsRows) || cellCount * perCell <= Self.denseLimit
    dense = Array(repeating: GroupSums(), count: isDense ? cellCount * perCell : 0)
  }

  @inline(__always) mutating func add(_ partial: PartialAggregate) {
    total.add(partial.sums)
    let cell = cells.isEmpty ? partial.site : Int(cells[partial.site])
    guard splitsSizes || splitsRows else { return dense[cell].add(partial.sums) }
    let sizeClass = splitsSizes ? SizeClass.index(partial.recordSize) : 0
    let rowKey = splitsRows ? min(partial.rowKey, rowKeyCount - 1) : 0
    guard dense.isEmpty else {
      let width = splitsSizes ? Self.sizeClasses : 1
      return dense[(cell * rowKeyCount + rowKey) * width + sizeClass].add(partial.sums)
    }
    let place = Place(site: cell, sizeClass: sizeClass, rowKey: rowKey)
    sparse[place, default: GroupSums()].add(partial.sums)
  }

  /// One place's sums.
  typealias Part = (site: Int, sizeClass: Int, rowKey: Int, sums: GroupSums)

  /// What was added, by site.
  var parts: [Part] {
    var parts: [Part] = []
    forEach { parts.append($0) }
    return parts
  }

  /// Calls `body` with what was added, by site.
  func forEach(_ body: (Part) -> Void) {
    func site(_ cell: Int) -> Int { cells.isEmpty ? cell : cellSites[cell] }
    guard dense.isEmpty else {
      let width = splitsSizes ? Self.sizeClasses : 1
      for index in dense.indices where !dense[index].isEmpty {
        body(
          (
            site(index / width / rowKeyCount), index % width, index / width % rowKeyCount,
            dense[index]
          ))
      }
      return
    }
    sparse.map { (site($0.key.site), $0.key.sizeClass, $0.key.rowKey, $0.value) }
      .sorted { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }.forEach(body)
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
  /// With one key: the group of each value, −1 for none.
  private var groupsOfValues: [Int32] = []

  /// A table without groups; its tuples mean what those of `other` mean, and more.
  init(keys: [Key], sharing other: GroupTable? = nil) {
    self.keys = keys
    dictionaries = other?.dictionaries ?? keys.map { _ in KeyDictionary() }
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
    let framed = framed(isInclusive)
    var columns: [[Int32]] = []
    for index in keys.indices {
      switch (keys[index].definition.level, keys[index]) {
      case (.row, .sizeclass):
        columns.append(parts.map { sizeClassNumber($0.sizeClass, at: index) })
      case (.row, _): columns.append(parts.map { lifetimeNumber($0.rowKey, at: index) })
      case (.stretch, _):
        columns.append(parts.map { windowNumber($0.rowKey, windowTexts, at: index) })
      case (.frame, _), (.stack, _), (.site, _), (.process, _), (.capture, _):
        columns.append(framed.contains(index) ? [] : try numbers(of: index, sites, view))
      }
    }
    if framed.isEmpty {
      for index in parts.indices {
        sums[group(columns.map { $0[index] })].add(parts[index].sums)
      }
    } else {
      try addUp(sites, columns, framed, view, { parts[$0].sums }) { $0.sums[$1].add($2) }
    }
    total.add(siteSums.total)
  }

  /// The keys of which a site counts in every group on its stack.
  private func framed(_ isInclusive: Bool) -> [Int] {
    isInclusive ? keys.indices.filter { keys[$0].isOfFrame } : []
  }

  /// Adds up what sites hold over every group on their stacks.
  ///
  /// - Parameters:
  ///   - view: the capture.
  ///   - sites: the sites.
  ///   - value: what the site at an index of `sites` holds.
  ///   - add: takes what a group holds, in one or more parts.
  /// - Throws: the store's errors.
  mutating func addUp<Value: Summable>(
    _ view: CaptureView, sites: [Int], _ value: (Int) -> Value,
    add: (inout GroupTable, Int, Value) -> Void
  ) throws(EngineError) {
    let framed = framed(true)
    let columns = try columns(Array(keys.indices), sites, view, without: framed)
    try addUp(sites, columns, framed, view, value, add: add)
  }

  private mutating func addUp<Value: Summable>(
    _ sites: [Int], _ columns: [[Int32]], _ framed: [Int], _ view: CaptureView,
    _ value: (Int) -> Value, add: (inout GroupTable, Int, Value) -> Void
  ) throws(EngineError) {
    try walk(sites, columns, framed, view) { (table, tree, batch, full) in
      tree.addUp(
        batch.map { sites[$0] }, { value(batch[$0]) },
        group: { table.group($0, at: framed, of: full) }, add: { add(&table, $0, $1) })
    }
  }

  /// Walks the stacks of sites, those at once that hide as many frames and have the same values of
  /// the other keys.
  private mutating func walk(
    _ sites: [Int], _ columns: [[Int32]], _ framed: [Int], _ view: CaptureView,
    _ body: (inout GroupTable, inout InclusiveTree, [Int], [Int32]) -> Void
  ) throws(EngineError) {
    var tree = try reading(
      try InclusiveTree(
        framed.map { keys[$0] }, of: view.keys, dictionaries: framed.map { dictionaries[$0] }))
    var batches: [[Int32]: Int] = [:]
    var members: [(full: [Int32], sites: [Int])] = []
    for (index, site) in sites.enumerated() {
      var place = columns.map { $0.isEmpty ? KeyDictionary.absent : $0[index] }
      place.append(Int32(truncatingIfNeeded: tree.hidden(of: site)))
      if let batch = batches[place] {
        members[batch].sites.append(index)
      } else {
        batches[place] = members.count
        members.append((place.dropLast(), [index]))
      }
    }
    for batch in members { body(&self, &tree, batch.sites, batch.full) }
    for (position, index) in framed.enumerated() {
      dictionaries[index] = tree.dictionaries[position]
    }
  }

  /// The group of values of the keys of frames, and of the others.
  private mutating func group(_ tuple: [Int32], at framed: [Int], of full: [Int32]) -> Int {
    guard framed.count < full.count else { return group(tuple) }
    var full = full
    for (position, index) in framed.enumerated() { full[index] = tuple[position] }
    return group(full)
  }

  /// For keys of sizes or rows: a number for each site, equal for sites of one group by the
  /// other keys; nil without such keys, or when a site is in several groups.
  mutating func cells(_ view: CaptureView, isInclusive: Bool) throws(EngineError) -> [Int32]? {
    guard keys.contains(where: \.isOfRow), !isInclusive else { return nil }
    let sites = Array(0..<Int(view.data.info.sites))
    let columns = try columns(keys.indices.filter { !keys[$0].isOfRow }, sites, view)
    var known: [[Int32]: Int32] = [:]
    return sites.map { site in
      let tuple = columns.map { $0[site] }
      if let cell = known[tuple] { return cell }
      let cell = Int32(known.count)
      known[tuple] = cell
      return cell
    }
  }

  /// The group of each site by the site-level keys, in site order.
  mutating func groupsOfSites(_ view: CaptureView) throws(EngineError) -> [Int] {
    let sites = Array(0..<Int(view.data.info.sites))
    let columns = try columns(Array(keys.indices), sites, view)
    return sites.map { site in group(columns.map { $0[site] }) }
  }

  /// The group of each object that meets the condition, negative for the others.
  mutating func groups(
    ofObjects graph: ObjectGraph, _ view: CaptureView
  ) throws(StoreError) -> [Int32] {
    var groupsOfPlaces: [UInt64: Int32] = [:]
    var groups = [Int32](repeating: -1, count: graph.count)
    for object in 0..<graph.count where graph.passes(object, view.condition) {
      let size = UInt64(max(0, graph.sizes[object]))
      let sizeClass = keys.contains(.sizeclass) ? SizeClass.index(size) : 0
      let place = UInt64(graph.types[object]) << 32 | UInt64(sizeClass)
      if groupsOfPlaces[place] == nil {
        let site = graph.siteOfType[Int(graph.types[object])]
        var tuple: [Int32] = []
        for index in keys.indices {
          tuple.append(
            keys[index] == .sizeclass
              ? sizeClassNumber(sizeClass, at: index)
              : try view.keys.numbers(
                of: keys[index], sites: [site], into: &dictionaries[index])[0])
        }
        groupsOfPlaces[place] = Int32(group(tuple))
      }
      groups[object] = groupsOfPlaces[place] ?? -1
    }
    return groups
  }

  /// The groups that each site is in: one, or with `isInclusive` those of all its frames.
  mutating func memberships(
    _ view: CaptureView, isInclusive: Bool
  ) throws(EngineError) -> GroupChains {
    let sites = Array(0..<Int(view.data.info.sites))
    let framed = framed(isInclusive)
    let columns = try columns(Array(keys.indices), sites, view, without: framed)
    var chains = GroupChains(siteCount: sites.count)
    guard framed.isEmpty else {
      try walk(sites, columns, framed, view) { (table, tree, batch, full) in
        tree.link(batch, group: { table.group($0, at: framed, of: full) }, into: &chains)
      }
      return chains
    }
    var links: [Int32] = []
    for site in sites {
      let group = group(columns.map { $0[site] })
      while links.count <= group { links.append(chains.link(links.count, GroupChains.none)) }
      chains.heads[site] = links[group]
    }
    return chains
  }

  /// The numbers of some keys' values, a column each; empty for those left out.
  private mutating func columns(
    _ indices: [Int], _ sites: [Int], _ view: CaptureView, without left: [Int] = []
  ) throws(EngineError) -> [[Int32]] {
    var columns: [[Int32]] = []
    for index in indices {
      columns.append(left.contains(index) ? [] : try numbers(of: index, sites, view))
    }
    return columns
  }

  private mutating func numbers(
    of index: Int, _ sites: [Int], _ view: CaptureView
  ) throws(EngineError) -> [Int32] {
    try reading(try view.keys.numbers(of: keys[index], sites: sites, into: &dictionaries[index]))
  }

  private mutating func sizeClassNumber(_ sizeClass: Int, at index: Int) -> Int32 {
    dictionaries[index].number(of: Int64(clamping: SizeClass.lowerBound(index: sizeClass)))
  }

  private mutating func lifetimeNumber(_ rowKey: Int, at index: Int) -> Int32 {
    let lifetime = RowKey.lifetimeClass(number: rowKey)
    guard lifetime != RowKey.neverFreed else { return KeyDictionary.absent }
    return dictionaries[index].number(of: Int64(clamping: SizeClass.lowerBound(index: lifetime)))
  }

  private mutating func windowNumber(
    _ rowKey: Int, _ texts: [String], at index: Int
  ) -> Int32 {
    let window = RowKey.window(number: rowKey)
    return dictionaries[index].number(of: window < texts.count ? texts[window] : "\(window)")
  }

  private mutating func group(_ tuple: [Int32]) -> Int {
    let number = tuples.count
    if keys.count == 1 {
      // Values are dense numbers, the absent one is −1.
      let place = Int(tuple[0]) + 1
      while groupsOfValues.count <= place { groupsOfValues.append(-1) }
      if groupsOfValues[place] >= 0 { return Int(groupsOfValues[place]) }
      groupsOfValues[place] = Int32(truncatingIfNeeded: number)
    } else {
      if let known = numbers[tuple] { return known }
      numbers[tuple] = number
    }
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
    total.bytes = Int64(nearest: Double(total.bytes) * bytes)
    total.count = Int64(nearest: Double(total.count) * count)
  }

  /// The values of a group's keys; nil for those it has none of.
  func key(of group: Int) -> [KeyValue?] { keys.indices.map { value(group: group, key: $0) } }

  /// The value of a group's key; nil when it has none.
  func value(group: Int, key: Int) -> KeyValue? {
    value(number: tuples[group][key], key: key)
  }

  /// Order of two numbers of tuples by what they stand for.
  func compare(_ a: Int32, _ b: Int32, key: Int) -> Int { dictionaries[key].compare(a, b) }

  /// The value behind a number of a tuple; nil when it is none.
  func value(number: Int32, key: Int) -> KeyValue? {
    number == KeyDictionary.absent ? nil : dictionaries[key].value(number)
  }
}
