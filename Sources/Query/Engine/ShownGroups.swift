import Language

/// Which of the groups shown a row is in, by its site and its size.
///
/// Cost: about 2 ns a row and group (benchmark: `timeline by function`).
struct ShownGroups {
  private static let classCount = 65

  /// Where each site's groups by the keys of sites begin in `bases`; one element more than sites.
  private let starts: [Int32]
  private let bases: [Int32]
  /// Number of the group shown, by base and size class; −1 when it is not shown.
  private let shown: [Int32]
  private let classCount: Int

  /// One group that holds everything.
  init(siteCount: Int) {
    starts = (0...siteCount).map { Int32($0) }
    bases = [Int32](repeating: 0, count: siteCount)
    shown = [0]
    classCount = 1
  }

  /// - Parameters:
  ///   - members: per site, its groups in `table` by the keys of sites.
  ///   - groups: the groups shown, in order.
  ///   - table: what the numbers of groups mean.
  ///   - rest: the number that stands for all other groups; nil leaves them out.
  init(_ members: [[Int]], _ groups: [Int], _ table: GroupTable, rest: Int?) {
    var starts: [Int32] = [0]
    var bases: [Int32] = []
    for site in members {
      bases += site.map { Int32($0) }
      starts.append(Int32(bases.count))
    }
    self.starts = starts
    self.bases = bases
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
  }

  /// Whether the size of a row decides.
  var splitsSizes: Bool { classCount > 1 }

  /// Calls `body` with each group shown that a row is in.
  @inline(__always) func forEach(site: Int, size: UInt64, _ body: (Int) -> Void) {
    let sizeClass = classCount == 1 ? 0 : SizeClass.index(size)
    for index in Int(starts[site])..<Int(starts[site + 1]) {
      let group = shown[Int(bases[index]) * classCount + sizeClass]
      if group >= 0 { body(Int(group)) }
    }
  }
}
