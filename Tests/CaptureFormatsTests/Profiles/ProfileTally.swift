import CaptureModel
import Foundation
import TestSupport

@testable import CaptureFormats

/// Everything that a profile's reader yields, added up, and whether it kept its promises.
struct ProfileTally {
  var frames: [ProfileFrame] = []
  var nodes: [StackNode] = []
  var texts: [UInt32: String] = [:]
  var moments: [ProfileMoment] = []
  var records: [ProfileRecord] = []
  /// As many a record as the description has values; 0 for those that its moment has not.
  var values: [Int64] = []
  var processes: [ProcessName] = []
  var series: [SeriesDefinition] = []
  var points: [SeriesPoint] = []
  var marks: [ProfileMark] = []
  var sourceLines: [SourceLine] = []
  var objects: [ObjectRecord] = []
  var references: [ObjectReference] = []
  var labelSets: [[ProfileLabel]] = []
  let description: ProfileDescription
  let ending: CaptureEnding
  let findings: [ProfileFinding]
  /// References to what was not announced before, and records without all their numbers.
  var brokenPromises = 0

  init(_ reader: any ProfileReader) {
    let batch = ProfileBatch()
    var lastOffset: UInt64 = 0
    var plain: [Int64] = []
    while reader.next(into: batch) {
      frames += batch.newFrames
      for node in batch.newNodes {
        if node.parent > UInt32(nodes.count) || node.frame >= UInt32(frames.count) {
          brokenPromises += 1
        }
        nodes.append(node)
      }
      for (number, text) in batch.newTexts { texts[number] = text }
      var start = 0
      for (number, end) in batch.newLabels {
        texts[number] = String(decoding: batch.labelBytes[start..<end], as: UTF8.self)
        start = end
      }
      moments += batch.newMoments
      labelSets += batch.newLabelSets
      for record in batch.records where record.labels > UInt32(labelSets.count) {
        brokenPromises += 1
      }
      series += batch.newSeries
      for record in batch.records where record.stack > UInt32(nodes.count) { brokenPromises += 1 }
      for point in batch.points where point.series >= UInt32(series.count) { brokenPromises += 1 }
      records += batch.records
      processes += batch.newProcesses
      plain += batch.values
      points += batch.points
      marks += batch.marks
      sourceLines += batch.sourceLines
      objects += batch.objects
      for reference in batch.references {
        if reference.source < references.last?.source ?? 0 { brokenPromises += 1 }
        references.append(reference)
      }
      if batch.fileOffset < lastOffset { brokenPromises += 1 }
      lastOffset = batch.fileOffset
    }
    description = reader.description
    ending = reader.ending
    findings = reader.findings
    if let last = references.last, last.source >= UInt32(objects.count) { brokenPromises += 1 }
    spread(plain)
    for record in records {
      for number in [record.type, record.thread].compactMap({ $0 }) where texts[number] == nil {
        brokenPromises += 1
      }
      if record.moment > 0, record.moment >= UInt32(moments.count) { brokenPromises += 1 }
    }
  }

  /// Puts the numbers of records into the columns of the description.
  private mutating func spread(_ plain: [Int64]) {
    let width = description.values.count
    var next = 0
    for record in records {
      let moment = Int(record.moment) < moments.count ? moments[Int(record.moment)] : nil
      let columns = moment?.values.map { $0.map(Int.init) } ?? Array(0..<width)
      guard next + columns.count <= plain.count, columns.allSatisfy({ $0 < width }) else {
        brokenPromises += 1
        return
      }
      var row = [Int64](repeating: 0, count: width)
      for (index, column) in columns.enumerated() { row[column] = plain[next + index] }
      next += columns.count
      values += row
    }
    if next != plain.count { brokenPromises += 1 }
  }

  /// The value of a measure of a record.
  func value(_ record: Int, _ population: ProfilePopulation, _ measure: ProfileMeasure) -> Int64? {
    description.values.firstIndex { $0.population == population && $0.measure == measure }
      .map { value(record, $0) }
  }

  /// Opens a file and reads it whole; it must be one of totals, series, types or objects.
  init(path: String, format: String? = nil) throws {
    let reader = try FormatRegistry.open(path: path, format: format)
    guard case .profile(let profile) = reader else { throw NotAProfile() }
    self.init(profile)
  }

  struct NotAProfile: Error {}

  /// The frames of a node, outermost first.
  func stack(_ node: UInt32) -> [ProfileFrame] {
    var result: [ProfileFrame] = []
    var node = node
    while node > 0 {
      result.append(frames[Int(nodes[Int(node) - 1].frame)])
      node = nodes[Int(node) - 1].parent
    }
    return result.reversed()
  }

  /// One number of a record, by its place in the description.
  func value(_ record: Int, _ index: Int = 0) -> Int64 {
    values[record * description.values.count + index]
  }

  /// Sum of one number over all records, or those that are wanted.
  func total(_ index: Int = 0, where isWanted: (ProfileRecord) -> Bool = { _ in true }) -> Int64 {
    records.indices.reduce(0) { $0 + (isWanted(records[$1]) ? value($1, index) : 0) }
  }
}

/// A file among the fixtures of a format.
func fixture(_ format: String, _ name: String) -> String {
  Project.fixtures(format).appending(path: name).path
}

/// The bytes of a fixture.
func fixtureBytes(_ format: String, _ name: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: Project.fixtures(format).appending(path: name)))
}

/// Why a file cannot be opened; nil when it can.
func openingError(_ path: String, format: String? = nil) -> CaptureError? {
  do throws(CaptureError) {
    _ = try FormatRegistry.open(path: path, format: format)
    return nil
  } catch {
    return error
  }
}
