import CaptureModel
import Store

/// Gathers a graph of objects, and writes it with what each object retains.
///
/// Memory: 29 bytes an object and 8 a reference, 12 where references have names; twice as much
/// while dominators are computed.
struct ObjectImport: ~Copyable {
  private var identities = Buffer<UInt64>()
  private var types = Buffer<UInt32>()
  private var labels = Buffer<UInt32>()
  /// Bytes plus 1; 0 when not recorded.
  private var sizes = Buffer<UInt64>()
  private var roots = Buffer<UInt8>()
  private var referenceCounts = Buffer<UInt32>()
  /// What each reference leads to, as the file says it.
  private var targets = Buffer<UInt64>()
  /// Text number of each reference's name times 2, plus 1 when it is weak; empty as long as
  /// there is neither.
  private var names = Buffer<UInt32>()
  private var lastSource: UInt32 = 0
  private var targetKind = ObjectTargets.identities
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
    identities.append(object.identity)
    types.append(object.type)
    labels.append(object.label)
    sizes.append(object.size.map { min($0, 1 << 53) &+ 1 } ?? 0)
    roots.append(object.isRoot ? 1 : 0)
  }

  /// Adds a reference; its source is the last one's or a later one.
  mutating func add(_ reference: ObjectReference, targets kind: ObjectTargets) {
    targetKind = kind
    let source = Int(reference.source)
    guard reference.source >= lastSource, reference.name < 1 << 31, source < 1 << 31,
      targets.count < Int(UInt32.max)
    else {
      broken += 1
      return
    }
    lastSource = reference.source
    // Sources rise, so that a gap is objects without references.
    if source >= referenceCounts.count {
      referenceCounts.append(repeating: 0, count: source &+ 1 &- referenceCounts.count)
    }
    referenceCounts[source] &+= 1
    let name = reference.name &* 2 &+ (reference.isWeak ? 1 : 0)
    if name != 0, names.count < targets.count {
      names.append(repeating: 0, count: targets.count &- names.count)
    }
    if name != 0 || names.count > 0 { names.append(name) }
    targets.append(reference.target)
  }

  // MARK: Writing

  /// Writes the graph, and adds a total for each type to `totals`.
  mutating func write(
    texts: borrowing ProfileTexts, totals: inout ProfileTotals, profile: inout StoredProfile,
    to writer: CaptureWriter
  ) throws(StoreError) {
    let graph = resolved()
    profile.objects = Int64(count)
    profile.references = Int64(graph.targets.count)
    var givenRoots = Buffer<UInt8>()
    swap(&givenRoots, &roots)
    let search = DominatorSearch(graph, roots: givenRoots)
    var typeNames = DistinctTexts()
    var labelNames = DistinctTexts()
    _ = labelNames.number(of: 0, texts)
    for (segment, range) in segments.enumerated() {
      try write(range, segment, &typeNames, &labelNames, texts, to: writer)
      try write(search.graph, range, segment, &labelNames, texts, to: writer)
    }
    profile.texts = Int64(labelNames.identities.count)
    try texts.write(
      labelNames.identities, as: .textValue, to: writer, segmentRows: StoredProfile.segmentRows)
    addTotals(to: &totals, &profile)
    var unreachable: Int64 = 0
    try search.withDominators { (dominators) throws(StoreError) in
      unreachable = try write(dominators, to: writer)
    }
    self.unreachable = unreachable
  }

  /// Objects of each segment.
  private var segments: [Range<Int>] {
    stride(from: 0, to: count, by: StoredProfile.segmentRows).map {
      $0..<min($0 + StoredProfile.segmentRows, count)
    }
  }

  /// Writes who holds whom; returns how many no root holds.
  private func write(
    _ dominators: borrowing Dominators, to writer: CaptureWriter
  ) throws(StoreError) -> Int64 {
    let retained = dominators.retained(sizes: sizes)
    var unreachable: Int64 = 0
    for (segment, range) in segments.enumerated() {
      var flags: [UInt8] = []
      var holders: [UInt32] = []
      for object in range {
        flags.append(dominators.flags(of: object))
        holders.append(dominators.dominator(of: object))
        if dominators.isUnreachable(object) { unreachable += 1 }
      }
      try writer.write(.objectFlags, segment: segment, flags)
      try writer.write(.objectDominator, segment: segment, holders)
      try writer.write(.objectRetained, segment: segment, retained.array(range))
    }
    return unreachable
  }

  private func write(
    _ range: Range<Int>, _ segment: Int, _ typeNames: inout DistinctTexts,
    _ labelNames: inout DistinctTexts, _ texts: borrowing ProfileTexts, to writer: CaptureWriter
  ) throws(StoreError) {
    var types: [UInt32] = []
    var labels: [UInt32] = []
    for object in range {
      types.append(typeNames.number(of: self.types[object], texts))
      labels.append(labelNames.number(of: self.labels[object], texts))
    }
    try writer.write(.objectIdentity, segment: segment, identities.array(range))
    try writer.write(.objectType, segment: segment, types)
    try writer.write(.objectLabel, segment: segment, labels)
    try writer.write(.objectSize, segment: segment, sizes.array(range))
  }

  private func write(
    _ graph: borrowing ReferenceGraph, _ range: Range<Int>, _ segment: Int,
    _ labelNames: inout DistinctTexts, _ texts: borrowing ProfileTexts, to writer: CaptureWriter
  ) throws(StoreError) {
    var counts: [UInt32] = []
    for object in range { counts.append(UInt32(graph.references(object).count)) }
    let references = Int(graph.offsets[range.lowerBound])..<Int(graph.offsets[range.upperBound])
    var numbers: [UInt32] = []
    if graph.names.count == 0 {
      numbers = Array(repeating: 0, count: references.count)
    } else {
      for index in references {
        let name = graph.names[index]
        numbers.append(labelNames.number(of: name >> 1, texts) * 2 + name & 1)
      }
    }
    try writer.write(.objectReferences, segment: segment, counts)
    try writer.write(.referenceTarget, segment: segment, graph.targets.array(references))
    try writer.write(.referenceName, segment: segment, numbers)
  }

  // MARK: Resolving

  /// Leads every reference to its object and drops those that lead nowhere.
  private mutating func resolved() -> ReferenceGraph {
    if names.count > 0 { names.append(repeating: 0, count: targets.count - names.count) }
    var index = IdentityIndex(identities)
    duplicates = Int64(index.repeated.count)
    if targetKind == .identities, duplicates > 0 {
      leaveOut(index.repeated)
      index = IdentityIndex(identities)
    }
    var recordedNames = Buffer<UInt32>()
    swap(&recordedNames, &names)
    var graph = ReferenceGraph(objectCount: count, names: recordedNames)
    var place = 0
    for source in 0..<count {
      let end = place + referenceCount(source)
      while place < end {
        if let target = object(targets[place], index) { graph.append(target, from: place) }
        place += 1
      }
      graph.endObject()
    }
    broken += Int64(targets.count - place)
    targets = Buffer()
    referenceCounts = Buffer()
    graph.end()
    return graph
  }

  private func referenceCount(_ source: Int) -> Int {
    source < referenceCounts.count ? Int(referenceCounts[source]) : 0
  }

  /// Leaves out some objects, rising, and their references.
  private mutating func leaveOut(_ objects: [Int]) {
    var next = objects[...]
    var kept = 0
    var (from, to) = (0, 0)
    for object in 0..<count {
      let references = referenceCount(object)
      if next.first == object {
        next.removeFirst()
        from += references
        continue
      }
      identities[kept] = identities[object]
      types[kept] = types[object]
      labels[kept] = labels[object]
      sizes[kept] = sizes[object]
      roots[kept] = roots[object]
      if kept < referenceCounts.count { referenceCounts[kept] = UInt32(references) }
      for _ in 0..<references {
        targets[to] = targets[from]
        if names.count > 0 { names[to] = names[from] }
        (from, to) = (from + 1, to + 1)
      }
      kept += 1
    }
    broken += Int64(targets.count - from)
    targets.keepFirst(to)
    names.keepFirst(to)
    identities.keepFirst(kept)
    types.keepFirst(kept)
    labels.keepFirst(kept)
    sizes.keepFirst(kept)
    roots.keepFirst(kept)
    referenceCounts.keepFirst(kept)
  }

  /// The object that a target means; nil when there is none.
  @inline(__always)
  private mutating func object(_ target: UInt64, _ index: borrowing IdentityIndex) -> UInt32? {
    switch targetKind {
    case .identities:
      let object = index.object(target, identities)
      if object == 0 {
        dangling += 1
        return nil
      }
      return object &- 1
    case .indices:
      guard target < UInt64(count) else {
        broken += 1
        return nil
      }
      return UInt32(target)
    }
  }

  /// Each type's objects and their shallow bytes.
  private func addTotals(to totals: inout ProfileTotals, _ profile: inout StoredProfile) {
    guard profile.values.isEmpty else { return }
    var hasSizes = false
    for index in 0..<count where sizes[index] != 0 {
      hasSizes = true
      break
    }
    let count = ProfileValue(.live, .count, unit: "objects")
    let size = ProfileValue(.live, .size, unit: "bytes")
    profile.values = hasSizes ? [size, count] : [count]
    var sums: [UInt32: (size: Int64, count: Int64)] = [:]
    var order: [UInt32] = []
    // Objects of a type often follow each other.
    var (current, size0, count0) = (UInt32.max, Int64(0), Int64(0))
    func close() {
      guard count0 > 0 else { return }
      if sums[current] == nil { order.append(current) }
      let sum = sums[current, default: (0, 0)]
      sums[current] = (min(sum.size + size0, 1 << 53), sum.count + count0)
    }
    for index in 0..<self.count {
      if types[index] != current {
        close()
        (current, size0, count0) = (types[index], 0, 0)
      }
      size0 = min(size0 + (sizes[index] == 0 ? 0 : Int64(clamping: sizes[index] - 1)), 1 << 53)
      count0 += 1
    }
    close()
    for type in order {
      var site = ProfileSite(stack: 0)
      site.type = type
      let sum = sums[type, default: (0, 0)]
      totals.add(site, moment: 0, hasSizes ? [sum.size, sum.count] : [sum.count])
    }
  }
}
