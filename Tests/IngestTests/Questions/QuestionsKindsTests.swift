import CaptureModel
import Results
import Ingest
import Execution
import Store
import TestSupport
import Testing

/// Questions of recordings and of captures of totals together, against both added up by hand.
@Suite struct QuestionsKindsTests {
  /// What one stack of the totals holds.
  private struct Total {
    var frame: FrameText
    var size: Int
    var count: Int
  }

  private func totals(_ numbers: inout SeededNumbers) -> [Total] {
    RecordedFrames.all.indices.filter { $0 % 2 == 0 }.map { index in
      Total(
        frame: RecordedFrames.all[index], size: 1 + numbers.below(5_000),
        count: 1 + numbers.below(20))
    }
  }

  private func profile(_ totals: [Total]) -> ListedProfile {
    var description = ProfileDescription(kind: .samples)
    description.values = [
      ProfileValue(.leaked, .size, unit: "bytes"), ProfileValue(.leaked, .count, unit: "count"),
    ]
    let profile = ListedProfile(description)
    profile.then { batch in
      for (index, total) in totals.enumerated() {
        batch.newFrames.append(
          ProfileFrame(
            function: total.frame.function, file: total.frame.file, line: Int32(total.frame.line)))
        batch.newNodes.append(StackNode(parent: 0, frame: UInt32(index)))
        var record = ProfileRecord()
        record.stack = UInt32(index) + 1
        batch.records.append(record)
        batch.values += [Int64(total.size), Int64(total.count)]
      }
    }
    return profile
  }

  private func texts(_ table: ResultTable, _ keys: [AskedKey]) -> [String: [Int64]] {
    var found: [String: [Int64]] = [:]
    // A stack of no frames is told from a frame of no name.
    let columns = keys.map { key in
      MemrayQuestionTests.texts(table, key.rawValue).map { $0 ?? "<none>" }
    }
    for row in 0..<table.rowCount {
      let key = columns.map { $0[row] }.joined(separator: " | ")
      found[key] = ["size", "count"].map { table.integers($0)[row] ?? 0 }
    }
    return found
  }

  @Test func leakedByPlaces() throws {
    for seed in 0..<4 as Range<UInt64> {
      let asked = try AskedStore()
      var numbers = SeededNumbers(seed: seed)
      let capture = try Recorded(
        seed: 140 + seed, stream: EventStream(threads: 2, count: 200), into: asked.store,
        name: "run")
      let totals = totals(&numbers)
      try asked.add(profile(totals), "totals")
      let view = RecordedView(capture: capture)
      for keys in [[AskedKey.function], [.lineno], [.filename, .capture], [.capture]] {
        for wanted in ["load", "run", nil] {
          let words = keys.map(\.rawValue).joined(separator: ", ")
          let text =
            "top all leaked size, count by \(words) of run, totals"
            + (wanted.map { " where function = \($0)" } ?? "")
          var expected: [String: [Int64]] = [:]
          func add(_ key: [String], _ size: Int, _ count: Int) {
            let known = expected[key.joined(separator: " | ")] ?? [0, 0]
            expected[key.joined(separator: " | ")] = [
              known[0] + Int64(size), known[1] + Int64(count),
            ]
          }
          func value(_ key: AskedKey, _ frame: FrameText?, _ name: String) -> String {
            switch key {
            case .function: frame?.function ?? "<none>"
            case .lineno: frame?.lineno ?? "<none>"
            case .filename: frame?.file ?? "<none>"
            default: name
            }
          }
          for held in capture.holdings(.leaked, in: nil) {
            let frame = view.shown(held.row, hidesRunner: false).first
            guard wanted == nil || frame?.function == wanted else { continue }
            add(keys.map { value($0, frame, "run") }, held.bytes, held.count)
          }
          for total in totals where wanted == nil || total.frame.function == wanted {
            add(keys.map { value($0, total.frame, "totals") }, total.size, total.count)
          }
          let table = try asked.table(text)
          #expect(texts(table, keys) == expected, "\(text)")
          // An assertion tests the same rows.
          let bound = expected.values.map { $0[0] }.max() ?? 0
          let holds =
            "assert leaked size <= \(bound)B by \(words) of run, totals"
            + (wanted.map { " where function = \($0)" } ?? "")
          #expect(try asked.table(holds).notes.contains { $0.hasPrefix("holds") }, "\(holds)")
          guard !expected.isEmpty else { continue }
          let fails = holds.replacing("<=", with: "<")
          #expect(try asked.table(fails).notes.contains { $0.hasPrefix("fails for") }, "\(fails)")
        }
      }
    }
  }
}
