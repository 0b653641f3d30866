import CaptureModel
import Store

extension CaptureInfo {
  /// What a file's header says of a capture, under the name and hash of an import.
  init(header: CaptureHeader, fileSize: UInt64, options: ImportOptions, capture: Int64) {
    self.init()
    id = capture
    name = options.name
    format = header.format
    version = header.version
    framing = header.framing
    hash = options.hash
    fileBytes = Int64(clamping: fileSize)
    importedAt = options.now
    pythonVersion = header.pythonVersion
    commandLine = header.commandLine
    processID = header.processID
    startMilliseconds = header.startMilliseconds
    endMilliseconds = header.endMilliseconds
    mainThreadID = header.mainThreadID.map { Int64(bitPattern: $0) } ?? -1
    skippedFrames = Int64(clamping: header.skippedFramesOnMainThread)
    pythonAllocator = header.pythonAllocator
    tracesPythonAllocators = header.tracesPythonAllocators.map { $0 ? 1 : 0 } ?? -1
    hasNativeTraces = header.hasNativeTraces ? 1 : 0
    standardLibrary = header.standardLibrary
    sitePackages = header.sitePackages.joined(separator: "\n")
    searchPath = header.searchPath.joined(separator: "\n")
  }

  /// Index of the thread that started tracking; nil when it is not known.
  func mainThread(among threadIDs: [UInt64]) -> Int? {
    threadIDs.firstIndex { Int64(bitPattern: $0) == mainThreadID && mainThreadID >= 0 }
  }

  /// Notes how the data ended.
  mutating func add(_ end: CaptureEnding) {
    switch end {
    case .complete: break
    case .incomplete(let offset, let reason):
      ending = .incomplete
      endingOffset = Int64(clamping: offset)
      endingReason = reason
    case .damaged(let offset, let reason):
      ending = .damaged
      endingOffset = Int64(clamping: offset)
      endingReason = reason
    }
  }
}

extension CaptureWriter {
  /// Writes the frames and stacks that an import met.
  func write(frames: FrameTable, stacks: borrowing StackNodes) throws(StoreError) {
    try write(.locationFunction, texts: frames.functions)
    try write(.locationFile, texts: frames.files)
    try write(.locationLine, frames.lines)
    if frames.kinds.contains(where: { $0 != FrameKind.python.rawValue }) {
      try write(.locationKind, frames.kinds)
    }
    try write(.frameLocation, frames.locations)
    try write(.frameFlags, frames.flags)
    try write(.stackParent, stacks.parents)
    try write(.stackFrame, stacks.frames)
  }

  /// Writes the threads, and the names of allocators by number; number 0 is none.
  func write(threadIDs: [UInt64], names: [String]) throws(StoreError) {
    let greatest = Allocator.allCases.map { Int($0.rawValue) }.max() ?? 0
    try write(
      .allocatorName,
      texts: (0...greatest).map { Allocator(rawValue: UInt8($0))?.name ?? "" })
    try write(.threadID, threadIDs.map { Int64(bitPattern: $0) })
    try write(.threadName, texts: names)
  }

  /// Writes how many oldest frames of each site's stack reports hide (`memray.md` §11).
  ///
  /// - Parameters:
  ///   - sites: depth of each site's stack, and its thread.
  ///   - threadIDs: the capture's threads.
  ///   - info: the capture.
  /// - Throws: `database` or `diskFull`.
  func writeHidden(
    sites: [(depth: UInt32, thread: UInt32)], threadIDs: [UInt64], info: CaptureInfo
  ) throws(StoreError) {
    let mainThread = info.mainThread(among: threadIDs)
    let skipped = UInt32(clamping: info.skippedFrames)
    try write(
      .siteHidden, sites.map { mainThread == Int($0.thread) ? min($0.depth, skipped) : 0 })
  }
}
