import CaptureModel
import TestSupport
import Testing

@testable import CaptureFormats

/// Whose a value is: processes of lines that collectors and servers write in their own ways.
@Suite("sources of values")
struct SourceTests {
  /// `process series: MiB` of each value, in the order of the text.
  private static func values(_ text: String) throws -> [String] {
    let scratch = try ScratchFile(Array(text.utf8))
    let tally = try ProfileTally(path: scratch.path)
    #expect(tally.brokenPromises == 0)
    return tally.points.map { point in
      let series = tally.series[Int(point.series)]
      let process = series.process.map { number in
        tally.processes.first { $0.process == number }?.name ?? "\(number)"
      }
      let value = (point.value / 1_048_576 * 10).rounded() / 10
      return [process ?? "-", series.name, "\(value)"].joined(separator: " ")
    }
  }

  @Test("members of an object name the dyno, the service, the pod")
  func objects() throws {
    let drain = """
      {"dt":"2026-11-30T12:00:01Z","app":"x","dyno":"worker.1","message":"INFO rss=120.5 MiB"}
      {"dt":"2026-11-30T12:00:02Z","app":"x","dyno":"worker.2","message":"INFO rss=220.5 MiB"}
      """
    #expect(try Self.values(drain) == ["worker.1 rss 120.5", "worker.2 rss 220.5"])
    let dyno = """
      {"timestamp":"2026-11-30T12:00:01+00:00","hostname":"app","procid":"web.1",\
      "message":"source=web.1 sample#memory_rss=480.0MB sample#memory_quota=512.00MB"}
      {"timestamp":"2026-11-30T12:00:31+00:00","hostname":"app","procid":"web.1",\
      "message":"Process running mem=1210M(236.3%)"}
      """
    #expect(try Self.values(dyno) == ["web.1 rss 480.0"])
    let pods = """
      {"time":"2026-11-30T12:00:01Z","pid":1,"kubernetes":{"pod_name":"a-1"},"log":"rss=5 MiB\\n"}
      {"time":"2026-11-30T12:00:02Z","pid":1,"kubernetes":{"pod_name":"a-2"},"log":"rss=6 MiB\\n"}
      """
    #expect(try Self.values(pods) == ["a-1 rss 5.0", "a-2 rss 6.0"])
    let hosts = """
      {"time":"2026-11-30T12:00:01Z","hostname":"h1","pid":7,"rss_mb":5}
      {"time":"2026-11-30T12:00:02Z","hostname":"h2","pid":7,"rss_mb":6}
      """
    #expect(try Self.values(hosts) == ["h1 rss 5.0", "h2 rss 6.0"])
  }

  @Test("members that are texts have their units in them")
  func textMembers() throws {
    let text = """
      {"time":"2026-11-30T12:00:01Z","pid":7,"rss":"120.5 MiB","gpu_memory":"3 GB"}
      {"time":"2026-11-30T12:00:02Z","pid":7,"memory_usage":"121.5MB","memory_limit":"2 GB"}
      {"time":"2026-11-30T12:00:03Z","pid":7,"rss":"many","memory":"120 % of 5 MB"}
      """
    #expect(try Self.values(text) == ["7 rss 120.5", "7 rss 121.5"])
  }

  @Test("the journal's own fields are texts")
  func journal() throws {
    let text = """
      {"__REALTIME_TIMESTAMP":"1796040001000000","_PID":"812","SYSLOG_IDENTIFIER":"gunicorn",\
      "MESSAGE":"memory usage: 210.5 MiB"}
      {"__REALTIME_TIMESTAMP":"1796040002000000","_PID":"813","SYSLOG_IDENTIFIER":"gunicorn",\
      "MESSAGE":"memory usage: 310.5 MiB"}
      """
    #expect(try Self.values(text) == ["gunicorn rss 210.5", "gunicorn rss 310.5"])
    let scratch = try ScratchFile(Array(text.utf8))
    let tally = try ProfileTally(path: scratch.path)
    #expect(tally.series.map(\.process) == [812, 813])
    #expect(tally.points.map(\.time) == [1_796_040_001_000_000_000, 1_796_040_002_000_000_000])
  }

  @Test("pods before lines, as stern prints them")
  func pods() throws {
    let text = """
      api-7d4b9c6f5-x2x4z app INFO rss=100.5 MiB
      api-7d4b9c6f5-k9vwq app INFO rss=200.5 MiB
      api-7d4b9c6f5-x2x4z app INFO rss=101.5 MiB
      api-7d4b9c6f5-k9vwq app INFO rss=201.5 MiB
      """
    #expect(
      try Self.values(text) == [
        "api-7d4b9c6f5-x2x4z app rss 100.5", "api-7d4b9c6f5-k9vwq app rss 200.5",
        "api-7d4b9c6f5-x2x4z app rss 101.5", "api-7d4b9c6f5-k9vwq app rss 201.5",
      ])
    let words = """
      follow-up work of the day: rss=5 MiB
      built-in tests of the day: rss=6 MiB
      follow-up work of the day: rss=7 MiB
      """
    #expect(try Self.values(words) == ["- rss 5.0", "- rss 6.0", "- rss 7.0"])
  }

  @Test("the kernel's lines with the time since it began, and parts of what is resident")
  func killed() throws {
    let text = """
      [ 1234.567920] Memory cgroup out of memory: Killed process 4242 (python) total-vm:812032kB, \
      anon-rss:600064kB, file-rss:10240kB, shmem-rss:0kB, UID:1000 pgtables:1596kB
      [ 1235.000000] oom_reaper: reaped process 4242 (python), now anon-rss:0kB, file-rss:0kB
      """
    #expect(try Self.values(text) == ["python rss 596.0", "python vms 793.0"])
    // No part is taken for the whole.
    let parts = """
      x: anon-rss:600064kB, file-rss:10240kB, shmem-rss:4kB
      rss=5 MiB
      """
    #expect(try Self.values(parts) == ["- rss 5.0"])
  }

  @Test("uwsgi without its address space")
  func requests() throws {
    let text = """
      {rss usage: 53477376 bytes/51MB} [pid: 82|app: 0|req: 13/41] 10.0.0.1 () {44 vars in 812 \
      bytes} [Mon Nov 30 12:00:02 2026] GET /x => generated 12 bytes in 7 msecs
      """
    #expect(try Self.values(text) == ["82 rss 51.0"])
  }

  @Test("top with other columns, where commas stand for points")
  func columnsOfTop() throws {
    let text = """
      top - 23:59:58 up 1 day,  2:03,  1 user,  load average: 0.10, 0.20, 0.30
      MiB Mem :  64205,3 total,  41012,0 free,  10444,9 used,  12748,4 buff/cache

          PID    PPID USER     TTY          TIME+  %CPU S    RES   SWAP   CODE nMaj COMMAND
         4242       1 app      ?          0:12.34  12,0 S   3,5g      0      4    0 python
         4243       1 app      ?          0:12.34  12,0 S 204800   1024      4    0 celery
      """
    #expect(
      try Self.values(text) == [
        "python rss 3584.0", "python swap 0.0", "celery rss 200.0", "celery swap 1.0",
      ])
  }
}
