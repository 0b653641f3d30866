import CaptureFormats
import CaptureModel
import Results
import Foundation
import Execution
import Store
import TestSupport
import Testing

/// Questions by sample types and labels of pprof profiles, against what the files and pprof say.
@Suite("sample types and labels")
struct SampleTypeQuestionTests {
  private func asked(_ files: (folder: String, name: String)...) throws -> AskedStore {
    let asked = try AskedStore()
    for file in files {
      let path = Project.fixtures(file.folder).appending(path: file.name).path
      guard case .profile(let reader) = try FormatRegistry.open(path: path) else {
        Issue.record("\(file.name) is no profile")
        continue
      }
      let name = file.name.split(separator: "/").last ?? "file"
      try asked.add(reader, String(name.prefix { $0 != "." }))
    }
    return asked
  }

  private func total(_ table: ResultTable, _ column: String) -> Double? {
    table.total?.first { $0.column == column }?.value ?? nil
  }

  @Test("counts stand beside bytes, and every type is asked by its name")
  func heapOfNode() throws {
    let asked = try asked(("pprof", "two-types.pprof"))
    let plain = try asked.table("top all by function")
    #expect(total(plain, "size") == 6_388_384 && total(plain, "count") == 66_148)
    for (question, column, expected) in [
      ("top objects by function", "objects", 66_148.0), ("top space", "space", 6_388_384),
      ("top \"space\", objects", "objects", 66_148),
    ] {
      let table = try asked.table(question)
      #expect(total(table, column) == expected, "\(question)")
      #expect(
        table.columns.first { $0.name == column }?.unit == (column == "space" ? .bytes : .count))
    }
  }

  @Test("types of Go's heap are populations, four at once")
  func heapOfGo() throws {
    let asked = try asked(("pprof", "rate1/heap-1.pb.gz"))
    let all = try asked.table("top all alloc_space, alloc_objects, inuse_space, inuse_objects")
    #expect(all.columns.filter { $0.role == .measure }.count == 4)
    for (name, question, column) in [
      ("alloc_space", "top all allocated by function", "size"),
      ("alloc_objects", "top all allocated by function", "count"),
      ("inuse_space", "top all live by function", "size"),
      ("inuse_objects", "top all live by function", "count"),
    ] {
      let wanted = total(try asked.table(question), column)
      #expect(wanted != nil && total(all, name) == wanted, "\(name)")
    }
    #expect(try asked.refusal("top live alloc_space").contains("of what is allocated"))
    #expect(try asked.refusal("top \"goroutine\"").contains("`inuse_space`, `alloc_objects`"))
  }

  @Test("times keep their unit, and samples are another type")
  func processorProfile() throws {
    let asked = try asked(("pprof", "cpu.pb.gz"))
    let plain = try asked.table("top all by function")
    #expect(total(plain, "cpu") == 1.76)
    #expect(plain.columns.last?.unit == .seconds)
    #expect(total(try asked.table("top all samples by function"), "samples") == 176)
    #expect(try asked.table("top all cpu by function having cpu > 1s").rowCount == 1)
    #expect(try asked.refusal("top contentions").contains("it has `\"cpu\"`, `samples`"))
    #expect(try asked.refusal("top live by function").contains("it knows no memory"))
    let tree = try asked.tree("flame as pprof")
    let values = try #require(tree.values)
    #expect(values.name == "cpu" && values.countName == "samples" && values.hasCounts)
    #expect(values.period == 10_000_000 && values.periodName == "cpu")
    #expect(values.timeNanoseconds == 1_506_718_679_257_235_370)
    #expect(tree.sizes.reduce(0, +) == 1_760_000_000 && tree.counts.reduce(0, +) == 176)
  }

  @Test("labels are keys and conditions, numbers with their units")
  func labels() throws {
    let asked = try asked(
      ("pprof", "rate1/cpu-labels.pb.gz"), ("pprof", "rate1/heap-1.pb.gz"))
    let workers = try asked.table("top all samples by label.worker of cpu-labels")
    #expect(workers.columns[0].name == "label.worker")
    // 19 samples, of which go tool pprof -tags counts 2, 3 and 4 for the workers.
    #expect(total(workers, "samples") == 19)
    for (worker, samples) in [("0", 2.0), ("1", 3), ("2", 4)] {
      let one = try asked.table("top samples of cpu-labels where label.worker = \"\(worker)\"")
      #expect(total(one, "samples") == samples)
      let number = try asked.table("top samples of cpu-labels where label.worker = \(worker)")
      #expect(total(number, "samples") == samples)
    }
    let sizes = try asked.table("top all by label.bytes of heap-1")
    #expect(sizes.columns[0].unit == .bytes)
    let small = try asked.table("top all by function of heap-1 where label.bytes < 1kB")
    let large = try asked.table("top all by function of heap-1 where label.bytes >= 1kB")
    let range = try asked.table("top all by function of heap-1 where label.bytes in 0B..1kB")
    let all = total(sizes, "size") ?? 0
    #expect((total(small, "size") ?? 0) + (total(large, "size") ?? 0) == all)
    #expect(total(range, "size") == total(small, "size"))
    #expect(try asked.refusal("top by label.wrker of cpu-labels").contains("label.worker"))
  }

  @Test("both columns of a difference are compared")
  func differences() throws {
    let asked = try asked(("collapsed", "two-columns.txt"))
    let table = try asked.table("top all live at end by function vs live at start")
    #expect(total(table, "samples") == 80 && total(table, "samples_diff") == 15)
    #expect(total(try asked.table("top live at start"), "samples") == 65)
  }

  @Test("fractions are shown whole in tables and trees")
  func fractions() throws {
    let asked = try asked(("collapsed", "fractions.txt"))
    let table = try asked.table("top all")
    #expect(total(table, "samples") == 334.618)
    #expect(table.columns.last?.unit == .samples)
    let tree = try asked.tree("flame as folded")
    #expect(Double(tree.sizes.reduce(0, +)) / Double(tree.scale) == 334.618)
  }

  @Test("massif counts what its file counts")
  func massif() throws {
    let asked = try asked(("massif", "steps-default.massif.out"))
    let timeline = try asked.table("timeline heap over 10 windows")
    #expect(timeline.columns[0].name == "instructions" && timeline.columns[0].unit == .count)
    #expect(try asked.refusal("top live at 5s").contains("counts instructions, no time"))
    #expect(try asked.refusal("growth heap per minute").contains("records no times"))
    #expect(try asked.table("top live at 100%").rowCount > 0)
  }
}
