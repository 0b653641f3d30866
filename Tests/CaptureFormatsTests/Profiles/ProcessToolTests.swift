import CaptureModel
import Testing

@testable import CaptureFormats

/// Sizes of processes as further tools print them, against the numbers that stand in the texts.
@Suite struct ProcessToolTests {
  private static func read(_ text: String) throws -> ProfileTally {
    let scratch = try ScratchFile(Array(text.utf8))
    let tally = try ProfileTally(path: scratch.path)
    #expect(tally.brokenPromises == 0)
    return tally
  }

  /// What is left out of a text of which nothing can be kept.
  private static func leftOut(_ text: String) throws -> [String] {
    let scratch = try ScratchFile(Array(text.utf8))
    let input = try CaptureInput(file: try CaptureFile(path: scratch.path))
    let tally = ProfileTally(TextReader(input))
    #expect(tally.points.isEmpty)
    return tally.findings.map(\.kind)
  }

  @Test(
    "values by process",
    arguments: [
      ("pmap-x.txt", ["4242 python app.py --port 80 rss=5066752"]),
      ("smaps-rollup.txt", ["9001 rss=24907776"]),
      (
        "proc-status.txt",
        ["9001 python3 rss=24907776", "77 python3 rss=102398976"]
      ),
      (
        "tasklist.txt",
        [
          "148 Registry rss=100663296", "4242 python.exe rss=126418944",
          "4300 my long name app.exe rss=1264196608",
        ]
      ),
      ("psrecord.txt", ["- rss=8794407", "- rss=9842983", "- rss=11010048"]),
      (
        "metrics-cadvisor.txt", ["api-1/app rss=120000000", "api-1/sidecar rss=10000000"]
      ),
      (
        "values-with-pid.csv",
        ["4242 rss=12345678", "77 rss=2345678", "4242 rss=13345678", "77 rss=2445678"]
      ),
    ] as [(String, [String])])
  func resident(name: String, expected: [String]) throws {
    let tally = try ProfileTally(path: fixture("cases", name))
    #expect(tally.brokenPromises == 0)
    #expect(tally.readings.filter { $0.contains(" rss=") } == expected)
  }

  @Test("Slurm's peaks, with and without a rule")
  func jobs() throws {
    let ruled = try ProfileTally(path: fixture("cases", "sacct.txt"))
    let expected = ["123.batch batch peak_rss=1941852160", "123.0 python peak_rss=12897485"]
    #expect(ruled.readings == expected)
    let text = """
      JobID|JobName|MaxRSS|AveRSS|MaxVMSize|ReqMem|State|
      123|train|||||COMPLETED|
      123.batch|batch|1896340K|1800000K|9999999K|4Gn|COMPLETED|
      123.0|python|12.30M|2G|9999999K|4Gn|COMPLETED|
      123.1|python|5000|2G|9999999K|4Gn|COMPLETED|
      """
    let parsable = try Self.read(text)
    // 12.30 MiB are no whole number of bytes.
    #expect(parsable.readings == [expected[0], "123.0 python peak_rss=12897484"])
    #expect(parsable.findings.contains { $0.kind == "no unit" && $0.count == 1 })
  }

  @Test("a column of sizes alone is of one process, or of nobody knows which")
  func nameless() throws {
    #expect(
      try Self.read("  RSS\n12345\n  RSS\n12400\n").readings == [
        "- rss=12641280", "- rss=12697600",
      ])
    #expect(try Self.leftOut("  RSS\n12345\n45678\n") == ["processes without a name"])
  }

  @Test("lists of mappings without their sum say so; addresses alone are no resident memory")
  func mappings() throws {
    let rows = """
      4242:   python app.py
      0000000000400000      4K r-x-- python3.11
      00000000008a0000   2048K rw---   [ anon ]
      """
    #expect(
      try Self.read(rows + "\n total             2052K\n").readings == [
        "4242 python app.py vms=2101248"
      ])
    #expect(try Self.read(rows).findings.map(\.kind) == ["open list of mappings"])
  }

  @Test(
    "the machine's memory is counted and left out",
    arguments: [
      "procs -----------memory---------- ---swap--\n r  b   swpd   free   buff  cache   si   so\n"
        + " 1  0      0 1234567 123456 6784021    0    0\n",
      "12:00:01 AM kbmemfree   kbavail kbmemused  %memused kbbuffers  kbcached  kbcommit\n"
        + "12:10:01 AM   1234567   7712345   8123456     49.94    123456   6784021   9123456\n",
      "SwapUse           0 CachUse     6907477  MemUse     8123456 MemFree     1234567 \n",
      "svmem(total=16655872000, available=7897441280, percent=52.6, used=8758430720)\n",
      "timestamp,mem_total,mem_available,mem_used\n2024-05-01 12:30:00,16655872000,7897441280,875\n",
      "node_memory_MemTotal_bytes 1.6e+10\nnode_memory_MemFree_bytes 1e9\n",
    ])
  func machine(text: String) throws {
    #expect(try Self.leftOut(text) == ["memory of the machine"])
  }

  @Test(
    "tables of values, whatever separates their cells",
    arguments: [
      ("time,rss_mb\n2024-05-01 12:30:00,120.5\n", ["- rss=126353408"]),
      ("Zeit;RSS (MB);CPU\n2024-05-01T12:30:00;120,5;1\n", ["- rss=126353408"]),
      ("elapsed_s\tcpu_percent\trss_bytes\n0.0\t1.5\t1000\n", ["- rss=1000"]),
      (
        "\"Image Name\",\"PID\",\"Session Name\",\"Session#\",\"Mem Usage\"\n"
          + "\"python.exe\",\"4242\",\"Console\",\"1\",\"123,456 K\"\n",
        ["4242 python.exe rss=126418944"]
      ),
    ] as [(String, [String])])
  func delimited(text: String, expected: [String]) throws {
    #expect(try Self.read(text).readings == expected)
  }

  @Test("sentences and tables of other things are no tables of processes")
  func others() throws {
    for text in ["RSS 5 MB, VMS 7 MB\n", "RSS 5 MB\nname, memory, price\nx1, 8, 5\n"] {
      #expect(try Self.read(text).readings.first == "- rss=5242880")
      #expect(try Self.read(text).readings.count <= 2)
    }
    #expect(try Self.leftOut("name, memory, price\nx1, 8, 5\n").isEmpty)
  }

  @Test("a process told a field a line")
  func fields() throws {
    let list = """
      Image Name:   python.exe
      PID:          4242
      Session Name: Console
      Session#:     1
      Mem Usage:    123,456 K

      Image Name:   node.exe
      PID:          77
      Session Name: Console
      Session#:     1
      Mem Usage:    45,678 K
      """
    #expect(
      try Self.read(list).readings == [
        "4242 python.exe rss=126418944", "77 node.exe rss=46774272",
      ])
    let job = """
      Job ID: 123
      Cluster: hpc
      State: COMPLETED (exit code 0)
      Memory Utilized: 1.81 GB
      Memory Efficiency: 45.25% of 4.00 GB
      rss=5 MB
      """
    #expect(try Self.read(job).readings == ["job 123 peak_rss=1943472701", "- rss=5242880"])
  }

  @Test("reports with executions and without in one text are both read")
  func reports() throws {
    let old = """
      Filename: a.py

      Line #    Mem usage    Increment   Line Contents
      ================================================
           1     10.0 MiB     10.0 MiB   @profile
           2                             def f():
           3     15.0 MiB      5.0 MiB       x = g()


      """
    let new = """
      Filename: b.py

      Line #    Mem usage    Increment  Occurrences   Line Contents
      =============================================================
           1     20.0 MiB     20.0 MiB           1   @profile
           2                                         def h():
           3     27.0 MiB      7.0 MiB           4       y = g()


      """
    for text in [old + new, new + old, old + new + old] {
      let tally = try Self.read(text)
      let isTwice = text.count > (old + new).count
      let values = tally.description.values
      #expect(values.count == 3)
      #expect(tally.total(0) == (isTwice ? 17 : 12) << 20)
      #expect(tally.total(2) == 5)
      #expect(tally.findings.contains { $0.kind == "executions" })
      #expect(tally.moments.count == 1)
    }
    let alone = try Self.read(old)
    #expect(alone.description.values.count == 2 && alone.total(0) == 5 << 20)
    #expect(!alone.findings.contains { $0.kind == "executions" })
  }

  @Test("events of Kubernetes tell what the kernel killed")
  func events() throws {
    let text = """
      LAST SEEN   TYPE      REASON       OBJECT       MESSAGE
      2m          Warning   OOMKilling   node/ip-10   Memory cgroup out of memory: Killed process 7 \
      (python) total-vm:123456kB, anon-rss:7000kB, file-rss:300kB, shmem-rss:16kB, UID:0
      """
    #expect(try Self.read(text).readings == ["7 python rss=7491584", "7 python vms=126418944"])
  }
}
