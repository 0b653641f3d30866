import CaptureModel
import Results
import Execution
import Store
import TestSupport
import Testing

@testable import Ingest

/// Ranges that reach beyond a recording, recordings that ended early, and timelines of groups.
@Suite struct QuestionsTimesTests {
  /// 100 bytes at each of the instants 0 to 9, a tick a second from 1 s to 10 s behind each.
  private func records() -> [ListedRecord] {
    var records = [ListedRecord(kind: .switchThread), ListedRecord(kind: .push)]
    for index in 0..<10 as Range<UInt64> {
      records.append(ListedRecord(kind: .allocate, address: (index + 1) * 64, size: 100))
      // Lives between two ticks only.
      records.append(ListedRecord(kind: .push, argument: 1))
      records.append(ListedRecord(kind: .allocate, address: 1 << 20, size: 5_000))
      records.append(ListedRecord(kind: .deallocate, address: 1 << 20))
      records.append(ListedRecord(kind: .pop, argument: 1))
      records.append(ListedRecord(kind: .tick, address: (index + 1) * 1_000, size: 1 << 20))
    }
    return records
  }

  private func asked(_ ending: CaptureEnding = .complete) throws -> AskedStore {
    let asked = try AskedStore()
    let reader = ListedReader(records())
    reader.ending = ending
    _ = try ImportedEvents(RecordedReader(reader), into: asked.store, name: "run")
    return asked
  }

  @Test func rangesAreCut() throws {
    let asked = try asked()
    for (text, inside) in [
      ("top allocated in 4s..99h", "top allocated in 4s..end"),
      ("top freed in 4s..99h", "top freed in 4s..end"),
      ("top peak in 4s..99h", "top peak in 4s..end"),
      ("top leaked in peak-1h..5s", "top leaked in start..5s"),
      ("top survived 4s..99h", "top survived 4s..end"),
      ("top allocated in #4..#9999", "top allocated in #4..end"),
      ("timeline size in 4s..99h", "timeline size in 4s..end"),
      ("timeline allocated in 4s..99h", "timeline allocated in 4s..end"),
      ("top rss by pid in 4s..99h", "top rss by pid in 4s..end"),
      ("growth in 4s..99h", "growth in 4s..end"), ("stats in 4s..99h", "stats in 4s..end"),
      ("hist allocated in 4s..99h", "hist allocated in 4s..end"),
      ("list allocated in 4s..99h", "list allocated in 4s..end"),
      ("top allocated where time in 4s..99h", "top allocated where time in 4s..end"),
      ("top allocated in 4s..99h vs freed", "top allocated in 4s..end vs freed in 4s..end"),
    ] {
      let cut = try asked.table(text)
      let notes = cut.notes.filter { $0.contains("is cut to") }
      #expect(notes.count == 1 && notes[0].contains("run"), "\(text): \(cut.notes)")
      let whole = try asked.table(inside)
      #expect(cut.columns == whole.columns, "\(text)")
      #expect(!whole.notes.contains { $0.contains("is cut to") }, "\(inside)")
    }
    #expect(
      try asked.table("top allocated in 4s..99h").notes
        == ["`4s..99h` is cut to 4s .. 10.000 s, where run ends"])
    #expect(try asked.tree("tree allocated in 4s..99h").notes.contains { $0.contains("is cut to") })
  }

  @Test func rangesOutsideAreRefused() throws {
    let asked = try asked()
    for text in [
      "top allocated in 11s..99h", "top survived 11s..99h", "timeline in 11s..12s",
      "growth in 11s..99h", "top rss by pid in 11s..99h", "top live at 99h", "top live at #99999",
      "top allocated in #9990..#9999",
    ] {
      #expect(try asked.refusal(text).contains("run ends at"), "\(text)")
    }
    #expect(try asked.refusal("top live at 150%").contains("100%"))
    #expect(try asked.refusal("top allocated in 10%..150%").contains("100%"))
    #expect(try asked.refusal("top allocated in peak-2h..peak-1h").contains("before run starts"))
  }

  @Test func rangesOfOtherTools() throws {
    let asked = try AskedStore()
    try asked.add(fixture: "phases-python.dat", in: "memory_profiler", "phases")
    for text in ["timeline rss in 1s..99h", "top rss by pid in 1s..99h", "growth rss in 1s..99h"] {
      let table = try asked.table(text)
      #expect(table.notes.filter { $0.contains("where phases ends") }.count == 1, "\(text)")
      let whole = try asked.table(text.replacing("99h", with: "end"))
      #expect(table.columns == whole.columns, "\(text)")
    }
    for text in ["timeline rss in 90s..99h", "growth rss in 90s..99h", "top rss by pid in 2s..3s"] {
      #expect(try asked.refusal(text).contains("phases ends at 1.372 s"), "\(text)")
    }
  }

  /// Only what the missing rest could change says that it is missing.
  @Test func endingsAreSaidWhereTheyMatter() throws {
    let killed = try asked(.incomplete(offset: 9, reason: "no end mark: ended"))
    let cut = try asked(.incomplete(offset: 9, reason: "the data end inside a record"))
    let ofEnd = ["top leaked", "top live", "top live at end", "top live at 50%", "list live"]
    let ofAll = [
      "top", "top allocated", "top freed", "timeline", "timeline by function", "growth", "stats",
      "top rss by pid", "hist allocated", "top survived 2s..end", "top allocated in 2s..end",
      "top allocated avg lifetime in 1s..3s", "show peak",
    ]
    let ofPart = [
      "top allocated in 2s..5s", "top live at 5s", "top peak in 2s..5s", "timeline in 2s..5s",
      "top survived 2s..5s", "growth in 2s..8s", "top freed in 2s..5s", "list live at #4",
      "top rss by pid in 2s..5s",
    ]
    func speaks(_ asked: AskedStore, _ text: String) throws -> Bool {
      try asked.table(text).header.contains { $0.contains("run is incomplete") }
    }
    for text in ofEnd { #expect(try speaks(cut, text) && speaks(killed, text), "\(text)") }
    for text in ofAll {
      #expect(try speaks(cut, text), "\(text)")
      if !text.contains("..end") { #expect(try !speaks(killed, text), "\(text)") }
    }
    for text in ofPart { #expect(try !speaks(cut, text) && !speaks(killed, text), "\(text)") }
    for text in ["top vs leaked", "timeline vs live at end", "hist vs leaked"] {
      #expect(try cut.table(text).header.count == 1, "\(text)")
    }
    for asked in [cut, killed] {
      #expect(try asked.table("show quality")["anomaly"].contains("cut end"))
    }
  }

  /// The greatest block of all lives between ticks; a timeline shows those that ticks see.
  @Test func groupsAreThoseThatTicksSee() throws {
    let asked = try asked()
    let table = try asked.table("timeline 1 by function as csv")
    #expect(Set(table["function"]) == ["main"])
    #expect(table.integers("size") == (1...10).map { $0 * 100 })
    let none = try asked.table("timeline by function where function = load as csv")
    #expect(none.rowCount == 0)
    #expect(none.notes.contains { $0.contains("`top peak by function`") })
    #expect(
      try asked.table("timeline 3 by sizeclass as csv")["sizeclass"].allSatisfy { $0 == "64" })
    #expect(
      try asked.table("timeline by function in 0s..500ms as csv").notes
        .contains { $0.contains("no tick lies there") })
  }

  /// Each row of an events capture beside series of another tool.
  @Test func severalKindsOnOneAxis() throws {
    let asked = try asked()
    try asked.add(fixture: "phases-python.dat", in: "memory_profiler", "phases")
    let mixed = try asked.table("timeline by sizeclass of run, phases as csv")
    let alone = try asked.table("timeline by sizeclass of run as csv")
    #expect(!alone.integers("sizeclass").isEmpty)
    #expect(mixed.integers("sizeclass") == alone.integers("sizeclass"))
    #expect(mixed.integers("size") == alone.integers("size"))
    #expect(mixed.notes.contains { $0.contains("phases holds nothing of this") })
    let rss = try asked.table("timeline rss of run, phases as csv")
    let own = try asked.table("timeline rss of phases as csv")
    #expect(
      rss["rss"]
        == ["run", "phases"].flatMap { name in
          name == "run" ? Array(repeating: "1048576", count: 10) : own["rss"]
        })
    #expect(Set(rss["capture"]) == ["run", "phases"])
    let refusal = try asked.refusal("timeline size by function of run, massif")
    #expect(refusal.contains("massif"))
  }

  @Test func threadsAndKeys() throws {
    let asked = try asked()
    let threads = try asked.table("show threads")
    #expect(threads.integers("allocations") == [20])
    #expect(threads.integers("allocated") == [51_000])
    #expect(threads.integers("peak") == [5_900 + 100])
    #expect(threads["peak_share"] == ["100.0"])
    #expect(threads["id"].count == 1)
    let keys = try asked.table("show keys")
    let names = zip(keys["kind"], keys["name"]).map { "\($0) \($1)" }
    for word in ["key lineno", "key sizeclass", "measure size", "series rss", "field time"] {
      #expect(names.contains(word), "\(word)")
    }
    let has = Dictionary(uniqueKeysWithValues: zip(names, keys["in run"]))
    #expect(has["key lineno"] == "yes" && has["key type"] == "no" && has["series gc0"] == "no")
    #expect(keys["values"].allSatisfy { !$0.isEmpty })
    let list = try asked.table("list")
    #expect(list.header == ["lifetimes are numbers of allocations"])
    #expect(list.columns.first { $0.name == "lifetime" }?.unit == .allocations)
  }
}
