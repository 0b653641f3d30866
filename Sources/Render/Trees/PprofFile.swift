import Results

/// A profile for `go tool pprof` and its kin: gzip around `perftools.profiles.Profile`.
///
/// Written: sample types with their units, samples and their labels, locations, functions, strings, time,
/// duration, period, comments, default sample type. Left out: mappings, addresses. Of
/// `vs` the differences. Format: proto/profile.proto of google/pprof.
enum PprofFile {
  /// Field numbers of the messages written.
  private enum Field {
    static let sampleType: UInt64 = 1
    static let sample: UInt64 = 2
    static let location: UInt64 = 4
    static let function: UInt64 = 5
    static let string: UInt64 = 6
    static let time: UInt64 = 9
    static let duration: UInt64 = 10
    static let periodType: UInt64 = 11
    static let period: UInt64 = 12
    static let comment: UInt64 = 13
    static let defaultSampleType: UInt64 = 14
  }

  /// Texts by number; number 0 is the empty one.
  private struct Strings {
    private var numbers: [String: UInt64] = ["": 0]
    private(set) var texts = [""]

    mutating func number(of text: String) -> UInt64 {
      if let known = numbers[text] { return known }
      let number = UInt64(texts.count)
      numbers[text] = number
      texts.append(text)
      return number
    }
  }

  private struct Function: Hashable {
    var name: String
    var file: String
  }

  /// The file.
  static func bytes(_ tree: StackTree) -> [UInt8] { Gzip.compress(message(tree)) }

  /// The message inside.
  static func message(_ tree: StackTree) -> [UInt8] {
    var strings = Strings()
    var bytes: [UInt8] = []
    let types = sampleTypes(tree)
    for type in types { append(Field.sampleType, type, &strings, to: &bytes) }
    let used = appendSamples(tree, hasCounts: types.count > 1, &strings, to: &bytes)
    appendPlaces(tree, used, &strings, to: &bytes)
    let comments = ([tree.query, tree.population] + tree.header + tree.notes).filter { !$0.isEmpty }
      .map { strings.number(of: $0) }
    let defaultType = strings.number(of: types[0].0)
    appendRecording(tree, &strings, to: &bytes)
    for text in strings.texts { append(Field.string, Array(text.utf8), to: &bytes) }
    for comment in comments { append(Field.comment, comment, to: &bytes) }
    append(Field.defaultSampleType, defaultType, to: &bytes)
    return bytes
  }

  /// Names and units: those of the profile it comes from, else bytes and blocks.
  private static func sampleTypes(_ tree: StackTree) -> [(name: String, unit: String)] {
    guard let values = tree.values else {
      return tree.unit == .bytes
        ? [("space", "bytes"), ("objects", "count")] : [("objects", "count")]
    }
    // Values are whole numbers here, so that fractions need a unit of their own.
    let isFraction = tree.unit != .seconds && tree.scale > 1
    let unit = (isFraction ? "1/\(tree.scale) " : "") + tree.exportUnit
    return [(values.name, unit)] + (values.hasCounts ? [(values.countName, values.countUnit)] : [])
  }

  private static func append(
    _ field: UInt64, _ type: (name: String, unit: String), _ strings: inout Strings,
    to bytes: inout [UInt8]
  ) {
    var message: [UInt8] = []
    append(1, strings.number(of: type.name), to: &message)
    append(2, strings.number(of: type.unit), to: &message)
    append(field, message, to: &bytes)
  }

  /// Appends when and how it was recorded, as far as that is known.
  private static func appendRecording(
    _ tree: StackTree, _ strings: inout Strings, to bytes: inout [UInt8]
  ) {
    guard let values = tree.values else { return }
    func put(_ field: UInt64, _ value: Int64) {
      if value != 0 { append(field, UInt64(bitPattern: value), to: &bytes) }
    }
    put(Field.time, values.timeNanoseconds)
    put(Field.duration, values.durationNanoseconds)
    if !values.periodName.isEmpty || !values.periodUnit.isEmpty {
      let type = (values.periodName, values.periodUnit)
      append(Field.periodType, type, &strings, to: &bytes)
    }
    put(Field.period, values.period)
  }

  /// Appends the stacks, newest frame first as pprof wants them; which frames they use.
  private static func appendSamples(
    _ tree: StackTree, hasCounts: Bool, _ strings: inout Strings, to bytes: inout [UInt8]
  ) -> [Bool] {
    var used = [Bool](repeating: false, count: tree.frames.count)
    for node in 0..<tree.safeNodeCount {
      let size = tree.sizes[node] &- Self.value(tree.base?.sizes, node)
      let count = tree.counts[node] &- Self.value(tree.base?.counts, node)
      guard size != 0 || count != 0 else { continue }
      var stack: [UInt8] = []
      var labels: [StackLabel] = []
      let path = tree.path(to: node)
      for place in tree.isInverted ? path : path.reversed() {
        let frame = Int(tree.frameIndices[place])
        guard frame < used.count else { continue }
        if let found = tree.labels[UInt32(frame)] {
          labels = found
          continue
        }
        used[frame] = true
        append(varint: UInt64(frame) + 1, to: &stack)
      }
      var values: [UInt8] = []
      let isTime = tree.unit == .seconds
      append(varint: UInt64(bitPattern: isTime ? tree.nanoseconds(size) : size), to: &values)
      if hasCounts { append(varint: UInt64(bitPattern: count), to: &values) }
      var sample: [UInt8] = []
      append(1, stack, to: &sample)
      append(2, values, to: &sample)
      for label in labels { append(label, &strings, to: &sample) }
      append(Field.sample, sample, to: &bytes)
    }
    return used
  }

  private static func append(
    _ label: StackLabel, _ strings: inout Strings, to sample: inout [UInt8]
  ) {
    var message: [UInt8] = []
    append(1, strings.number(of: label.name), to: &message)
    if let text = label.text {
      append(2, strings.number(of: text), to: &message)
    } else {
      append(3, UInt64(bitPattern: label.number), to: &message)
      if !label.unit.isEmpty { append(4, strings.number(of: label.unit), to: &message) }
    }
    append(3, message, to: &sample)
  }

  private static func value(_ values: [Int64]?, _ node: Int) -> Int64 {
    guard let values, node < values.count else { return 0 }
    return values[node]
  }

  /// Appends a location for each frame used, and the functions they are in.
  private static func appendPlaces(
    _ tree: StackTree, _ used: [Bool], _ strings: inout Strings, to bytes: inout [UInt8]
  ) {
    var numbers: [Function: UInt64] = [:]
    for index in tree.frames.indices where used[index] {
      let frame = tree.frames[index]
      let function = Function(
        name: frame.function.isEmpty ? "<unknown>" : frame.function, file: frame.file)
      let isNew = numbers[function] == nil
      let number = numbers[function] ?? UInt64(numbers.count + 1)
      numbers[function] = number
      if isNew {
        var message: [UInt8] = []
        append(1, number, to: &message)
        append(2, strings.number(of: function.name), to: &message)
        append(3, strings.number(of: function.name), to: &message)
        append(4, strings.number(of: function.file), to: &message)
        append(Field.function, message, to: &bytes)
      }
      var line: [UInt8] = []
      append(1, number, to: &line)
      append(2, UInt64(max(0, frame.line)), to: &line)
      var location: [UInt8] = []
      append(1, UInt64(index) + 1, to: &location)
      append(4, line, to: &location)
      append(Field.location, location, to: &bytes)
    }
  }

  // MARK: Protocol buffers

  private static func append(varint value: UInt64, to bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  private static func append(_ field: UInt64, _ value: UInt64, to bytes: inout [UInt8]) {
    append(varint: field << 3, to: &bytes)
    append(varint: value, to: &bytes)
  }

  private static func append(_ field: UInt64, _ content: [UInt8], to bytes: inout [UInt8]) {
    append(varint: field << 3 | 2, to: &bytes)
    append(varint: UInt64(content.count), to: &bytes)
    bytes += content
  }
}
