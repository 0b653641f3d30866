import Language
import Store

/// The objects of a capture and what they refer to, as stored.
final class ObjectGraph {
  /// The graph belongs to its capture, which keeps it.
  unowned let data: CaptureData
  let facts: StoredProfile
  /// Index of each object's type.
  private(set) var types: [UInt32] = []
  /// Shallow bytes; −1 when not recorded.
  private(set) var sizes: [Int64] = []
  private(set) var flags: [UInt8] = []
  /// Object whose end would free this one, plus 1; 0 is the roots.
  private(set) var dominators: [UInt32] = []
  private(set) var retained: [Int64] = []
  /// Names of types.
  let typeNames: [String]
  /// First site of each type: what conditions speak of.
  let siteOfType: [Int]

  private var storedReferences: References?
  private var textSegments: [Int: [String]] = [:]

  /// References, object by object.
  struct References {
    /// First reference of each object, and the number of all.
    var offsets: [Int] = [0]
    var targets: [UInt32] = []
    /// Text of each name times 2, plus 1 when weak.
    var names: [UInt32] = []

    @inline(__always) func isWeak(_ index: Int) -> Bool { names[index] & 1 == 1 }
  }

  init(data: CaptureData, facts: StoredProfile) throws(StoreError) {
    self.data = data
    self.facts = facts
    let columns = data.columns
    typeNames = try columns.texts(.typeName)
    let sites = try data.sites().types
    var siteOfType = [Int](repeating: 0, count: typeNames.count)
    for site in sites.indices.reversed() where sites[site] > 0 {
      guard Int(sites[site]) <= typeNames.count else { throw columns.damaged(.siteType) }
      siteOfType[Int(sites[site]) - 1] = site
    }
    self.siteOfType = siteOfType
    for segment in 0..<StoredProfile.segments(facts.objects) {
      types += try columns.words(.objectType, segment: segment)
      sizes += try columns.integers(.objectSize, segment: segment).map { $0 &- 1 }
      flags += try columns.integers(.objectFlags, segment: segment).map {
        UInt8(truncatingIfNeeded: $0)
      }
      dominators += try columns.words(.objectDominator, segment: segment)
      retained += try columns.integers(.objectRetained, segment: segment)
    }
    let count = Int(clamping: facts.objects)
    guard
      [types.count, sizes.count, flags.count, dominators.count, retained.count].allSatisfy({
        $0 == count
      }), types.allSatisfy({ Int($0) < typeNames.count }),
      dominators.allSatisfy({ Int($0) <= count })
    else { throw columns.damaged(.objectType) }
  }

  /// Number of objects.
  var count: Int { types.count }

  /// Whether a condition lets an object pass.
  func passes(_ object: Int, _ condition: Condition) -> Bool {
    condition.answer(
      site: siteOfType[Int(types[object])], size: UInt64(clamping: max(0, sizes[object]))) == true
  }

  /// What the objects refer to; read when it is first asked for.
  func references() throws(StoreError) -> References {
    if let storedReferences { return storedReferences }
    var read = References()
    read.offsets.reserveCapacity(count + 1)
    let total = Int(clamping: facts.references)
    read.targets.reserveCapacity(total)
    read.names.reserveCapacity(total)
    for segment in 0..<StoredProfile.segments(facts.objects) {
      for count in try data.columns.integers(.objectReferences, segment: segment) {
        read.offsets.append((read.offsets.last ?? 0) + Int(clamping: count))
      }
      read.targets += try data.columns.words(.referenceTarget, segment: segment)
      read.names += try data.columns.words(.referenceName, segment: segment)
    }
    guard read.offsets.count == count + 1, read.offsets.last == read.targets.count,
      read.names.count == read.targets.count, read.targets.allSatisfy({ Int($0) < count })
    else { throw data.columns.damaged(.referenceTarget) }
    storedReferences = read
    return read
  }

  /// Text of each object's value or name; 0 is none.
  func labels() throws(StoreError) -> [UInt32] {
    var labels: [UInt32] = []
    for segment in 0..<StoredProfile.segments(facts.objects) {
      labels += try data.columns.words(.objectLabel, segment: segment)
    }
    guard labels.count == count else { throw data.columns.damaged(.objectLabel) }
    return labels
  }

  /// The text of a label or of a reference's name; its segment is read when first asked for.
  func text(_ number: UInt32) throws(StoreError) -> String {
    guard number > 0 else { return "" }
    // Stores of the first release hold all texts in one segment.
    let first = try textSegment(0)
    let isOneColumn = first.count > StoredProfile.segmentRows
    let segment = isOneColumn ? 0 : Int(number) / StoredProfile.segmentRows
    let texts = segment == 0 ? first : try textSegment(segment)
    let place = Int(number) - segment * StoredProfile.segmentRows
    guard place < texts.count else { throw data.columns.damaged(.textValue, segment) }
    return texts[place]
  }

  private func textSegment(_ segment: Int) throws(StoreError) -> [String] {
    if let known = textSegments[segment] { return known }
    let texts = try data.columns.texts(.textValue, segment: segment)
    textSegments[segment] = texts
    return texts
  }

  /// Bytes that the end of all objects of each group would free.
  ///
  /// An object that another of its group holds is freed with it and counts once.
  ///
  /// - Parameters:
  ///   - group: group of each object; negative for none.
  ///   - groupCount: number of groups.
  /// - Returns: bytes of each group.
  func retained(byGroup group: [Int32], count groupCount: Int) -> [Int64] {
    var sums = [Int64](repeating: 0, count: groupCount)
    // Children of each object in the tree of dominators.
    var offsets = [Int](repeating: 0, count: count + 2)
    for dominator in dominators { offsets[Int(dominator) + 1] += 1 }
    for index in 1..<offsets.count { offsets[index] += offsets[index - 1] }
    var children = [UInt32](repeating: 0, count: count)
    var next = offsets
    for object in 0..<count {
      let dominator = Int(dominators[object])
      children[next[dominator]] = UInt32(object)
      next[dominator] += 1
    }
    var open = [Int32](repeating: 0, count: groupCount)
    // Negative entries leave an object that was entered before.
    var work: [Int] = children[offsets[0]..<offsets[1]].map { Int($0) }
    while let entry = work.popLast() {
      if entry < 0 {
        let group = group[-entry - 1]
        if group >= 0 { open[Int(group)] -= 1 }
        continue
      }
      let group = group[entry]
      if group >= 0 {
        if open[Int(group)] == 0 { sums[Int(group)] &+= retained[entry] }
        open[Int(group)] += 1
      }
      work.append(-entry - 1)
      for child in offsets[entry + 1]..<offsets[entry + 2] { work.append(Int(children[child])) }
    }
    return sums
  }
}
