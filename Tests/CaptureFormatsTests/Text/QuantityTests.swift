import CaptureModel
import Testing

@testable import CaptureFormats

/// What a number measures, whose it is and its unit.
@Suite struct QuantityTests {
  private static let mebibyte = 1_048_576.0

  private func findings(_ text: String, unit: Double? = nil) -> [QuantityScan.Finding] {
    var found: [QuantityScan.Finding] = []
    let bytes = Array(text.utf8)
    QuantityScan(thousand: 1024, bareUnit: unit).scan(bytes.span, from: 0) { found.append($0) }
    return found
  }

  @Test(arguments: [
    ("memory_mb=131.5", "rss", 131.5), ("rss_mb=2", "rss", 2), ("process_memory_mb: 7", "rss", 7),
    ("memoryMB=3", "rss", 3), ("mem (MB): 12", "rss", 12), ("RAM used: 530.1 MB", "rss", 530.1),
    ("Memory usage before: 120.50 MB", "rss", 120.5), ("532.1 MB used", "rss", 532.1),
    ("Memory usage after load: 512.30 MB", "rss", 512.3), ("maxrss=1024", "peak_rss", 1),
    ("ru_maxrss: 2048, ru_ixrss=0", "peak_rss", 2), ("Max RSS: 4096", "peak_rss", 4),
    ("VmHWM:     2048 kB", "peak_rss", 2), ("VmRSS:\t 1024 kB", "rss", 1),
    ("peak memory usage: 5 MiB", "peak_rss", 5), ("memory_swap=3MB", "swap", 3),
    ("Process memory: 2.5 GiB -- Worker memory limit: 3 GiB", "rss", 2560),
    ("request done memory_mb=9", "rss", 9), ("Memory after request: 8 MB", "rss", 8),
    ("rss=5242880", "rss", 5), ("uss: 12 MB", "uss", 12), ("worker memory usage is 4 MB", "rss", 4),
    ("processRssBytes=1048576", "rss", 1), ("229MiB RSS", "", 0),
    ("process_resident_memory_bytes 5.24288e+06", "rss", 5),
    ("Memory: 12.5M (max: 1.0G available: 900M)", "rss", 12.5),
    ("MemoryError: Unable to allocate 7.45 GiB", "", 0),
    ("GET /mem?rss=5MB HTTP/1.1", "", 0), ("GET /a?b=1&rss=5MB", "", 0),
    ("rss: 120,5 MB", "rss", 120.5), ("RSS: 1.234,5 MB", "rss", 1234.5),
    ("rss: 1,234.5 MB", "rss", 1234.5), ("rss: 1,234 MB", "rss", 1234),
    ("rss: 1.234 MB", "rss", 1.234), ("rss=5 MB,6", "rss", 5),
    ("rss: 100 MByte", "rss", 100), ("rss: 100 megabytes", "rss", 100),
    ("rss 2 GiB of 4 GiB", "rss", 2048),
    ("[MEM] 12 MB", "rss", 12), ("RSS : 120,5 Mo", "rss", 120.5), ("rss: 5 mo", "", 0),
    ("Memory (RSS): 12 MiB", "rss", 12),
    ("mem usage (KB) 1024", "rss", 1), ("memory    rss_mb=12 pid=7", "rss", 12),
    ("rss 100 MB -> 150 MB", "rss", 150), ("mem before 1 MB after 2 MB", "rss", 2),
    ("memory usage of the process: 3 MB", "rss", 3), ("Memory after epoch 3/10: 4 MB", "rss", 4),
    ("memory usage at end of step 3: 5 MB", "rss", 5), ("Mem. usage: 6 MB", "rss", 6),
    ("Memory usage: 7 MB (freed 2 MB)", "rss", 7), ("memory (GB) in 5 minutes", "", 0),
    ("rss: 3 mebibytes", "rss", 3), ("rssMiB=7", "rss", 7), ("rss: 5_242_880", "rss", 5),
    ("peak_paged_pool=180000", "", 0), ("peak_pagefile=16504832", "", 0),
    ("memory_usage_mb: [5.5]", "rss", 5.5), ("'memory_info': svmem(total=7)", "", 0),
    ("rss: 5 megabytesque", "", 0),
  ])
  func values(text: String, metric: String, mebibytes: Double) {
    let values = findings(text).compactMap { finding -> (String, Double)? in
      if case .value(let metric, let bytes) = finding { (metric.name, bytes) } else { nil }
    }
    #expect(values.first?.0 ?? "" == metric)
    #expect(abs((values.first?.1 ?? 0) - mebibytes * Self.mebibyte) < 1)
    #expect(values.count == (metric.isEmpty ? 0 : 1))
  }

  @Test(arguments: [
    "Total memory: 64.0 GB", "Available memory: 32.0 GB", "GPU memory: 8.0 GB", "gpu_mem_mb=512",
    "resources: mem_mb=16000, disk_mb=1000", "memory: 5Gi", "mem_limit: 2g", "--mem=16G",
    "Unmanaged memory: 1.5 GiB", "Worker memory limit: 2.33 GiB", "KiB Mem : 65922024 total",
    "memory increase: 5 MB", "RSS diff: +3 MB", "cuda memory 3 GB", "heap memory: 5 MB",
    "free memory 3 GB", "memory usage: 7.6+ MB", "iter: 19 loss: 1.2 max_mem: 2543M",
    "RssAnon:\t  290000 kB", "RssFile: 9000 kB", "VmPeak: 812340 kB", "anon-rss:5kB",
    "RAM 5.5G of 16G used", "memory 1.2GB/16GB", "process_virtual_memory_max_bytes 1.8e18",
    "memory usage of list: 5 MB", "Memory used by task: 5 MB", "memory used by GPU 0: 5 MB",
    "Memory usage of dataframe is 45.23 MB", "Memory usage after optimization is: 12.3 MB",
    "Memory: 5.2 GB used of 16 GB", "Used memory: 5 GB, free memory: 3 GB",
    "memory used 5 GB, available 3 GB", "used_memory_human:1.00M", "RSS decreased by: 3 MB",
    "Allocated: 80, active: 110, metadata: 29 (n_thp 0), resident: 3043328, mapped: 64",
    "memory_total=1210.76MB", "requested_memory_mb=5",
  ])
  func othersAreLeftOutAndCounted(text: String) {
    let found = findings(text)
    #expect(!found.isEmpty)
    for finding in found {
      guard case .others = finding else {
        Issue.record("\(finding)")
        continue
      }
    }
  }

  @Test(arguments: ["memory: 6814", "peak memory: 812345", "rss=000780", "mem=5", "RSS 512"])
  func numbersWithoutAUnitAreNotGuessed(text: String) {
    guard text != "RSS 512" else {
      #expect(findings(text).allSatisfy { if case .value = $0 { false } else { true } })
      return
    }
    #expect(findings(text) == [.noUnit])
    guard case .value? = findings(text, unit: Self.mebibyte).first else {
      Issue.record("the unit that is given does not help")
      return
    }
  }

  @Test(arguments: [
    "memory usage: 45%", "high memory   pid=7", "Memory error", "member 5 joined", "rssfeed: 5 MB",
    "Mem Usage: MB",
    "compressed 12 MB", "the memory of 5 people", "memcpy(5)", "remember 5 MB", "program 5 MB",
  ])
  func otherTextTellsNothing(text: String) {
    #expect(findings(text).isEmpty)
  }

  @Test func aPeakBesideTheCurrentValue() {
    #expect(
      findings("Current memory usage is 2 MB; Peak was 4 MB") == [
        .value(metric: .rss, bytes: 2 * Self.mebibyte),
        .value(metric: .peakRSS, bytes: 4 * Self.mebibyte),
      ])
  }
}
