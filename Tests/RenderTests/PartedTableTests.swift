import Results
import TestSupport
import Testing

@testable import Render

/// Tables whose rows come in parts are written as those that have all of them.
@Suite struct PartedTableTests {
  /// Sizes, times and names of all widths, some missing.
  private static func records(_ count: Int) -> ResultTable {
    var numbers = SeededNumbers(seed: UInt64(count))
    var table = ResultTable(query: "list all", captures: ["out"], population: "peak")
    var sizes: [Int64?] = []
    var times: [Double?] = []
    var names: [String?] = []
    for _ in 0..<count {
      sizes.append(Int64(numbers.next() >> UInt64(1 + numbers.below(62))))
      times.append(numbers.once(in: 5) ? nil : Double(numbers.below(100_000)) / 1000)
      names.append(
        numbers.once(in: 9) ? nil : "/srv/\(String(repeating: "x", count: numbers.below(40))).py:7")
    }
    table.header = ["lifetimes are numbers of allocations"]
    table.columns = [
      ResultColumn(name: "size", role: .measure, unit: .bytes, values: .integers(sizes)),
      .key("time", .reals(times), unit: .seconds),
      .key("lineno", .texts(names), meaning: .place),
    ]
    table.total = [MeasureValue(column: "size", value: 1e19)]
    table.notes = ["a remark"]
    return table
  }

  private static func rows(_ range: Range<Int>, of table: ResultTable) -> ResultTable {
    var part = table
    for index in part.columns.indices {
      let values = part.columns[index].values
      part.columns[index].values =
        switch values {
        case .integers(let all): .integers(Array(all[range]))
        case .reals(let all): .reals(Array(all[range]))
        case .texts(let all): .texts(Array(all[range]))
        case .stacks(let all): .stacks(Array(all[range]))
        case .series(let all): .series(Array(all[range]))
        }
    }
    return part
  }

  private static var styles: [TerminalStyle] {
    [0, 40, 80, 200].flatMap { width in
      [false, true].map { TerminalStyle(width: width, isTerminal: $0) }
    }
  }

  @Test(arguments: [1, 2, 3, 50, 400], [1, 7, 100])
  func areTheSameBytes(count: Int, partRows: Int) throws {
    var tables = [Self.records(count)]
    if count == 3 { tables += [SampleTables.topByLineno(filtered: true), SampleTables.hostile()] }
    for table in tables {
      let rowCount = table.rowCount
      let parts: PartedTable.Parts = { take in
        for start in stride(from: 0, to: rowCount, by: partRows) {
          try take(Self.rows(start..<min(rowCount, start + partRows), of: table))
        }
      }
      let frame = Self.rows(0..<min(rowCount, partRows), of: table)
      for format in TableFormat.allCases {
        for style in format == .terminal ? Self.styles : [TerminalStyle()] {
          var bytes: [UInt8] = []
          try PartedTable(frame, parts: parts).write(as: format, style: style) { bytes += $0 }
          let text = String(decoding: bytes, as: UTF8.self)
          #expect(
            text == Renderer.text(table, as: format, style: style), "\(format) \(style.width)")
        }
      }
    }
  }

  /// What ends the writing ends the reading.
  @Test func stopsWithTheSink() {
    struct Full: Error {}
    let table = Self.records(50)
    var asked = 0
    let parted = PartedTable(table) { take in
      for _ in 0..<1000 {
        asked += 1
        try take(table)
      }
    }
    #expect(throws: Full.self) {
      var written = 0
      try parted.write(as: .jsonl) {
        written += $0.count
        if written > 10_000 { throw Full() }
      }
    }
    #expect(asked < 10)
  }
}
