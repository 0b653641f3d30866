import Store

/// Collects the classes of the segment that is being born.
///
/// Cost: about 2 ns an allocation (benchmark: import).
struct SegmentBuilder: ~Copyable {
  private(set) var number: UInt32 = 0
  private var classes = Buffer<UInt32>(capacity: SegmentLayout.rowCount)
  private var sites = Buffer<UInt32>()
  private var sizes = Buffer<UInt64>()
  private var counts = Buffer<UInt32>()
  /// Segment number above, class below; stale when the number is another segment's.
  private var table = Buffer<UInt64>(repeating: .max, count: 1 << 12)

  var rowCount: Int { classes.count }
  var isFull: Bool { classes.count == SegmentLayout.rowCount }

  /// Adds a row of `site` and `size`, whose cached class is used when it fits.
  @inline(__always)
  mutating func append(site: UInt32, size: UInt64, sites table: inout SiteTable) {
    let index = Int(site)
    let cached = table.sites[index]
    let short = UInt32(truncatingIfNeeded: size)
    if cached.cachedSize == short, cached.cachedSegment == UInt16(truncatingIfNeeded: number),
      size <= UInt64(UInt32.max)
    {
      classes.append(cached.cachedClass)
      counts[Int(cached.cachedClass)] &+= 1
      return
    }
    let found = classNumber(site: site, size: size)
    if size <= UInt64(UInt32.max) {
      table.sites[index].cachedSegment = UInt16(truncatingIfNeeded: number)
      table.sites[index].cachedSize = short
      table.sites[index].cachedClass = found
    }
    classes.append(found)
    counts[Int(found)] &+= 1
  }

  private mutating func classNumber(site: UInt32, size: UInt64) -> UInt32 {
    let mask = table.count &- 1
    var place = Int(truncatingIfNeeded: hash(site, size)) & mask
    while true {
      let entry = table[place]
      if UInt32(truncatingIfNeeded: entry &>> 32) != number { break }
      let found = UInt32(truncatingIfNeeded: entry)
      if sites[Int(found)] == site, sizes[Int(found)] == size { return found }
      place = (place &+ 1) & mask
    }
    let found = UInt32(sites.count)
    sites.append(site)
    sizes.append(size)
    counts.append(0)
    table[place] = UInt64(number) &<< 32 | UInt64(found)
    if sites.count &* 2 > table.count { grow() }
    return found
  }

  private func hash(_ site: UInt32, _ size: UInt64) -> UInt64 {
    spread(size &* 0x1_0000_0001 ^ UInt64(site) &<< 40 ^ UInt64(site)) &>> 20
  }

  private mutating func grow() {
    table = Buffer(repeating: .max, count: table.count &* 2)
    let mask = table.count &- 1
    for index in 0..<sites.count {
      var place = Int(truncatingIfNeeded: hash(sites[index], sizes[index])) & mask
      while UInt32(truncatingIfNeeded: table[place] &>> 32) == number {
        place = (place &+ 1) & mask
      }
      table[place] = UInt64(number) &<< 32 | UInt64(index)
    }
  }

  /// Hands the finished segment over and starts the next.
  mutating func finish() -> BornSegment {
    let born = begun()
    classes.removeAll()
    sites.removeAll()
    sizes.removeAll()
    counts.removeAll()
    number &+= 1
    return born
  }

  /// The segment with the rows it has now.
  func begun() -> BornSegment {
    var dictionary = SegmentDictionary()
    dictionary.sites = sites.array
    dictionary.sizes = sizes.array
    dictionary.counts = counts.array
    var zone = SegmentZone()
    zone.firstRow = number << SegmentLayout.rowBits
    zone.rowCount = UInt32(classes.count)
    zone.smallest = dictionary.sizes.min() ?? 0
    zone.greatest = dictionary.sizes.max() ?? 0
    for index in 0..<dictionary.count {
      zone.bytes &+= dictionary.sizes[index] &* UInt64(dictionary.counts[index])
    }
    return BornSegment(classes: classes.array, dictionary: dictionary, zone: zone)
  }
}

/// A segment whose rows are all born: what is known of it without the heap and the clock.
struct BornSegment: Sendable {
  var classes: [UInt32]
  var dictionary: SegmentDictionary
  /// Without its first instant and its deaths.
  var zone: SegmentZone
}
