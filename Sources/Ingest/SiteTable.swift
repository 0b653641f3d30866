import Store

/// Where allocations come from: stack, allocator and thread, numbered as they are first met.
///
/// Cost: about 2 ns an allocation when the stack's last site is met again (benchmark: import).
struct SiteTable: ~Copyable {
  /// What every allocation looks at: four sites lie in a line of the cache.
  struct Site: BitwiseCopyable {
    var thread: UInt32
    // The class of the last size met in the current segment, kept by `SegmentBuilder`;
    // only of sizes below 4 GiB, and of a segment's number what tells it from its neighbours.
    var cachedSize: UInt32
    var cachedClass: UInt32
    var cachedSegment: UInt16
    var allocator: UInt8
  }

  /// What a site's allocations add up to in whole segments.
  struct Totals: BitwiseCopyable {
    var bytes: UInt64
    var count: UInt64
  }

  var sites = Buffer<Site>()
  /// Stack node of each site; in native captures the number of a `NativeContext`.
  private(set) var stacks = Buffer<UInt32>()
  /// How many rows there were when each site was first met.
  private(set) var firstRows = Buffer<UInt32>()
  private(set) var totals = Buffer<Totals>()
  private var lastOfStack = Buffer<UInt32>()
  private var table = Buffer<UInt32>(repeating: UInt32.max, count: 1 << 10)

  /// Number of sites.
  var count: Int { sites.count }

  @inline(__always)
  mutating func site(stack: UInt32, allocator: UInt8, thread: UInt32, row: UInt32) -> UInt32 {
    let node = Int(stack)
    if node < lastOfStack.count {
      let guess = lastOfStack[node]
      if guess != .max {
        let site = sites[Int(guess)]
        if site.allocator == allocator, site.thread == thread { return guess }
      }
    } else {
      lastOfStack.append(repeating: .max, count: node &+ 1 &- lastOfStack.count)
    }
    let found = find(stack: stack, allocator: allocator, thread: thread, row: row)
    lastOfStack[node] = found
    return found
  }

  /// Adds a segment's classes to the totals of their sites.
  mutating func add(_ dictionary: SegmentDictionary) { Self.add(dictionary, to: totals) }

  /// The totals with those of a segment that has begun.
  func totals(with begun: SegmentDictionary?) -> Buffer<Totals> {
    let copy = totals.copy()
    if let begun { Self.add(begun, to: copy) }
    return copy
  }

  private static func add(_ dictionary: SegmentDictionary, to totals: borrowing Buffer<Totals>) {
    for index in 0..<dictionary.count {
      let site = Int(dictionary.sites[index])
      let count = UInt64(dictionary.counts[index])
      totals[site].bytes &+= dictionary.sizes[index] &* count
      totals[site].count &+= count
    }
  }

  private static func hash(_ stack: UInt32, _ allocator: UInt8, _ thread: UInt32) -> Int {
    let key = UInt64(stack) &<< 32 ^ UInt64(thread) &<< 8 ^ UInt64(allocator)
    return Int(truncatingIfNeeded: spread(key) &>> 20)
  }

  private mutating func find(
    stack: UInt32, allocator: UInt8, thread: UInt32, row: UInt32
  ) -> UInt32 {
    let mask = table.count &- 1
    var place = Self.hash(stack, allocator, thread) & mask
    while table[place] != .max {
      let number = Int(table[place])
      let site = sites[number]
      if stacks[number] == stack, site.allocator == allocator, site.thread == thread {
        return table[place]
      }
      place = (place &+ 1) & mask
    }
    let number = UInt32(sites.count)
    table[place] = number
    sites.append(
      Site(
        thread: thread, cachedSize: 0, cachedClass: 0, cachedSegment: .max, allocator: allocator))
    stacks.append(stack)
    firstRows.append(row)
    totals.append(Totals(bytes: 0, count: 0))
    if sites.count &* 2 > table.count { grow() }
    return number
  }

  private mutating func grow() {
    let larger = Buffer<UInt32>(repeating: .max, count: table.count &* 2)
    let mask = larger.count &- 1
    for index in 0..<sites.count {
      let site = sites[index]
      var place = Self.hash(stacks[index], site.allocator, site.thread) & mask
      while larger[place] != .max { place = (place &+ 1) & mask }
      larger[place] = UInt32(index)
    }
    table = larger
  }
}
