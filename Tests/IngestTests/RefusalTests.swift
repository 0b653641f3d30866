import CaptureFormats
import CaptureModel
import Results
import Foundation
import Language
import Execution
import Store
import TestSupport
import Testing

/// What captures of every format cannot answer is refused with a question that they answer.
@Suite struct RefusalTests {
  static let folders = [
    "chrometrace", "collapsed", "dhat", "massif", "memory_profiler", "objects", "objgraph",
    "pprof", "procfs", "py-spy", "python-logs", "scalene", "speedscope", "v8",
    "tracemalloc/py312-nframe5", "cases",
  ]

  /// The first whole captures of each folder of fixtures.
  static let fixtures: [String] = {
    let root = Project.fixtures("")
    return folders.flatMap { folder -> [String] in
      let all = try? FileManager.default.contentsOfDirectory(
        atPath: root.appending(path: folder).path)
      return (all ?? []).sorted().filter { name in
        ![".md", ".py", ".expected.json", ".peak.txt"].contains(where: name.hasSuffix)
          && !name.hasPrefix("broken")
      }.map { "\(folder)/\($0)" }.filter { isProfile(root.appending(path: $0).path) }.prefix(2)
        .map { $0 }
    }
  }()

  private static func isProfile(_ path: String) -> Bool {
    guard case .profile? = try? FormatRegistry.open(path: path) else { return false }
    return true
  }

  @Test("each folder has captures that are asked", arguments: folders)
  func foldersAreAsked(_ folder: String) {
    #expect(Self.fixtures.contains { $0.hasPrefix(folder + "/") })
  }

  static let questions: [String] =
    Vocabulary.keys.map { "top by \($0.name)" } + Vocabulary.measures.map { "top \($0.name)" } + [
      "top peak", "top leaked", "top live", "top allocated", "top freed", "top temporary",
      "top live at peak", "top in start..end", "survived start..end", "list", "list order by time",
      "hist size", "hist lifetime", "stats", "stats leaked", "flame", "tree by thread", "source",
      "timeline vms", "timeline size by function", "timeline count", "timeline leaked", "growth",
      "growth by function", "growth per minute", "growth rss", "suspects", "paths to dict",
      "top rss by function", "top by label.nothing", "top where lifetime < 3",
      "top where type = \"dict\" and size > 1", "top having max size > 1kB", "top from frame main",
      "top by window over 3 windows",
    ]

  /// Why a question has no answer, and the first question that is offered instead.
  private func refusal(
    _ asked: AskedStore, _ question: String
  ) throws -> (reason: String, way: String)? {
    do throws(EngineError) {
      try Engine(store: asked.store, formats: []).run(question) { _ in }
    } catch {
      guard case .query(let refusal) = error else { throw error }
      let hint =
        refusal.hints.lazy.compactMap { if case .advice(let text) = $0 { text } else { nil } }
        .first ?? ""
      let way = hint.hasPrefix("`") ? String(hint.dropFirst().prefix { $0 != "`" }) : ""
      return (refusal.message, way)
    }
    return nil
  }

  @Test(arguments: fixtures) func waysOutAreAnswered(_ fixture: String) throws {
    let asked = try AskedStore()
    let path = Project.fixtures("").appending(path: fixture).path
    guard case .profile(let reader) = try FormatRegistry.open(path: path) else {
      Issue.record("\(fixture) is no profile")
      return
    }
    try asked.add(reader, "file")
    var refused = 0
    for question in Self.questions {
      guard let (reason, way) = try refusal(asked, question), !way.isEmpty, way != "show capture"
      else { continue }
      refused += 1
      if let (other, _) = try refusal(asked, way) {
        Issue.record("\(question): \(reason): `\(way)`: \(other)")
      }
    }
    #expect(refused > 3)
  }

  @Test("what `show keys` says is what is answered", arguments: fixtures)
  func keysAreAnswered(_ fixture: String) throws {
    let asked = try AskedStore()
    let path = Project.fixtures("").appending(path: fixture).path
    guard case .profile(let reader) = try FormatRegistry.open(path: path) else {
      Issue.record("\(fixture) is no profile")
      return
    }
    try asked.add(reader, "file")
    let table = try asked.table("show keys")
    for (index, name) in table["name"].enumerated() where table["kind"][index] == "key" {
      if ["window", "lifetime"].contains(name) { continue }
      let isRefused = try refusal(asked, "top by \(name)") != nil
      #expect((table["in file"][index] == "no") == isRefused, "\(name)")
    }
  }
}
