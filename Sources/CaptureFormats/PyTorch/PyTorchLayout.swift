/// What a snapshot of PyTorch's allocators consists of: one pickled dictionary of built-in values.
///
/// | key | value | since |
/// |---|---|---|
/// | `segments` | list of segments, each with its `blocks` | 1.x, then alone and without the dictionary |
/// | `device_traces` | a list of events for each device, in order of time | 2.0 |
/// | `allocator_settings` | names and values | 2.3 |
/// | `external_annotations` | `{stage: START or END, name, device, time_us}` | 2.5 |
/// | `host_segments`, `host_traces` | pinned memory of the CPU, one flat list each | 2.14 |
///
/// Events: `action, addr, size, stream, frames`, `time_us` since 2.2, `compile_context` since 2.8,
/// `user_metadata` since 2.10, `pool_id` since 2.12; of `oom` `device_free` in place of `addr`.
/// Blocks lie one behind the other: without `address` it follows from those before. In 2.0 a block
/// has `history: [{addr, real_size, frames}]`, the newest first. Source: `torch/csrc/cuda/Module.cpp`
/// and `memory_snapshot.cpp`.
enum PyTorchLayout {
  static let formatName = "pytorch"
  /// Greatest length of a text, bytes.
  static let textLimit = 1 << 20
  /// Greatest number of values on the stack: the events of a list may lie there at once.
  static let stackLimit = 1 << 25
  /// Greatest number of groups one within the other; a snapshot has some ten.
  static let groupLimit = 256
  /// Greatest number of one kind of thing that values can tell apart.
  static let indexLimit = 1 << 28
  /// Frames that may be moved because lists of them are not written at once.
  static let movedFrameLimit = 1 << 26
  /// How far an entry may leave the end of the memo.
  static let memoGap = 16
  /// Greatest protocol that is read.
  static let lastProtocol: UInt64 = 5
  /// Devices that one file may have traces or segments of.
  static let deviceLimit = 4096
  /// Stands for the memory of the CPU among devices.
  static let hostDevice = -1
}

/// Words of a snapshot; their numbers are those of the first texts.
enum TorchWord: String, CaseIterable {
  // Keys of dictionaries.
  case action, addr, size, stream, frames
  case time = "time_us"
  case compileContext = "compile_context"
  case userMetadata = "user_metadata"
  case pool = "pool_id"
  case deviceFree = "device_free"
  case category, filename, name, line, address
  case totalSize = "total_size"
  case requestedSize = "requested_size"
  case segmentType = "segment_type"
  case segmentPool = "segment_pool_id"
  case isExpandable = "is_expandable"
  case device, blocks, state, history
  case realSize = "real_size"
  case stage, segments
  case deviceTraces = "device_traces"
  case settings = "allocator_settings"
  case annotations = "external_annotations"
  case hostSegments = "host_segments"
  case hostTraces = "host_traces"
  case configuration = "PYTORCH_CUDA_ALLOC_CONF"
  // What is no key of its own.
  case alloc
  case freeRequested = "free_requested"
  case freeCompleted = "free_completed"
  case segmentAlloc = "segment_alloc"
  case segmentFree = "segment_free"
  case segmentMap = "segment_map"
  case segmentUnmap = "segment_unmap"
  case oom, snapshot, annotate
  case activeAllocated = "active_allocated"
  case activePendingFree = "active_pending_free"
  case activeAwaitingFree = "active_awaiting_free"
  case start = "START"
  case end = "END"
  case notApplicable = "N/A"
  case empty = ""
}

extension TorchWord {
  /// How many words can be keys; they come first.
  static let keyCount: UInt32 = number(.configuration) + 1

  /// Number of a word among the texts.
  static func number(_ word: TorchWord) -> UInt32 {
    UInt32(allCases.firstIndex(of: word) ?? 0)
  }
}

/// What an event did, as it is kept.
enum TorchAction: UInt8 {
  case alloc, freeRequested, freeCompleted, segmentGrown, segmentShrunk, oom, snapshot, annotate

  init?(_ word: TorchWord) {
    switch word {
    case .alloc: self = .alloc
    case .freeRequested: self = .freeRequested
    case .freeCompleted: self = .freeCompleted
    case .segmentAlloc, .segmentMap: self = .segmentGrown
    case .segmentFree, .segmentUnmap: self = .segmentShrunk
    case .oom: self = .oom
    case .snapshot: self = .snapshot
    case .annotate: self = .annotate
    default: return nil
    }
  }
}
