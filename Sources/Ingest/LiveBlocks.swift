// ⚠ unsafe: pages point into the arena that this table owns; slots are below 256 and positions
// below the page's capacity by construction.

import CMemory

/// The newest allocation at every address, alive or not.
///
/// Two levels, because heap addresses are dense: an open-addressing directory of 4 KiB pages,
/// and per page one slot for each 16 bytes. Pages start with room for four blocks and grow to
/// 16, 64 and all 256; addresses that are no multiple of 16 have pages of their own. Dead
/// blocks stay until their address is used again, since a later free may still be a temporary
/// hit on them (design: ages). 8 bytes a block with one thread, 16 with several.
///
/// Cost: about 20 ns an allocation and as much a free, the greater part waiting for memory
/// (benchmark: import).
@safe struct LiveBlocks: ~Copyable {
  /// What an address held.
  struct Block {
    var row: UInt32
    var size: UInt64
    var isLive: Bool
    /// Whether a free has already hit this row as temporary.
    var wasHit: Bool
    /// Thread that allocated it.
    var thread: UInt32
    /// How many allocations that thread had made before it.
    var sequence: UInt32
  }

  // Not private: the compiler cannot place a generic buffer of a private type (Swift 6.3).
  /// A page in 16 bytes, so that finding a block looks at one line of the directory: the chunk's
  /// address below, above it how many entries are in use (unless dense) and the chunk's kind.
  struct Page: BitwiseCopyable {
    var key: UInt64
    private var bits: UInt64

    private static let addressBits: UInt64 = 48

    /// A place without a page.
    init() {
      key = LiveBlocks.absent
      bits = 0
    }

    init(key: UInt64, chunk: UnsafeMutableRawPointer, count: Int, kind: PageArena.Kind) {
      let address = UInt64(UInt(bitPattern: chunk))
      precondition(address &>> Self.addressBits == 0)
      self.key = key
      bits =
        address | UInt64(kind.rawValue) &<< Self.addressBits
        | UInt64(count) &<< (Self.addressBits &+ 2)
    }

    @inline(__always) var chunk: UnsafeMutableRawPointer {
      let address = UInt(bits & (1 &<< Self.addressBits &- 1))
      return unsafe UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped
    }

    @inline(__always) var kind: PageArena.Kind {
      PageArena.Kind(rawValue: UInt8(truncatingIfNeeded: bits &>> Self.addressBits) & 3) ?? .dense
    }

    @inline(__always) var count: Int { Int(bits &>> (Self.addressBits &+ 2)) }

    mutating func addOne() { bits &+= 1 &<< (Self.addressBits &+ 2) }
  }

  private static let absent = UInt64.max
  private static let deadBit: UInt64 = 1 << 63
  private static let hitBit: UInt64 = 1 << 62
  private static let largeSize: UInt64 = (1 << 30) - 1
  private static let noEntry: UInt8 = 0xff

  private var arena = PageArena(hasOwners: false)
  private var directory = Buffer<Page>(repeating: Page(), count: 1 << 10)
  private var pageCount = 0
  private var lastKey = LiveBlocks.absent
  private var lastPlace = 0
  private var largeSizes: [UInt32: UInt64] = [:]
  /// The only thread that has allocated, while there is only one.
  private var soleThread: UInt32

  /// A table for a capture in which `soleThread` makes the first allocation.
  init(soleThread: UInt32) { self.soleThread = soleThread }

  // MARK: Operations

  /// Puts a new allocation at `address`; returns what stood there before.
  @inline(__always)
  mutating func allocate(
    address: UInt64, row: UInt32, size: UInt64, thread: UInt32, sequence: UInt32
  ) -> Block? {
    let entry = findOrInsert(address)
    let old = unsafe entry.entry.pointee
    let before = old == .max ? nil : unsafe block(old, owner: entry.owner)
    if let before, before.isLive { forgetLarge(old) }
    unsafe entry.entry.pointee = UInt64(row) | sizeCode(size, row: row) &<< 32
    if arena.hasOwners {
      unsafe entry.owner.pointee = UInt64(thread) | UInt64(sequence) &<< 32
    }
    return before
  }

  /// What stands at `address`, marking it dead, and hit when the freeing thread `hitter`
  /// allocated it.
  @inline(__always)
  mutating func free(address: UInt64, by hitter: UInt32) -> Block? {
    guard let entry = find(address) else { return nil }
    let old = unsafe entry.entry.pointee
    let found = unsafe block(old, owner: entry.owner)
    if found.isLive { forgetLarge(old) }
    let isOwn = found.thread == hitter
    unsafe entry.entry.pointee = old | Self.deadBit | (isOwn ? Self.hitBit : 0)
    return found
  }

  /// Gives every entry room for its thread, when a second thread makes its first allocation.
  ///
  /// All blocks so far belong to the first, whose allocation numbers are the rows.
  mutating func addOwners() {
    guard !arena.hasOwners else { return }
    var larger = PageArena(hasOwners: true)
    for index in 0..<directory.count where directory[index].key != Self.absent {
      let page = directory[index]
      let chunk = unsafe larger.take(page.kind)
      let capacity = page.kind.capacity
      let entries = unsafe page.chunk.assumingMemoryBound(to: UInt64.self)
      let target = unsafe chunk.assumingMemoryBound(to: UInt64.self)
      for position in 0..<capacity {
        let entry = unsafe entries[position]
        unsafe target[2 &* position] = entry
        unsafe target[2 &* position &+ 1] = UInt64(soleThread) | (entry & 0xffff_ffff) &<< 32
      }
      unsafe (chunk + capacity &* 16).copyMemory(
        from: page.chunk + capacity &* 8, byteCount: page.kind.mapBytes)
      unsafe directory[index] = Page(
        key: page.key, chunk: chunk, count: page.count, kind: page.kind)
    }
    arena = larger
  }

  /// Brings what stands at `address` into the cache, for an event that is soon to come.
  ///
  /// Looks at the first place of the directory only: being wrong costs nothing but time.
  @inline(__always)
  func prefetch(_ address: UInt64) {
    let key = Self.key(address)
    let page = directory[home(key)]
    guard page.key == key else { return }
    let position = page.kind == .dense ? Self.slot(address) : 0
    unsafe memq_prefetch(page.chunk + position &* (arena.hasOwners ? 16 : 8))
  }

  // MARK: Entries

  @safe private struct Place {
    var entry: UnsafeMutablePointer<UInt64>
    var owner: UnsafeMutablePointer<UInt64>
  }

  @inline(__always)
  private func block(_ bits: UInt64, owner: UnsafeMutablePointer<UInt64>) -> Block {
    let row = UInt32(truncatingIfNeeded: bits)
    let code = (bits &>> 32) & Self.largeSize
    var size = code
    if code == Self.largeSize { size = largeSizes[row] ?? code }
    let owned = unsafe arena.hasOwners ? owner.pointee : UInt64(soleThread) | UInt64(row) &<< 32
    return Block(
      row: row, size: size, isLive: bits & Self.deadBit == 0, wasHit: bits & Self.hitBit != 0,
      thread: UInt32(truncatingIfNeeded: owned), sequence: UInt32(truncatingIfNeeded: owned &>> 32))
  }

  @inline(__always)
  private mutating func sizeCode(_ size: UInt64, row: UInt32) -> UInt64 {
    if size < Self.largeSize { return size }
    largeSizes[row] = size
    return Self.largeSize
  }

  @inline(__always)
  private mutating func forgetLarge(_ bits: UInt64) {
    guard (bits &>> 32) & Self.largeSize == Self.largeSize else { return }
    largeSizes[UInt32(truncatingIfNeeded: bits)] = nil
  }

  @inline(__always)
  private static func key(_ address: UInt64) -> UInt64 {
    (address &>> 12) &<< 4 | (address & 15)
  }

  @inline(__always)
  private static func slot(_ address: UInt64) -> Int { Int((address &>> 4) & 255) }

  @inline(__always)
  private func place(_ page: Page, _ position: Int) -> Place {
    let entries = unsafe page.chunk.assumingMemoryBound(to: UInt64.self)
    // A block's two words lie together, mostly in one line of the cache.
    let place = unsafe entries + (arena.hasOwners ? 2 &* position : position)
    return unsafe Place(entry: place, owner: place + (arena.hasOwners ? 1 : 0))
  }

  @inline(__always)
  private mutating func find(_ address: UInt64) -> Place? {
    let key = Self.key(address)
    guard let number = directoryPlace(key) else { return nil }
    let page = directory[number]
    guard let position = position(page, slot: Self.slot(address)) else { return nil }
    let found = place(page, position)
    return unsafe found.entry.pointee == .max ? nil : found
  }

  @inline(__always)
  private mutating func findOrInsert(_ address: UInt64) -> Place {
    let key = Self.key(address)
    let number = directoryPlace(key) ?? addPage(key)
    let page = directory[number]
    let slot = Self.slot(address)
    if let position = position(page, slot: slot) { return place(page, position) }
    let position = insert(slot, page: number)
    return place(directory[number], position)
  }

  /// Where a slot's entry stands in a page; nil when it has none.
  @inline(__always)
  private func position(_ page: Page, slot: Int) -> Int? {
    switch page.kind {
    case .dense: return slot
    case .medium:
      let position = unsafe map(page)[slot]
      return position == Self.noEntry ? nil : Int(position)
    default:
      let slots = unsafe map(page)
      for position in 0..<page.count where unsafe slots[position] == UInt8(slot) {
        return position
      }
      return nil
    }
  }

  @inline(__always)
  private func map(_ page: Page) -> UnsafeMutablePointer<UInt8> {
    let bytes = page.kind.capacity &* (arena.hasOwners ? 16 : 8)
    return unsafe (page.chunk + bytes).assumingMemoryBound(to: UInt8.self)
  }

  /// Gives a slot an entry; the page is named by its place in the directory.
  private mutating func insert(_ slot: Int, page number: Int) -> Int {
    if directory[number].count == directory[number].kind.capacity { promote(number) }
    let page = directory[number]
    if page.kind == .dense { return slot }
    let position = page.count
    if page.kind == .medium {
      unsafe map(page)[slot] = UInt8(position)
    } else {
      unsafe map(page)[position] = UInt8(slot)
    }
    directory[number].addOne()
    return position
  }

  /// Moves a full page's entries to a chunk of the next kind.
  private mutating func promote(_ number: Int) {
    let old = directory[number]
    let kind = old.kind.next
    let new = unsafe Page(
      key: old.key, chunk: arena.take(kind), count: kind == .dense ? 0 : old.count, kind: kind)
    if kind == .medium { unsafe map(new).update(repeating: Self.noEntry, count: 256) }
    for slot in 0..<256 {
      guard let position = position(old, slot: slot) else { continue }
      let source = place(old, position)
      var target = slot
      switch kind {
      case .dense: break
      case .medium:
        target = position
        unsafe map(new)[slot] = UInt8(position)
      default:
        target = position
        unsafe map(new)[position] = UInt8(slot)
      }
      let destination = place(new, target)
      unsafe destination.entry.pointee = source.entry.pointee
      if arena.hasOwners { unsafe destination.owner.pointee = source.owner.pointee }
    }
    unsafe arena.giveBack(old.chunk, old.kind)
    directory[number] = new
  }

  // MARK: Directory

  @inline(__always)
  private func home(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: spread(key) &>> 24) & (directory.count &- 1)
  }

  /// Where a page stands in the directory.
  @inline(__always)
  private mutating func directoryPlace(_ key: UInt64) -> Int? {
    if key == lastKey { return lastPlace }
    let mask = directory.count &- 1
    var place = home(key)
    while true {
      let found = directory[place].key
      if found == key {
        lastKey = key
        lastPlace = place
        return place
      }
      if found == Self.absent { return nil }
      place = (place &+ 1) & mask
    }
  }

  private mutating func addPage(_ key: UInt64) -> Int {
    pageCount &+= 1
    if pageCount &* 2 > directory.count { growDirectory() }
    lastKey = key
    lastPlace = unsafe put(Page(key: key, chunk: arena.take(.tiny), count: 0, kind: .tiny))
    return lastPlace
  }

  private func put(_ page: Page) -> Int {
    let mask = directory.count &- 1
    var place = home(page.key)
    while directory[place].key != Self.absent { place = (place &+ 1) & mask }
    directory[place] = page
    return place
  }

  private mutating func growDirectory() {
    var pages = Buffer<Page>(repeating: Page(), count: directory.count &* 2)
    swap(&pages, &directory)
    for index in 0..<pages.count where pages[index].key != Self.absent {
      _ = put(pages[index])
    }
    lastKey = Self.absent
  }
}
