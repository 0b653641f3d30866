import CaptureModel

/// A dump of meliae: one object of Python a line, with its size and the addresses it refers to.
///
/// Memory is 16 to 32 bytes an object, to know addresses that come twice, and the texts. A line
/// that cannot be read is left out.
final class MeliaeReader: ProfileReader {
  static let formatName = "meliae"
  private static let batchItems = 1 << 14
  /// Bytes of a value that are kept; it may hold anything that was in memory.
  private static let textLimit = 100

  /// What a line says of its object.
  private struct Line {
    var address: UInt64?
    var type: UInt32?
    var size: UInt64?
    var label: UInt32 = 0
    var hasReferences = false
  }

  let header: CaptureHeader
  let fileSize: UInt64
  let description: ProfileDescription
  private(set) var ending = CaptureEnding.complete
  private var brokenLines = FindingTally(
    kind: "broken line", detail: "lines that are no object of meliae's are left out")
  private var repeated = FindingTally(
    kind: "address twice", detail: "objects with the address of an earlier one are left out")
  private var sizeless = FindingTally(
    kind: "no size", severity: .note, detail: "objects whose size is missing or negative have none")
  private let stream: CaptureStream
  private let json: JSONReader
  private var texts = TextTable()
  private let addresses = IdentityTable()
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
    [brokenLines, repeated, sizeless].compactMap(\.finding) + [texts.finding].compactMap { $0 }
  }

  func next(into batch: ProfileBatch) -> Bool {
    batch.removeAll()
    guard !isDone else { return false }
    while !isDone, batch.objects.count + batch.references.count < Self.batchItems {
      readLine(batch)
    }
    texts.handOut(to: batch)
    batch.fileOffset = stream.fileOffset
    return true
  }

  /// Reads the next object; what a broken line added to the batch is taken back.
  private func readLine(_ batch: ProfileBatch) {
    let references = batch.references.count
    do throws(JSONProblem) {
      guard let token = try json.next() else {
        isDone = true
        ending = stream.endingOfFailure ?? ending
        return
      }
      guard token == .beginObject else { throw json.problem("no object") }
      try add(try readObject(batch), firstReference: references, batch)
    } catch {
      batch.references.removeSubrange(references...)
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

  private func add(
    _ line: Line, firstReference: Int, _ batch: ProfileBatch
  ) throws(JSONProblem) {
    guard let address = line.address, let type = line.type, line.hasReferences else {
      throw json.problem("an object without address, type or references")
    }
    guard addresses.index(address) == nil else {
      batch.references.removeSubrange(firstReference...)
      repeated.count(line: json.linesRead + 1)
      return
    }
    addresses.set(address, to: UInt32(addresses.count))
    if line.size == nil { sizeless.count(line: json.linesRead + 1) }
    batch.objects.append(
      ObjectRecord(identity: address, type: type, label: line.label, size: line.size))
  }

  private func readObject(_ batch: ProfileBatch) throws(JSONProblem) -> Line {
    var line = Line()
    while try json.required() == .key {
      if json.isText("address") {
        line.address = UInt64(exactly: try json.requiredInteger())
      } else if json.isText("type") {
        guard try json.required() == .string else { throw json.problem("a type was expected") }
        line.type = texts.essential(json.text(limit: Self.textLimit))
      } else if json.isText("size") {
        line.size = UInt64(exactly: try json.requiredInteger())
      } else if json.isText("value") || json.isText("name") {
        line.label = try readLabel()
      } else if json.isText("refs") {
        try readReferences(batch)
        line.hasReferences = true
      } else {
        try json.skipValue()
      }
    }
    return line
  }

  /// The text of a value: strings and names as they are, numbers as Python prints them.
  private func readLabel() throws(JSONProblem) -> UInt32 {
    let token = try json.required()
    switch token {
    case .string: return texts.number(of: json.text(limit: Self.textLimit))
    case .number:
      return texts.number(of: json.integer.map { "\($0)" } ?? "\(json.number)")
    default:
      try json.skip(token)
      return 0
    }
  }

  private func readReferences(_ batch: ProfileBatch) throws(JSONProblem) {
    guard try json.required() == .beginArray else { throw json.problem("a list was expected") }
    let source = UInt32(addresses.count)
    while true {
      switch try json.required() {
      case .endArray: return
      case .number:
        guard let target = json.integer, target >= 0 else { continue }
        batch.references.append(ObjectReference(source: source, target: UInt64(target)))
      default: throw json.problem("an address was expected")
      }
    }
  }
}
