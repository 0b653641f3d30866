/// Series of sizes of a process.
enum SizeSeries: UInt8, CaseIterable {
  case rss, vms, uss, pss, swap, peakRSS

  /// Its name in the language.
  var name: String {
    switch self {
    case .rss: "rss"
    case .vms: "vms"
    case .uss: "uss"
    case .pss: "pss"
    case .swap: "swap"
    case .peakRSS: "peak_rss"
    }
  }
}

/// Memory that is no process's own, and is counted and left out.
enum OtherMemory: UInt8 {
  case machine, gpu, limits, changes, parts, spacePeaks, allocator, group, residentAndSwap, others

  /// What a person is told.
  var name: String {
    switch self {
    case .machine: "memory of the machine"
    case .gpu: "memory of a GPU"
    case .limits: "limits and requests"
    case .changes: "changes and averages of memory"
    case .parts: "parts of what is resident"
    case .spacePeaks: "peaks of the address space"
    case .allocator: "memory of an allocator"
    case .group: "memory of a control group"
    case .residentAndSwap: "resident memory and swap together"
    case .others: "other kinds of memory"
    }
  }
}
