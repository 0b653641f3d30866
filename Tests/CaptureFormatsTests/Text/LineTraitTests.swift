import CaptureModel
import Foundation
import TestSupport
import Testing

@testable import CaptureFormats

/// Traits of lines may be there for nothing, but are never missing.
@Suite("traits of lines")
struct LineTraitTests {
  private static func traits(_ line: String) -> LineTraits {
    let bytes = Array(line.utf8)
    return LineTraits(of: bytes.span)
  }

  @Test(
    "a word has its trait in any case and place",
    arguments: [
      ("rss=5", .quantity), ("Memory usage: 5 MB", .quantity), ("x RSS 5", .quantity),
      ("max 5", .quantity), ("used RAM: 5", .quantity), ("resident 5", .quantity),
      ("VmHWM: 5 kB", .quantity), ("vms=5", .quantity), ("VSZ", .quantity), ("Swap: 5", .quantity),
      ("Peak 5", .quantity), ("uss", .quantity), ("PSS", .quantity),
      ("gc: done", .collector), ("GC count", .collector), ("gc.get_stats()", .collector),
      ("PID 5", .pid), ("[info ]", .level), ("WARN x", .level), ("CRITICAL:", .level),
      ("NOTICE", .level), ("Error", .level), ("DEBUG", .level), ("fatal", .level),
      ("SUCCESS", .level), ("TRACE", .level), ("Partition of a set of 5 objects.", .guppy),
      ("                types |   # objects |   total size", .pympler),
      ("00400000-0041f000 r-xp 00000000 fe:00 254587  /usr/bin/x", .mapping),
      ("$ cat /proc/5/smaps", .mapping), ("Filename: a.py", .lineReport),
      ("Line #    Mem usage    Increment", .lineReport), ("Direct leak of 5 byte(s)", .leak),
      ("5 bytes in 1 blocks are definitely lost in loss record 1 of 1", .leak),
      ("[pid: 5|app: 0]", .request), ("anon-rss:5kB", .kill), ("[('dict', 5)]", .typeList),
      ("Counter({'dict': 5})", .typeList), ("a.py:5: size=5 B, count=1", .trace),
      ("5 memory blocks: 5 KiB", .trace), ("[ Top 10 ]", .trace), ("[<Statistic", .trace),
      ("Total allocations:", .memray), ("Allocation results for t", .memray),
      ("📂 5MB (100.00 %) <ROOT>", .memrayTree), ("┃ Location ┃", .memrayTable),
      ("sys.getsizeof(x) = 5", .size), ("x: shallow=5", .size),
      ("  PID USER  RES COMMAND", .processes), ("top - 12:00:00 up", .processes),
      ("Linux 6.1 (host) 11/22/26 _x86_64_ (2 CPU)", .processes),
      ("NAME   MEM USAGE / LIMIT", .containers), ("NAME CPU(cores) MEMORY(bytes)", .containers),
      ("Command being timed: \"x\"", .timeReport), ("Maximum resident set size", .timeReport),
      ("5maxresident)k", .timeReport), ("limits:", .machine), ("   total  used  free", .machine),
      ("-/+ buffers/cache:", .machine), ("4242:   python app.py", .memoryMap),
      ("Address           Kbytes     RSS   Dirty Mode  Mapping", .memoryMap),
      ("0000000000400000      4K r-x-- python3.11", .memoryMap), ("Name:\tpython3", .fieldLines),
      ("Job ID: 123", .fieldLines), ("NPM(K)    PM(K)      WS(K)", .ruledTable),
      ("container_memory_rss{pod=\"a\"} 5", .metrics), ("svmem(total=5", .machineFields),
      ("sswap(total=5", .machineFields),
    ] as [(String, LineTraits)])
  func isFound(line: String, trait: LineTraits) {
    #expect(Self.traits(line).contains(trait))
    #expect(Self.traits("2024-05-01 [1] x: " + line + " and more").contains(trait))
  }

  @Test("plain lines of a log have hardly a trait")
  func plainLines() {
    let lines = [
      "2026-11-01 00:00:00,010 INFO app.worker: Handled request GET /api/items/123 in 45 ms",
      "2026-11-01 00:00:00,020 INFO app.worker: Retrying connection to db host=10.0.0.7 attempt 3",
      "worker heartbeat ok seq=77312 lag=233ms", "",
    ]
    for line in lines {
      #expect(Self.traits(line).isDisjoint(with: [.guppy, .kill, .typeList, .memray, .size]))
    }
    #expect(Self.traits("worker heartbeat ok seq=77312").isEmpty)
  }

  @Test("what a line that any section begins with needs, every fixture's line has")
  func fixturesKeepTheirSections() throws {
    // Sections are found in the fixtures whatever the traits say of their lines.
    let kinds = TextSections.kinds()
    let choice = SectionChoice(kinds)
    for file in try TextMutationTests.files() where file.path.contains("/cases/") {
      let bytes = try fixtureBytes("cases", file.lastPathComponent)
      for line in bytes.split(separator: 0x0A) {
        let text = Array(line)
        let mask = choice.kinds(of: LineTraits(of: text.span))
        let first = text.span.byte(text.span.skippingSpaces(0))
        for (number, kind) in kinds.enumerated()
        where mask &>> UInt32(number) & 1 == 0 && !kind.sureOpenings.contains(first) {
          let output = TextOutput(ReadingOptions())
          let begins = kind.makeReader().begins(text.span, LinePlace(number: 1), output)
          #expect(!begins, "\(kind.format) begins with \(String(decoding: text, as: UTF8.self))")
        }
      }
    }
  }
}
