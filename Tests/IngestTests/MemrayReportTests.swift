import Results
import Foundation
import Language
import Execution
import Store
import Testing

/// The data of memray's own reporters against one line of memq each (README's table).
@Suite struct MemrayReportTests {
  static let captures = ["fork_parent", "leak_threads", "partial_munmap", "timeline", "unicode"]
  typealias Sums = MemrayQuestionTests.Sums

  private func json(_ capture: String, _ file: String) throws -> Any {
    let url = MemrayFixture.folder.appendingPathComponent("reports/\(capture)/\(file)")
    return try JSONSerialization.jsonObject(with: Data(contentsOf: url))
  }

  private func number(_ value: Any?) -> Int64 { (value as? NSNumber)?.int64Value ?? -1 }

  private func store(_ capture: String) throws -> Store {
    try MemrayFixture(name: capture).imported().store
  }

  private func sums<Key: Hashable>(
    _ table: ResultTable, _ key: (Int) -> Key
  ) -> [Key: Sums] {
    let sizes = MemrayQuestionTests.integers(table, "size")
    let counts = MemrayQuestionTests.integers(table, "count")
    var result: [Key: Sums] = [:]
    for row in sizes.indices {
      var sum = result[key(row)] ?? Sums(size: 0, count: 0)
      sum.size += sizes[row] ?? 0
      sum.count += counts[row] ?? 0
      result[key(row)] = sum
    }
    return result
  }

  /// A tree with its stacks edited; a page gets them whole.
  private func tree(_ store: Store, _ text: String) throws -> StackTree {
    var found: StackTree?
    try Engine(store: store, formats: []).run(text + " as json") {
      if case .tree(let tree) = $0.content { found = tree }
    }
    return try #require(found)
  }

  // MARK: table

  @Test(arguments: captures, ["", "_split_threads"])
  func table(_ capture: String, _ split: String) throws {
    let data = try #require(try json(capture, "table.json") as? [String: [[String: Any]]])
    let store = try store(capture)
    for (mode, population) in [
      ("high_watermark", "peak"), ("leaks", "leaked"), ("temporary_1", "temporary"),
    ] {
      var wanted: [[String]: Sums] = [:]
      for row in try #require(data[mode + split]) {
        let text = Self.unescaped(row["stack_trace"] as? String ?? "")
        let thread = split.isEmpty ? "" : row["tid"] as? String ?? ""
        var sum = wanted[[thread, text]] ?? Sums(size: 0, count: 0)
        sum.size += number(row["size"])
        sum.count += number(row["n_allocations"])
        wanted[[thread, text]] = sum
      }
      let query = "top all \(population) by thread, function, lineno"
      let table = try #require(try MemrayQuestionTests.tables(store, query).first)
      let threads = MemrayQuestionTests.texts(table, "thread")
      let functions = MemrayQuestionTests.texts(table, "function")
      let linenos = MemrayQuestionTests.texts(table, "lineno")
      let found = sums(table) { row in
        let place = linenos[row].map { "\(functions[row] ?? "") at \($0)" } ?? "???"
        return [split.isEmpty ? "" : threads[row] ?? "", place]
      }
      #expect(found == wanted, "\(mode)\(split)")
    }
  }

  // MARK: flamegraph

  /// Sums of each path from the root, equal frames of one parent added up.
  private func paths(_ nodes: [[String: Any]]) -> [[String]: Sums] {
    var sums: [[String]: Sums] = [:]
    var open: [(node: Int, path: [String])] = [(0, [])]
    while let (node, path) = open.popLast() {
      for child in (nodes[node]["children"] as? [NSNumber] ?? []).map(\.intValue) {
        let data = nodes[child]
        let frame = ["function", "file"].map { Self.unescaped(data[$0] as? String ?? "") }
        let next = path + ["\(frame[0]) \(frame[1]) \(number(data["line"]))"]
        var sum = sums[next] ?? Sums(size: 0, count: 0)
        sum.size += number(data["size"])
        sum.count += number(data["count"])
        sums[next] = sum
        open.append((child, next))
      }
    }
    return sums
  }

  private static func unescaped(_ text: String) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&amp;", "&")]
      .reduce(text) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
  }

  private func paths(_ tree: StackTree) -> [[String]: Sums] {
    var sizes = tree.sizes
    var counts = tree.counts
    for node in stride(from: tree.parents.count - 1, to: 0, by: -1) {
      sizes[Int(tree.parents[node])] += sizes[node]
      counts[Int(tree.parents[node])] += counts[node]
    }
    var texts: [[String]] = [[]]
    var result: [[String]: Sums] = [:]
    for node in 1..<max(1, tree.parents.count) {
      let frame = tree.frames[Int(tree.frameIndices[node])]
      let text = "\(frame.function) \(frame.file) \(frame.line)"
      texts.append(texts[Int(tree.parents[node])] + [text])
      // memray leaves stackless bytes on the root.
      if frame.function != "<no stack>" {
        result[texts[node]] = Sums(size: sizes[node], count: counts[node])
      }
    }
    return result
  }

  @Test(arguments: captures)
  func flamegraph(_ capture: String) throws {
    let data = try #require(try json(capture, "flamegraph.json") as? [String: [[String: Any]]])
    let store = try store(capture)
    for (mode, population) in [
      ("high_watermark", "peak"), ("leaks", "leaked"), ("temporary_1", "temporary"),
    ] {
      for (suffix, words) in [
        ("", ""), ("_inverted", "inverted"),
        ("_inverted_no_imports", "inverted hide imports"),
      ] {
        let wanted = paths(try #require(data[mode + suffix]))
        let found = paths(try tree(store, "flame \(population) \(words)"))
        #expect(found == wanted, "\(mode)\(suffix)")
      }
    }
  }

  // MARK: summary, transform

  @Test(arguments: captures)
  func summary(_ capture: String) throws {
    let data = try #require(try json(capture, "summary.json") as? [String: Any])
    let store = try store(capture)
    var total: [[String]: Sums] = [:]
    var own: [[String]: Int64] = [:]
    for row in data["all_records"] as? [[String: Any]] ?? [] {
      let place = [row["function"] as? String ?? "", row["file"] as? String ?? ""]
      guard place[0] != "???" else { continue }
      total[place] = Sums(size: number(row["total"]), count: number(row["count"]))
      if number(row["own"]) > 0 { own[place] = number(row["own"]) }
    }
    let keys = "by function, filename"
    let inclusive = try #require(
      try MemrayQuestionTests.tables(store, "top all peak \(keys) inclusive").first)
    #expect(places(inclusive) == total)
    let newest = try #require(try MemrayQuestionTests.tables(store, "top all peak \(keys)").first)
    #expect(places(newest).mapValues(\.size).filter { $0.value > 0 } == own)
  }

  private func places(_ table: ResultTable) -> [[String]: Sums] {
    let functions = MemrayQuestionTests.texts(table, "function")
    let files = MemrayQuestionTests.texts(table, "filename")
    var found = sums(table) { [functions[$0] ?? "???", files[$0] ?? "???"] }
    found[["???", "???"]] = nil
    return found
  }

  private func stackSums(_ store: Store, _ text: String) throws -> [[FrameText]: Sums] {
    let table = try #require(try MemrayQuestionTests.tables(store, text).first)
    guard case .stacks(let stacks) = table.columns.first?.values else { return [:] }
    return sums(table) { stacks[$0] ?? [] }
  }

  @Test(arguments: captures)
  func transformCSV(_ capture: String) throws {
    let url = MemrayFixture.folder.appendingPathComponent("reports/\(capture)/transform.csv")
    let lines = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\r\n")
    var wanted: [String: Sums] = [:]
    for line in lines.dropFirst() where !line.isEmpty {
      let fields = line.split(separator: ",", maxSplits: 5, omittingEmptySubsequences: false)
      var sum = wanted[String(fields[5])] ?? Sums(size: 0, count: 0)
      sum.size += Int64(fields[2]) ?? -1
      sum.count += Int64(fields[1]) ?? -1
      wanted[String(fields[5])] = sum
    }
    var found: [String: Sums] = [:]
    for (stack, sum) in try stackSums(try store(capture), "top all peak by traceback") {
      let text = stack.map { "\($0.function);\($0.file);\($0.line)" }.joined(separator: "|")
      found[text] = sum
    }
    #expect(found == wanted)
  }

  @Test(arguments: captures)
  func transformGprof2dot(_ capture: String) throws {
    let data = try #require(
      try json(capture, "transform.gprof2dot.json") as? [String: Any])
    let functions = (data["functions"] as? [[String: Any]] ?? []).map {
      "\($0["name"] ?? "") \($0["module"] ?? "")"
    }
    var wanted: [[String]: Int64] = [:]
    for event in data["events"] as? [[String: Any]] ?? [] {
      let chain = (event["callchain"] as? [NSNumber] ?? []).map { functions[$0.intValue] }
      wanted[chain, default: 0] += number((event["cost"] as? [Any])?.first)
    }
    var found: [[String]: Int64] = [:]
    for (stack, sum) in try stackSums(try store(capture), "top all peak by traceback")
    where !stack.isEmpty {
      found[stack.map { "\($0.function) \($0.file)" }, default: 0] += sum.size
    }
    #expect(found == wanted)
  }

  // MARK: temporal

  /// What memray's page adds up for a chosen range of windows, against `survived` and `peak in`.
  @Test(arguments: captures)
  func temporal(_ capture: String) throws {
    let data = try #require(try json(capture, "temporal.json") as? [String: Any])
    let (store, info) = try MemrayFixture(name: capture).imported()
    let columns = CaptureColumns(store: store, info: info)
    let states = try columns.words(.tickState)
    let leaks = try #require(data["leaks"] as? [[String: Any]])
    let peaks = (data["high_water_mark_by_snapshot"] as? [NSNumber] ?? []).map(\.int64Value)
    let windows = states.count + 1
    func time(_ state: UInt32) -> String { state == 0 ? "start" : "#\(state - 1)" }
    let bounds = ["start"] + states.map(time)
    let steps = stride(from: 0, to: windows, by: max(1, windows / 5)).map { $0 }
    for first in steps {
      for last in steps where last >= first {
        let end = last + 1 < windows ? bounds[last + 1] : "end"
        let table = try #require(
          try MemrayQuestionTests.tables(store, "survived \(bounds[first])..\(end) by allocator")
            .first)
        let total = table.total?.first { $0.column == "size" }?.value
        #expect(Int64(total ?? -1) == leaked(leaks, first, last), "windows \(first)...\(last)")
      }
    }
    // The last window differs on purpose (README).
    for window in 0..<max(0, min(peaks.count - 1, windows)) {
      #expect(try columns.integers(.windowPeak)[window] == peaks[window], "window \(window)")
    }
  }

  /// Bytes allocated in the windows and not freed within them.
  private func leaked(_ records: [[String: Any]], _ first: Int, _ last: Int) -> Int64 {
    var bytes: Int64 = 0
    for record in records {
      for interval in record["intervals"] as? [[Any]] ?? [] {
        let from = Int(number(interval[0]))
        let isFreedWithin = (interval[1] as? NSNumber).map { $0.intValue <= last } ?? false
        if from >= first, from <= last, !isFreedWithin { bytes += number(interval[3]) }
      }
    }
    return bytes
  }
}
