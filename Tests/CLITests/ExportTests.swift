import Foundation
import TestSupport
import Testing

/// What is written and read again is the same.
@Suite("Exports")
struct ExportTests {
  private func rows(_ place: Workplace, _ question: String) throws -> [[Substring]] {
    let outcome = try place.memq("\(question) as csv")
    #expect(outcome.status == 0, "\(question): \(outcome.errors)")
    return outcome.output.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
  }

  @Test(
    "labels of samples are in a pprof profile that is written",
    arguments: [
      ("cpu-labels.pb.gz", "cpu", "label.worker"), ("heap-1.pb.gz", "alloc_space", "label.bytes"),
    ])
  func labels(file: String, type: String, label: String) throws {
    let place = try Workplace()
    let capture = Project.fixtures("pprof").appending(path: "rate1/\(file)").path
    #expect(try place.memq("import", capture, "--name", "first").status == 0)
    #expect(try place.memq("flame \"\(type)\" of first to again.pb.gz").status == 0)
    #expect(try place.memq("import", "again.pb.gz", "--name", "again").status == 0)
    for keys in [label, "function, \(label)", "function"] {
      let first = try rows(place, "top all \"\(type)\" by \(keys) of first")
      #expect(first.count > 3)
      #expect(try rows(place, "top all \"\(type)\" by \(keys) of again") == first)
    }
  }

  /// In the second capture only three of twelve windows have a tick.
  @Test("flows are compared by windows, never by the numbers of rows")
  func windows() throws {
    let place = try Workplace(captures: ["threads.bin", "leak_cache.bin"])
    #expect(try place.memq("import", "threads.bin", "leak_cache.bin").status == 0)
    let question = "timeline allocated of threads vs leak_cache over"
    // The first rows are of the start alone; no other row of leak_cache is of a single window.
    let sparse = try rows(place, "\(question) 12 windows").dropFirst()
    #expect(sparse.count == 7 && sparse.first?.last == "0")
    #expect(sparse.dropFirst().allSatisfy { $0.last == "" })
    // Both have the start and all that follows.
    let all = try rows(place, "\(question) 1 windows").dropFirst()
    let sums = try ["threads", "leak_cache"].map {
      try rows(place, "timeline allocated of \($0) over 1 windows").dropFirst().map {
        Int64($0[1]) ?? 0
      }
    }
    #expect(all.map { Int64($0[2]) } == zip(sums[0], sums[1]).map { $0 - $1 })
    let note = try place.memq("\(question) 12 windows").output
    #expect(note.contains("6 of 7 differences are left out"))
  }

  @Test("flows of two stretches need windows")
  func stretches() throws {
    let place = try Workplace(captures: ["leak_cache.bin"])
    #expect(try place.memq("import", "leak_cache.bin").status == 0)
    let outcome = try place.memq("timeline allocated in 0s..5ms vs allocated in 5ms..10ms")
    #expect(outcome.status == 3 && outcome.errors.contains("over 20 windows"))
  }
}
