import CaptureModel

/// Reads pprof profiles of Go, of C++ and of converters (`pprof.md`).
///
/// Texts, functions and places may stand behind the samples, so stacks of location ids are added
/// up first, those of equal labels, and get their frames at the end. Values are as the file has
/// them: never scaled again. Frames that the file wants dropped are (`PProfPruning`).
struct PProfReader {
  private var content = ProfileContent()
  private var strings = PProfTexts()
  private var sampleTypes: [(type: UInt64, unit: UInt64)] = []
  private var defaultType: UInt64 = 0
  private var period: Int64 = 0
  private var periodType: (type: UInt64, unit: UInt64)?
  private var timeNanoseconds: Int64 = 0
  private var durationNanoseconds: Int64 = 0
  private var dropFrames: UInt64 = 0
  private var keepFrames: UInt64 = 0
  private var mappings: [UInt64: UInt64] = [:]
  private var functions: [UInt64: (name: UInt64, file: UInt64)] = [:]
  private var locations: [UInt64: Location] = [:]
  /// Dense numbers of location ids, in the order in which samples name them.
  private var locationNumbers: [UInt64: UInt32] = [:]
  private var locationIDs: [UInt64] = []
  /// Stacks of location numbers, outermost first; node 0 is the root.
  private var nodes: [StackNode] = []
  private let nodeTable = IdentityTable()
  private var samples: [(node: UInt32, labels: UInt32, values: [Int64])] = []
  private var places: [UInt64: Int] = [:]
  /// Distinct sets of labels as the file numbers their texts; set 1 is the first.
  private var labelSets: [[RawLabel]] = []
  private var labelNumbers: [[RawLabel]: UInt32] = [:]

  /// A place in the program: functions inlined into each other, innermost first.
  private struct Location {
    var mapping: UInt64 = 0
    var lines: [(function: UInt64, line: UInt64)] = []
  }

  /// A label: its name and text, or number and unit.
  private struct RawLabel: Hashable {
    var name: UInt64 = 0
    var text: UInt64 = 0
    var number: Int64 = 0
    var unit: UInt64 = 0
  }

  /// Reads a file whole.
  ///
  /// - Parameter input: the file.
  /// - Returns: a reader of its totals.
  /// - Throws: `CaptureError`; a profile whose texts or places are missing cannot be kept.
  static func read(_ input: CaptureInput) throws(CaptureError) -> GatheredProfile {
    let stream = input.stream()
    var reader = PProfReader()
    while true {
      do throws(FieldError) {
        let length = try stream.withUnread { bytes throws(FieldError) in try reader.take(bytes) }
        stream.consume(length)
      } catch {
        if error == .endOfData {
          if stream.refill() { continue }
          if stream.unreadCount == 0, stream.failure == nil { break }
        }
        throw failure(error, stream)
      }
    }
    do throws(FieldError) { try reader.finish() } catch { throw failure(error, stream) }
    return GatheredProfile(reader.content, input)
  }

  private static func failure(_ error: FieldError, _ stream: CaptureStream) -> CaptureError {
    if case .unreadable(_, let code)? = stream.failure {
      return .unreadable(path: stream.file.path, code: code)
    }
    let place = CapturePlace.byte(stream.offset)
    guard case .malformed(let reason) = error else {
      return stream.file.malformed(
        PProfLayout.formatName, place, stream.failure?.reason ?? "the data end inside a message")
    }
    return stream.file.malformed(PProfLayout.formatName, place, reason)
  }

  // MARK: messages

  /// Reads one field of the profile; gives its length.
  private mutating func take(_ bytes: Span<UInt8>) throws(FieldError) -> Int {
    guard bytes.count > 0 else { throw .endOfData }
    var cursor = ByteCursor()
    switch try ProtobufField.read(bytes, &cursor) {
    case .number(PProfLayout.Field.time, let value):
      timeNanoseconds = Int64(bitPattern: value)
      content.header.startMilliseconds = timeNanoseconds / 1_000_000
    case .number(PProfLayout.Field.duration, let value):
      durationNanoseconds = Int64(bitPattern: value)
    case .number(PProfLayout.Field.dropFrames, let value): dropFrames = value
    case .number(PProfLayout.Field.keepFrames, let value): keepFrames = value
    case .number(PProfLayout.Field.period, let value): period = Int64(bitPattern: value)
    case .number(PProfLayout.Field.defaultSampleType, let value): defaultType = value
    case .number: break
    case .bytes(PProfLayout.Field.sampleType, let range):
      let pair = try Self.numbers(bytes, range, [1, 2])
      guard sampleTypes.count < PProfLayout.mostSampleTypes else {
        throw .malformed(reason: "more than \(PProfLayout.mostSampleTypes) types of samples")
      }
      sampleTypes.append((pair[0], pair[1]))
    case .bytes(PProfLayout.Field.periodType, let range):
      let pair = try Self.numbers(bytes, range, [1, 2])
      periodType = (pair[0], pair[1])
    case .bytes(PProfLayout.Field.sample, let range): try takeSample(bytes, range)
    case .bytes(PProfLayout.Field.mapping, let range):
      let pair = try Self.numbers(bytes, range, [1, 5])
      mappings[pair[0]] = pair[1]
    case .bytes(PProfLayout.Field.location, let range): try takeLocation(bytes, range)
    case .bytes(PProfLayout.Field.function, let range):
      let fields = try Self.numbers(bytes, range, [1, 2, 4])
      functions[fields[0]] = (fields[1], fields[2])
    case .bytes(PProfLayout.Field.string, let range): try strings.append(bytes.text(range))
    case .bytes: break
    }
    return cursor.position
  }

  /// The numbers of some fields of a message; 0 where they are left out.
  private static func numbers(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ fields: [UInt64]
  ) throws(FieldError) -> [UInt64] {
    var result = [UInt64](repeating: 0, count: fields.count)
    try ProtobufField.each(bytes, range) { part throws(FieldError) in
      guard case .number(let field, let value) = part else { return }
      for (index, wanted) in fields.enumerated() where wanted == field { result[index] = value }
    }
    return result
  }

  private mutating func takeLocation(
    _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(FieldError) {
    var id: UInt64 = 0
    var location = Location()
    try ProtobufField.each(bytes, range) { part throws(FieldError) in
      switch part {
      case .number(1, let value): id = value
      case .number(2, let value): location.mapping = value
      case .bytes(4, let line):
        let fields = try Self.numbers(bytes, line, [1, 2])
        location.lines.append((fields[0], fields[1]))
      default: break
      }
    }
    locations[id] = location
  }

  private mutating func takeSample(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(FieldError) {
    var ids: [UInt64] = []
    var values: [UInt64] = []
    var labels: [RawLabel] = []
    try ProtobufField.each(bytes, range) { part throws(FieldError) in
      switch part {
      case .number(1, _), .bytes(1, _): try part.numbers(bytes, to: &ids)
      case .number(2, _), .bytes(2, _): try part.numbers(bytes, to: &values)
      case .bytes(3, let label):
        let fields = try Self.numbers(bytes, label, [1, 2, 3, 4])
        labels.append(
          RawLabel(
            name: fields[0], text: fields[1], number: Int64(bitPattern: fields[2]),
            unit: fields[3]))
      default: break
      }
    }
    var node: UInt32 = 0
    for id in ids.reversed() {
      node = try self.node(parent: node, location: number(ofLocation: id))
    }
    let numbers = values.map { Int64(bitPattern: $0) }
    let set = number(of: labels)
    let key = UInt64(set) << 32 | UInt64(node)
    if let place = places[key], samples[place].values.count == numbers.count {
      for (index, number) in numbers.enumerated() {
        let sum = samples[place].values[index].addingReportingOverflow(number)
        samples[place].values[index] = sum.overflow ? (number > 0 ? .max : .min) : sum.partialValue
      }
    } else {
      places[key] = samples.count
      samples.append((node, set, numbers))
    }
  }

  private mutating func number(of labels: [RawLabel]) -> UInt32 {
    guard !labels.isEmpty else { return 0 }
    if let known = labelNumbers[labels] { return known }
    labelSets.append(labels)
    labelNumbers[labels] = UInt32(labelSets.count)
    return UInt32(labelSets.count)
  }

  private mutating func number(ofLocation id: UInt64) -> UInt32 {
    if let known = locationNumbers[id] { return known }
    let number = UInt32(locationIDs.count)
    locationNumbers[id] = number
    locationIDs.append(id)
    return number
  }

  private mutating func node(
    parent: UInt32, location: UInt32
  ) throws(FieldError) -> UInt32 {
    let key = UInt64(parent) << 32 | UInt64(location)
    if let known = nodeTable.index(key) { return known }
    guard nodes.count < PProfLayout.mostNodes else {
      throw .malformed(reason: "stacks of more than \(PProfLayout.mostNodes) frames together")
    }
    nodes.append(StackNode(parent: parent, frame: location))
    let node = UInt32(nodes.count)
    nodeTable.set(key, to: node)
    return node
  }

  // MARK: the end

  private mutating func finish() throws(FieldError) {
    guard strings.beginsEmpty, !sampleTypes.isEmpty else {
      throw .malformed(reason: "no table of texts, or no types of samples")
    }
    for sample in samples where sample.values.count != sampleTypes.count {
      throw .malformed(
        reason: "a sample with \(sample.values.count) values for \(sampleTypes.count) types")
    }
    let real = try stackNodes()
    let sets = try labelSets.map { set throws(FieldError) in try labels(set) }
    let (order, units) = try describe()
    let names = Set(sets.flatMap { $0.map(\.name) }).sorted()
    if !names.isEmpty {
      content.description.properties.append(("labels", names.joined(separator: ", ")))
    }
    for sample in samples {
      let labels = sample.labels == 0 ? 0 : content.number(of: sets[Int(sample.labels) - 1])
      content.add(
        order.map { units[$0].kept(sample.values[$0]) }, stack: real[Int(sample.node)],
        labels: labels)
    }
  }

  /// The content's stack of each of the file's, without the frames that are to be dropped.
  private mutating func stackNodes() throws(FieldError) -> [UInt32] {
    let dropped = try string(dropFrames)
    let pruning = PProfPruning(drop: dropped, keep: try string(keepFrames))
    if pruning == nil, !dropped.isEmpty {
      content.findings.append(
        ProfileFinding(
          kind: "drop_frames not understood", severity: .warning,
          detail:
            "the file names frames to be dropped by an expression that memq does not read; they "
            + "are "
            + "kept"))
    }
    var paths: [(frames: [UInt32], cut: PProfPruning.Cut)] = []
    for id in locationIDs {
      var frames = try frames(ofLocation: id)
      let cut =
        pruning.map { pruning in
          pruning.cut(frames.map { $0.function })
        } ?? .none
      if case .beneath(let kept) = cut { frames.removeSubrange(kept...) }
      paths.append((frames.map { content.stacks.frame($0) }, cut))
    }
    var real: [UInt32] = [0]
    // Whether a frame of the program came before, and whether the rest is cut off.
    var states: [(foundUser: Bool, isCut: Bool)] = [(false, false)]
    for node in nodes {
      var stack = real[Int(node.parent)]
      var state = states[Int(node.parent)]
      let path = paths[Int(node.frame)]
      if !state.isCut {
        switch path.cut {
        case .none: state.foundUser = true
        case .whole where state.foundUser: state.isCut = true
        case .beneath where state.foundUser: state.isCut = true
        case .whole, .beneath: break
        }
        if path.cut != .whole || !state.isCut {
          for frame in path.frames { stack = content.stacks.node(parent: stack, frame: frame) }
        }
      }
      real.append(stack)
      states.append(state)
    }
    return real
  }

  private func labels(_ set: [RawLabel]) throws(FieldError) -> [ProfileLabel] {
    var labels: [ProfileLabel] = []
    for raw in set {
      let name = try string(raw.name)
      guard raw.text == 0 else {
        labels.append(ProfileLabel(name, .text(try string(raw.text))))
        continue
      }
      // Without a unit, sizes are told by their name, as pprof does.
      let typed = try string(raw.unit)
      let unit =
        typed.isEmpty && ["bytes", "request", "alignment"].contains(name) ? "bytes" : typed
      labels.append(ProfileLabel(name, PProfUnit(unit).label(raw.number)))
    }
    return labels.sorted { $0.name < $1.name }
  }

  private func string(_ index: UInt64) throws(FieldError) -> String {
    try strings.text(index)
  }

  /// Frames of a place, outermost first.
  private func frames(ofLocation id: UInt64) throws(FieldError) -> [ProfileFrame] {
    guard let location = locations[id] else {
      throw .malformed(reason: "location \(id), which is not there")
    }
    guard !location.lines.isEmpty else {
      let image = try string(mappings[location.mapping] ?? 0)
      let name = image.split(separator: "/").last.map(String.init) ?? "unknown"
      return [ProfileFrame(function: "[\(name)]", file: image, kind: .native)]
    }
    var result: [ProfileFrame] = []
    for (index, line) in location.lines.enumerated().reversed() {
      guard let function = functions[line.function] else {
        throw .malformed(reason: "function \(line.function), which is not there")
      }
      result.append(
        ProfileFrame(
          function: try string(function.name), file: try string(function.file),
          line: Int32(clamping: line.line),
          kind: index < location.lines.count - 1 ? .inlined : .native))
    }
    return result
  }

  /// Says what the values mean; gives their order, the one shown by default first, and
  /// their units in the order of the file.
  private mutating func describe() throws(FieldError) -> (order: [Int], units: [PProfUnit]) {
    var types: [PProfSampleType] = []
    for pair in sampleTypes {
      types.append(
        PProfSampleType(name: try string(pair.type), unit: PProfUnit(try string(pair.unit))))
    }
    let shown =
      sampleTypes.firstIndex { $0.type == defaultType && defaultType != 0 }
      ?? sampleTypes.count - 1
    let order = [shown] + sampleTypes.indices.filter { $0 != shown }
    content.description.hasFiles = functions.values.contains { $0.file != 0 } || functions.isEmpty
    content.description.hasLines =
      locations.values.contains { $0.lines.contains { $0.line != 0 } } || functions.isEmpty
    content.description.values = PProfSampleType.values(order.map { types[$0] })
    content.header.format = PProfLayout.formatName
    content.description.isEstimated =
      period > 1 && content.description.values.contains { $0.measure == .size }
    content.description.properties = [
      ("period", "\(period)"), ("default", types[shown].name),
    ]
    if let periodType {
      content.description.properties.append(
        ("period type", "\(try string(periodType.type))/\(try string(periodType.unit))"))
    }
    if timeNanoseconds != 0 {
      content.description.properties.append(("time_nanos", "\(timeNanoseconds)"))
    }
    if durationNanoseconds != 0 {
      content.description.properties.append(("duration_nanos", "\(durationNanoseconds)"))
    }
    return (order, types.map(\.unit))
  }
}
