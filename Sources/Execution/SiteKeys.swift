import Results
import Language
import Store

/// How values of a key come about.
enum KeyExtractor {
  /// What a single frame says.
  case frame(FrameTexts.Extractor)
  /// The whole stack.
  case stack
  /// The numbers of the values of some sites.
  case site((SiteKeys, [Int], inout KeyDictionary) throws(StoreError) -> [Int32])
  /// No site, but its rows.
  case row
}

extension Key {
  /// How its values come about.
  var extractor: KeyExtractor {
    switch self {
    case .lineno: .frame { $0.locations.text($1).lineno }
    case .filename: .frame { $0.locations.files[$1] }
    case .function: .frame { $0.locations.functions[$1] }
    case .frame: .frame { $0.place($1) }
    case .kind: .frame { $0.locations.kind($1).name }
    case .module: .frame { $0.module($1) ?? FrameTexts.unknown }
    case .package: .frame { $0.module($1).map(ModuleNames.package) ?? FrameTexts.unknown }
    case .traceback: .stack
    case .thread:
      .site { (keys, sites, values) throws(StoreError) in try keys.threads(sites, &values) }
    case .allocator:
      .site { (keys, sites, values) throws(StoreError) in try keys.allocators(sites, &values) }
    case .type: .site { (keys, sites, values) throws(StoreError) in try keys.types(sites, &values) }
    case .pid:
      .site { (keys, sites, values) throws(StoreError) in try keys.processes(sites, &values) }
    case .domain:
      .site { (keys, sites, values) throws(StoreError) in
        SiteKeys.numbers(of: try keys.data.sites().domains, sites: sites, into: &values)
      }
    case .stream:
      .site { (keys, sites, values) throws(StoreError) in
        try keys.labels(SampleLabel("stream"), sites: sites, into: &values)
      }
    case .label(let label):
      .site { (keys, sites, values) throws(StoreError) in
        try keys.labels(label, sites: sites, into: &values)
      }
    case .capture:
      .site { (keys, sites, values) throws(StoreError) in
        let number = values.number(of: keys.data.info.name)
        return sites.map { _ in number }
      }
    case .sizeclass, .lifetime, .window, .mark: .row
    }
  }
}

/// What single frames say.
struct FrameTexts {
  /// Says something of a location.
  typealias Extractor = (FrameTexts, Int) -> String

  let locations: CaptureData.Locations
  let modules: LocationModules

  /// What stands for a module that is not known.
  static let unknown = "<unknown>"

  /// `function (file:line)`, or the latter alone.
  func place(_ location: Int) -> String {
    let (function, lineno) = (locations.functions[location], locations.text(location).lineno)
    return function.isEmpty ? lineno : "\(function) (\(lineno))"
  }

  /// The module of a location; nil where it is of none.
  func module(_ location: Int) -> String? {
    modules.names.isEmpty ? nil : modules.names[location]
  }
}

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
    switch key.extractor {
    case .frame:
      if let report, let numbers = try report.numbers(of: key, sites: chosen, into: &dictionary) {
        return numbers
      }
      return try newestNumbers(of: key, sites: chosen, into: &dictionary)
    case .stack: return try tracebacks(sites: chosen, into: &dictionary)
    case .site(let numbers): return try numbers(self, chosen, &dictionary)
    case .row: return chosen.map { _ in KeyDictionary.absent }
    }
  }

  fileprivate func threads(
    _ chosen: [Int], _ dictionary: inout KeyDictionary
  ) throws(StoreError) -> [Int32] {
    let threads = try data.sites().threads
    let numbers = try data.threadTexts().map { dictionary.number(of: $0) }
    return chosen.map {
      let thread = Int(threads[$0])
      return thread < numbers.count ? numbers[thread] : KeyDictionary.absent
    }
  }

  fileprivate func allocators(
    _ chosen: [Int], _ dictionary: inout KeyDictionary
  ) throws(StoreError) -> [Int32] {
    let allocators = try data.sites().allocators
    let names = try data.columns.texts(.allocatorName)
    return chosen.map {
      let number = Int(allocators[$0])
      return dictionary.number(of: number < names.count ? names[number] : "allocator \(number)")
    }
  }

  fileprivate func processes(
    _ chosen: [Int], _ dictionary: inout KeyDictionary
  ) throws(StoreError) -> [Int32] {
    let processes = try data.sites().processes
    guard !processes.isEmpty else {
      let number = dictionary.number(of: data.info.processID)
      return chosen.map { _ in number }
    }
    let names = try ProcessNames(data.columns)
    guard names.hasNumberless else {
      return Self.numbers(of: processes, sites: chosen, into: &dictionary)
    }
    return chosen.map { site in
      let process = site < processes.count ? processes[site] : 0
      return process == 0
        ? KeyDictionary.absent : dictionary.number(of: names.title(process &- 1))
    }
  }

  fileprivate func types(
    _ chosen: [Int], _ dictionary: inout KeyDictionary
  ) throws(StoreError) -> [Int32] {
    let types = try data.sites().types
    guard !types.isEmpty else { return chosen.map { _ in KeyDictionary.absent } }
    let names = try data.columns.texts(.typeName)
    guard types.allSatisfy({ Int($0) <= names.count }) else {
      throw data.columns.damaged(.siteType)
    }
    let numbers = names.map { dictionary.number(of: $0) }
    return chosen.map { types[$0] == 0 ? KeyDictionary.absent : numbers[Int(types[$0]) - 1] }
  }

  /// Numbers of values that sites carry themselves, plus 1; 0 is none.
  fileprivate static func numbers(
    of values: [Int64], sites chosen: [Int], into dictionary: inout KeyDictionary
  ) -> [Int32] {
    chosen.map { site in
      guard site < values.count, values[site] != 0 else { return KeyDictionary.absent }
      return dictionary.number(of: values[site] &- 1)
    }
  }

  /// Values of a label: whole numbers where all captures of the question have such, else texts.
  fileprivate func labels(
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
}
