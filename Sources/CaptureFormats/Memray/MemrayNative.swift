import CaptureModel

/// The native nodes and loaded images of a file (`memray.md` §8.4).
struct MemrayNative {
  /// Running value of native ids, shared by allocations and by parents of nodes.
  var node: UInt64 = 0
  private var address: UInt64 = 0
  private var nodeCount: UInt32 = 0
  private var generation: UInt32 = 0
  private var images: [String: UInt32] = [:]
  private var image: UInt32?
  private var base: UInt64 = 0

  /// The node of a native id; 0 when it is none that was announced.
  @inline(__always)
  func node(_ id: UInt64) -> UInt32 {
    id <= UInt64(nodeCount) ? UInt32(truncatingIfNeeded: id) : 0
  }

  /// Announces a node.
  private mutating func announce(_ address: UInt64, parent: UInt64, _ batch: some DefinitionBatch) {
    batch.native.nodes.append(NativeNode(address: address, parent: node(parent)))
    nodeCount &+= 1
  }

  /// Reads a node's body in headers 7 and later: both numbers are differences.
  mutating func readTrace(
    _ cursor: inout ByteCursor, _ bytes: Span<UInt8>, _ batch: some DefinitionBatch
  ) throws(FieldError) {
    let change = try cursor.readSignedVarint(from: bytes)
    let parent = try cursor.readSignedVarint(from: bytes)
    address &+= UInt64(bitPattern: change)
    node &+= UInt64(bitPattern: parent)
    announce(address, parent: node, batch)
  }

  /// Reads a node's body in header 6.
  mutating func readFixedTrace(
    _ cursor: inout ByteCursor, _ bytes: Span<UInt8>, _ batch: some DefinitionBatch
  ) throws(FieldError) {
    let address = try cursor.readUInt64(from: bytes)
    let parent = try cursor.readUInt32(from: bytes)
    try cursor.skip(MemrayLayout.Record6.nativeTracePadding, from: bytes)
    announce(address, parent: UInt64(parent), batch)
  }

  /// Begins the next generation: all loaded images follow.
  mutating func startMap() {
    generation &+= 1
    image = nil
  }

  /// Reads the body of a segment header; the number of segments is not needed.
  mutating func readImage(
    _ cursor: inout ByteCursor, _ bytes: Span<UInt8>, _ batch: some DefinitionBatch,
    isFixed: Bool = false
  ) throws(FieldError) {
    let file = try cursor.readText(from: bytes, limit: MemrayLayout.textLimit)
    _ = isFixed ? try cursor.readUInt64(from: bytes) : try cursor.readVarint(from: bytes)
    base = try cursor.readUInt64(from: bytes)
    if let known = images[file] {
      image = known
      return
    }
    let number = UInt32(truncatingIfNeeded: images.count)
    images[file] = number
    image = number
    batch.native.images.append(file)
  }

  /// Reads the body of a segment of the image that came last.
  mutating func readSegment(
    _ cursor: inout ByteCursor, _ bytes: Span<UInt8>, _ batch: some DefinitionBatch,
    isFixed: Bool = false
  ) throws(FieldError) {
    let start = try cursor.readUInt64(from: bytes)
    let size = isFixed ? try cursor.readUInt64(from: bytes) : try cursor.readVarint(from: bytes)
    guard let image else { return }
    batch.native.segments.append(
      ImageSegment(
        generation: generation, image: image, base: base, start: base &+ start, size: size))
  }
}
