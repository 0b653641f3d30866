/// A death, or an age without one, that came after its row's segment was sealed.
package struct LateDeath: Sendable, Equatable {
  /// The row.
  package var row: UInt32
  /// Its death; nil when only the age is new.
  package var death: UInt32?
  /// Its age code (`SegmentLayout`); nil when it is known already.
  package var ageCode: UInt32?

  /// A late death.
  package init(row: UInt32, death: UInt32?, ageCode: UInt32?) {
    self.row = row
    self.death = death
    self.ageCode = ageCode
  }
}

/// Late deaths on their way to disk: bounded, and split by segment when flushed.
struct LateDeaths {
  private var deaths: [LateDeath] = []
  private let capacity: Int

  /// No deaths yet, room for `capacity` before they are flushed.
  init(capacity: Int) { self.capacity = capacity }

  var isFull: Bool { deaths.count >= capacity }

  mutating func append(_ death: LateDeath) { deaths.append(death) }

  /// Writes one block per segment met, deaths of a row in the order they came.
  mutating func flush(to writer: CaptureWriter) throws(StoreError) {
    let order = deaths.indices.sorted {
      let (left, right) = (deaths[$0].row, deaths[$1].row)
      return left != right ? left < right : $0 < $1
    }
    var index = 0
    while index < order.count {
      let segment = deaths[order[index]].row >> SegmentLayout.rowBits
      var content: [UInt8] = []
      while index < order.count, deaths[order[index]].row >> SegmentLayout.rowBits == segment {
        let death = deaths[order[index]]
        ColumnCoding.append(UInt64(death.row), to: &content)
        ColumnCoding.append(death.death.map { UInt64($0) + 1 } ?? 0, to: &content)
        ColumnCoding.append(death.ageCode.map { UInt64($0) + 1 } ?? 0, to: &content)
        index += 1
      }
      try writer.keepLate(segment: Int(segment), data: ColumnCoding.seal(content.span))
    }
    deaths.removeAll(keepingCapacity: true)
  }

  static func decode(_ block: [UInt8]) -> [LateDeath]? {
    guard let content = ColumnCoding.open(block) else { return nil }
    let bytes = content.span
    var cursor = 0
    var deaths: [LateDeath] = []
    while cursor < bytes.count {
      guard let row = ColumnCoding.next(bytes, &cursor),
        let death = ColumnCoding.next(bytes, &cursor),
        let age = ColumnCoding.next(bytes, &cursor)
      else { return nil }
      deaths.append(
        LateDeath(
          row: UInt32(truncatingIfNeeded: row),
          death: death == 0 ? nil : UInt32(truncatingIfNeeded: death - 1),
          ageCode: age == 0 ? nil : UInt32(truncatingIfNeeded: age - 1)))
    }
    return deaths
  }
}
