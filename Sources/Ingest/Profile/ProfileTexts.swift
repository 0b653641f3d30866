import CaptureModel
import Store

/// Texts of a file by their numbers, each distinct one kept once, cut to what a person reads.
///
/// Memory is the distinct texts, some 24 bytes for each, and 4 for each number. Cost: about
/// 0.1 µs a text (benchmark: import of object graphs).
struct ProfileTexts: ~Copyable {
  /// Bytes of a text that are kept: values of objects may be whole files, and secret.
  private static let longest = 200
  /// Most distinct labels: a file of nothing but different values must not fill the memory.
  private let mostLabels: Int
  private static let pageBits: UInt32 = 12

  private var bytes = Buffer<UInt8>()
  /// Where the text of each identity ends; identity 0 is the empty text.
  private var ends = Buffer<Int>(repeating: 0, count: 1)
  /// Identity of each number, in pages; 0 where there is none.
  private var pages: [[UInt32]] = []
  /// Open addressing, at most half full: upper half of the hash, and the identity.
  private var slots = Buffer<UInt64>(repeating: 0, count: 1 << 10)
  /// Labels that found no room.
  private(set) var dropped: Int64 = 0

  init(mostLabels: Int = 1 << 21) { self.mostLabels = mostLabels }

  /// Number of distinct texts, the empty one included.
  var count: Int { ends.count }

  /// Gives a number its text.
  mutating func add(_ text: String, number: UInt32) {
    let cut = text.utf8.count <= Self.longest ? text : String(text.prefix(Self.longest)) + "…"
    let utf8 = Array(cut.utf8)
    set(number, to: identity(of: utf8.span))
  }

  /// Gives numbers their texts; those that find no room are empty.
  mutating func addLabels(of batch: ProfileBatch) {
    let bytes = batch.labelBytes
    let span = bytes.span
    var start = 0
    for (number, end) in batch.newLabels {
      let text = span.extracting(start..<end)
      start = end
      guard batch.labelsAreNames || count <= mostLabels else {
        if let known = known(text, hash(text)) { set(number, to: known) } else { dropped += 1 }
        continue
      }
      set(number, to: identity(of: text))
    }
  }

  private mutating func set(_ number: UInt32, to identity: UInt32) {
    guard number != 0 else { return }
    let page = Int(number &>> Self.pageBits)
    while page >= pages.count { pages.append([]) }
    if pages[page].isEmpty { pages[page] = Array(repeating: 0, count: 1 << Int(Self.pageBits)) }
    pages[page][Int(number & (1 &<< Self.pageBits &- 1))] = identity
  }

  /// What the text of a number is known by; 0 for the empty one and for none.
  func identity(of number: UInt32) -> UInt32 {
    let page = Int(number &>> Self.pageBits)
    guard page < pages.count, !pages[page].isEmpty else { return 0 }
    return pages[page][Int(number & (1 &<< Self.pageBits &- 1))]
  }

  // MARK: Distinct texts

  private func hash(_ text: Span<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in text.indices { hash = (hash ^ UInt64(text[index])) &* 0x100_0000_01B3 }
    return spread(hash)
  }

  /// Where a text stands, or the free slot for it.
  private func slot(_ text: Span<UInt8>, _ hash: UInt64) -> Int {
    let mask = slots.count &- 1
    var place = Int(truncatingIfNeeded: hash) & mask
    while slots[place] != 0 {
      let identity = Int(truncatingIfNeeded: slots[place] & 0xFFFF_FFFF)
      if slots[place] &>> 32 == hash &>> 32, isText(identity, text) { break }
      place = (place &+ 1) & mask
    }
    return place
  }

  private func isText(_ identity: Int, _ text: Span<UInt8>) -> Bool {
    let start = ends[identity &- 1]
    guard ends[identity] &- start == text.count else { return false }
    for index in text.indices where bytes[start &+ index] != text[index] { return false }
    return true
  }

  private func known(_ text: Span<UInt8>, _ hash: UInt64) -> UInt32? {
    if text.isEmpty { return 0 }
    let found = slots[slot(text, hash)]
    return found == 0 ? nil : UInt32(truncatingIfNeeded: found)
  }

  private mutating func identity(of text: Span<UInt8>) -> UInt32 {
    if text.isEmpty { return 0 }
    let hash = hash(text)
    let place = slot(text, hash)
    if slots[place] != 0 { return UInt32(truncatingIfNeeded: slots[place]) }
    let identity = UInt32(truncatingIfNeeded: ends.count)
    for index in text.indices { bytes.append(text[index]) }
    ends.append(bytes.count)
    slots[place] = (hash & ~0xFFFF_FFFF) | UInt64(identity)
    if ends.count &* 2 > slots.count { grow() }
    return identity
  }

  private mutating func grow() {
    let larger = Buffer<UInt64>(repeating: 0, count: slots.count &* 2)
    let mask = larger.count &- 1
    for identity in 1..<ends.count {
      let start = ends[identity &- 1]
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      for index in start..<ends[identity] {
        hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3
      }
      hash = spread(hash)
      var place = Int(truncatingIfNeeded: hash) & mask
      while larger[place] != 0 { place = (place &+ 1) & mask }
      larger[place] = (hash & ~0xFFFF_FFFF) | UInt64(identity)
    }
    slots = larger
  }

  // MARK: Writing

  /// Writes the texts of some identities, a segment after the other.
  func write(
    _ identities: [UInt32], as column: StoredColumn, to writer: CaptureWriter,
    segmentRows: Int = .max
  ) throws(StoreError) {
    var segment = 0
    var first = 0
    while first < identities.count {
      let end = first + min(segmentRows, identities.count - first)
      var content: [UInt8] = []
      for identity in identities[first..<end] {
        let range = (identity == 0 ? 0 : ends[Int(identity) - 1])..<ends[Int(identity)]
        ColumnCoding.append(UInt64(range.count), to: &content)
        for index in range { content.append(bytes[index]) }
      }
      try writer.write(
        column, segment: segment, rows: end - first, data: ColumnCoding.seal(content.span))
      segment += 1
      first = end
    }
  }
}

/// Numbers distinct texts in the order in which they are met.
struct DistinctTexts {
  /// Number of each identity plus 1; 0 before it is met.
  private var numbers: [UInt32] = []
  /// Identities in the order of their numbers.
  private(set) var identities: [UInt32] = []

  /// The number of the text that the file numbers so.
  mutating func number(of fileNumber: UInt32, _ all: borrowing ProfileTexts) -> UInt32 {
    if numbers.isEmpty { numbers = Array(repeating: 0, count: all.count) }
    let identity = Int(all.identity(of: fileNumber))
    if numbers[identity] == 0 {
      identities.append(UInt32(identity))
      numbers[identity] = UInt32(identities.count)
    }
    return numbers[identity] - 1
  }
}
