import CaptureModel
import Results
import Ingest
import Store
import Testing

@Suite("Questions to series of other tools")
struct ProfileSeriesTests {
  private static let second: Int64 = 1_000_000_000
  /// 2026-01-31 12:00:00 UTC.
  private static let noon: Int64 = 1_769_860_800 * second

  /// Two processes, `rss` and `vms` of one line each second, and a span.
  private func log(start: Int64 = noon) -> ListedProfile {
    var description = ProfileDescription(kind: .series)
    description.clock = .wall
    let profile = ListedProfile(description)
    profile.then { batch in
      batch.newSeries = [
        SeriesDefinition(name: "rss", process: 7, unit: "bytes"),
        SeriesDefinition(name: "vms", process: 7, unit: "bytes"),
        SeriesDefinition(name: "rss", process: 8, unit: "bytes"),
      ]
      for step in 0..<5 {
        let time = start + Int64(step) * Self.second
        let line = UInt64(step * 2 + 1)
        let size = Double([10, 40, 30, 20, 15][step])
        batch.points += [
          SeriesPoint(series: 0, time: time, value: size, line: line),
          SeriesPoint(series: 1, time: time, value: size * 10, line: line),
          SeriesPoint(series: 2, time: time + Self.second / 2, value: 50.5, line: line + 1),
        ]
      }
      var span = ProfileMark(
        name: "load", start: start + Self.second, end: start + 3 * Self.second)
      span.startBytes = 10
      batch.marks = [span]
    }
    return profile
  }

  @Test("values over time, split by process")
  func timeline() throws {
    let asked = try AskedStore()
    let report = try asked.add(log(), "log")
    #expect(report.info.durationMilliseconds == 4500)
    let table = try asked.table("timeline rss, vms")
    #expect(table["pid"].prefix(3) == ["7", "8", "7"])
    #expect(table["time"].prefix(3) == ["0.0", "0.5", "1.0"])
    #expect(table["rss"].prefix(3) == ["10.0", "50.5", "40.0"])
    #expect(table["vms"].prefix(3) == ["100", "", "400"])
    #expect(table.rowCount == 10)
    let part = try asked.table("timeline vms in 1s..2s")
    #expect(part["vms"] == ["400", "300"])
    #expect(part["pid"] == [])
    #expect(try asked.table("timeline vms in \"12:00:03\"..end")["vms"] == ["200", "150"])
    #expect(try asked.table("timeline vms in mark(load)..end").rowCount == 4)
    #expect(try asked.table("timeline vms over 2 windows")["time"] == ["0.0", "2.0", "4.0"])
    #expect(try asked.table("timeline").columns.last?.name == "rss")
  }

  @Test("peaks of each process")
  func peaks() throws {
    let asked = try AskedStore()
    try asked.add(log(), "log")
    let table = try asked.table("top rss by pid")
    #expect(table["pid"] == ["8", "7"])
    #expect(table["rss"] == ["50.5", "40.0"])
    #expect(table["time"] == ["0.5", "1.0"])
    #expect(try asked.table("show peak")["measure"] == ["rss", "vms", "rss"])
    #expect(try asked.table("show peak")["peak"] == ["40.0", "400.0", "50.5"])
    let failing = try asked.table("assert peak rss < 45B")
    #expect(failing["pid"] == ["8"])
    #expect(failing.notes.contains("fails for 1 of 2"))
    #expect(try asked.table("assert peak rss < 51B").notes.contains("holds"))
    #expect(try asked.table("show marks")["rss_before"] == ["10"])
    #expect(try asked.table("show marks")["duration"] == ["2.0"])
  }

  @Test("series over another capture's, by the time of day")
  func overlay() throws {
    let asked = try AskedStore()
    try asked.add(log(), "a")
    try asked.add(log(start: Self.noon + 10 * Self.second), "b")
    let table = try asked.table("timeline vms of a, b")
    #expect(table["capture"] == ["a", "a", "a", "a", "a", "b", "b", "b", "b", "b"])
    #expect(table["time"].last == "14.0")
    let part = try asked.table("timeline vms of a, b in 4s..11s")
    #expect(part["time"] == ["4.0", "10.0", "11.0"])
  }

  @Test("growth per minute, and per mark")
  func growth() throws {
    let asked = try AskedStore()
    var description = ProfileDescription(kind: .series)
    description.clock = .wall
    let profile = ListedProfile(description)
    profile.then { batch in
      batch.newSeries = [SeriesDefinition(name: "rss", unit: "bytes")]
      for step in 0..<40 {
        let time = Self.noon + Int64(step) * Self.second
        batch.points.append(
          SeriesPoint(series: 0, time: time, value: 1e6 + Double(step) * 1000))
        if step % 4 == 0 { batch.marks.append(ProfileMark(name: "request", start: time)) }
      }
    }
    try asked.add(profile, "log")
    let minute = try asked.table("growth rss per minute")
    #expect(minute["series"] == ["rss"])
    #expect(minute["value_diff"] == ["39000"])
    #expect(minute["shape"] == ["steady"])
    #expect(abs((Double(minute["rate"][0]) ?? 0) - 60_000) < 1)
    let mark = try asked.table("growth rss per mark(request)")
    #expect(abs((Double(mark["rate"][0]) ?? 0) - 4000) < 1)
  }

  @Test("lines take the place of times that are not recorded")
  func lines() throws {
    let asked = try AskedStore()
    let profile = ListedProfile(ProfileDescription(kind: .series))
    profile.then { batch in
      batch.newSeries = [SeriesDefinition(name: "gc0", unit: "count")]
      for line in [3, 9, 12] as [UInt64] {
        batch.points.append(
          SeriesPoint(series: 0, time: nil, value: Double(line) * 100, line: line))
      }
    }
    try asked.add(profile, "gc")
    let table = try asked.table("timeline gc0")
    #expect(table["line"] == ["3", "9", "12"])
    #expect(table["gc0"] == ["300", "900", "1200"])
    #expect(try asked.table("timeline gc0 in #4..#12")["line"] == ["9", "12"])
    #expect(try asked.refusal("timeline gc0 in 1s..2s").contains("gc records no times"))
    #expect(try asked.refusal("timeline rss").contains("it has `gc0`"))
    #expect(try asked.refusal("top by lineno").contains("gc holds values over time, no totals"))
  }

  @Test("points fill segments, and times run backwards")
  func manyPoints() throws {
    let asked = try AskedStore()
    var description = ProfileDescription(kind: .series)
    description.clock = .elapsed
    let profile = ListedProfile(description)
    let count = 70_000
    profile.then { batch in
      batch.newSeries = [SeriesDefinition(name: "rss", unit: "bytes")]
      for index in 0..<count {
        batch.points.append(
          SeriesPoint(
            series: 0, time: Int64(count - index) * 1_000_000, value: Double(index),
            line: UInt64(index)))
      }
    }
    try asked.add(profile, "long")
    let table = try asked.table("timeline rss as csv")
    #expect(table.integers("rss") == (0..<count).reversed().map { Int64($0) })
    #expect(try asked.table("timeline rss over 40 windows").rowCount == 41)
  }
}

@Suite("Questions to types of other tools")
struct ProfileTypeTests {
  /// Three prints of counts; no sizes.
  private func prints() -> ListedProfile {
    var description = ProfileDescription(kind: .types)
    description.values = [ProfileValue(.live, .count, unit: "objects")]
    let profile = ListedProfile(description)
    let counts: [[(String, Int64)]] = [
      [("dict", 10), ("list", 5)], [("dict", 20), ("list", 4)], [("dict", 30), ("Session", 2)],
    ]
    for (moment, rows) in counts.enumerated() {
      profile.then { batch in
        batch.newMoments = [ProfileMoment(line: UInt64(moment * 10 + 1))]
        for (name, count) in rows {
          var record = ProfileRecord()
          record.moment = UInt32(moment)
          record.type = profile.text(name)
          batch.records.append(record)
          batch.values.append(count)
        }
      }
    }
    return profile
  }

  @Test("counts at every moment, and no bytes")
  func counts() throws {
    let asked = try AskedStore()
    try asked.add(prints(), "log")
    let table = try asked.table("top")
    #expect(table["type"] == ["dict", "Session"])
    #expect(table.integers("count") == [30, 2])
    #expect(table.columns.map(\.name) == ["type", "count"])
    #expect(table.population == "live at line 21")
    #expect(try asked.table("top live at #15")["type"] == ["dict", "list"])
    #expect(try asked.table("top live at #15").integers("count") == [20, 4])
    #expect(try asked.refusal("top size by type").contains("log records no sizes"))
    let timeline = try asked.table("timeline count by type")
    #expect(timeline["line"].count == 6)
    let total = try asked.table("timeline count")
    #expect(total["line"] == ["1", "11", "21"])
    #expect(total["count"] == ["15", "24", "32"])
    #expect(try asked.table("top where type ~ \"d*\"").sum(of: "count") == 30)
    #expect(try asked.table("top peak").sum(of: "count") == 32)
  }

  @Test("growth over the prints")
  func growth() throws {
    let asked = try AskedStore()
    try asked.add(prints(), "log")
    let table = try asked.table("growth by type")
    #expect(table["type"] == ["dict", "Session", "list"])
    #expect(table["count"] == ["30", "2", "4"])
    #expect(table["count_diff"] == ["20", "0", "-1"])
    #expect(table["rate"].first == "10.0")
    #expect(table.notes.contains("log records no times: rates are per moment"))
  }

  @Test("vs between moments")
  func versus() throws {
    let asked = try AskedStore()
    try asked.add(prints(), "log")
    let table = try asked.table("top live by type vs live at #1")
    #expect(table["type"] == ["dict", "list", "Session"])
    #expect(table.integers("count_diff") == [20, -5, 2])
  }
}
