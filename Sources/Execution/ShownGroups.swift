import Language

/// Which of the groups shown a row is in, by its site and its size.
///
/// Cost: about 2 ns a row and group (benchmark: `timeline by function`).
struct ShownGroups {
  private static let classCount = 65

  /// The groups of each site by the keys of sites, of which some are shown.
  private let members: GroupChains
  /// Number of the group shown, by base and size class; −1 when it is not shown.
  private let shown: [Int32]
  private let classCount: Int

  /// One group that holds everything.
  init(siteCount: Int) {
    var members = GroupChains(siteCount: siteCount)
    let all = members.link(0, GroupChains.none)
    for site in members.heads.indices { members.heads[site] = all }
    self.members = members
    shown = [0]
    classCount = 1
  }

  /// - Parameters:
  ///   - members: per site, its groups in `table` by the keys of sites.
  ///   - groups: the groups shown, in order.
  ///   - table: what the numbers of groups mean.
  ///   - rest: the number that stands for all other groups; nil leaves them out.
  init(_ members: GroupChains, _ groups: [Int], _ table: GroupTable, rest: Int?) {
    let sizes = table.keys.firstIndex(of: .sizeclass)
    classCount = sizes == nil ? 1 : Self.classCount
    var shown = [Int32](
      repeating: rest.map { Int32($0) } ?? -1, count: table.tuples.count * classCount)
    // A base has no value for the size class, so a shown group is found by its other values.
    let numbers = Dictionary(zip(table.tuples, table.tuples.indices)) { first, _ in first }
    for (place, group) in groups.enumerated() {
      guard let sizes else {
        shown[group] = Int32(place)
        continue
      }
      var tuple = table.tuples[group]
      guard case .integer(let lower) = table.value(number: tuple[sizes], key: sizes) else {
        continue
      }
      tuple[sizes] = KeyDictionary.absent
      guard let base = numbers[tuple] else { continue }
      shown[base * classCount + SizeClass.index(UInt64(lower))] = Int32(place)
    }
    self.shown = shown
    var members = members
    let count = classCount
    members.keep { base in (base * count..<(base + 1) * count).contains { shown[$0] >= 0 } }
    self.members = members
  }

  /// The number of a group of the table by the keys of sites, where it is shown and sizes do not
  /// matter; −1 where it is not.
  func number(of group: Int) -> Int {
    classCount == 1 && group < shown.count ? Int(shown[group]) : -1
  }

  /// Whether the size of a row decides.
  var splitsSizes: Bool { classCount > 1 }

  /// Calls `body` with each group shown that a row is in.
  @inline(__always) func forEach(site: Int, size: UInt64, _ body: (Int) -> Void) {
    let sizeClass = classCount == 1 ? 0 : SizeClass.index(size)
    var link = members.heads[site]
    while link >= 0 {
      let group = shown[Int(members.groups[Int(link)]) * classCount + sizeClass]
      if group >= 0 { body(Int(group)) }
      link = members.callers[Int(link)]
    }
  }
}
