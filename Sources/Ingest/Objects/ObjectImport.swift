import CaptureModel
import Store

/// Gathers a graph of objects, and writes it with what each object retains.
///
/// Memory: about 24 bytes an object and 8 a reference, half as much again while dominators
/// are computed.
struct ObjectImport: ~Copyable {
  private var identities = Buffer<UInt64>()
  private var types = Buffer<UInt32>()
  private var labels = Buffer<UInt32>()
  /// Bytes plus 1; 0 when not recorded.
  private var sizes = Buffer<UInt64>()
  private var roots = Buffer<UInt8>()
  private var slots = IdentitySlots()
  /// Object of each identity plus 1; 0 until it is met.
  private var objectOfSlot = Buffer<UInt32>()
  private var referenceCounts = Buffer<UInt32>()
  /// Slot or object that each reference leads to.
  private var targets = Buffer<UInt32>()
  /// Text number of each reference's name times 2, plus 1 when it is weak.
  private var names = Buffer<UInt32>()
  private var lastSource: UInt32 = 0
  private var leadsToSlots = true
  /// References out of order or beyond the objects.
  private(set) var broken: Int64 = 0
  /// References to identities of no object.
  private(set) var dangling: Int64 = 0
  /// Objects with the identity of an earlier one.
  private(set) var duplicates: Int64 = 0
  /// Objects that no root holds.
  private(set) var unreachable: Int64 = 0

  /// Objects met.
  var count: Int { identities.count }

  /// Adds an object.
  mutating func add(_ object: ObjectRecord) {
    let number = UInt32(truncatingIfNeeded: identities.count)
    identities.append(object.identity)
    types.append(object.type)
    labels.append(object.label)
    sizes.append(object.size.map { min($0, 1 << 53) &+ 1 } ?? 0)
    roots.append(object.isRoot ? 1 : 0)
    let slot = slot(of: object.identity)
    if objectOfSlot[slot] == 0 { objectOfSlot[slot] = number &+ 1 } else { duplicates += 1 }
  }

  private mutating func slot(of identity: UInt64) -> Int {
    let slot = Int(slots.number(of: identity))
    if slot >= objectOfSlot.count { objectOfSlot.append(0) }
    return slot
  }

  /// Adds a reference; its source is the last one's or a later one.
  mutating func add(_ reference: ObjectReference, targets kind: ObjectTargets) {
    guard reference.source >= lastSource, reference.name < 1 << 31 else {
      broken += 1
      return
    }
    lastSource = reference.source
    let target: UInt32
    switch kind {
    case .identities: target = UInt32(slot(of: reference.target))
    case .indices:
      leadsToSlots = false
      guard let index = UInt32(exactly: reference.target) else {
        broken += 1
        return
      }
      target = index
    }
    let source = Int(reference.source)
    if source >= referenceCounts.count {
      // Sources rise, so that a gap is objects without references.
      guard source < 1 << 31 else {
        broken += 1
        return
      }
      referenceCounts.append(repeating: 0, count: source &+ 1 &- referenceCounts.count)
    }
    referenceCounts[source] &+= 1
    targets.append(target)
    names.append(reference.name &* 2 &+ (reference.isWeak ? 1 : 0))
  }

  // MARK: Writing

  /// Writes the graph, and adds a total for each type to `totals`.
  mutating func write(
    texts: ProfileTexts, totals: inout ProfileTotals, profile: inout StoredProfile,
    to writer: CaptureWriter
  ) throws(StoreError) {
    let graph = resolved()
    let dominators = Dominators(graph, roots: roots.array)
    for index in 0..<count where dominators.isUnreachable(index) { unreachable += 1 }
    let retained = dominators.retained(sizes: sizes)
    var typeNames = DistinctTexts()
    var labelNames = DistinctTexts()
    _ = labelNames.number(of: "")
    profile.objects = Int64(count)
    profile.references = Int64(graph.targets.count)
    var segment = 0
    var firstReference = 0
    let length = StoredProfile.segmentRows
    for start in stride(from: 0, to: count, by: length) {
      let range = start..<min(start + length, count)
      try write(range, segment, &typeNames, &labelNames, texts, dominators, retained, to: writer)
      let last = graph.offsets[range.upperBound]
      try writer.write(
        .objectReferences, segment: segment,
        range.map { graph.offsets[$0 + 1] - graph.offsets[$0] })
      try writer.write(
        .referenceTarget, segment: segment, graph.targets.array(firstReference..<last))
      let numbers = (firstReference..<last).map { index in
        labelNames.number(of: graph.names[index] >> 1, texts) * 2 + graph.names[index] & 1
      }
      try writer.write(.referenceName, segment: segment, numbers)
      firstReference = last
      segment += 1
    }
    profile.texts = Int64(labelNames.texts.count)
    try writer.write(.textValue, texts: labelNames.texts)
    addTotals(to: &totals, &profile)
  }

  private func write(
    _ range: Range<Int>, _ segment: Int, _ typeNames: inout DistinctTexts,
    _ labelNames: inout DistinctTexts, _ texts: ProfileTexts, _ dominators: borrowing Dominators,
    _ retained: borrowing Buffer<UInt64>, to writer: CaptureWriter
  ) throws(StoreError) {
    try writer.write(.objectIdentity, segment: segment, identities.array(range))
    try writer.write(
      .objectType, segment: segment, range.map { typeNames.number(of: types[$0], texts) })
    try writer.write(
      .objectLabel, segment: segment, range.map { labelNames.number(of: labels[$0], texts) })
    try writer.write(.objectSize, segment: segment, sizes.array(range))
    try writer.write(
      .objectFlags, segment: segment,
      range.map { (dominators.isRoot[$0] ? 1 : 0) | (dominators.isUnreachable($0) ? UInt8(2) : 0) })
    try writer.write(
      .objectDominator, segment: segment, range.map { dominators.dominator(of: $0) })
    try writer.write(.objectRetained, segment: segment, retained.array(range))
  }

  /// Leads every reference to its object and drops those that lead nowhere.
  private mutating func resolved() -> ReferenceGraph {
    var graph = ReferenceGraph(objectCount: count)
    var place = 0
    for source in 0..<count {
      let references = source < referenceCounts.count ? Int(referenceCounts[source]) : 0
      for index in place..<(place + references) {
        let target: UInt32
        if leadsToSlots {
          let object = objectOfSlot[Int(targets[index])]
          guard object != 0 else {
            dangling += 1
            continue
          }
          target = object &- 1
        } else {
          target = targets[index]
          guard Int(target) < count else {
            broken += 1
            continue
          }
        }
        graph.append(target, name: names[index])
      }
      graph.endObject(source)
      place += references
    }
    broken += Int64(targets.count - place)
    targets = Buffer()
    names = Buffer()
    return graph
  }

  /// Each type's objects and their shallow bytes.
  private func addTotals(to totals: inout ProfileTotals, _ profile: inout StoredProfile) {
    guard profile.values.isEmpty else { return }
    var hasSizes = false
    for index in 0..<count where sizes[index] != 0 {
      hasSizes = true
      break
    }
    let count = StoredProfile.Value(
      population: "live", measure: "count", unit: "objects", scale: 1)
    let size = StoredProfile.Value(population: "live", measure: "size", unit: "bytes", scale: 1)
    profile.values = hasSizes ? [size, count] : [count]
    var sums: [UInt32: (size: Int64, count: Int64)] = [:]
    var order: [UInt32] = []
    for index in 0..<self.count {
      let type = types[index]
      if sums[type] == nil { order.append(type) }
      let bytes = sizes[index] == 0 ? 0 : Int64(clamping: sizes[index] - 1)
      let sum = sums[type, default: (0, 0)]
      sums[type] = (min(sum.size + bytes, 1 << 53), sum.count + 1)
    }
    for type in order {
      var site = ProfileSite(stack: 0)
      site.type = type
      let sum = sums[type, default: (0, 0)]
      totals.add(site, moment: 0, hasSizes ? [sum.size, sum.count] : [sum.count])
    }
  }
}

/// References of objects, object by object.
struct ReferenceGraph: ~Copyable {
  /// First reference of each object, and the number of all.
  private(set) var offsets: [Int]
  /// Object that each leads to.
  private(set) var targets = Buffer<UInt32>()
  /// Name number times 2, plus 1 when weak.
  private(set) var names = Buffer<UInt32>()

  init(objectCount: Int) { offsets = Array(repeating: 0, count: objectCount + 1) }

  /// Adds a reference of the object that is being written.
  mutating func append(_ target: UInt32, name: UInt32) {
    targets.append(target)
    names.append(name)
  }

  /// Ends an object; they come in order.
  mutating func endObject(_ object: Int) { offsets[object + 1] = targets.count }

  /// Number of objects.
  var count: Int { offsets.count - 1 }

  /// Whether a reference does not keep its target alive.
  @inline(__always) func isWeak(_ index: Int) -> Bool { names[index] & 1 == 1 }
}
