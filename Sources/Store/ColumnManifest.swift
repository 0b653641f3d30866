/// What a capture has in the store: every column with its number of values and its checksum, and
/// a digest of its anomalies.
///
/// Kept as one blob per capture, whose checksum stands in the capture's sealed row. A column
/// that is gone, that stands under another's name, or that is older than the last change differs
/// from its entry here.
///
/// ```
/// content := names varint · (name length varint · UTF-8 · entries varint
///            · (segment delta varint · rows varint · checksum u64)*)* · quality u64
/// ```
struct ColumnManifest: Equatable {
  /// Name under which it stands among the columns.
  static let columnName = "manifest"

  /// What is known of one column.
  struct Entry: Equatable {
    var segment: Int
    var rows: Int
    var checksum: UInt64
  }

  /// Entries by column name, rising by segment.
  private var entries: [String: [Entry]] = [:]
  /// Digest of the anomalies (`QualityRecord.digest`).
  var quality: UInt64 = 0

  init() {}

  /// Number of columns.
  var count: Int { entries.values.reduce(0) { $0 + $1.count } }

  /// Every column with its entry, in order of name and segment.
  var all: [(name: String, entry: Entry)] {
    entries.keys.sorted().flatMap { name in (entries[name] ?? []).map { (name, $0) } }
  }

  /// The entry of a column; nil when the capture has none.
  func entry(_ name: String, segment: Int) -> Entry? {
    guard let list = entries[name] else { return nil }
    // Nearly all columns have every segment from 0 on.
    if segment < list.count, list[segment].segment == segment { return list[segment] }
    let place = Self.place(of: segment, in: list)
    return place < list.count && list[place].segment == segment ? list[place] : nil
  }

  /// Adds a column, or replaces what is known of it.
  mutating func note(_ name: String, _ entry: Entry) {
    var list = entries.removeValue(forKey: name) ?? []
    let place = Self.place(of: entry.segment, in: list)
    if place < list.count, list[place].segment == entry.segment {
      list[place] = entry
    } else {
      list.insert(entry, at: place)
    }
    entries[name] = list
  }

  /// Forgets all segments of a column.
  mutating func forget(_ name: String) { entries[name] = nil }

  /// Forgets one segment of a column.
  mutating func forget(_ name: String, segment: Int) {
    guard var list = entries.removeValue(forKey: name) else { return }
    let place = Self.place(of: segment, in: list)
    if place < list.count, list[place].segment == segment { list.remove(at: place) }
    if !list.isEmpty { entries[name] = list }
  }

  private static func place(of segment: Int, in list: [Entry]) -> Int {
    var low = 0
    var high = list.count
    while low < high {
      let middle = (low &+ high) / 2
      if list[middle].segment < segment { low = middle &+ 1 } else { high = middle }
    }
    return low
  }

  // MARK: Bytes

  /// The manifest as the bytes of a column.
  func encoded() -> [UInt8] {
    var content: [UInt8] = []
    ColumnCoding.append(UInt64(entries.count), to: &content)
    for name in entries.keys.sorted() {
      let list = entries[name] ?? []
      ColumnCoding.append(UInt64(name.utf8.count), to: &content)
      content += name.utf8
      ColumnCoding.append(UInt64(list.count), to: &content)
      var previous = 0
      for entry in list {
        ColumnCoding.append(UInt64(entry.segment &- previous), to: &content)
        ColumnCoding.append(UInt64(entry.rows), to: &content)
        Self.append(word: entry.checksum, to: &content)
        previous = entry.segment
      }
    }
    Self.append(word: quality, to: &content)
    return ColumnCoding.seal(content.span)
  }

  /// Reads the bytes of a column; nil when they are damaged.
  init?(decoding bytes: [UInt8]) {
    guard let content = ColumnCoding.open(bytes) else { return nil }
    let span = content.span
    var cursor = 0
    guard let names = ColumnCoding.next(span, &cursor), names <= content.count else { return nil }
    for _ in 0..<names {
      guard let length = ColumnCoding.next(span, &cursor), length <= content.count &- cursor
      else { return nil }
      let end = cursor &+ Int(length)
      let name = String(decoding: content[cursor..<end], as: UTF8.self)
      cursor = end
      guard let list = Self.entries(span, &cursor) else { return nil }
      entries[name] = list
    }
    guard let word = Self.word(span, &cursor), cursor == content.count else { return nil }
    quality = word
  }

  private static func entries(_ span: Span<UInt8>, _ cursor: inout Int) -> [Entry]? {
    guard let count = ColumnCoding.next(span, &cursor), count <= span.count &- cursor else {
      return nil
    }
    var list: [Entry] = []
    list.reserveCapacity(Int(count))
    var segment = 0
    for _ in 0..<count {
      guard let delta = ColumnCoding.next(span, &cursor), delta <= UInt64(UInt32.max),
        let rows = ColumnCoding.next(span, &cursor), let checksum = word(span, &cursor)
      else { return nil }
      segment &+= Int(delta)
      list.append(
        Entry(segment: segment, rows: Int(truncatingIfNeeded: rows), checksum: checksum))
    }
    return list
  }

  private static func append(word: UInt64, to bytes: inout [UInt8]) {
    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word &>> UInt64(shift &* 8))) }
  }

  private static func word(_ span: Span<UInt8>, _ cursor: inout Int) -> UInt64? {
    guard cursor &+ 8 <= span.count else { return nil }
    var word: UInt64 = 0
    for shift in 0..<8 { word |= UInt64(span[cursor &+ shift]) &<< UInt64(shift &* 8) }
    cursor &+= 8
    return word
  }
}

/// Bytes of values that a digest is made of: lengths stand before texts, so that no two lists of
/// values have the same bytes.
struct DigestInput {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ number: Int64) {
    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number &>> Int64(shift &* 8))) }
  }

  mutating func add(_ text: String) {
    add(Int64(text.utf8.count))
    bytes += text.utf8
  }

  /// The digest.
  var digest: UInt64 { Checksum.of(bytes) }
}

extension QualityRecord {
  /// The digest of a capture's anomalies in their order.
  static func digest(of records: [QualityRecord]) -> UInt64 {
    var input = DigestInput()
    for record in records {
      input.add(record.kind)
      input.add(record.severity.rawValue)
      input.add(record.count)
      input.add(record.detail)
    }
    return input.digest
  }
}
