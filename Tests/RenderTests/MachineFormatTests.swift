import Results
import Foundation
import Render
import TestSupport
import Testing

@Suite struct MachineFormatTests {
  private func object(_ table: ResultTable) throws -> [String: Any] {
    let data = Data(Renderer.text(table, as: .json).utf8)
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func jsonHasTheDocumentedShape() throws {
    let json = try object(SampleTables.topByLineno())
    #expect(
      Set(json.keys) == [
        "query", "captures", "population", "columns", "rows", "other", "total", "notes",
      ])
    #expect(json["query"] as? String == "top 3 peak size, count by lineno")
    #expect(json["captures"] as? [String] == ["out.bin"])
    let columns = try #require(json["columns"] as? [[String: Any]])
    #expect(columns.map { $0["name"] as? String } == ["lineno", "size", "count"])
    #expect(columns.map { $0["type"] as? String } == ["string", "integer", "integer"])
    #expect(columns[1]["unit"] as? String == "bytes")
    #expect(columns[0]["unit"] is NSNull)
    let rows = try #require(json["rows"] as? [[String: Any]])
    #expect(rows.count == 3)
    #expect(rows[1]["size"] as? Int == 49_999_999)
    #expect(rows[2]["lineno"] is NSNull)
    let other = try #require(json["other"] as? [String: Any])
    #expect(other["size"] as? Int == 49_998_977 && other["rows"] as? Int == 123)
    let total = try #require(json["total"] as? [String: Any])
    #expect(total["count"] as? Int == 1_235_348)
    let whole = try object(SampleTables.tracebacks())
    #expect(whole["other"] is NSNull)
  }

  @Test("estimates are marked in every row, as formats without remarks need it")
  func estimates() throws {
    var table = SampleTables.topByLineno()
    table.isEstimated = true
    let lines = Renderer.text(table, as: .csv).split(separator: "\r\n")
    #expect(lines.first == "lineno,size,count,estimated")
    #expect(lines.count == 4 && lines.dropFirst().allSatisfy { $0.hasSuffix(",true") })
    for line in Renderer.text(table, as: .jsonl).split(separator: "\n") {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(object?["estimated"] as? Bool == true && object?.count == 4)
    }
    var tree = SampleTrees.small()
    tree.isEstimated = true
    #expect(
      Renderer.text(tree, as: .csv).hasPrefix(
        Renderer.text(SampleTrees.small(), as: .csv)
          .prefix { $0 != "\r\n" } + ",estimated\r\n"))
    #expect(Renderer.text(tree, as: .speedscope).contains("(estimates from samples)"))
  }

  @Test func jsonStacksAreArraysNewestFirst() throws {
    let rows = try #require(try object(SampleTables.tracebacks())["rows"] as? [[String: Any]])
    let frames = try #require(rows[0]["traceback"] as? [[String: Any]])
    #expect(frames.map { $0["function"] as? String } == ["parse", "<module>"])
    #expect(frames[0]["filename"] as? String == "/srv/app/parse.py")
    #expect(frames[0]["line"] as? Int == 7)
    #expect(rows[1]["traceback"] is NSNull)
  }

  @Test func jsonNumbersAreExact() throws {
    var table = SampleTables.timeline()
    table.columns[1].values = .integers([Int64.max, Int64.min, 0])
    table.columns[2].values = .reals([0.1, 1e300, .infinity])
    let text = Renderer.text(table, as: .json)
    #expect(text.contains("9223372036854775807") && text.contains("-9223372036854775808"))
    let rows = try #require(try object(table)["rows"] as? [[String: Any]])
    #expect(rows[0]["avg_size"] as? Double == 0.1)
    #expect(rows[1]["avg_size"] as? Double == 1e300)
    #expect(rows[2]["avg_size"] is NSNull)
  }

  @Test func hostileNamesSurviveJSON() throws {
    let table = SampleTables.hostile()
    let rows = try #require(try object(table)["rows"] as? [[String: Any]])
    #expect(rows.map { $0["function"] as? String } == SampleTables.hostileNames)
    let text = Renderer.text(table, as: .json)
    for scalar in text.unicodeScalars where scalar != "\n" {
      #expect(!SafeText.isHostile(scalar))
    }
    let lines = Renderer.text(table, as: .jsonl).split(separator: "\n")
    #expect(lines.count == SampleTables.hostileNames.count)
    for (line, name) in zip(lines, SampleTables.hostileNames) {
      let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(row?["function"] as? String == name)
    }
  }

  @Test func csvReadsBack() throws {
    let records = CSVReader.records(Renderer.text(SampleTables.hostile(), as: .csv))
    #expect(records[0] == ["function", "size", "traceback"])
    #expect(records.dropFirst().map { $0[0] } == SampleTables.hostileNames)
    #expect(records.allSatisfy { $0.count == 3 })
    try Snapshot.expect(Renderer.text(SampleTables.topByLineno(), as: .csv), "top.csv")
    try Snapshot.expect(Renderer.text(SampleTables.tracebacks(), as: .csv), "tracebacks.csv")
    try Snapshot.expect(Renderer.text(SampleTables.timeline(), as: .csv), "timeline.csv")
  }

  @Test func jsonAndMarkdownLookAsReviewed() throws {
    try Snapshot.expect(Renderer.text(SampleTables.topByLineno(), as: .json), "top.json")
    try Snapshot.expect(Renderer.text(SampleTables.tracebacks(), as: .jsonl), "tracebacks.jsonl")
    try Snapshot.expect(Renderer.text(SampleTables.empty(), as: .json), "empty.json")
    try Snapshot.expect(Renderer.text(SampleTables.topByLineno(), as: .markdown), "top.md")
    try Snapshot.expect(Renderer.text(SampleTables.tracebacks(), as: .markdown), "tracebacks.md")
    try Snapshot.expect(Renderer.text(SampleTables.hostile(), as: .markdown), "hostile.md")
  }

  @Test func largeTablesComeInChunks() {
    var table = ResultTable(query: "top all")
    table.columns = [
      ResultColumn(
        name: "size", role: .measure, unit: .bytes,
        values: .integers((0..<100_000).map { Int64($0) }))
    ]
    var chunks = 0
    var bytes = 0
    Renderer.write(table, as: .jsonl) { chunk in
      chunks += 1
      bytes += chunk.count
      #expect(chunk.count < 1 << 17)
    }
    // {"size":N}\n: 10 bytes and the digits of 0..<100000 (488,890).
    #expect(bytes == 1_000_000 + 488_890)
    #expect(chunks > 10)
  }

  @Test func aSinkCanStopTheWriting() {
    struct Full: Error {}
    var calls = 0
    #expect(throws: Full.self) {
      try Renderer.write(SampleTables.topByLineno(), as: .csv) { _ throws(Full) in
        calls += 1
        throw Full()
      }
    }
    #expect(calls == 1)
  }
}

/// A reader of RFC 4180, written for the tests.
enum CSVReader {
  static func records(_ text: String) -> [[String]] {
    var records: [[String]] = []
    var record: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    let bytes = Array(text.utf8)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if isQuoted {
        guard byte == UInt8(ascii: "\"") else {
          field.append(byte)
          continue
        }
        if index < bytes.count && bytes[index] == UInt8(ascii: "\"") {
          field.append(byte)
          index += 1
        } else {
          isQuoted = false
        }
      } else if byte == UInt8(ascii: "\"") {
        isQuoted = true
      } else if byte == UInt8(ascii: ",") || byte == 13 {
        record.append(String(decoding: field, as: UTF8.self))
        field = []
        guard byte == 13 else { continue }
        records.append(record)
        record = []
        index += 1
      } else {
        field.append(byte)
      }
    }
    return records
  }
}
