import CaptureModel
import Results
import Ingest
import Store
import Testing

@Suite("Questions to totals of other tools")
struct ProfileTotalsTests {
  /// Two stacks on three lines, one of them recursive; two domains.
  private func snapshot(scale: Int64 = 1) -> ListedProfile {
    var description = ProfileDescription(kind: .samples)
    description.values = [
      ProfileValue(.live, .size, unit: "bytes"), ProfileValue(.live, .count, unit: "traces"),
    ]
    description.hasFunctions = false
    description.countsRecursion = true
    description.advice = "memray run"
    description.properties = [("traceback limit", "25")]
    let profile = ListedProfile(description)
    profile.header.format = "tracemalloc"
    profile.then { batch in
      batch.newFrames = [
        ProfileFrame(file: "a.py", line: 1), ProfileFrame(file: "a.py", line: 2),
        ProfileFrame(file: "b.py", line: 10),
      ]
      // 1: a:1 · 2: a:1 a:2 · 3: a:1 a:2 a:2 · 4: b:10
      batch.newNodes = [
        StackNode(parent: 0, frame: 0), StackNode(parent: 1, frame: 1),
        StackNode(parent: 2, frame: 1), StackNode(parent: 0, frame: 2),
      ]
    }
    profile.then { batch in
      func record(_ stack: UInt32, _ domain: UInt32, _ size: Int64) {
        var record = ProfileRecord()
        record.stack = stack
        record.domain = domain
        batch.records.append(record)
        batch.values += [size * scale, 1]
      }
      record(2, 0, 100)
      record(3, 0, 30)
      record(3, 0, 30)
      record(4, 389_047, 130)
      record(1, 0, 160)
    }
    return profile
  }

  @Test("groups, ties and totals")
  func groups() throws {
    let asked = try AskedStore()
    let report = try asked.add(snapshot(), "snap")
    #expect(report.info.kind == .samples)
    #expect(report.info.endBytes == 450)
    #expect(report.info.events == 5)
    // a.py:2 and a.py:1 have 160 bytes; the first has more blocks.
    let table = try asked.table("top")
    #expect(table["lineno"] == ["a.py:2", "a.py:1", "b.py:10"])
    #expect(table.integers("size") == [160, 160, 130])
    #expect(table.integers("count") == [3, 1, 1])
    #expect(table.sum(of: "size") == 450)
    #expect(table.population == "live")
    #expect(try asked.table("top by filename")["filename"] == ["a.py", "b.py"])
    #expect(try asked.table("top 1 by traceback")["traceback"] == ["a.py:1"])
    #expect(try asked.table("top by domain").integers("domain") == [0, 389_047])
    #expect(try asked.table("top where domain = 389047").sum(of: "size") == 130)
    #expect(try asked.table("top where domain < 5").sum(of: "size") == 320)
  }

  @Test("inclusive counts a frame as often as it occurs, as tracemalloc does")
  func inclusive() throws {
    let asked = try AskedStore()
    try asked.add(snapshot(), "snap")
    let lines = try asked.table("top by lineno inclusive")
    #expect(lines["lineno"] == ["a.py:1", "a.py:2", "b.py:10"])
    #expect(lines.integers("size") == [320, 220, 130])
    #expect(lines.integers("count") == [4, 5, 1])
    let files = try asked.table("top by filename inclusive")
    #expect(files.integers("size") == [540, 130])
  }

  @Test("vs is compare_to")
  func versus() throws {
    let asked = try AskedStore()
    try asked.add(snapshot(), "old")
    try asked.add(snapshot(scale: 3), "new")
    let table = try asked.table("top by lineno of new vs old")
    #expect(table["lineno"] == ["a.py:2", "a.py:1", "b.py:10"])
    #expect(table.integers("size_diff") == [320, 320, 260])
    #expect(table.integers("count_diff") == [0, 0, 0])
  }

  @Test("trees, and filters by stack")
  func trees() throws {
    let asked = try AskedStore()
    try asked.add(snapshot(), "snap")
    #expect(try asked.tree("flame").sizes.reduce(0, +) == 450)
    #expect(try asked.table("top where stack has \"a.py:2\"").sum(of: "size") == 160)
    #expect(try asked.table("top where size > 100").sum(of: "size") == 290)
    #expect(try asked.table("top hide \"a.py:2\"").integers("size") == [320, 130])
    #expect(try asked.table("top having count > 2")["lineno"] == ["a.py:2"])
  }

  @Test(
    "what is not recorded is refused with what could be asked",
    arguments: [
      ("top by function", "tracemalloc records no function names", "by lineno"),
      ("top peak", "snap holds one instant, and no peak", "`top live by lineno`; memray run"),
      ("top leaked", "not what was leaked", "`top live by lineno`"),
      ("top temporary", "needs every allocation", "`top live by lineno`"),
      ("top allocated", "not what was allocated", "memray run"),
      ("top live at 5s", "snap holds one instant", "`top live by lineno`"),
      ("top by type", "records no types", "by lineno"),
      ("top by thread", "records no threads", "by lineno"),
      ("top by allocator", "records no allocators", "by lineno"),
      ("top samples", "no samples", "`top by lineno`"),
      ("top retained size", "needs a graph of objects", "`top by lineno`"),
      ("top max size", "needs the size of every block", "`top by lineno`"),
      ("list", "shows single records", "`top by traceback`"),
      ("top where lifetime < 5", "needs every allocation", "`top by lineno`"),
      ("top in 1s..2s", "needs every allocation", "`top by lineno`"),
    ])
  func refusals(_ question: String, _ reason: String, _ suggestion: String) throws {
    let asked = try AskedStore()
    try asked.add(snapshot(), "snap")
    let text = try asked.refusal(question)
    #expect(text.contains(reason), "\(text)")
    #expect(text.contains(suggestion), "\(text)")
  }

  @Test("estimates are marked")
  func estimates() throws {
    let asked = try AskedStore()
    let profile = snapshot()
    profile.description.isEstimated = true
    try asked.add(profile, "sampled")
    let mark = "numbers of sampled are estimates from samples"
    #expect(try asked.table("top").notes.contains(mark))
    #expect(try asked.table("top").isEstimated)
    #expect(try asked.tree("tree").notes.contains(mark))
    #expect(try asked.tree("tree").isEstimated)
    try asked.add(snapshot(), "exact")
    #expect(try !asked.table("top of exact").isEstimated)
    for question in ["top of sampled vs exact", "top of exact vs sampled"] {
      let table = try asked.table(question)
      #expect(table.isEstimated && table.notes.contains(mark), "\(question)")
    }
  }

  @Test("totals that cannot be are cut down and counted")
  func overflow() throws {
    let asked = try AskedStore()
    let report = try asked.add(snapshot(scale: .max / 200), "huge")
    #expect(report.quality.contains { $0.kind == "impossible total" })
    #expect(try asked.table("top").sum(of: "size") ?? 0 <= Double(1 << 53))
  }
}
