/// Bytes and blocks by site and by the points of time at which they are alive.
package struct TimeSums: Sendable {
  /// Blocks of one site that are alive at the same points, `born..<died`.
  package struct Cell: Sendable, Equatable {
    /// The site.
    package var site: UInt32
    /// The first point at which they are alive.
    package var born: UInt16
    /// The first point after it at which they are not; the number of points when there is none.
    package var died: UInt16
    /// Their bytes.
    package var bytes: Int64
    /// Their number.
    package var count: Int64
  }

  /// Every cell, each once.
  package private(set) var all: [Cell] = []
  private var slots = [UInt32](repeating: 0, count: 1 << 12)
  /// Whether `slots` knows every cell; what was read is often only looked at.
  private var isIndexed = true

  /// Nothing.
  package init() {}

  /// The cells of some sites.
  package func filter(_ passes: (_ site: Int) -> Bool) -> TimeSums {
    let kept = all.filter { passes(Int($0.site)) }
    return kept.count == all.count ? self : TimeSums(distinct: kept)
  }

  /// Cells that are known to differ from each other, for reading.
  init(distinct cells: [Cell]) {
    all = cells
    isIndexed = false
  }

  /// Adds to a cell; what is alive at no point is left out.
  package mutating func add(site: Int, born: Int, died: Int, bytes: Int64, count: Int64) {
    guard born < died else { return }
    if !isIndexed || all.count * 2 > slots.count - 2 { grow() }
    let mask = slots.count - 1
    var slot = Self.hash(site, born, died) & mask
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      if Int(all[index].site) == site, all[index].born == born, all[index].died == died {
        all[index].bytes &+= bytes
        all[index].count &+= count
        return
      }
      slot = (slot + 1) & mask
    }
    all.append(
      Cell(
        site: UInt32(truncatingIfNeeded: site), born: UInt16(born), died: UInt16(died),
        bytes: bytes, count: count))
    slots[slot] = UInt32(all.count)
  }

  /// Makes room for one more, and finds every cell its place.
  private mutating func grow() {
    isIndexed = true
    while slots.count - 2 < all.count * 2 + 2 {
      slots = Array(repeating: 0, count: slots.count * 2)
    }
    let mask = slots.count - 1
    for (index, cell) in all.enumerated() {
      var slot = Self.hash(Int(cell.site), Int(cell.born), Int(cell.died)) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(index + 1)
    }
  }

  private static func hash(_ site: Int, _ born: Int, _ died: Int) -> Int {
    let key = UInt64(site) << 32 | UInt64(born) << 16 | UInt64(died)
    return Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> 32)
  }
}
