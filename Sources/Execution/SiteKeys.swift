import Results
import Language
import Store

/// Values of keys that a site decides.
///
/// Texts are made once per distinct location or stack, and only for the sites asked for.
struct SiteKeys {
  let data: CaptureData
  let edits: StackEdits
  /// What memray's `stats` says of places and modules; nil for everything else.
  var report: MemrayReportKeys?

  /// The numbers of a key's values for every site.
  func numbers(
    of key: Key, into dictionary: inout KeyDictionary
  ) throws(StoreError) -> [Int32] {
    try numbers(of: key, sites: Array(0..<data.sites().count), into: &dictionary)
  }

  /// The numbers of a key's values, one for each of `chosen`; `KeyDictionary.absent` where
  /// there is none.
  func numbers(
    of key: Key, sites chosen: [Int], into dictionary: inout KeyDictionary
  ) throws(StoreError) -> [Int32] {
    let sites = try data.sites()
    switch key {
    case .frame, .module:
      if let report { return try report.numbers(of: key, sites: chosen, into: &dictionary) }
      return try newestNumbers(of: key, sites: chosen, into: &dictionary)
    case .lineno, .filename, .function, .kind, .package:
      return try newestNumbers(of: key, sites: chosen, into: &dictionary)
    case .traceback: return try tracebacks(sites: chosen, into: &dictionary)
    case .thread:
      let numbers = try data.threadTexts().map { dictionary.number(of: $0) }
      return chosen.map {
        let thread = Int(sites.threads[$0])
        return thread < numbers.count ? numbers[thread] : KeyDictionary.absent
      }
    case .allocator:
      let names = try data.columns.texts(.allocatorName)
      return chosen.map {
        let number = Int(sites.allocators[$0])
        return dictionary.number(of: number < names.count ? names[number] : "allocator \(number)")
      }
    case .capture:
      let number = dictionary.number(of: data.info.name)
      return chosen.map { _ in number }
    case .pid where !sites.processes.isEmpty:
      let names = try ProcessNames(data.columns)
      if names.hasNumberless {
        return chosen.map { site in
          let process = site < sites.processes.count ? sites.processes[site] : 0
          return process == 0
            ? KeyDictionary.absent : dictionary.number(of: names.title(process &- 1))
        }
      }
      return Self.numbers(of: sites.processes, sites: chosen, into: &dictionary)
    case .pid:
      let number = dictionary.number(of: data.info.processID)
      return chosen.map { _ in number }
    case .type:
      guard !sites.types.isEmpty else { return chosen.map { _ in KeyDictionary.absent } }
      let names = try data.columns.texts(.typeName)
      guard sites.types.allSatisfy({ Int($0) <= names.count }) else {
        throw data.columns.damaged(.siteType)
      }
      let numbers = names.map { dictionary.number(of: $0) }
      return chosen.map {
        let type = sites.types[$0]
        return type == 0 ? KeyDictionary.absent : numbers[Int(type) - 1]
      }
    case .domain:
      return Self.numbers(of: sites.domains, sites: chosen, into: &dictionary)
    case .label(let label):
      return try labels(label, sites: chosen, into: &dictionary)
    case .sizeclass, .window, .mark, .lifetime:
      return chosen.map { _ in KeyDictionary.absent }
    }
  }

  /// Numbers of values that sites carry themselves, plus 1; 0 is none.
  private static func numbers(
    of values: [Int64], sites chosen: [Int], into dictionary: inout KeyDictionary
  ) -> [Int32] {
    chosen.map { site in
      guard site < values.count, values[site] != 0 else { return KeyDictionary.absent }
      return dictionary.number(of: values[site] &- 1)
    }
  }

  /// Values of a label: whole numbers where all captures of the question have such, else texts.
  private func labels(
    _ label: SampleLabel, sites chosen: [Int], into dictionary: inout KeyDictionary
  ) throws(StoreError) -> [Int32] {
    guard let place = try data.labels().firstIndex(where: { $0.name == label.name }) else {
      return chosen.map { _ in KeyDictionary.absent }
    }
    let known = try data.labels()[place]
    let texts = try data.columns.texts(.labelValue, segment: place)
    let values = try data.columns.words(.siteLabel, segment: place)
    guard values.allSatisfy({ Int($0) <= texts.count }), values.count == Int(data.info.sites) else {
      throw data.columns.damaged(.siteLabel, place)
    }
    let numbers = texts.map { text in
      if known.isNumber, let number = Int64(text) { return dictionary.number(of: number) }
      return dictionary.number(of: text)
    }
    return chosen.map { site in
      values[site] == 0 ? KeyDictionary.absent : numbers[Int(values[site]) - 1]
    }
  }

  /// The value of the newest frame that stays after `hide` and has what the key needs.
  private func newestNumbers(
    of key: Key, sites chosen: [Int], into dictionary: inout KeyDictionary
  ) throws(StoreError) -> [Int32] {
    let sites = try data.sites()
    var values = try FrameValues(key: key, data: data)
    var speaking = SpeakingFrames(edits: edits, speaks: values.speaks)
    return chosen.map { site in
      let stack = sites.stacks[site]
      let newest = edits.newest[Int(stack)]
      guard newest != 0 else { return KeyDictionary.absent }
      if let node = speaking.node(from: newest) {
        return values.number(Int(edits.location(of: node)), into: &dictionary)
      }
      return values.speechless(Int(edits.location(of: newest)), into: &dictionary)
    }
  }

  private func tracebacks(
    sites chosen: [Int], into dictionary: inout KeyDictionary
  ) throws(StoreError) -> [Int32] {
    let sites = try data.sites()
    let locations = try data.locations()
    var frames = [Int32](repeating: -1, count: locations.count)
    var known = StackNodes()
    var path: [UInt32] = []
    return chosen.map { site in
      let hidden = sites.hidden[site]
      known.choose(top: 0, hidden: hidden, count: edits.nodeCount)
      // From the newest frame outwards to one whose node is known, and back.
      path.removeAll(keepingCapacity: true)
      var current = edits.newestShown(sites.stacks[site], hidden: hidden)
      guard current != 0 else { return KeyDictionary.absent }
      var node = 0
      while current != 0 {
        if let found = known[current] {
          node = Int(found)
          break
        }
        path.append(current)
        current = edits.callerShown(current, hidden: hidden)
      }
      for raw in path.reversed() {
        let location = Int(edits.location(of: raw))
        if frames[location] < 0 {
          frames[location] = dictionary.frameNumber(of: locations.text(location))
        }
        node = dictionary.stackNode(of: frames[location], under: node)
        known[raw] = UInt32(truncatingIfNeeded: node)
      }
      return dictionary.number(ofStackAt: node)
    }
  }

  /// The distinct tuples of some frame keys over each site's shown stack, for `inclusive`.
  ///
  /// One list of tuples for each of `chosen`, a tuple of one number a key for each frame.
  func inclusiveTuples(
    of keys: [Key], sites chosen: [Int], into dictionaries: inout [KeyDictionary]
  ) throws(StoreError) -> [[[Int32]]] {
    let sites = try data.sites()
    var values: [FrameValues] = []
    for key in keys { values.append(try FrameValues(key: key, data: data)) }
    var known: [UInt64: [[Int32]]] = [:]
    let countsRecursion = try data.profile()?.countsRecursion == true
    return chosen.map { site in
      let place = UInt64(sites.stacks[site]) << 32 | UInt64(sites.hidden[site])
      if let found = known[place] { return found }
      let shown = edits.shown(node: sites.stacks[site], hidden: sites.hidden[site])
      var distinct: [[Int32]] = []
      var seen = Set<[Int32]>()
      for tuple in Self.tuples(of: shown, &values, into: &dictionaries)
      where seen.insert(tuple).inserted || countsRecursion { distinct.append(tuple) }
      let found = distinct.isEmpty ? [keys.map { _ in KeyDictionary.absent }] : distinct
      known[place] = found
      return found
    }
  }

  /// One tuple for each frame that has something to say: of each key, the value of the nearest
  /// frame outwards that has one.
  private static func tuples(
    of shown: [UInt32], _ values: inout [FrameValues], into dictionaries: inout [KeyDictionary]
  ) -> [[Int32]] {
    // Per frame and key, the place of the frame that speaks; -1 for none.
    let width = values.count
    var speakers = [Int](repeating: -1, count: shown.count * width)
    var isSaid = [Bool](repeating: false, count: shown.count)
    for index in shown.indices.reversed() {
      for key in 0..<width {
        if values[key].isSaid(by: Int(shown[index])) {
          speakers[index * width + key] = index
          isSaid[index] = true
        } else if index + 1 < shown.count {
          speakers[index * width + key] = speakers[(index + 1) * width + key]
        }
      }
    }
    if !shown.isEmpty, !isSaid.contains(true) { isSaid[0] = true }
    var tuples: [[Int32]] = []
    for index in shown.indices where isSaid[index] {
      var tuple = [Int32](repeating: KeyDictionary.absent, count: width)
      for key in 0..<width {
        let speaker = speakers[index * width + key]
        tuple[key] =
          speaker < 0
          ? values[key].speechless(Int(shown[index]), into: &dictionaries[key])
          : values[key].number(Int(shown[speaker]), into: &dictionaries[key])
      }
      tuples.append(tuple)
    }
    return tuples
  }
}
