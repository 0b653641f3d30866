import SQLite

/// Places and names as texts, shared by the tables.
struct SQLTexts {
  let functions: [String]
  let files: [String]
  let lines: [Int64]
  /// Location of each frame.
  let locations: [UInt32]

  init(_ capture: CaptureColumns) throws(StoreError) {
    functions = try capture.texts(.locationFunction)
    files = try capture.texts(.locationFile)
    lines = try capture.integers(.locationLine)
    locations = try capture.words(.frameLocation)
    let count = functions.count
    guard files.count == count, lines.count == count,
      locations.allSatisfy({ Int($0) < count })
    else { throw capture.damaged(.frameLocation) }
  }

  func function(_ frame: Int?) -> SQLValue { text(functions, frame) }
  func file(_ frame: Int?) -> SQLValue { text(files, frame) }
  func line(_ frame: Int?) -> SQLValue {
    location(frame).map { .integer(lines[$0]) } ?? .null
  }

  private func text(_ texts: [String], _ frame: Int?) -> SQLValue {
    location(frame).map { .text(texts[$0]) } ?? .null
  }

  private func location(_ frame: Int?) -> Int? {
    guard let frame, locations.indices.contains(frame) else { return nil }
    return Int(locations[frame])
  }
}

/// The columns of sites that allocations show too.
struct SQLSites {
  /// Stack node of each site; 0 is none.
  let stacks: [UInt32]
  let count: Int
  private let frames: [UInt32]
  private let texts: SQLTexts
  private let threads: [UInt32]
  private let allocators: [UInt32]
  private let threadNames: [String]
  private let allocatorNames: [String]

  init(_ capture: CaptureColumns) throws(StoreError) {
    let isMerged = capture.info.hasNativeTraces == 1
    stacks = try capture.words(isMerged ? .siteMerged : .siteStack)
    frames = try capture.words(isMerged ? .mergedFrame : .stackFrame)
    texts = try SQLTexts(capture)
    threads = try capture.words(.siteThread)
    allocators = try capture.words(.siteAllocator)
    let names = try capture.texts(.threadName)
    let ids = try capture.integers(.threadID)
    let isNamed = ids.isEmpty
    threadNames =
      isNamed
      ? names
      : ids.enumerated().map { index, id in
        let number = "0x" + String(UInt64(bitPattern: id), radix: 16)
        let name = index < names.count ? names[index] : ""
        return name.isEmpty ? number : "\(number) (\(name))"
      }
    allocatorNames = try capture.texts(.allocatorName)
    count = stacks.count
    guard threads.count == count, allocators.count == count,
      stacks.allSatisfy({ Int($0) <= frames.count })
    else { throw capture.damaged(.siteStack) }
  }

  /// function, filename, line, thread, allocator.
  func value(_ site: Int, _ column: Int) -> SQLValue {
    guard site < count else { return .null }
    let node = Int(stacks[site])
    let frame = node == 0 ? nil : Int(frames[node - 1])
    switch column {
    case 0: return texts.function(frame)
    case 1: return texts.file(frame)
    case 2: return texts.line(frame)
    case 3: return name(threadNames, threads[site])
    default: return name(allocatorNames, allocators[site])
    }
  }

  private func name(_ names: [String], _ index: UInt32) -> SQLValue {
    Int(index) < names.count ? .text(names[Int(index)]) : .null
  }
}

/// Rows of `sites`.
enum SiteRows {
  static func rows(_ capture: CaptureColumns) throws(StoreError) -> any SQLRows {
    let sites = try SQLSites(capture)
    let isMerged = capture.info.hasNativeTraces == 1
    let hidden: StoredColumn = isMerged ? .siteMergedHidden : .siteHidden
    var numbers: [[Int64]] = []
    for column in [
      .siteFirstRow, hidden, .siteAllocatedBytes, .siteAllocatedCount, .sitePeakBytes,
      .sitePeakCount, .siteLeakedBytes, .siteLeakedCount,
    ] as [StoredColumn] {
      let values = try capture.integers(column)
      guard values.isEmpty || values.count == sites.count else { throw capture.damaged(column) }
      numbers.append(values)
    }
    let stack: (Int) -> SQLValue = {
      sites.stacks[$0] == 0 ? .null : .integer(Int64(sites.stacks[$0]))
    }
    let places = (0..<5).map { column in { (site: Int) in sites.value(site, column) } }
    let sums = numbers.map { values in
      { (site: Int) -> SQLValue in values.isEmpty ? .null : .integer(values[site]) }
    }
    return SQLArrays(count: sites.count, [stack] + places + sums)
  }
}

/// Rows of `stacks`.
enum StackRows {
  static func rows(_ capture: CaptureColumns) throws(StoreError) -> any SQLRows {
    let isMerged = capture.info.hasNativeTraces == 1
    let parents = try capture.words(isMerged ? .mergedParent : .stackParent)
    let frames = try capture.words(isMerged ? .mergedFrame : .stackFrame)
    let texts = try SQLTexts(capture)
    guard parents.count == frames.count else { throw capture.damaged(.stackParent) }
    var depths: [Int64] = []
    depths.reserveCapacity(parents.count)
    for (index, parent) in parents.enumerated() {
      guard Int(parent) <= index else { throw capture.damaged(.stackParent) }
      depths.append(parent == 0 ? 1 : depths[Int(parent) - 1] + 1)
    }
    return SQLArrays(
      count: parents.count, first: 1,
      [
        { parents[$0] == 0 ? .null : .integer(Int64(parents[$0])) }, { .integer(depths[$0]) },
        { .integer(Int64(frames[$0])) }, { texts.function(Int(frames[$0])) },
        { texts.file(Int(frames[$0])) }, { texts.line(Int(frames[$0])) },
      ])
  }
}

/// Rows of `frames`.
enum FrameRows {
  static func rows(_ capture: CaptureColumns) throws(StoreError) -> any SQLRows {
    let texts = try SQLTexts(capture)
    let kinds = try capture.words(.locationKind)
    guard kinds.isEmpty || kinds.count == texts.functions.count else {
      throw capture.damaged(.locationKind)
    }
    return SQLArrays(
      count: texts.locations.count,
      [
        { texts.function($0) }, { texts.file($0) }, { texts.line($0) },
        { frame in
          let number = kinds.isEmpty ? 0 : kinds[Int(texts.locations[frame])]
          return .text((FrameKind(rawValue: UInt8(clamping: number)) ?? .python).name)
        },
      ])
  }
}

/// Rows of `ticks`.
enum TickRows {
  static func rows(_ capture: CaptureColumns) throws(StoreError) -> any SQLRows {
    let states = try capture.words(.tickState)
    let times = try capture.integers(.tickMilliseconds)
    let rss = try capture.integers(.tickRSS)
    let heap = try capture.integers(.tickHeap)
    let peaks = try capture.integers(.windowPeak)
    guard [times.count, rss.count, heap.count].allSatisfy({ $0 == states.count }) else {
      throw capture.damaged(.tickState)
    }
    return SQLArrays(
      count: states.count,
      [
        { .real(Double(times[$0]) / 1000) }, { .integer(Int64(states[$0])) },
        { .integer(rss[$0]) }, { .integer(heap[$0]) },
        // Window 0 is before the first tick.
        { $0 + 1 < peaks.count ? .integer(peaks[$0 + 1]) : .null },
      ])
  }
}
