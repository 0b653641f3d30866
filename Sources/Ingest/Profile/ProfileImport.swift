import CaptureModel
import Store

/// Gathers a capture of another tool and writes it as columns.
///
/// Memory is bounded by what is distinct: stacks, types and totals per moment, and by the
/// graph of objects. Points of series, marks and source lines go to the store as they come.
struct ProfileImport: ~Copyable {
  private var frames = ProfileFrames()
  private var stacks = StackInterner()
  /// Interned node of each of the file's, the root first.
  private var nodes: [UInt32] = [0]
  private var texts = ProfileTexts()
  private var totals = ProfileTotals()
  private var series = SeriesImport()
  private var spans = SpanImport()
  private var source = SourceImport()
  private var objects = ObjectImport()
  private let writer: CaptureWriter
  /// Oddities found so far; whole once everything is written.
  private(set) var quality: [QualityRecord] = []
  private var processes: [ProcessName] = []
  private var brokenIndices: Int64 = 0

  private let symbols: any SymbolSource

  init(writer: CaptureWriter, symbols: any SymbolSource) {
    self.writer = writer
    self.symbols = symbols
  }

  /// Adds what a batch holds.
  mutating func process(
    _ batch: ProfileBatch, targets: ObjectTargets
  ) throws(StoreError) {
    for text in batch.newTexts { texts.add(text.text, number: text.number) }
    if !batch.newLabels.isEmpty { texts.addLabels(of: batch) }
    if !batch.newFrames.isEmpty { frames.append(batch.newFrames, symbols) }
    for node in batch.newNodes { add(node) }
    totals.add(batch.newMoments)
    for labels in batch.newLabelSets { totals.labels.add(labels) }
    processes += batch.newProcesses
    if !batch.records.isEmpty { add(batch.records, batch.values) }
    for definition in batch.newSeries { series.add(definition) }
    for point in batch.points { try series.add(point, to: writer) }
    for mark in batch.marks { try spans.add(mark, to: writer) }
    for line in batch.sourceLines { try source.add(line, to: writer) }
    for object in batch.objects { objects.add(object) }
    for reference in batch.references { objects.add(reference, targets: targets) }
  }

  private mutating func add(_ node: StackNode) {
    guard Int(node.parent) < nodes.count, Int(node.frame) < frames.count else {
      brokenIndices += 1
      nodes.append(0)
      return
    }
    var interned = nodes[Int(node.parent)]
    if let several = frames.several(of: node.frame) {
      for frame in several { interned = stacks.child(of: interned, frame: frame) }
    } else {
      interned = stacks.child(of: interned, frame: frames.number(of: node.frame))
    }
    nodes.append(interned)
  }

  private mutating func add(_ records: [ProfileRecord], _ values: [Int64]) {
    let common = values.count / records.count
    var next = 0
    for record in records {
      let start = next
      next += totals.count(ofValuesOf: Int(record.moment)) ?? common
      guard Int(record.stack) < nodes.count, next <= values.count else {
        brokenIndices += 1
        continue
      }
      var site = ProfileSite(stack: nodes[Int(record.stack)])
      site.type = record.type
      site.thread = record.thread
      site.domain = record.domain
      site.process = record.process
      site.labels = record.labels
      totals.add(site, moment: Int(record.moment), values[start..<next])
    }
  }

  /// Writes what is left and describes the capture.
  mutating func write(
    reader: any ProfileReader, options: ImportOptions
  ) throws(StoreError) -> (info: CaptureInfo, profile: StoredProfile) {
    var info = CaptureInfo(
      header: reader.header, fileSize: reader.fileSize, options: options, capture: writer.capture)
    var profile = StoredProfile(reader.description)
    info.kind = reader.description.kind
    info.add(reader.ending)
    try series.finish(writer)
    try spans.finish(writer)
    try source.finish(writer)
    if !processes.isEmpty {
      try writer.write(.processNumber, processes.map(\.process))
      try writer.write(.processName, texts: processes.map(\.name))
      try writer.write(.processID, processes.map { ($0.id ?? -1) &+ 1 })
    }
    if objects.count > 0 {
      try objects.write(texts: texts, totals: &totals, profile: &profile, to: writer)
    }
    addTimes(to: &info, &profile)
    let names = try totals.write(texts: texts, profile: &profile, to: writer)
    info.threads = Int64(names.threads)
    try writer.write(frames: frames.table, stacks: stacks.nodes)
    info.locations = Int64(frames.table.functions.count)
    info.frames = Int64(frames.table.locations.count)
    info.stacks = Int64(stacks.count - 1)
    info.sites = Int64(totals.siteCount)
    info.ticks = profile.points
    totals.summarize(profile, in: &info)
    if profile.values.isEmpty || profile.values.mainPopulation == .increment {
      info.peakBytes = series.greatestBytes
    }
    try writer.write(profile)
    quality = findings(reader)
    for record in quality { try writer.write(record) }
    return (info, profile)
  }

  /// The stretch of time, by everything that has one.
  private mutating func addTimes(to info: inout CaptureInfo, _ profile: inout StoredProfile) {
    profile.points = series.pointCount
    profile.spans = spans.count
    profile.sourceLines = source.count
    let ranges = [series.range, spans.times, totals.times].compactMap { $0 }
    guard let first = ranges.map(\.lowerBound).min(), let last = ranges.map(\.upperBound).max()
    else { return }
    if profile.clock == .wall {
      profile.start = first
      if info.startMilliseconds == 0 {
        info.startMilliseconds = first / 1_000_000
        info.endMilliseconds = last / 1_000_000
      }
    }
    profile.end = last
    guard profile.clock.isOfTime else { return }
    info.durationMilliseconds = max(
      0, last.subtractingReportingOverflow(profile.start).partialValue / 1_000_000)
  }

  private func findings(_ reader: any ProfileReader) -> [QualityRecord] {
    var records = Anomalies().records(ending: reader.ending)
    records += reader.findings.map { QualityRecord($0) }
    func add(_ kind: String, _ severity: Severity, _ count: Int64, _ detail: String) {
      guard count > 0 else { return }
      records.append(QualityRecord(kind: kind, severity: severity, count: count, detail: detail))
    }
    add(
      "impossible total", .error, totals.impossible,
      "totals that are larger than any memory; cut down to what can be counted")
    add(
      "no symbols", .note, frames.unresolved,
      "addresses whose functions the executables and libraries here do not tell")
    add("broken index", .error, brokenIndices + objects.broken, "references to what is not there")
    add(
      "no time", .note, reader.description.clock == .lines ? 0 : series.untimed,
      "values without a time of their own; they take the time before them")
    add(
      "too many texts", .note, texts.dropped,
      "more different names and values of objects than are kept; further ones are left out")
    if totals.labels.dropped > 0 { records.append(.tooManyLabels(totals.labels.dropped)) }
    add("no number", .warning, series.unusable, "values that are no finite number; left out")
    add(
      "dangling reference", .note, objects.dangling,
      "references to objects that are not in the file; left out")
    add(
      "duplicate object", .warning, objects.duplicates,
      "objects with the identity of an earlier one are left out")
    add(
      "unreachable object", .note, objects.unreachable,
      "objects that no root holds; they retain only themselves")
    return records
  }
}

extension QualityRecord {
  /// What a reader found.
  init(_ finding: ProfileFinding) {
    self.init(
      kind: finding.kind, severity: Severity(finding.severity), count: finding.count,
      detail: finding.detail)
  }

  /// Labels that found no room.
  static func tooManyLabels(_ count: Int64) -> QualityRecord {
    QualityRecord(
      kind: "too many labels", severity: .warning, count: count,
      detail: "labels beyond the \(LabelSets.mostNames) that are kept; left out")
  }
}

extension Severity {
  fileprivate init(_ severity: ProfileFinding.Severity) {
    switch severity {
    case .note: self = .note
    case .warning: self = .warning
    case .error: self = .error
    }
  }
}

extension StoredProfile {
  /// What a reader says its numbers mean.
  init(_ description: ProfileDescription) {
    self.init()
    values = description.values
    for index in values.indices { values[index].scale = max(1, values[index].scale) }
    isEstimated = description.isEstimated
    hasFunctions = description.hasFunctions
    hasFiles = description.hasFiles
    hasLines = description.hasLines
    countsRecursion = description.countsRecursion
    advice = description.advice
    properties = description.properties.map { Property(name: $0.name, value: $0.value) }
    clock = description.clock
  }
}
