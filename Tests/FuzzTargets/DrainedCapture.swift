import CaptureModel

/// A capture read to its end: how much it yields, which promises it breaks, what it met.
struct DrainedCapture {
  /// Frames, records, values and all else.
  private(set) var yielded = 0
  /// What refers to something that was not announced, first of all.
  private(set) var broken: String?
  /// Equal where the same kinds of things were met, in numbers of about the same size.
  private(set) var signature: UInt64 = 0

  mutating func drain(_ reader: CaptureReader) {
    note("format", Signature.of(reader.header.format))
    switch reader {
    case .events(let events): drain(events)
    case .samples(let samples): drain(samples)
    case .profile(let profile): drain(profile)
    }
  }

  private mutating func fail(_ reason: String) { broken = broken ?? reason }

  private mutating func note(_ name: String, _ number: UInt64) {
    signature = Signature.joined(signature, Signature.of(name), number)
  }

  private mutating func count(_ name: String, _ count: Int) {
    guard count > 0 else { return }
    note(name, UInt64(Int.bitWidth - count.leadingZeroBitCount))
  }

  private mutating func note(_ ending: CaptureEnding) {
    note("ending", Signature.of("\(ending)".prefix { $0 != "(" }))
  }

  private mutating func drain(_ reader: any EventReader) {
    let batch = EventBatch(capacity: 1 << 12)
    var (nodes, frames, records) = (0, 0, 0)
    while reader.next(into: batch) {
      frames += batch.newFrames.count
      nodes += batch.newNodes.count
      records += batch.count
      yielded += batch.newFrames.count + batch.newNodes.count + batch.count
    }
    count("frames", frames)
    count("nodes", nodes)
    count("records", records)
    note(reader.ending)
  }

  private mutating func drain(_ reader: any SampleReader) {
    let batch = SampleBatch()
    var records = 0
    while reader.next(into: batch) { records += 1 }
    count("batches", records)
    note(reader.ending)
  }

  private mutating func drain(_ reader: any ProfileReader) {
    let batch = ProfileBatch()
    var seen = Announced()
    var counts = [0, 0, 0, 0, 0]
    while reader.next(into: batch) {
      if let reason = seen.add(batch) { fail(reason) }
      let yields = [
        batch.newNodes.count, batch.records.count, batch.points.count,
        batch.marks.count + batch.newMoments.count, batch.objects.count + batch.references.count,
      ]
      for index in counts.indices { counts[index] += yields[index] }
      yielded += yields.reduce(0, +) + batch.newFrames.count
    }
    for index in counts.indices { count("\(index)", counts[index]) }
    for finding in reader.findings { note(finding.kind, 1) }
    note(reader.ending)
    _ = reader.description
  }
}

/// What a profile has announced so far.
private struct Announced {
  private var frames = 0
  private var nodes = 0
  private var series = 0
  private var moments = 0
  private var labelSets = 0

  /// Adds a batch; what refers to nothing known, nil when all is well.
  mutating func add(_ batch: ProfileBatch) -> String? {
    frames += batch.newFrames.count
    for node in batch.newNodes {
      guard node.parent <= UInt32(nodes), node.frame < UInt32(frames) else {
        return "a node of a frame or parent that is not announced"
      }
      nodes += 1
    }
    series += batch.newSeries.count
    moments += batch.newMoments.count
    labelSets += batch.newLabelSets.count
    for record in batch.records {
      guard record.stack <= UInt32(nodes) else { return "a record of a stack not announced" }
      guard record.labels <= UInt32(labelSets) else { return "a record of labels not announced" }
      guard record.moment == 0 || record.moment < UInt32(moments) else {
        return "a record of a moment not announced"
      }
    }
    for point in batch.points {
      guard point.series < UInt32(series) else { return "a value of a series not announced" }
      guard point.value.isFinite else { return "a value that is no number" }
    }
    return nil
  }
}

/// Numbers that stand for what an input met.
enum Signature {
  static func of(_ text: some StringProtocol) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  static func joined(_ numbers: UInt64...) -> UInt64 {
    numbers.reduce(0x9E37_79B9_7F4A_7C15) { (($0 ^ $1) &* 0x2545_F491_4F6C_DD1D) ^ ($0 >> 29) }
  }
}
