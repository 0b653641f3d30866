/// The row columns of a segment as bytes; hot: every row of every import and scan passes here.
///
/// Buffers are kept between segments. Cost: about 2 ns a row to encode or decode a death
/// (benchmark: import, `lifetime < 100`).
struct SegmentCoding {
  private var content: [UInt8] = []
  private var previous: [UInt32] = []

  /// Greatest bytes a death or age takes.
  private static let varintLimit = 5

  /// The class column of `classes[0..<rows]`.
  mutating func encodeClasses(_ classes: [UInt32], rows: Int, classCount: Int) -> [UInt8] {
    let width = SegmentLayout.classWidth(count: classCount)
    reserve(rows &* width)
    var target = content.mutableSpan
    let source = classes.span
    for row in 0..<rows {
      let value = source[row]
      let place = row &* width
      target[place] = UInt8(truncatingIfNeeded: value)
      if width > 1 { target[place &+ 1] = UInt8(truncatingIfNeeded: value &>> 8) }
      if width > 2 { target[place &+ 2] = UInt8(truncatingIfNeeded: value &>> 16) }
    }
    return ColumnCoding.seal(content.span.extracting(0..<(rows &* width)))
  }

  /// Fills `classes` with one class a row; false when the column is damaged.
  mutating func decodeClasses(
    _ bytes: [UInt8], rows: Int, classCount: Int, into classes: inout [UInt32]
  ) -> Bool {
    let width = SegmentLayout.classWidth(count: classCount)
    guard let content = ColumnCoding.open(bytes), content.count == rows &* width else {
      return false
    }
    Self.resize(&classes, to: rows)
    let source = content.span
    var target = classes.mutableSpan
    var greatest: UInt32 = 0
    switch width {
    case 1:
      for row in 0..<rows {
        target[row] = UInt32(source[row])
        greatest = max(greatest, target[row])
      }
    case 2:
      for row in 0..<rows {
        target[row] = UInt32(source[row &* 2]) | UInt32(source[row &* 2 &+ 1]) &<< 8
        greatest = max(greatest, target[row])
      }
    default:
      for row in 0..<rows {
        let low = UInt32(source[row &* 3]) | UInt32(source[row &* 3 &+ 1]) &<< 8
        target[row] = low | UInt32(source[row &* 3 &+ 2]) &<< 16
        greatest = max(greatest, target[row])
      }
    }
    return rows == 0 || Int(greatest) < classCount
  }

  /// The death column; rows for which `isLong` is set count as never dying.
  ///
  /// Returns the bytes and the greatest death in the column (`Clock.never` when a row that
  /// is not long never dies).
  mutating func encodeDeaths(
    _ deaths: [UInt32], classes: [UInt32], rows: Int, classCount: Int, firstInstant: UInt32,
    longAfter: UInt32?
  ) -> (bytes: [UInt8], greatest: UInt32) {
    reserve(rows &* Self.varintLimit)
    // Taken out of self so that both buffers can be written at once.
    var previous: [UInt32] = []
    swap(&previous, &self.previous)
    defer { swap(&previous, &self.previous) }
    Self.resize(&previous, to: classCount)
    for index in previous.indices { previous[index] = firstInstant }
    var target = content.mutableSpan
    var last = previous.mutableSpan
    let source = deaths.span
    let numbers = classes.span
    var cursor = 0
    var greatest: UInt32 = 0
    for row in 0..<rows {
      let death = source[row]
      if let longAfter, death > longAfter {
        target[cursor] = 0
        cursor &+= 1
        continue
      }
      greatest = max(greatest, death)
      if death == Clock.never {
        target[cursor] = 0
        cursor &+= 1
        continue
      }
      let number = Int(numbers[row])
      let difference = Int64(death) &- Int64(last[number])
      last[number] = death
      var code = UInt64(bitPattern: (difference &<< 1) ^ (difference &>> 63)) &+ 1
      while code >= 0x80 {
        target[cursor] = UInt8(truncatingIfNeeded: code) | 0x80
        cursor &+= 1
        code &>>= 7
      }
      target[cursor] = UInt8(truncatingIfNeeded: code)
      cursor &+= 1
    }
    return (ColumnCoding.seal(content.span.extracting(0..<cursor)), greatest)
  }

  /// Fills `deaths` with one death a row, long rows as `Clock.never`; false when damaged.
  mutating func decodeDeaths(
    _ bytes: [UInt8], classes: [UInt32], rows: Int, classCount: Int, firstInstant: UInt32,
    into deaths: inout [UInt32]
  ) -> Bool {
    guard let content = ColumnCoding.open(bytes), classes.count >= rows else { return false }
    Self.resize(&previous, to: classCount)
    for index in previous.indices { previous[index] = firstInstant }
    Self.resize(&deaths, to: rows)
    let source = content.span
    let numbers = classes.span
    var last = previous.mutableSpan
    var target = deaths.mutableSpan
    var cursor = 0
    let end = source.count
    for row in 0..<rows {
      guard cursor < end else { return false }
      var code = UInt64(source[cursor])
      cursor &+= 1
      if code >= 0x80 {
        code &= 0x7f
        var shift: UInt64 = 7
        var byte: UInt8 = 0x80
        while byte >= 0x80 {
          guard cursor < end, shift < 42 else { return false }
          byte = source[cursor]
          cursor &+= 1
          code |= UInt64(byte & 0x7f) &<< shift
          shift &+= 7
        }
      }
      if code == 0 {
        target[row] = Clock.never
        continue
      }
      let number = Int(numbers[row])
      let zigzag = code &- 1
      let difference = Int64(bitPattern: zigzag &>> 1) ^ -Int64(bitPattern: zigzag & 1)
      let death = UInt32(truncatingIfNeeded: Int64(last[number]) &+ difference)
      last[number] = death
      target[row] = death
    }
    return cursor == end
  }

  /// The age column.
  mutating func encodeAges(_ ages: [UInt32], rows: Int) -> [UInt8] {
    ColumnCoding.encode(ages[0..<rows])
  }

  private mutating func reserve(_ count: Int) {
    if content.count < count { content = [UInt8](repeating: 0, count: count) }
  }

  private static func resize(_ array: inout [UInt32], to count: Int) {
    if array.count < count {
      array.append(contentsOf: repeatElement(0, count: count &- array.count))
    } else if array.count > count {
      array.removeLast(array.count &- count)
    }
  }
}
