import Foundation
import Testing

@testable import Store

/// What waits to be published reads the same wherever it waits.
@Suite struct PendingColumnsTests {
  private func column(_ size: Int, _ byte: UInt8) -> PendingColumns.Column {
    PendingColumns.Column(
      rows: size, checksum: UInt64(byte), data: Array(repeating: byte, count: size))
  }

  @Test(arguments: [0, 1000, 1 << 20]) func readsBackWhatWasWritten(heldLimit: Int) throws {
    let path = FileManager.default.temporaryDirectory.appending(
      path: "memq-\(UUID().uuidString).db"
    ).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let store = try Store(path: path, mode: .write)
    let pending = PendingColumns(of: store, heldLimit: heldLimit)
    for round in 0..<2 {
      for segment in 0..<20 {
        try pending.write(.segmentDeaths, segment: segment, column(100 + segment, 1))
      }
      // Anew, some shorter, and taken away.
      for segment in 0..<10 {
        try pending.write(.segmentDeaths, segment: segment, column(50, UInt8(2 + round)))
      }
      try pending.write(.segmentDeaths, segment: 3, nil)
      let never = try pending.column(.segmentDeaths, segment: 20)
      #expect(never == nil)
      let erased = try pending.column(.segmentDeaths, segment: 3)
      #expect(erased != nil && erased.flatMap(\.self) == nil)
      for segment in [0, 9, 10, 19] {
        let wanted = segment < 10 ? column(50, UInt8(2 + round)) : column(100 + segment, 1)
        let found = try #require(try pending.column(.segmentDeaths, segment: segment) ?? nil)
        #expect(found.rows == wanted.rows && found.data == wanted.data)
        #expect(found.checksum == wanted.checksum)
      }
      #expect(pending.byteCount == 9 * 50 + (110..<120).reduce(0, +))
      #expect(pending.places.map(\.segment) == Array(0..<20))
      #expect(pending.hasWritten(.segmentDeaths) && !pending.hasWritten(.markState))
      pending.removeAll()
      #expect(pending.byteCount == 0 && pending.places.isEmpty)
      let gone = try pending.column(.segmentDeaths, segment: 12)
      #expect(gone == nil)
    }
  }
}
