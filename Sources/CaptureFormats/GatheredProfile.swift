import CaptureModel

/// What a reader gathers of a file whose totals are added up before they are handed out.
///
/// Memory is what is distinct in the file: stacks, and totals per stack, thread and process.
struct ProfileContent {
  var header = CaptureHeader()
  var description = ProfileDescription(kind: .samples)
  var stacks = StackTable()
  var ending = CaptureEnding.complete
  var findings: [ProfileFinding] = []
  var series: [SeriesDefinition] = []
  var points: [SeriesPoint] = []
  var sourceLines: [SourceLine] = []
  /// Moments, if there are several.
  var moments: [ProfileMoment] = []
  /// Texts by number; the first is the empty one.
  private(set) var texts = [""]
  private var textNumbers = ["": UInt32(0)]
  fileprivate var records: [ProfileRecord] = []
  fileprivate var values: [Int64] = []
  private var places: [Place: Int] = [:]
  /// Distinct sets of labels; set 1 is the first.
  fileprivate var labelSets: [[ProfileLabel]] = []
  private var labelNumbers: [[ProfileLabel]: UInt32] = [:]

  private struct Place: Hashable {
    var moment: UInt32
    var stack: UInt32
    var type: UInt32?
    var thread: UInt32?
    var process: Int64?
    var labels: UInt32
  }

  /// Whether there is no total and no point.
  var isEmpty: Bool { records.isEmpty && points.isEmpty }

  /// Number of a text for records.
  mutating func number(of text: String) -> UInt32 {
    if let known = textNumbers[text] { return known }
    let number = UInt32(texts.count)
    texts.append(text)
    textNumbers[text] = number
    return number
  }

  /// Number of a set of labels for records; 0 of none.
  mutating func number(of labels: [ProfileLabel]) -> UInt32 {
    guard !labels.isEmpty else { return 0 }
    if let known = labelNumbers[labels] { return known }
    labelSets.append(labels)
    labelNumbers[labels] = UInt32(labelSets.count)
    return UInt32(labelSets.count)
  }

  /// Adds numbers to the total of a stack, type, thread, process and set of labels at a moment;
  /// sums stay within 64 bits.
  mutating func add(
    _ numbers: [Int64], stack: UInt32, thread: UInt32? = nil, process: Int64? = nil,
    type: UInt32? = nil, moment: UInt32 = 0, labels: UInt32 = 0
  ) {
    let place = Place(
      moment: moment, stack: stack, type: type, thread: thread, process: process, labels: labels)
    guard let known = places[place] else {
      places[place] = records.count
      var record = ProfileRecord()
      record.moment = moment
      record.stack = stack
      record.type = type
      record.thread = thread
      record.process = process
      record.labels = labels
      records.append(record)
      values += numbers
      return
    }
    for (column, number) in numbers.enumerated() {
      let index = known * numbers.count + column
      let sum = values[index].addingReportingOverflow(number)
      values[index] = sum.overflow ? (number > 0 ? .max : .min) : sum.partialValue
    }
  }

  /// Gives every total its process, where the file is of one.
  mutating func setProcess(_ process: Int64) {
    for index in records.indices { records[index].process = process }
  }

  /// Changes every number by `change`, which is given the number's column.
  mutating func convert(width: Int, _ change: (Int64, Int) -> Int64) {
    for index in values.indices { values[index] = change(values[index], index % width) }
  }
}

/// Hands out what was gathered, batch by batch.
final class GatheredProfile: ProfileReader {
  private static let batchRecords = 1 << 13

  let fileSize: UInt64
  private var content: ProfileContent
  private var next = 0
  private var isFirst = true

  init(_ content: ProfileContent, _ input: CaptureInput) {
    self.content = content
    self.content.header.framing = input.framing.rawValue
    fileSize = input.file.size
  }

  var header: CaptureHeader { content.header }
  var description: ProfileDescription { content.description }
  var ending: CaptureEnding { content.ending }
  var findings: [ProfileFinding] { content.findings }

  func next(into batch: ProfileBatch) -> Bool {
    batch.removeAll()
    batch.fileOffset = fileSize
    if isFirst {
      isFirst = false
      content.stacks.handOut(to: batch)
      batch.newTexts = content.texts.enumerated().map { (UInt32($0), $1) }
      batch.newLabelSets = content.labelSets
      batch.newSeries = content.series
      batch.newMoments = content.moments
      batch.points = content.points
      batch.sourceLines = content.sourceLines
      return true
    }
    guard next < content.records.count else { return false }
    let end = min(next + Self.batchRecords, content.records.count)
    let width = content.description.values.count
    batch.records.append(contentsOf: content.records[next..<end])
    batch.values.append(contentsOf: content.values[next * width..<end * width])
    next = end
    return true
  }
}

/// Counts oddities of a kind and remembers the first.
struct FindingCounter {
  private var findings: [ProfileFinding] = []

  /// One more of a kind, met at a line.
  mutating func count(
    _ kind: String, _ severity: ProfileFinding.Severity = .warning, line: UInt64,
    _ meaning: String
  ) {
    if let index = findings.firstIndex(where: { $0.kind == kind }) {
      findings[index].count += 1
    } else {
      findings.append(
        ProfileFinding(kind: kind, severity: severity, detail: "\(meaning); first in line \(line)"))
    }
  }

  /// All kinds in the order in which they were met.
  var all: [ProfileFinding] { findings }
}

extension CaptureFile {
  /// An error of a whole file.
  func malformed(_ format: String, _ place: CapturePlace, _ reason: String) -> CaptureError {
    .malformed(path: path, format: format, place: place, reason: reason)
  }
}
