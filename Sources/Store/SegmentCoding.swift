// ⚠ unsafe: class numbers are loaded two bytes at a time at offsets below twice the row count,
// which the length of the column is checked against.

/// The row columns of a segment as bytes; hot: every row of every import and scan passes here.
///
/// Deaths and ages are planes: a byte a row, which most rows need no more than, and a varint
/// for each escape. Planes compress well and decode without a branch; rows that escape are
/// freed in runs, so the difference from the escape before is small (`SegmentLayout`).
/// Buffers are kept between segments. Cost: about 1 ns a row to encode or decode a death
/// (benchmark: import, `lifetime < 100`).
struct SegmentCoding {
  private var content: [UInt8] = []
  private var escapes: [UInt8] = []
  private var places: [UInt32] = []

  /// Greatest bytes an escape takes.
  private static let varintLimit = 5
  /// The byte of an escape in a plane of deaths.
  private static let deathEscape: UInt8 = 255
  /// The byte of an escape in a plane of ages.
  private static let ageEscape: UInt8 = 2

  // MARK: Classes

  /// The class column of `classes[0..<rows]`.
  mutating func encodeClasses(_ classes: [UInt32], rows: Int, classCount: Int) -> [UInt8] {
    let width = SegmentLayout.classWidth(count: classCount)
    Self.reserve(&content, rows &* width)
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
    guard ColumnCoding.open(bytes.span, into: &content), content.count == rows &* width else {
      return false
    }
    classes.resize(to: rows)
    let source = content.span
    var target = classes.mutableSpan
    var greatest: UInt32 = 0
    switch width {
    case 1:
      for row in 0..<rows {
        target[row] = UInt32(source[row])
        greatest = max(greatest, target[row])
      }
    case 2: greatest = Self.widen(source, into: &target)
    default:
      for row in 0..<rows {
        let low = UInt32(source[row &* 3]) | UInt32(source[row &* 3 &+ 1]) &<< 8
        target[row] = low | UInt32(source[row &* 3 &+ 2]) &<< 16
        greatest = max(greatest, target[row])
      }
    }
    return rows == 0 || Int(greatest) < classCount
  }

  /// Pairs of bytes as numbers; returns the greatest.
  private static func widen(_ source: Span<UInt8>, into target: inout MutableSpan<UInt32>) -> UInt32
  {
    let count = min(target.count, source.count / 2)
    var greatest: UInt16 = 0
    unsafe source.withUnsafeBytes { bytes in
      for row in 0..<count {
        let number = unsafe UInt16(
          littleEndian: bytes.loadUnaligned(fromByteOffset: row &* 2, as: UInt16.self))
        greatest = max(greatest, number)
        target[row] = UInt32(number)
      }
    }
    return UInt32(greatest)
  }

  // MARK: Deaths

  /// The death column; rows that die after `longAfter` count as never dying.
  ///
  /// Returns the bytes and the greatest death in the column (`Clock.never` when a row that
  /// is not long never dies).
  mutating func encodeDeaths(
    _ deaths: [UInt32], births: [UInt32], rows: Int, firstInstant: UInt32, longAfter: UInt32?
  ) -> (bytes: [UInt8], greatest: UInt32) {
    Self.reserve(&content, rows)
    Self.reserve(&escapes, rows &* Self.varintLimit)
    let limit = longAfter ?? Clock.never &- 1
    let split = Self.splitDeaths(
      deaths.span, births.span, rows: rows, firstInstant: firstInstant, limit: limit, &content,
      &escapes)
    let bytes = ColumnCoding.seal(
      content.span.extracting(..<rows), escapes.span.extracting(..<split.length))
    return (bytes, longAfter == nil && split.leavesSome ? Clock.never : split.greatest)
  }

  /// Fills plane and varints; what lies beyond `limit` is left out.
  private static func splitDeaths(
    _ deaths: Span<UInt32>, _ births: Span<UInt32>, rows: Int, firstInstant: UInt32,
    limit: UInt32, _ content: inout [UInt8], _ escapes: inout [UInt8]
  ) -> (length: Int, greatest: UInt32, leavesSome: Bool) {
    var plane = content.mutableSpan
    var varints = escapes.mutableSpan
    var previous = firstInstant
    var cursor = 0
    var greatest: UInt32 = 0
    var leavesSome = false
    for row in 0..<rows {
      let death = deaths[row]
      if death > limit {
        plane[row] = 0
        leavesSome = true
        continue
      }
      greatest = max(greatest, death)
      let lifetime = death &- births[row]
      if lifetime < UInt32(deathEscape) &- 1 {
        plane[row] = UInt8(truncatingIfNeeded: lifetime &+ 1)
      } else {
        plane[row] = deathEscape
        put(Int64(death) &- Int64(previous), into: &varints, at: &cursor)
        previous = death
      }
    }
    return (cursor, greatest, leavesSome)
  }

  /// Fills `deaths` with one death a row, long rows as `Clock.never`; false when damaged.
  mutating func decodeDeaths(
    _ bytes: [UInt8], births: [UInt32], rows: Int, firstInstant: UInt32,
    into deaths: inout [UInt32]
  ) -> Bool {
    guard ColumnCoding.open(bytes, into: &content, &escapes), content.count == rows,
      births.count >= rows
    else { return false }
    deaths.resize(to: rows)
    Self.addPlane(content.span, births.span, to: &deaths)
    // Taken out of self so that it can be written while another buffer is read.
    var places: [UInt32] = []
    swap(&places, &self.places)
    defer { swap(&places, &self.places) }
    let count = Self.findEscapes(Self.deathEscape, in: content.span, into: &places)
    let (source, rowsOfEscapes) = (escapes.span, places.span)
    var target = deaths.mutableSpan
    var previous = firstInstant
    var cursor = 0
    for index in 0..<count {
      guard let change = Self.next(source, &cursor) else { return false }
      previous = UInt32(truncatingIfNeeded: Int64(previous) &+ change)
      target[Int(rowsOfEscapes[index])] = previous
    }
    return cursor == source.count
  }

  /// Fills `lives` with the plane alone (`SegmentLayout`); false when damaged.
  mutating func decodeLives(_ bytes: [UInt8], rows: Int, into lives: inout [UInt8]) -> Bool {
    ColumnCoding.open(bytes, intoFirst: &lives) && lives.count == rows
  }

  private static func addPlane(
    _ plane: Span<UInt8>, _ births: Span<UInt32>, to deaths: inout [UInt32]
  ) {
    var target = deaths.mutableSpan
    for row in 0..<min(target.count, plane.count, births.count) {
      // The byte 0 wraps to a number that sets every bit: `Clock.never`.
      let code = UInt32(plane[row]) &- 1
      let isNever = 0 &- (code &>> 31)
      target[row] = births[row] &+ code | isNever
    }
  }

  // MARK: Ages

  /// The age column of rows with these deaths, long ones included.
  mutating func encodeAges(
    _ ages: [UInt32], births: [UInt32], deaths: [UInt32], rows: Int
  ) -> [UInt8] {
    Self.reserve(&content, rows)
    Self.reserve(&escapes, rows &* Self.varintLimit)
    let length = Self.splitAges(
      ages.span, births.span, deaths.span, rows: rows, &content, &escapes)
    return ColumnCoding.seal(
      content.span.extracting(..<rows), escapes.span.extracting(..<length))
  }

  private static func splitAges(
    _ ages: Span<UInt32>, _ births: Span<UInt32>, _ deaths: Span<UInt32>, rows: Int,
    _ content: inout [UInt8], _ escapes: inout [UInt8]
  ) -> Int {
    var plane = content.mutableSpan
    var varints = escapes.mutableSpan
    var previous: UInt32 = 0
    var cursor = 0
    for row in 0..<rows {
      let age = ages[row]
      if age < UInt32(ageEscape) {
        plane[row] = UInt8(truncatingIfNeeded: age)
        continue
      }
      plane[row] = ageEscape
      // What other threads allocated meanwhile: much the same for blocks freed in a run.
      let others = lifetime(births[row], deaths[row]) &- age
      put(Int64(Int32(truncatingIfNeeded: others &- previous)), into: &varints, at: &cursor)
      previous = others
    }
    return cursor
  }

  /// Fills `ages` with one age code a row; false when damaged.
  mutating func decodeAges(
    _ bytes: [UInt8], births: [UInt32], deaths: [UInt32], rows: Int, into ages: inout [UInt32]
  ) -> Bool {
    guard ColumnCoding.open(bytes, into: &content, &escapes), content.count == rows,
      births.count >= rows, deaths.count >= rows
    else { return false }
    ages.resize(to: rows)
    for row in 0..<rows { ages[row] = UInt32(content[row]) }
    var places: [UInt32] = []
    swap(&places, &self.places)
    defer { swap(&places, &self.places) }
    let count = Self.findEscapes(Self.ageEscape, in: content.span, into: &places)
    var target = ages.mutableSpan
    let (source, rowsOfEscapes) = (escapes.span, places.span)
    let (born, dead) = (births.span, deaths.span)
    var previous: UInt32 = 0
    var cursor = 0
    for index in 0..<count {
      guard let change = Self.next(source, &cursor) else { return false }
      previous &+= UInt32(truncatingIfNeeded: change)
      let row = Int(rowsOfEscapes[index])
      target[row] = Self.lifetime(born[row], dead[row]) &- previous
    }
    return cursor == source.count
  }

  /// Instants of a life, 0 when it did not end.
  @inline(__always)
  private static func lifetime(_ birth: UInt32, _ death: UInt32) -> UInt32 {
    death == Clock.never ? 0 : death &- birth
  }

  // MARK: Escapes

  /// Notes the rows whose byte in a plane is `escape`; returns how many.
  private static func findEscapes(
    _ escape: UInt8, in plane: Span<UInt8>, into places: inout [UInt32]
  ) -> Int {
    places.resize(to: plane.count)
    var target = places.mutableSpan
    var count = 0
    for row in plane.indices {
      // Written always, kept when the carry of the comparison moves the place on.
      target[count] = UInt32(truncatingIfNeeded: row)
      count &+= Int((UInt64(plane[row] ^ escape) &- 1) &>> 63)
    }
    return count
  }

  /// Appends a signed number, zigzag.
  @inline(__always)
  private static func put(
    _ number: Int64, into bytes: inout MutableSpan<UInt8>, at cursor: inout Int
  ) {
    var code = UInt64(bitPattern: (number &<< 1) ^ (number &>> 63))
    while code >= 0x80 {
      bytes[cursor] = UInt8(truncatingIfNeeded: code) | 0x80
      cursor &+= 1
      code &>>= 7
    }
    bytes[cursor] = UInt8(truncatingIfNeeded: code)
    cursor &+= 1
  }

  /// Reads what `put` wrote; nil at the end or when it is too long.
  @inline(__always)
  private static func next(_ bytes: Span<UInt8>, _ cursor: inout Int) -> Int64? {
    guard cursor < bytes.count else { return nil }
    var code = UInt64(bytes[cursor])
    cursor &+= 1
    if code >= 0x80 {
      code &= 0x7f
      var shift: UInt64 = 7
      var byte: UInt8 = 0x80
      while byte >= 0x80 {
        guard cursor < bytes.count, shift < 42 else { return nil }
        byte = bytes[cursor]
        cursor &+= 1
        code |= UInt64(byte & 0x7f) &<< shift
        shift &+= 7
      }
    }
    return Int64(bitPattern: code &>> 1) ^ -Int64(bitPattern: code & 1)
  }

  private static func reserve(_ array: inout [UInt8], _ count: Int) {
    if array.count < count { array = [UInt8](repeating: 0, count: count) }
  }
}
