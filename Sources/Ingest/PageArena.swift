// ⚠ unsafe: chunks come from blocks owned here, which live as long as the arena; a chunk is
// given back at most once, by the page that held it.

/// Hands out the chunks that pages of live blocks are made of, and reuses those given back.
@safe struct PageArena: ~Copyable {
  /// How full a page is: its chunk holds this many entries.
  enum Kind: UInt8 {
    case tiny, small, medium, dense

    var capacity: Int {
      switch self {
      case .tiny: 4
      case .small: 16
      case .medium: 64
      case .dense: 256
      }
    }

    /// Bytes that say where slots are: a slot number per entry, or an entry per slot.
    var mapBytes: Int {
      switch self {
      case .tiny: 8
      case .small: 16
      case .medium: 256
      case .dense: 0
      }
    }

    var next: Kind {
      switch self {
      case .tiny: .small
      case .small: .medium
      default: .dense
      }
    }
  }

  private static let blockBytes = 1 << 20
  private var blocks: [UnsafeMutableRawPointer] = unsafe []
  private var used = 0
  private var limit = 0
  private var free: [[UnsafeMutableRawPointer]] = unsafe Array(repeating: [], count: 4)
  /// Whether entries have a second word each, for captures with several threads.
  let hasOwners: Bool

  init(hasOwners: Bool) { self.hasOwners = hasOwners }

  deinit {
    var index = 0
    while unsafe index < blocks.count {
      unsafe blocks[index].deallocate()
      index &+= 1
    }
  }

  /// Bytes of a chunk: entries, each with its owner, and the map.
  func chunkBytes(_ kind: Kind) -> Int {
    kind.capacity &* (hasOwners ? 16 : 8) &+ kind.mapBytes
  }

  /// A chunk whose entries are all ones (free) and whose map is undefined.
  mutating func take(_ kind: Kind) -> UnsafeMutableRawPointer {
    let chunk: UnsafeMutableRawPointer
    if let reused = unsafe free[Int(kind.rawValue)].popLast() {
      unsafe chunk = reused
    } else {
      unsafe chunk = carve(chunkBytes(kind))
    }
    unsafe chunk.initializeMemory(
      as: UInt64.self, repeating: .max, count: kind.capacity * (hasOwners ? 2 : 1))
    return unsafe chunk
  }

  mutating func giveBack(_ chunk: UnsafeMutableRawPointer, _ kind: Kind) {
    unsafe free[Int(kind.rawValue)].append(chunk)
  }

  private mutating func carve(_ bytes: Int) -> UnsafeMutableRawPointer {
    if used &+ bytes > limit {
      unsafe blocks.append(.allocate(byteCount: Self.blockBytes, alignment: 16))
      used = 0
      limit = Self.blockBytes
    }
    defer { used &+= bytes }
    return unsafe blocks[blocks.count &- 1] + used
  }
}
