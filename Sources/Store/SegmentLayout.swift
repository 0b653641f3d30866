/// How the rows of an events capture are laid out.
///
/// ```
/// segment     2^17 rows in birth order (the last one fewer)
///   dictionary  n · sites (differences, zigzag) · sizes · counts     one per class
///   class       1, 2 or 3 bytes a row, little-endian                   one per row
///   death       a byte a row: 0 never, or in the long list; 1…254 death = birth + byte − 1;
///               255 escape: zigzag(death − death of the escape before), a varint
///               (the first: − first instant)                           one per row
///   long        n · offsets (differences) · classes · deaths           one per long row
///               (0 = never, else death − first instant + 1)
///   age         a byte a row: 0 implied, 1 none, 2 escape: with
///               others = death − birth (0 when it never died) − code,
///               zigzag(others − others of the escape before), a varint absent when all 0
/// ```
///
/// A row is *long* when it is never freed or dies more than four segments later. Long rows
/// stand in the list so that the column's greatest death stays tight; when they are more
/// than a quarter of a segment there is no list and they stay in the column.
///
/// Public, because the compiler inlines no package declaration in another module.
public enum SegmentLayout {
  /// Rows of a full segment.
  @inlinable public static var rowCount: Int { 1 << 17 }
  /// Binary logarithm of `rowCount`.
  @inlinable public static var rowBits: UInt32 { 17 }
  /// Deaths more than this many segments after a row's segment make it long.
  @inlinable public static var longSegments: UInt32 { 4 }
  /// Largest share of long rows that still makes a list: 1 in this many.
  @inlinable public static var longShare: Int { 4 }
  /// Age code of a row whose age is its lifetime − 1, or that has none because it never died.
  @inlinable public static var impliedAge: UInt32 { 0 }
  /// Age code of a row without a hit although it died.
  @inlinable public static var noAge: UInt32 { 1 }

  /// Age code of a row whose first hit came after `age` allocations of its thread.
  @inlinable public static func ageCode(_ age: UInt32) -> UInt32 {
    age >= UInt32.max &- 2 ? UInt32.max : age &+ 2
  }

  /// Bytes that a class number takes when there are `count` classes.
  static func classWidth(count: Int) -> Int { count <= 1 << 8 ? 1 : count <= 1 << 16 ? 2 : 3 }
}

/// Site, size and number of rows of each class of a segment.
package struct SegmentDictionary: Sendable, Equatable {
  /// Site of each class.
  package var sites: [UInt32]
  /// Bytes of one row of each class.
  package var sizes: [UInt64]
  /// Rows of each class.
  package var counts: [UInt32]

  /// An empty dictionary.
  package init() {
    sites = []
    sizes = []
    counts = []
  }

  /// Number of classes.
  package var count: Int { sites.count }

  /// The stored column.
  func encoded() -> [UInt8] {
    var content: [UInt8] = []
    ColumnCoding.append(UInt64(count), to: &content)
    var previous: Int64 = 0
    for site in sites {
      ColumnCoding.append(ColumnCoding.zigzag(Int64(site) &- previous), to: &content)
      previous = Int64(site)
    }
    for size in sizes { ColumnCoding.append(size, to: &content) }
    for count in counts { ColumnCoding.append(UInt64(count), to: &content) }
    return ColumnCoding.seal(content.span)
  }

  /// A dictionary from its stored column; nil when damaged.
  init?(encoded: [UInt8]) {
    self.init()
    guard let content = ColumnCoding.open(encoded) else { return nil }
    let bytes = content.span
    var cursor = 0
    guard let total = ColumnCoding.next(bytes, &cursor), total <= UInt64(content.count) else {
      return nil
    }
    let classes = Int(total)
    sites.resize(to: classes)
    sizes.resize(to: classes)
    counts.resize(to: classes)
    var previous: Int64 = 0
    var decoded = sites.mutableSpan
    for index in 0..<classes {
      guard let raw = ColumnCoding.next(bytes, &cursor) else { return nil }
      previous &+= ColumnCoding.unzigzag(raw)
      decoded[index] = UInt32(truncatingIfNeeded: previous)
    }
    var decodedSizes = sizes.mutableSpan
    for index in 0..<classes {
      guard let size = ColumnCoding.next(bytes, &cursor) else { return nil }
      decodedSizes[index] = size
    }
    var decodedCounts = counts.mutableSpan
    for index in 0..<classes {
      guard let count = ColumnCoding.next(bytes, &cursor) else { return nil }
      decodedCounts[index] = UInt32(truncatingIfNeeded: count)
    }
    guard cursor == content.count else { return nil }
  }
}

/// What can be known of a segment without reading its rows.
package struct SegmentZone: Sendable, Equatable {
  /// First row of the segment.
  package var firstRow: UInt32 = 0
  /// Rows in the segment.
  package var rowCount: UInt32 = 0
  /// Birth instant of the first row.
  package var firstInstant: UInt32 = 0
  /// Bytes allocated in the segment.
  package var bytes: UInt64 = 0
  /// Smallest size in bytes.
  package var smallest: UInt64 = 0
  /// Greatest size in bytes.
  package var greatest: UInt64 = 0
  /// Greatest death of the rows outside the long list.
  package var greatestDeath: UInt32 = 0
  /// Rows in the long list.
  package var longRows: UInt32 = 0
  /// Whether the segment has an age column.
  package var hasAges = false

  /// A zone without rows.
  package init() {}
}

/// The long rows of a segment, by offset.
package struct LongRows: Sendable, Equatable {
  /// Offset of each row in its segment, rising.
  package var offsets: [UInt32] = []
  /// Class of each row.
  package var classes: [UInt32] = []
  /// Death of each row, or `Clock.never`.
  package var deaths: [UInt32] = []

  /// No long rows.
  package init() {}

  /// Number of rows.
  package var count: Int { offsets.count }

  func encoded(firstInstant: UInt32) -> [UInt8] {
    var content: [UInt8] = []
    ColumnCoding.append(UInt64(count), to: &content)
    var previous: UInt32 = 0
    for offset in offsets {
      ColumnCoding.append(UInt64(offset &- previous), to: &content)
      previous = offset
    }
    for number in classes { ColumnCoding.append(UInt64(number), to: &content) }
    for death in deaths {
      let code = death == Clock.never ? 0 : UInt64(death &- firstInstant) &+ 1
      ColumnCoding.append(code, to: &content)
    }
    return ColumnCoding.seal(content.span)
  }

  /// The rows of a segment's list; nil when damaged or when they are not in the segment.
  init?(encoded: [UInt8], zone: SegmentZone, classCount: Int) {
    guard let content = ColumnCoding.open(encoded) else { return nil }
    let bytes = content.span
    var cursor = 0
    guard let total = ColumnCoding.next(bytes, &cursor), total <= UInt64(content.count) else {
      return nil
    }
    let rows = Int(total)
    offsets.resize(to: rows)
    classes.resize(to: rows)
    deaths.resize(to: rows)
    var previous: UInt64 = 0
    var decodedOffsets = offsets.mutableSpan
    for index in 0..<rows {
      guard let step = ColumnCoding.next(bytes, &cursor) else { return nil }
      previous &+= step
      guard previous < UInt64(zone.rowCount) else { return nil }
      decodedOffsets[index] = UInt32(truncatingIfNeeded: previous)
    }
    var decodedClasses = classes.mutableSpan
    for index in 0..<rows {
      guard let number = ColumnCoding.next(bytes, &cursor), number < UInt64(classCount) else {
        return nil
      }
      decodedClasses[index] = UInt32(truncatingIfNeeded: number)
    }
    var decodedDeaths = deaths.mutableSpan
    for index in 0..<rows {
      guard let code = ColumnCoding.next(bytes, &cursor) else { return nil }
      decodedDeaths[index] =
        code == 0 ? Clock.never : zone.firstInstant &+ UInt32(truncatingIfNeeded: code &- 1)
    }
    guard cursor == content.count else { return nil }
  }
}
