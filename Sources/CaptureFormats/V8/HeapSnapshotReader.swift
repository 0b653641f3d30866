import CaptureModel

/// A heap snapshot of V8: every object, its references, and their names at the very end.
///
/// Memory is 4 bytes an object; strings go on as they come.
final class HeapSnapshotReader: ProfileReader {
  private static let batchItems = 1 << 14

  private enum Phase { case members, nodes, edges, strings, done }

  let header: CaptureHeader
  let fileSize: UInt64
  private(set) var description = ProfileDescription(kind: .objects)
  private(set) var ending = CaptureEnding.complete
  private(set) var findings: [ProfileFinding] = []

  private let stream: CaptureStream
  private let json: JSONReader
  private let meta: HeapSnapshotMeta
  private let places: HeapSnapshotMeta.Places
  private var phase = Phase.members
  private var mayHaveTypes = true
  /// Class number of each type, 0 for those whose class is their name.
  private var classes: [UInt32] = []
  private var isNumbered: [Bool] = []
  private var weakType = -1
  /// References that each object has.
  private var edgeCounts: [UInt32] = []
  private var row: [Int64]
  private var numbers: [Int64] = []
  private var edgeRow: [Int64]
  private var source = 0
  private var leftOfSource: UInt32 = 0
  private var hasEdges = false
  private var edgeTotal: Int64 = 0
  private var stringCount: Int64 = 0
  private var greatestString: Int64 = -1
  private var elementsNamed: [Bool] = []
  private var badTargets: Int64 = 0
  private var firstBadTarget: UInt64 = 0
  private var unknownTypes: Int64 = 0
  private var firstUnknownType: Int64 = 0
  private var namedTypes: Set<UInt32> = []
  private var unknownEdges: Int64 = 0

  /// Reads the description at the file's beginning.
  ///
  /// - Throws: `malformed` when it is not there or lacks a field.
  init(_ input: CaptureInput) throws(CaptureError) {
    let format = HeapSnapshotLayout.formatName
    let stream = input.stream()
    let json = JSONReader(stream)
    do throws(JSONProblem) {
      (meta, places) = try Self.readMeta(json)
    } catch {
      throw json.refusal(error, format)
    }
    self.stream = stream
    self.json = json
    fileSize = input.file.size
    row = Array(repeating: 0, count: places.nodeWidth)
    edgeRow = Array(repeating: 0, count: places.edgeWidth)
    var header = CaptureHeader()
    header.format = format
    header.version = "\(places.nodeWidth) fields an object"
    header.framing = input.framing.rawValue
    self.header = header
    describe()
  }

  private static func readMeta(
    _ json: JSONReader
  ) throws(JSONProblem) -> (HeapSnapshotMeta, HeapSnapshotMeta.Places) {
    guard try json.required() == .beginObject else { throw json.problem("no object") }
    guard try json.required() == .key, json.isText("snapshot") else {
      throw json.problem("`snapshot` is missing")
    }
    let meta = try HeapSnapshotMeta(json)
    guard let places = meta.places, meta.nodeTypes.count < HeapSnapshotLayout.mostTypes else {
      throw json.problem("`meta` lacks the names of fields that every snapshot has")
    }
    return (meta, places)
  }

  private func describe() {
    description.targets = .indices
    description.hasFunctions = false
    description.hasFiles = false
    description.hasLines = false
    description.advice =
      "node --heap-prof records where memory was allocated"
    for (index, type) in meta.nodeTypes.enumerated() {
      classes.append(HeapSnapshotLayout.namedTypes.contains(type) ? 0 : UInt32(index + 1))
    }
    for (index, type) in meta.edgeTypes.enumerated() {
      isNumbered.append(HeapSnapshotLayout.numberedReferences.contains(type))
      if type == "weak" { weakType = index }
    }
    elementsNamed = Array(repeating: false, count: HeapSnapshotLayout.namedElements)
  }

  func next(into batch: ProfileBatch) -> Bool {
    batch.removeAll()
    batch.labelsAreNames = true
    guard phase != .done else { return false }
    if mayHaveTypes { handOutClasses(to: batch) }
    do throws(JSONProblem) {
      try fill(batch)
    } catch {
      ending = json.ending(error)
      phase = .done
    }
    if phase == .done { finish() }
    batch.fileOffset = stream.fileOffset
    return true
  }

  private func handOutClasses(to batch: ProfileBatch) {
    mayHaveTypes = false
    for (index, type) in meta.nodeTypes.enumerated() {
      batch.newTexts.append(
        (UInt32(index + 1), HeapSnapshotLayout.classes[type] ?? "(\(type))"))
    }
  }

  /// Reads on until the batch is full or all is read.
  private func fill(_ batch: ProfileBatch) throws(JSONProblem) {
    while phase != .done {
      switch phase {
      case .members: try readMember()
      case .nodes: try readNodes(batch)
      case .edges: try readEdges(batch)
      case .strings: try readStrings(batch)
      case .done: return
      }
      let items = batch.objects.count + batch.references.count + batch.newLabels.count
      if items >= Self.batchItems { return }
    }
  }

  private func readMember() throws(JSONProblem) {
    guard try json.required() == .key else {
      phase = .done
      return
    }
    let next: Phase? =
      json.isText("nodes")
      ? .nodes
      : json.isText("edges")
        ? .edges
        : json.isText("strings") ? .strings : nil
    guard let next else { return try json.skipValue() }
    guard try json.required() == .beginArray else { throw json.problem("a list was expected") }
    if next == .edges {
      guard !hasEdges else { throw json.problem("references a second time") }
      hasEdges = true
      leftOfSource = edgeCounts.first ?? 0
    }
    phase = next
  }

  /// Reads a row of whole numbers; false at the end of the list.
  @inline(__always)
  private func readRow(_ row: inout [Int64]) throws(JSONProblem) -> Bool {
    numbers.removeAll(keepingCapacity: true)
    json.appendIntegers(to: &numbers, most: row.count)
    for index in numbers.indices { row[index] = numbers[index] }
    for index in numbers.count..<row.count {
      let token = try json.required()
      guard token == .number, let value = json.integer else {
        if token == .endArray, index == 0 {
          phase = .members
          return false
        }
        throw json.problem(
          "a list of whole numbers that ends within a row, or holds something else")
      }
      row[index] = value
    }
    return true
  }

  private func readNodes(_ batch: ProfileBatch) throws(JSONProblem) {
    guard !hasEdges else { throw json.problem("objects after their references") }
    while batch.objects.count < Self.batchItems, try readRow(&row) {
      let type = row[places.type]
      guard type >= 0, let name = UInt32(exactly: row[places.name]),
        name < HeapSnapshotLayout.firstElement - HeapSnapshotLayout.firstString,
        let size = UInt64(exactly: row[places.size]),
        let edges = UInt32(exactly: row[places.edges]), edgeCounts.count < Int(Int32.max)
      else { throw json.problem("an object with a number that is not possible") }
      greatestString = max(greatestString, Int64(name))
      let text = name + HeapSnapshotLayout.firstString
      let type0 = Int(type) < classes.count ? classes[Int(type)] : unknownClass(type, batch)
      let isRoot = Int64(edgeCounts.count) * Int64(places.nodeWidth) == meta.rootIndex
      edgeCounts.append(edges)
      batch.objects.append(
        ObjectRecord(
          identity: UInt64(bitPattern: row[places.id]), type: type0 == 0 ? text : type0,
          label: type0 == 0 ? 0 : text, size: size, isRoot: isRoot))
    }
  }

  /// Text number of a type that `meta` does not name: newer releases of V8 add some.
  private func unknownClass(_ type: Int64, _ batch: ProfileBatch) -> UInt32 {
    if unknownTypes == 0 { firstUnknownType = type }
    unknownTypes += 1
    let number = UInt32(min(type, Int64(HeapSnapshotLayout.mostTypes) - 1)) + 1
    if namedTypes.insert(number).inserted {
      batch.newTexts.append(
        (number, number < HeapSnapshotLayout.mostTypes ? "(type \(type))" : "(other types)"))
    }
    return number
  }

  private func readEdges(_ batch: ProfileBatch) throws(JSONProblem) {
    while batch.references.count < Self.batchItems, try readRow(&edgeRow) {
      while leftOfSource == 0 {
        source += 1
        guard source < edgeCounts.count else {
          throw json.problem("more references than the objects own")
        }
        leftOfSource = edgeCounts[source]
      }
      leftOfSource -= 1
      edgeTotal += 1
      let target = edgeRow[places.target]
      let (index, rest) = target.quotientAndRemainder(dividingBy: Int64(places.nodeWidth))
      guard rest == 0, index >= 0, index < edgeCounts.count else {
        if badTargets == 0 { firstBadTarget = json.offset }
        badTargets += 1
        continue
      }
      let type = Int(clamping: edgeRow[places.edgeType])
      let name = try name(edgeRow[places.edgeName], type: type, batch)
      batch.references.append(
        ObjectReference(
          source: UInt32(source), target: UInt64(index), name: name, isWeak: type == weakType))
    }
  }

  /// Text number of a reference's name.
  @inline(__always)
  private func name(
    _ number: Int64, type: Int, _ batch: ProfileBatch
  ) throws(JSONProblem) -> UInt32 {
    guard type >= 0, number >= 0,
      number < HeapSnapshotLayout.firstElement - HeapSnapshotLayout.firstString
    else { throw json.problem("a reference with a number that is not possible") }
    guard type < isNumbered.count else {
      // A number or a name: nobody knows, so that none is shown.
      unknownEdges += 1
      return 0
    }
    guard isNumbered[type] else {
      greatestString = max(greatestString, number)
      return UInt32(number) + HeapSnapshotLayout.firstString
    }
    guard number < elementsNamed.count else { return 0 }
    let text = HeapSnapshotLayout.firstElement + UInt32(number)
    if !elementsNamed[Int(number)] {
      elementsNamed[Int(number)] = true
      batch.newTexts.append((text, "[\(number)]"))
    }
    return text
  }

  private func readStrings(_ batch: ProfileBatch) throws(JSONProblem) {
    while batch.newLabels.count < Self.batchItems {
      switch try json.required() {
      case .string:
        // What nothing can be called by is of no use; the greatest number is known by now
        // unless the strings come first.
        if stringCount < HeapSnapshotLayout.firstElement - HeapSnapshotLayout.firstString {
          json.appendText(limit: HeapSnapshotLayout.textLimit, to: &batch.labelBytes)
          batch.newLabels.append(
            (UInt32(stringCount) + HeapSnapshotLayout.firstString, batch.labelBytes.count))
        }
        stringCount += 1
      case .endArray:
        phase = .members
        return
      default: throw json.problem("a list of strings was expected")
      }
    }
  }

  /// Compares what came with what the file promised.
  private func finish() {
    func add(_ kind: String, _ severity: ProfileFinding.Severity, _ count: Int64, _ detail: String)
    {
      guard count > 0 else { return }
      findings.append(
        ProfileFinding(kind: kind, severity: severity, count: count, detail: detail))
    }
    add(
      "reference to nowhere", .error, badTargets,
      "references that lead to no object are left out; first before byte \(firstBadTarget)")
    add(
      "unknown type", .note, unknownTypes,
      "objects of types that the file does not name, such as \(firstUnknownType); they are called by number"
    )
    add(
      "unknown reference", .note, unknownEdges,
      "references of types that the file does not name; they are kept without a name")
    guard ending == .complete else { return }
    if badTargets > 0 {
      ending = .damaged(offset: firstBadTarget, reason: "a reference that leads to no object")
    }
    add(
      "missing name", .warning, max(0, greatestString + 1 - stringCount),
      "names that are not among the file's strings")
    if let promised = meta.nodeCount, promised != Int64(edgeCounts.count) {
      add(
        "wrong count", .warning, 1,
        "\(edgeCounts.count) objects, where the file says \(promised)")
    }
    if let promised = meta.edgeCount, promised != edgeTotal {
      add("wrong count", .warning, 1, "\(edgeTotal) references, where the file says \(promised)")
    }
  }
}
