import CaptureFormats
import CaptureModel
import Results
import Foundation
import Execution
import Store
import TestSupport
import Testing

/// Questions to texts as people have them: several processes, several reports in one.
@Suite("questions to texts")
struct CaseQuestionTests {
  private func asked(_ name: String) throws -> AskedStore {
    let asked = try AskedStore()
    let path = Project.fixtures("cases").appending(path: name).path
    guard case .profile(let reader) = try FormatRegistry.open(path: path) else {
      Issue.record("\(name) is no profile")
      return asked
    }
    try asked.add(reader, "file")
    return asked
  }

  private func values(_ table: ResultTable, _ name: String) -> [Double] {
    switch table.columns.first(where: { $0.name == name })?.values {
    case .integers(let values): values.compactMap { $0.map(Double.init) }
    case .reals(let values): values.compactMap { $0 }
    default: []
    }
  }

  private func texts(_ table: ResultTable, _ name: String) -> [String] {
    guard case .texts(let values) = table.columns.first(where: { $0.name == name })?.values else {
      return []
    }
    return values.compactMap { $0 }
  }

  @Test("workers are processes of their own, by name")
  func workers() throws {
    let table = try asked("celery-two-workers.log").table("top rss by pid")
    #expect(texts(table, "process") == ["ForkPoolWorker-2", "ForkPoolWorker-1"])
    #expect(values(table, "rss") == [329, 129].map { $0 * 1_048_576 })
  }

  @Test("a report and a table of one text are asked by their keys")
  func reportAndTable() throws {
    let store = try asked("mp-with-guppy.txt")
    let types = try store.table("top 1 by type")
    #expect(texts(types, "type") == ["float"])
    #expect(values(types, "size") == [3_200_064])
    let lines = try store.table("top 20 by lineno")
    #expect(lines.rowCount == 8)
    // 16.707 MiB behind the last line.
    #expect(values(lines, "max_size").first == 17_518_559)
  }

  @Test("memory at the entry of a function grows from call to call")
  func entries() throws {
    let table = try asked("mp-leak-between-calls.log").table("growth rss")
    #expect(values(table, "value_diff") == [400 * 1_048_576])
    #expect(texts(table, "shape") == ["steady"])
    let found = try asked("mp-leak-between-calls.log").table("suspects")
    #expect(found.rowCount == 1)
  }

  @Test("tables of a service are of its process")
  func services() throws {
    let table = try asked("prefixed-compose-pympler.txt").table("top by pid")
    #expect(texts(table, "pid") == ["web-1"])
  }

  @Test("what is left out is told with its number")
  func quality() throws {
    let table = try asked("log-usage-and-system.log").table("show quality")
    #expect(texts(table, "anomaly") == ["memory of the machine", "memory of a GPU"])
    #expect(values(table, "count") == [2, 1])
    #expect(table.notes.isEmpty)
  }
}
