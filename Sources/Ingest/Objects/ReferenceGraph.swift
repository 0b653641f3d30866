/// References of objects, object by object.
struct ReferenceGraph: ~Copyable {
  /// First reference of each object, and the number of all.
  private(set) var offsets: Buffer<UInt32>
  /// Object that each leads to.
  private(set) var targets = Buffer<UInt32>()
  /// Name number times 2, plus 1 when weak; empty when no reference has either.
  private(set) var names: Buffer<UInt32>

  /// A graph without references yet, which come object by object.
  ///
  /// - Parameters:
  ///   - objectCount: number of objects.
  ///   - names: names of references that may be left out; they keep their order.
  init(objectCount: Int, names: consuming Buffer<UInt32>) {
    offsets = Buffer(capacity: objectCount + 1)
    offsets.append(0)
    self.names = names
  }

  /// Adds a reference of the object that is being written.
  ///
  /// - Parameters:
  ///   - target: the object that it leads to.
  ///   - index: its index among those that were recorded.
  @inline(__always)
  mutating func append(_ target: UInt32, from index: Int) {
    if names.count > 0 { names[targets.count] = names[index] }
    targets.append(target)
  }

  /// Ends an object; they come in order.
  mutating func endObject() { offsets.append(UInt32(targets.count)) }

  /// Ends the graph.
  mutating func end() { names.keepFirst(targets.count) }

  /// Number of objects.
  var count: Int { offsets.count - 1 }

  /// The references of an object.
  @inline(__always)
  func references(_ object: Int) -> Range<Int> { Int(offsets[object])..<Int(offsets[object + 1]) }

  /// Whether a reference does not keep its target alive.
  @inline(__always)
  func isWeak(_ index: Int) -> Bool { names.count > 0 && names[index] & 1 == 1 }
}
