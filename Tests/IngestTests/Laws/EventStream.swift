import CaptureModel
import TestSupport

/// Which addresses a stream uses.
enum AddressStyle: CaseIterable {
  /// Every 16 bytes of two pages: all 256 slots of a page.
  case dense
  /// Up to 80 blocks a page, between the steps of a page's growth.
  case medium
  /// One or a few a page.
  case sparse
  /// No multiples of 16.
  case misaligned
  /// So few that most are in use.
  case few
  /// Anywhere in 64 bits.
  case anywhere
  /// So many that most are free.
  case wide

  func pool(_ numbers: inout SeededNumbers) -> [UInt64] {
    let base: UInt64 = 0x7f12_0000_0000
    var offsets: [UInt64] = []
    switch self {
    case .dense: offsets = (0..<512).map { 16 * $0 }
    case .medium:
      for page in [0, 4096] as [UInt64] {
        for block in 0..<80 as Range<UInt64> { offsets.append(page + 48 * block) }
      }
    case .sparse: offsets = (0..<200).map { 4096 * $0 + 16 * ($0 % 3) }
    case .misaligned: offsets = (0..<96).map { 3 * $0 }
    case .wide: offsets = (0..<(1 << 19)).map { 16 * $0 }
    case .few: offsets = [0, 32, 64, 4096, 4128, 4160]
    case .anywhere:
      let limits: [UInt64] = [
        0, 1, 15, 16, 4095, 4096, .max, .max - 1, .max - 15, .max - 4096, 1 << 47, 1 << 63,
      ]
      return limits + (0..<40).map { _ in numbers.next() }
    }
    return offsets.map { base + $0 }
  }
}

/// Which sizes a stream uses.
enum SizeStyle: CaseIterable {
  /// A handful, so that heaps are often equally high.
  case equal
  case mixed
  /// Around the limits of what a table entry can hold.
  case huge
  /// Nearly as many as allocations.
  case distinct

  func pool(_ numbers: inout SeededNumbers) -> [UInt64] {
    switch self {
    case .equal: return [0, 16, 16, 32]
    case .mixed: return (0..<40).map { _ in UInt64(numbers.below(5000)) } + [0]
    case .huge:
      let limits: [UInt64] = [1 << 30, 1 << 32, 1 << 47]
      return limits.flatMap { [$0 - 2, $0 - 1, $0, $0 + 1] } + [0, 24, 4096]
    case .distinct: return (0..<(1 << 18)).map { _ in numbers.next() >> 30 }
    }
  }
}

/// Random events of one recording, the same for the same seed.
struct EventStream {
  var addresses = AddressStyle.dense
  var sizes = SizeStyle.mixed
  var threads = 1
  var count = 300
  /// One in this many events is a tick.
  var ticks = 12
  /// One in this many allocations and frees is of a mapping; 0 for none.
  var mappings = 6
  /// One in this many allocations takes any address, used or not.
  var reuse = 4
  /// Of the frees, one in this many is of any address, allocated or not.
  var wildFrees = 4
  /// How many of the newest blocks are likely to be freed next.
  var youth = 4
  var frames = 6
  /// Blocks that are not freed but by wild frees, one in this many; 0 for none.
  var immortals = 0

  private struct Mapping {
    var start: UInt64
    var size: UInt64
  }

  /// The events of this kind of recording for a seed.
  func records(seed: UInt64) -> [ListedRecord] {
    var maker = Maker(stream: self, numbers: SeededNumbers(seed: seed))
    return maker.make()
  }

  private struct Maker {
    let stream: EventStream
    var numbers: SeededNumbers
    var records: [ListedRecord] = []
    let addresses: [UInt64]
    let sizes: [UInt64]
    var alive: [UInt64] = []
    var used: Set<UInt64> = []
    var mappings: [Mapping] = []
    var clock: Int64 = 5

    init(stream: EventStream, numbers: SeededNumbers) {
      self.stream = stream
      self.numbers = numbers
      addresses = stream.addresses.pool(&self.numbers)
      sizes = stream.sizes.pool(&self.numbers)
      records.reserveCapacity(stream.count + 1)
    }

    mutating func make() -> [ListedRecord] {
      records.append(ListedRecord(kind: .switchThread))
      while records.count < stream.count { step() }
      return records
    }

    mutating func step() {
      if numbers.once(in: stream.ticks) { return tick() }
      switch numbers.below(20) {
      case 0:
        let thread = UInt32(numbers.below(stream.threads))
        records.append(ListedRecord(kind: .switchThread, argument: thread))
      case 1, 2:
        let frame = UInt32(numbers.below(stream.frames))
        records.append(ListedRecord(kind: .push, argument: frame))
      case 3:
        let many = numbers.once(in: 20) ? UInt32.max : UInt32(numbers.below(4))
        records.append(ListedRecord(kind: .pop, argument: many))
      case 4 where numbers.once(in: 4):
        records.append(ListedRecord(kind: .mapGeneration))
      case 4...11: allocate()
      default: deallocate()
      }
    }

    mutating func tick() {
      for _ in 0...(numbers.once(in: 4) ? 2 : 0) {
        clock += Int64(numbers.below(20)) - 4
        records.append(
          ListedRecord(
            kind: .tick, address: UInt64(bitPattern: clock), size: UInt64(numbers.below(1 << 20))))
      }
    }

    var isMapping: Bool {
      mutating get { stream.mappings > 0 && numbers.once(in: stream.mappings) }
    }

    mutating func allocate() {
      if isMapping { return map() }
      var address = numbers.one(of: addresses)
      if !numbers.once(in: stream.reuse) {
        for _ in 0..<8 where used.contains(address) { address = numbers.one(of: addresses) }
      }
      let allocator = numbers.one(of: [Allocator.malloc, .malloc, .calloc, .pymallocMalloc])
      records.append(
        ListedRecord(
          kind: .allocate, address: address, size: numbers.one(of: sizes), allocator: allocator))
      if stream.immortals > 0, numbers.once(in: stream.immortals) { return }
      alive.append(address)
      used.insert(address)
    }

    mutating func deallocate() {
      if isMapping { return unmap() }
      var address = numbers.one(of: addresses)
      if !numbers.once(in: stream.wildFrees), !alive.isEmpty {
        let youngest = alive.count - min(alive.count, stream.youth)
        let place =
          numbers.once(in: 3)
          ? numbers.below(alive.count) : youngest + numbers.below(alive.count - youngest)
        address = alive.remove(at: place)
        used.remove(address)
      }
      let allocator = numbers.one(of: [Allocator.free, .pymallocFree])
      records.append(ListedRecord(kind: .deallocate, address: address, allocator: allocator))
    }

    /// Where a mapping begins or ends: pages beside the blocks, now and then any byte there.
    mutating func edge() -> UInt64 {
      if numbers.once(in: 6) { return numbers.one(of: addresses) & 0xffff_ffff_ffff }
      let page = 0x7f12_0000_0000 + 4096 * UInt64(numbers.below(24))
      return numbers.once(in: 8) ? page + UInt64(numbers.below(4096)) : page
    }

    mutating func map() {
      let start = edge()
      var size = 4096 * UInt64(numbers.below(9))
      if numbers.once(in: 8) { size += UInt64(numbers.below(100)) }
      if numbers.once(in: 4), let known = mappings.last { size = known.size }
      mappings.append(Mapping(start: start, size: size))
      records.append(
        ListedRecord(kind: .allocate, address: start, size: size, allocator: .mmap))
    }

    mutating func unmap() {
      var range = Mapping(start: edge(), size: 4096 * UInt64(numbers.below(6)))
      if !numbers.once(in: 3), !mappings.isEmpty {
        let place = numbers.once(in: 2) ? mappings.count - 1 : numbers.below(mappings.count)
        range = mappings[place]
        switch numbers.below(6) {
        case 0: range.size += 4096
        case 1: range.size /= 2
        case 2: range.start += range.size / 3
        case 3:
          range.start += range.size / 3
          range.size /= 3
        default: if numbers.once(in: 2) { mappings.remove(at: place) }
        }
      }
      let isFree = numbers.once(in: 12)
      records.append(
        ListedRecord(
          kind: .deallocate, address: range.start, size: isFree ? 0 : range.size,
          allocator: isFree ? .free : .munmap))
    }
  }
}
