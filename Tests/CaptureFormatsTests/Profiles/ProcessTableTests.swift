import CaptureModel
import Testing

@testable import CaptureFormats

/// Values of a series, by the name or id of their process.
private struct Reading: Equatable, CustomStringConvertible {
  var process: String
  var series: String
  var value: Double
  var description: String { "\(process) \(series)=\(Int64(value))" }
}

extension ProfileTally {
  /// Values of series with their processes, in the order of the file.
  var readings: [String] {
    points.map { point in
      let definition = series[Int(point.series)]
      let name = definition.process.flatMap { id in
        processes.first { $0.process == id }.map {
          $0.id == nil && id >= ProcessName.firstNumber
            ? $0.name : "\(id) \($0.name)"
        } ?? "\(id)"
      }
      return Reading(process: name ?? "-", series: definition.name, value: point.value).description
    }
  }
}

/// Tables of processes and containers, against the numbers that stand in them.
@Suite struct ProcessTableTests {
  private static func read(_ text: String) throws -> ProfileTally {
    let scratch = try ScratchFile(Array(text.utf8))
    return try ProfileTally(path: scratch.path)
  }

  private static func file(_ name: String) throws -> ProfileTally {
    let tally = try ProfileTally(path: fixture("cases", name))
    #expect(tally.brokenPromises == 0)
    return tally
  }

  @Test(arguments: [
    (
      "ps-eo.txt",
      [
        "6 java -jar app.jar rss=729280512", "5518 /bin/bash rss=3629056",
        "5523 ps -eo user,pid,rss,pmem,pcpu,cmd --sort -rss rss=3178496",
      ]
    ),
    (
      "smem.txt",
      [
        "992 /usr/sbin/apache2 -k start swap=0", "992 /usr/sbin/apache2 -k start uss=13971456",
        "992 /usr/sbin/apache2 -k start pss=15648768",
        "992 /usr/sbin/apache2 -k start rss=23773184",
        "474 node-red swap=0", "474 node-red uss=50909184", "474 node-red pss=51019776",
        "474 node-red rss=52707328", "985 /srv/us/domoticz/domoticz swap=0",
        "985 /srv/us/domoticz/domoticz uss=99667968", "985 /srv/us/domoticz/domoticz pss=99985408",
        "985 /srv/us/domoticz/domoticz rss=102481920",
      ]
    ),
    (
      "docker-stats.txt",
      // 229 MiB and 795.4 MiB.
      ["web-test rss=240123904", "unifi rss=834037350"]
    ),
    (
      "kubectl-top.txt",
      [
        "repolite-5f9f6bb846-tx6mj/repolite rss=1620049920",
        "repolite-5f9f6bb846-tx6mj/stash rss=90177536",
        "repolite-5f9f6bb846-tx6mj/vault-agent rss=19922944",
      ]
    ),
    ("time-v.txt", ["python sim.py --n 4 peak_rss=1941852160"]),
    (
      "top-mib.txt",
      [
        "2099 python3 query_c vms=2257715200", "2099 python3 query_c rss=521973760",
        "2097 python3 query_c vms=2506227712", "2097 python3 query_c rss=813764608",
      ]
    ),
  ])
  func values(name: String, expected: [String]) throws {
    #expect(try Self.file(name).readings == expected)
  }

  @Test func threadsOfAProcessAreOne() throws {
    let tally = try Self.file("top-threads.txt")
    #expect(tally.readings.contains("149 memcheck-am+ rss=402233754"))
    #expect(tally.readings.filter { $0.contains(" rss=") }.count == 3)
    let text = """
      top - 10:00:01 up 1 day,  1:00,  1 user,  load average: 0.1, 0.1, 0.1
      Threads:   3 total,   1 running
      KiB Mem : 100000 total, 1 free, 2 used, 3 buff/cache

        PID USER      PR  NI    VIRT    RES    SHR S %CPU %MEM     TIME+ COMMAND
        202 root      20   0  500000  12000   6000 S  9.0  0.0   0:00.06 worker
        200 root      20   0  500000  12000   6000 S  0.0  0.0   0:00.06 main
        300 root      20   0  400000  11000   6000 S  0.0  0.0   0:00.06 other
      """
    let threads = try Self.read(text)
    #expect(
      threads.readings.filter { $0.contains(" rss=") }
        == ["200 main rss=12288000", "300 other rss=11264000"])
    #expect(threads.findings.map(\.kind).sorted() == ["memory of the machine", "threads"])
  }

  @Test func iterationsOfTopAreMoments() throws {
    func top(_ time: String, _ rss: String) -> String {
      """
      top - \(time) up 1:52,  0 user,  load average: 2.01, 2.00, 1.85
      Tasks:   1 total
      MiB Mem :  63258.0 total,  56043.9 free,   4911.6 used,   2954.9 buff/cache

          PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND
          209 u         20   0 2204800 \(rss)  43032 R  95.7   0.8   0:03.58 python3

      """
    }
    let tally = try Self.read(top("23:59:58", "1000") + top("00:00:01", "1.5g"))
    let points = tally.points.filter { tally.series[Int($0.series)].name == "rss" }
    #expect(points.map(\.value) == [1_024_000, 1_610_612_736])
    #expect(points.map(\.time) == [0, 3_000_000_000])
    #expect(tally.description.properties.contains { $0.name == "rounded" })
  }

  @Test func pidstatHasADay() throws {
    let text = """
      Linux 6.1.0 (host) \t11/22/26 \t_x86_64_\t(2 CPU)

      14:12:42      UID       PID  minflt/s  majflt/s     VSZ     RSS   %MEM  Command
      14:12:43        0      3171   5124.00      0.00   85588   79584   0.32  python3
      Average:        0      3171   5124.00      0.00   85588   79584   0.32  python3
      """
    let tally = try Self.read(text)
    #expect(tally.readings == ["3171 python3 vms=87642112", "3171 python3 rss=81494016"])
    // 2026-11-22 14:12:43 UTC.
    #expect(tally.points.map(\.time) == [1_795_356_763_000_000_000, 1_795_356_763_000_000_000])
  }

  @Test func commandsMayStandAnywhere() throws {
    let text = """
      USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
      root           1  0.0  0.1 169000 13000 ?        Ss   Nov29   0:09 /sbin/init splash
      root           2  0.0  0.0      0     0 ?        S    Nov29   0:00 [kthreadd]
        PID COMMAND           RSS                  STARTED
         77 tmux: server     5000 Mon Nov 30 12:00:01 2026
      """
    #expect(
      try Self.read(text).readings == [
        "1 /sbin/init splash vms=173056000", "1 /sbin/init splash rss=13312000",
        "77 tmux: server rss=5120000",
      ])
  }

  @Test(arguments: [
    ("NAME CPU(cores) CPU% MEMORY(bytes) MEMORY%\nnode-1 3m 1% 5000Mi 12%\n", [] as [String]),
    (
      "NAME      MEM USAGE / LIMIT\nweb       1.5GB / 8GB\nold       -- / --\n",
      ["web rss=1500000000"]
    ),
    (
      "CONTAINER  CPU %  MEM USAGE / LIMIT  MEM %\nabc  0.1%  229.2 MB / 8.4 GB  2%\n",
      ["abc rss=229200000"]
    ),
    (
      "        1.05 real         0.98 user         0.05 sys\n            12582912  maximum resident set size\n",
      ["- peak_rss=12582912"]
    ),
    (
      "0.61user 0.03system 0:00.65elapsed 98%CPU (0avgtext+0avgdata 25748maxresident)k\n",
      ["- peak_rss=26365952"]
    ),
  ])
  func others(text: String, expected: [String]) throws {
    // A process beside it makes it a capture whatever the rest says.
    let process = "\n  PID   RSS COMMAND\n    9    10 x\n"
    let readings = try Self.read(text + process).readings
    #expect(readings == expected + ["9 x rss=10240"])
  }

  @Test(arguments: ["free.txt", "limits.yaml"])
  func theMachineIsNoProcess(name: String) throws {
    let text = String(decoding: try fixtureBytes("cases", name), as: UTF8.self)
    let tally = try Self.read(text + "\n  PID   RSS COMMAND\n    9    10 x\n")
    #expect(tally.readings == ["9 x rss=10240"])
    #expect(!tally.findings.isEmpty)
  }

  @Test(arguments: ["top-threads.txt", "smem.txt", "docker-stats.txt", "time-v.txt"])
  func damage(file: String) throws {
    let bytes = try fixtureBytes("cases", file)
    try Damage.cut(bytes, format: "log", most: bytes.count)
    try Damage.flip(bytes, format: "log")
    try Damage.mutate(bytes, format: "log")
  }
}
