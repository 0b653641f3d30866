import Testing

@testable import CaptureFormats

@Suite struct MemrayLineTableTests {
  static func lines(
    _ format: MemrayLineTable, _ table: [UInt8], first: Int32, at offsets: [Int64]
  ) -> [Int32] {
    let code = MemrayCode(function: "f", file: "f.py", firstLine: first, lineTable: table)
    return offsets.map { format.line(of: code, offset: $0) }
  }

  @Test(arguments: [
    (2, 7, MemrayLineTable.pairsBefore310), (3, 9, .pairsBefore310), (3, 10, .pairs310),
    (3, 11, .locations), (3, 14, .locations), (4, 0, .locations),
  ])
  func interpreterChoosesTheFormat(major: Int, minor: Int, format: MemrayLineTable) {
    #expect(MemrayLineTable(pythonMajor: major, pythonMinor: minor) == format)
  }

  @Test func pairsOfPython39() {
    // Line 10; from byte 6 on 11; from 8 on 9; a step of 200 bytes, then 14.
    let table: [UInt8] = [6, 1, 2, 0xFE, 200, 5]
    #expect(
      Self.lines(.pairsBefore310, table, first: 10, at: [0, 5, 6, 7, 8, 207, 208, 9999, -1])
        == [10, 10, 11, 11, 9, 9, 14, 14, 0])
    // Long steps and large changes are split into pairs.
    #expect(
      Self.lines(.pairsBefore310, [255, 0, 45, 127, 0, 23], first: 1, at: [299, 300])
        == [1, 151])
  }

  @Test func pairsOfPython310() {
    // Two instructions of line 5, one without a line, then two lines back.
    let table: [UInt8] = [4, 0, 2, 0x80, 6, 0xFE]
    #expect(
      Self.lines(.pairs310, table, first: 5, at: [0, 1, 2, 3, 5, 6, -1, Int64.max])
        == [5, 5, 5, 3, 3, 3, 0, 3])
  }

  @Test func locationsOfPython311() {
    let table: [UInt8] = [
      0xD8, 0x00, 0x07,  // code 11, one unit: line + 1
      0x81, 0x12,  // code 0, two units
      0xEA, 0x06,  // code 13, three units: + 3
      0xF0, 0x05, 0x00, 0x01, 0x02,  // code 14, one unit: − 2
      0xF8,  // code 15, one unit
      0xE8, 0x40 | 0x02, 0x02,  // code 13, one unit: two groups, 2 + (2 << 6) = 130, + 65
    ]
    #expect(
      Self.lines(.locations, table, first: 20, at: [0, 1, 2, 4, 5, 6, 10, 12, 14, 16, 18, -2])
        == [21, 21, 21, 21, 21, 24, 24, 22, 22, 87, 0, 0])
  }

  @Test func tablesEndAtAZeroByteOrEarly() {
    #expect(Self.lines(.locations, [0x80, 0, 0, 0x80, 0], first: 3, at: [0, 2]) == [3, 0])
    #expect(Self.lines(.locations, [0xE8], first: 3, at: [0]) == [3])
    #expect(Self.lines(.locations, [0xF8], first: Int32.max, at: [0]) == [Int32.max])
    for format in [MemrayLineTable.pairsBefore310, .pairs310, .locations] {
      #expect(Self.lines(format, [], first: 3, at: [0]) == [0])
      #expect(Self.lines(format, [1], first: 3, at: [0, Int64.max]).count == 2)
    }
  }

  @Test func randomTablesNeverTrap() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<20_000 {
      let table = (0..<Int.random(in: 0...20, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      let offset = Int64.random(in: Int64.min...Int64.max, using: &generator)
      let first = Int32.random(in: Int32.min...Int32.max, using: &generator)
      for format in [MemrayLineTable.pairsBefore310, .pairs310, .locations] {
        _ = Self.lines(format, table, first: first, at: [offset, abs(offset % 64)])
      }
    }
  }

  /// A module of many lines: each look-up begins nearby and finds what a walk from the start finds.
  @Test(arguments: [MemrayLineTable.pairsBefore310, .pairs310, .locations])
  func longTablesAreReadFromNearby(_ format: MemrayLineTable) {
    // One instruction a line, and now and then a line back.
    let pair: [UInt8]
    let back: [UInt8]
    switch format {
    case .pairsBefore310, .pairs310: (pair, back) = ([2, 1], [2, 0xFD])
    case .locations: (pair, back) = ([0xE8, 2], [0xE8, 7])
    }
    let table = (0..<20_000).flatMap { $0 % 7 == 3 ? back : pair }
    let plain = MemrayCode(function: "f", file: "f.py", firstLine: 1, lineTable: table)
    var code = plain
    code.checkpoints = format.checkpoints(of: plain)
    for offset in stride(from: Int64(0), to: 40_010, by: 331) {
      var entries = 0
      #expect(
        format.line(of: code, offset: offset, entries: &entries)
          == format.line(of: plain, offset: offset))
      #expect(entries <= 65)
    }
  }
}
