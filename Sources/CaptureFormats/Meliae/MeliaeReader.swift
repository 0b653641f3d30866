import CaptureModel

/// A dump of meliae: one object of Python a line, with its size and the addresses it refers to.
///
/// Memory is one batch and the names of types: values go on as they come. A line that cannot be
/// read is left out.
final class MeliaeReader: ProfileReader {
  static let formatName = "meliae"
  private static let batchItems = 1 << 14
  /// Bytes of a value that are kept; it may hold anything that was in memory.
  private static let textLimit = 100
  /// Number of the first value or name.
  private static let firstLabel = UInt32(TextTable.limit * 2 + 1)

  /// What is being filled, out of the batch: arrays in objects cost a check for each value.
  private struct Content {
    var objects: [ObjectRecord] = []
    var references: [ObjectReference] = []
    var labels: [(number: UInt32, end: Int)] = []
    var labelBytes: [UInt8] = []
    var addresses: [Int64] = []
    var name: [UInt8] = []
  }

  /// What a line says of its object.
  private struct Line {
    var address: UInt64?
    var type: UInt32?
    var size: UInt64?
    var hasLabel = false
    var hasReferences = false
  }

  let header: CaptureHeader
  let fileSize: UInt64
  let description: ProfileDescription
  private(set) var ending = CaptureEnding.complete
  private var brokenLines = FindingTally(
    kind: "broken line", detail: "lines that are no object of meliae's are left out")
  private var sizeless = FindingTally(
    kind: "no size", severity: .note, detail: "objects whose size is missing or negative have none")
  private let stream: CaptureStream
  private let json: JSONReader
  private var texts = TextTable()
  /// Objects read so far.
  private var objectCount: UInt32 = 0
  /// Values and names handed out; their numbers lie above those of types.
  private var labelCount: UInt32 = 0
  /// The number of the type last met, and its name.
  private var lastType: (name: [UInt8], number: UInt32) = ([], 0)
  private var isDone = false

  init(_ input: CaptureInput) throws(CaptureError) {
    stream = input.stream()
    json = JSONReader(stream, isLineBound: true)
    fileSize = input.file.size
    var header = CaptureHeader()
    header.format = Self.formatName
    header.framing = input.framing.rawValue
    self.header = header
    var description = ProfileDescription(kind: .objects)
    description.hasFunctions = false
    description.hasFiles = false
    description.hasLines = false
    description.advice = "tracemalloc and memray record where memory was allocated"
    self.description = description
  }

  var findings: [ProfileFinding] {
    [brokenLines, sizeless].compactMap(\.finding) + [texts.finding].compactMap { $0 }
  }

  func next(into batch: ProfileBatch) -> Bool {
    batch.removeAll()
    guard !isDone else { return false }
    var content = Content()
    swap(&content.objects, &batch.objects)
    swap(&content.references, &batch.references)
    swap(&content.labels, &batch.newLabels)
    swap(&content.labelBytes, &batch.labelBytes)
    while !isDone, content.objects.count + content.references.count < Self.batchItems {
      readLine(&content)
    }
    swap(&content.objects, &batch.objects)
    swap(&content.references, &batch.references)
    swap(&content.labels, &batch.newLabels)
    swap(&content.labelBytes, &batch.labelBytes)
    texts.handOut(to: batch)
    batch.fileOffset = stream.fileOffset
    return true
  }

  /// Reads the next object; what a broken line added to the batch is taken back.
  private func readLine(_ content: inout Content) {
    let references = content.references.count
    let (labels, bytes) = (content.labels.count, content.labelBytes.count)
    do throws(JSONProblem) {
      guard let token = try json.next() else {
        isDone = true
        ending = stream.endingOfFailure ?? ending
        return
      }
      guard token == .beginObject else { throw json.problem("no object") }
      try add(try readObject(&content), &content)
    } catch {
      content.references.removeSubrange(references...)
      labelCount -= UInt32(content.labels.count - labels)
      content.labels.removeSubrange(labels...)
      content.labelBytes.removeSubrange(bytes...)
      if case .endOfData(let offset) = error {
        isDone = true
        ending =
          stream.endingOfFailure ?? .incomplete(offset: offset, reason: "the last line is cut")
        return
      }
      brokenLines.count(line: json.linesRead + 1)
      json.skipLine()
    }
  }

  private func add(_ line: Line, _ content: inout Content) throws(JSONProblem) {
    guard let address = line.address, let type = line.type, line.hasReferences else {
      throw json.problem("an object without address, type or references")
    }
    guard objectCount < 1 << 31 else { throw json.problem("more objects than can be numbered") }
    objectCount += 1
    if line.size == nil { sizeless.count(line: json.linesRead + 1) }
    content.objects.append(
      ObjectRecord(
        identity: address, type: type, label: line.hasLabel ? Self.firstLabel + labelCount - 1 : 0,
        size: line.size))
  }

  private func readObject(_ content: inout Content) throws(JSONProblem) -> Line {
    var line = Line()
    while try json.required() == .key {
      if json.isText("address") {
        line.address = UInt64(exactly: try json.requiredInteger())
      } else if json.isText("type") {
        guard try json.required() == .string else { throw json.problem("a type was expected") }
        line.type = readType(&content.name)
      } else if json.isText("size") {
        line.size = UInt64(exactly: try json.requiredInteger())
      } else if json.isText("value") || json.isText("name") {
        line.hasLabel = try readLabel(&content)
      } else if json.isText("refs") {
        try readReferences(&content)
        line.hasReferences = true
      } else {
        try json.skipValue()
      }
    }
    return line
  }

  /// The text of a value: strings and names as they are, numbers as Python prints them.
  private func readLabel(_ content: inout Content) throws(JSONProblem) -> Bool {
    guard labelCount < 1 << 31 else {
      try json.skipValue()
      return false
    }
    let token = try json.required()
    switch token {
    case .string: json.appendText(limit: Self.textLimit, to: &content.labelBytes)
    case .number:
      let text = json.integer.map { "\($0)" } ?? "\(json.number)"
      content.labelBytes.append(contentsOf: text.utf8)
    default:
      try json.skip(token)
      return false
    }
    content.labels.append((Self.firstLabel + labelCount, content.labelBytes.count))
    labelCount += 1
    return true
  }

  /// The number of the type just read; most often that of the object before.
  private func readType(_ name: inout [UInt8]) -> UInt32 {
    name.removeAll(keepingCapacity: true)
    json.appendText(limit: Self.textLimit, to: &name)
    if name != lastType.name {
      lastType = (name, texts.essential(String(decoding: name, as: UTF8.self)))
    }
    return lastType.number
  }

  private func readReferences(_ content: inout Content) throws(JSONProblem) {
    guard try json.required() == .beginArray else { throw json.problem("a list was expected") }
    let source = objectCount
    while true {
      content.addresses.removeAll(keepingCapacity: true)
      json.appendIntegers(to: &content.addresses, most: Self.batchItems)
      for address in content.addresses {
        content.references.append(ObjectReference(source: source, target: UInt64(address)))
      }
      switch try json.required() {
      case .endArray: return
      case .number:
        guard let target = json.integer, target >= 0 else { continue }
        content.references.append(ObjectReference(source: source, target: UInt64(target)))
      default: throw json.problem("an address was expected")
      }
    }
  }
}
