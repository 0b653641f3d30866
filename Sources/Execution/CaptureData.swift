import CaptureModel
import Results
import Language
import Planning
import Store

/// What a query needs of one capture, read when it is first asked for.
///
/// Used by one query at a time.
final class CaptureData {
  let info: CaptureInfo
  let columns: CaptureColumns
  /// Whether stacks are native and Python stack in one; else they are Python's alone.
  let showsNative: Bool
  /// Whether the session watches it: that it has no end yet is known then.
  let isWatched: Bool
  /// Frames whose outermost calls are marks too.
  private let frameMarks: [Pattern]

  /// Whether the question is about stacks, or about types; nil where that does not matter.
  ///
  /// A text may hold reports of both, at moments of their own.
  var wantsStacks: Bool? { didSet { storedCapabilities = nil } }
  /// What the capture holds, as far as it was asked for.
  var storedCapabilities: Capabilities?

  /// The columns of `info`.
  ///
  /// - Parameters:
  ///   - store: holds it.
  ///   - info: the capture.
  ///   - hidesNative: asks for Python's own stacks of a native capture.
  ///   - frameMarks: frames whose outermost calls are marks.
  init(
    store: Store, info: CaptureInfo, hidesNative: Bool = false, frameMarks: [Pattern] = []
  ) {
    self.info = info
    self.frameMarks = frameMarks
    showsNative = info.hasNativeTraces == 1 && !hidesNative
    isWatched = store.standardCapture == info.id
    columns = CaptureColumns(store: store, info: info)
  }

  /// A capture's own columns, read by others too.
  init(columns: CaptureColumns, hidesNative: Bool) {
    info = columns.info
    isWatched = false
    frameMarks = []
    showsNative = info.hasNativeTraces == 1 && !hidesNative
    self.columns = columns
  }

  private var storedProfile: StoredProfile??

  /// What the numbers of a capture of another tool mean; nil for memray's.
  func profile() throws(StoreError) -> StoredProfile? {
    if let storedProfile { return storedProfile }
    let read = try columns.profile()
    storedProfile = read
    return read
  }

  private var storedObjects: ObjectGraph?

  /// The graph of objects; nil where the capture holds none.
  func objects() throws(StoreError) -> ObjectGraph? {
    if let storedObjects { return storedObjects }
    guard let facts = try profile(), facts.objects > 0 else { return nil }
    try noteObjects()
    let graph = try ObjectGraph(data: self, facts: facts)
    storedObjects = graph
    return graph
  }

  private var areObjectsNoted = false

  /// Tells `explain`, once, that the graph of objects is read.
  func noteObjects() throws(StoreError) {
    guard !areObjectsNoted else { return }
    areObjectsNoted = true
    try note("objects", source: "the graph of objects")
  }

  private var storedLabels: [SampleLabel]?

  /// Labels of a profile's samples, as they are stored.
  func labels() throws(StoreError) -> [SampleLabel] {
    if let storedLabels { return storedLabels }
    let names = try columns.texts(.labelName)
    let units = try columns.texts(.labelUnit)
    guard names.count == units.count else { throw columns.damaged(.labelName) }
    let read = zip(names, units).map { name, unit in
      var label = SampleLabel(name)
      label.isNumber = unit.hasPrefix(Self.numberMark)
      label.unit = label.isNumber ? String(unit.dropFirst(Self.numberMark.count)) : ""
      return label
    }
    storedLabels = read
    return read
  }

  /// What stands in front of the unit of labels that are numbers.
  private static let numberMark = "number "

  // MARK: Stacks

  /// Distinct places: function, file, line.
  struct Locations {
    var functions: [String]
    var files: [String]
    var lines: [Int32]
    /// Empty when all are Python.
    var kinds: [UInt32]

    var count: Int { functions.count }

    func text(_ index: Int) -> FrameText {
      FrameText(function: functions[index], file: files[index], line: Int(lines[index]))
    }

    func kind(_ index: Int) -> FrameKind {
      kinds.isEmpty ? .python : FrameKind(rawValue: UInt8(clamping: kinds[index])) ?? .python
    }
  }

  /// The tree of raw stack nodes; node 0 is the root, parents come first.
  struct Stacks {
    var parents: [UInt32]
    /// Location of each node; the root's is undefined.
    var locations: [UInt32]

    var count: Int { parents.count }
  }

  /// Where allocations come from.
  struct Sites {
    var stacks: [UInt32]
    var allocators: [UInt32]
    var threads: [UInt32]
    var firstRows: [UInt32]
    var hidden: [UInt32]
    /// Type, allocator domain and process id of each site plus 1; empty when not recorded.
    var types: [UInt32] = []
    var domains: [Int64] = []
    var processes: [Int64] = []

    var count: Int { stacks.count }
  }

  private var storedLocations: Locations?
  private var storedModules: LocationModules?
  private var storedStacks: Stacks?
  private var storedMerged: Stacks?
  private var storedSites: Sites?
  private var storedReader: SegmentReader?
  private var storedTimeline: Timeline?
  private var storedMarks: MarkSet?

  func locations() throws(StoreError) -> Locations {
    if let storedLocations { return storedLocations }
    let functions = try columns.texts(.locationFunction)
    let files = try columns.texts(.locationFile)
    let lines = try columns.integers(.locationLine).map { Int32(truncatingIfNeeded: $0) }
    let kinds = try columns.words(.locationKind)
    guard functions.count == files.count, files.count == lines.count,
      kinds.isEmpty || kinds.count == lines.count
    else { throw columns.damaged(.locationFile) }
    let read = Locations(functions: functions, files: files, lines: lines, kinds: kinds)
    storedLocations = read
    return read
  }

  /// The modules of the locations.
  func modules() throws(StoreError) -> LocationModules {
    if let storedModules { return storedModules }
    let locations = try locations()
    let files = Set(locations.files)
    let read = LocationModules(locations, rules: ModuleNames(info: info, files: files))
    storedModules = read
    return read
  }

  /// The stacks that keys and trees speak of: merged ones unless native frames are hidden.
  func stacks() throws(StoreError) -> Stacks {
    showsNative ? try mergedStacks() : try pythonStacks()
  }

  /// Python's own stacks.
  func pythonStacks() throws(StoreError) -> Stacks {
    if let storedStacks { return storedStacks }
    let read = try readStacks(.stackParent, .stackFrame)
    storedStacks = read
    return read
  }

  /// The stacks as recorded, native frames and all.
  func mergedStacks() throws(StoreError) -> Stacks {
    guard info.hasNativeTraces == 1 else { return try pythonStacks() }
    if let storedMerged { return storedMerged }
    let read = try readStacks(.mergedParent, .mergedFrame)
    storedMerged = read
    return read
  }

  private func readStacks(
    _ parentColumn: StoredColumn, _ frameColumn: StoredColumn
  ) throws(StoreError) -> Stacks {
    let frames = try columns.words(frameColumn)
    let parents = try columns.words(parentColumn)
    let places = try columns.words(.frameLocation)
    let locationCount = try locations().count
    guard frames.count == parents.count, places.allSatisfy({ Int($0) < locationCount }) else {
      throw columns.damaged(frameColumn)
    }
    var read = Stacks(parents: [0], locations: [0])
    read.parents.reserveCapacity(parents.count + 1)
    read.locations.reserveCapacity(parents.count + 1)
    for index in parents.indices {
      guard Int(parents[index]) <= index, Int(frames[index]) < places.count else {
        throw columns.damaged(parentColumn)
      }
      read.parents.append(parents[index])
      read.locations.append(places[Int(frames[index])])
    }
    return read
  }

  /// Where allocations come from; stacks as `stacks` numbers them.
  func sites() throws(StoreError) -> Sites {
    if let storedSites { return storedSites }
    var read = Sites(
      stacks: try columns.words(showsNative ? .siteMerged : .siteStack),
      allocators: try columns.words(.siteAllocator), threads: try columns.words(.siteThread),
      firstRows: try columns.words(.siteFirstRow),
      hidden: try columns.words(showsNative ? .siteMergedHidden : .siteHidden))
    let nodes = try stacks().count
    let counts = [read.allocators, read.threads, read.firstRows, read.hidden].map(\.count)
    guard counts.allSatisfy({ $0 == read.count }),
      read.stacks.allSatisfy({ Int($0) < nodes })
    else { throw columns.damaged(.siteStack) }
    if !info.holdsEvents {
      read.types = try columns.words(.siteType)
      read.domains = try columns.integers(.siteDomain)
      read.processes = try columns.integers(.siteProcess)
      let lengths = [read.types.count, read.domains.count, read.processes.count]
      guard lengths.allSatisfy({ $0 == 0 || $0 == read.count }) else {
        throw columns.damaged(.siteType)
      }
    }
    storedSites = read
    return read
  }

  /// Node of each site's Python stack.
  func pythonSites() throws(StoreError) -> [UInt32] {
    guard showsNative else { return try sites().stacks }
    return try sites(.siteStack, in: try pythonStacks())
  }

  /// Node of each site's stack as recorded.
  func mergedSites() throws(StoreError) -> [UInt32] {
    guard info.hasNativeTraces == 1, !showsNative else { return try sites().stacks }
    return try sites(.siteMerged, in: try mergedStacks())
  }

  private func sites(
    _ column: StoredColumn, in stacks: Stacks
  ) throws(StoreError) -> [UInt32] {
    let nodes = try columns.words(column)
    guard nodes.count == Int(info.sites), nodes.allSatisfy({ Int($0) < stacks.count }) else {
      throw columns.damaged(column)
    }
    return nodes
  }

  /// `0x1 (MainThread)` for each thread, as memray's reports write it.
  func threadTexts() throws(StoreError) -> [String] {
    let ids = try columns.integers(.threadID)
    let names = try columns.texts(.threadName)
    if ids.isEmpty { return names }
    return ids.indices.map { index in
      let number = "0x" + String(UInt64(bitPattern: ids[index]), radix: 16)
      let name = index < names.count ? names[index] : ""
      return name.isEmpty ? number : "\(number) (\(name))"
    }
  }

  func segments() throws(StoreError) -> SegmentReader {
    if let storedReader { return storedReader }
    let reader = try SegmentReader(columns: columns)
    storedReader = reader
    return reader
  }

  // MARK: Time

  /// Marks of the capture and of the session's frames.
  func marks() throws(StoreError) -> MarkSet {
    if let storedMarks { return storedMarks }
    let read = try MarkSet(data: self, frames: frameMarks)
    storedMarks = read
    return read
  }

  func timeline() throws(StoreError) -> Timeline {
    if let storedTimeline { return storedTimeline }
    let read = Timeline(
      tickSeries: try columns.events()?.tickSeries ?? Series.rss.rawValue,
      clock: try columns.clock(), states: try columns.words(.tickState),
      milliseconds: try columns.integers(.tickMilliseconds), rss: try columns.integers(.tickRSS),
      heap: try columns.integers(.tickHeap), peaks: try columns.integers(.windowPeak),
      peakStates: try columns.words(.windowPeakState),
      reusedInstants: try columns.words(.reusedInstant),
      reusedBytes: try columns.integers(.reusedBytes))
    let counts = [read.milliseconds.count, read.rss.count, read.heap.count]
    guard counts.allSatisfy({ $0 == read.states.count }),
      !info.holdsEvents || read.peaks.count == read.states.count + 1,
      read.peakStates.count == read.peaks.count
    else { throw columns.damaged(.tickState) }
    storedTimeline = read
    return read
  }
}

/// Ticks, windows and the clock of a capture.
struct Timeline {
  /// Name of the series that ticks sample; empty where they sample none.
  let tickSeries: String
  let clock: Clock
  /// State of each tick.
  let states: [UInt32]
  /// Milliseconds of each tick after the start.
  let milliseconds: [Int64]
  let rss: [Int64]
  let heap: [Int64]
  /// Greatest heap of each window, window 0 before the first tick; empty for totals.
  let peaks: [Int64]
  let peakStates: [UInt32]
  let reusedInstants: [UInt32]
  let reusedBytes: [Int64]

  var durationMilliseconds: Int64 { milliseconds.last ?? 0 }

  /// Resident bytes at a tick; nil where ticks sample something else.
  func resident(at tick: Int) -> Int64? {
    tickSeries == Series.rss.rawValue ? rss[tick] : nil
  }

  /// What a series was at each tick; nil where ticks do not tell it.
  func values(of series: Series) -> [Int64]? {
    switch series {
    case .rss, .reserved: tickSeries == series.rawValue ? rss : nil
    case .heap: heap
    case .gap: tickSeries.isEmpty ? nil : zip(rss, heap).map { $0 &- $1 }
    case .vms, .uss, .pss, .peakRSS, .footprint, .heapExtra, .stacks, .gc0, .gc1, .gc2,
      .gcCollected, .gcUncollectable, .gcMilliseconds, .gcCollections, .gcObjects, .swap,
      .heapAllocated, .heapActive, .heapMetadata, .heapResident, .heapMapped, .heapRetained,
      .heapCommitted:
      nil
    }
  }

  /// The last tick at or before a time; nil when there is none.
  func tick(atMilliseconds time: Double) -> Int? {
    var low = 0
    var high = milliseconds.count
    while low < high {
      let middle = (low + high) / 2
      if Double(milliseconds[middle]) <= time { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : low - 1
  }

  /// The last tick at or before a state; nil when there is none.
  func tick(atState state: UInt32) -> Int? {
    var low = 0
    var high = states.count
    while low < high {
      let middle = (low + high) / 2
      if states[middle] <= state { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : low - 1
  }

  /// Milliseconds of the last tick at or before a state, 0 before the first.
  func milliseconds(atState state: UInt32) -> Int64 {
    tick(atState: state).map { milliseconds[$0] } ?? 0
  }
}
