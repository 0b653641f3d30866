import CaptureModel

/// What ended a run of records.
enum MemrayStop: Equatable {
  /// No room for a further record.
  case outputFull
  /// Too few bytes are left to go on without more of the file.
  case needsInput
  /// The next record is one for `decodeRare`.
  case rareRecord
  /// The next record runs past the end of all data.
  case cutRecord
  /// The next record cannot be read.
  case damaged(reason: String)
}

/// What a rare record was.
enum MemrayRareRecord: Equatable {
  /// A record of so many bytes.
  case consumed(Int)
  /// The end of the data.
  case trailer
}

/// The record grammar of some header versions.
///
/// Frequent small records are decoded in runs, over raw memory; rare and long ones one at a
/// time, over bounds-checked spans, and again from their start when more bytes are there.
protocol MemrayDecoder: AnyObject {
  /// Decodes records from the stream's unread bytes and consumes them.
  func decodeRun(
    _ stream: CaptureStream, _ output: inout RecordOutput, _ batch: EventBatch
  ) -> MemrayStop

  /// Decodes the record at the start of `bytes`, changing state only if it is whole.
  func decodeRare(
    _ bytes: Span<UInt8>, _ output: inout RecordOutput, _ batch: EventBatch
  ) throws(FieldError) -> MemrayRareRecord
}

/// Dense thread indices and the current thread, as every version needs them.
struct MemrayThreads {
  /// The current thread's id, once there is one.
  private(set) var currentID: UInt64 = 0
  /// Its index; nil before the first context switch.
  private(set) var current: UInt32?
  private let indices = IdentityTable()

  /// The record that says which thread is current.
  var switchRecord: EventRecord { EventRecord(kind: .switchThread, argument: current ?? 0) }

  /// Makes a thread current, announcing it when new; true if it was not current already.
  mutating func switchTo(_ id: UInt64, _ batch: some DefinitionBatch) -> Bool {
    if current != nil, id == currentID { return false }
    current = index(of: id, batch)
    currentID = id
    return true
  }

  /// The index of a thread, announced when new.
  func index(of id: UInt64, _ batch: some DefinitionBatch) -> UInt32 {
    if let index = indices.index(id) { return index }
    let index = UInt32(truncatingIfNeeded: indices.count)
    indices.set(id, to: index)
    batch.newThreads.append(id)
    return index
  }
}

/// Dense frame indices, announced to the batch when given.
struct MemrayFrames {
  let indices = IdentityTable()
  private var count: UInt32 = 0

  init() {}

  /// Announces a frame for a key; a later announcement for the same key replaces it.
  mutating func announce(
    _ frame: FrameDefinition, _ batch: some DefinitionBatch, for key: UInt64
  ) -> UInt32 {
    let index = announce(frame, batch)
    indices.set(key, to: index)
    return index
  }

  /// Announces a frame that is found again by other means.
  mutating func announce(_ frame: FrameDefinition, _ batch: some DefinitionBatch) -> UInt32 {
    let index = count
    count &+= 1
    batch.newFrames.append(frame)
    return index
  }
}

/// The reasons that damage is reported with.
enum MemrayDamage {
  static let noThread = "a record of a thread before the first context switch"
  static let overlongNumber = "a number longer than 64 bits"

  static func unknownTag(_ tag: some BinaryInteger) -> String { "unknown record tag \(tag)" }
  static func unknownAllocator(_ number: some BinaryInteger) -> String {
    "unknown allocator \(number)"
  }
}
