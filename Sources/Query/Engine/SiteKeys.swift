import Columns
import Store

/// Values of keys that a site decides.
///
/// Texts are made once per distinct location or stack, and only for the sites asked for.
struct SiteKeys {
  let data: CaptureData
  let edits: StackEdits
  let modules: ModuleNames

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
    case .lineno, .filename, .function, .frame, .kind, .package:
      return try newestNumbers(of: key, sites: chosen, into: &dictionary)
    case .traceback: return try tracebacks(sites: chosen, into: &dictionary)
    case .module: return try modules(sites: chosen, into: &dictionary)
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

  /// The value of the newest frame that stays after `hide`.
  private func newestNumbers(
    of key: Key, sites chosen: [Int], into dictionary: inout KeyDictionary
  ) throws(StoreError) -> [Int32] {
    let sites = try data.sites()
    let stacks = try data.stacks()
    var numbers = LocationNumbers(keys: self, key: key, locations: try data.locations())
    return chosen.map { site in
      let node = edits.newest[Int(sites.stacks[site])]
      guard node != 0 else { return KeyDictionary.absent }
      return numbers.number(Int(stacks.locations[Int(node)]), into: &dictionary)
    }
  }

  fileprivate func text(
    of key: Key, _ locations: CaptureData.Locations, _ index: Int
  ) -> String {
    switch key {
    case .lineno: locations.text(index).lineno
    case .filename: locations.files[index]
    case .function: locations.functions[index]
    case .frame where locations.functions[index].isEmpty: locations.text(index).lineno
    case .frame: "\(locations.functions[index]) (\(locations.text(index).lineno))"
    case .kind: locations.kind(index).name
    default:
      ModuleNames.first(modules.module(of: locations.files[index])?.name ?? "<unknown>")
    }
  }

  private func tracebacks(
    sites chosen: [Int], into dictionary: inout KeyDictionary
  ) throws(StoreError) -> [Int32] {
    let sites = try data.sites()
    let locations = try data.locations()
    var frames = [Int32](repeating: -1, count: locations.count)
    var known: [UInt64: Int32] = [:]
    return chosen.map { site in
      let place = UInt64(sites.stacks[site]) << 32 | UInt64(sites.hidden[site])
      if let number = known[place] { return number }
      let shown = edits.shown(node: sites.stacks[site], hidden: sites.hidden[site])
      for location in shown where frames[Int(location)] < 0 {
        frames[Int(location)] = dictionary.frameNumber(of: locations.text(Int(location)))
      }
      let number =
        shown.isEmpty
        ? KeyDictionary.absent : dictionary.number(ofStack: shown.map { frames[Int($0)] })
      known[place] = number
      return number
    }
  }

  /// memray's walk: from the newest Python frame outwards, the first that is no standard library.
  private func modules(
    sites chosen: [Int], into dictionary: inout KeyDictionary
  ) throws(StoreError) -> [Int32] {
    let stacks = try data.pythonStacks()
    let sites = try data.pythonSites()
    let locations = try data.locations()
    let root = dictionary.number(of: "<root>")
    let byLocation: [Int32?] = locations.files.map { file in
      guard let module = modules.module(of: file), !module.isStandard else { return nil }
      let first = ModuleNames.first(module.name)
      return first == "memray" ? root : dictionary.number(of: first)
    }
    var byNode = [Int32](repeating: root, count: stacks.count)
    for node in 1..<max(1, stacks.count) {
      byNode[node] =
        byLocation[Int(stacks.locations[node])] ?? byNode[Int(stacks.parents[node])]
    }
    return chosen.map { byNode[Int(sites[$0])] }
  }

  /// The distinct tuples of some frame keys over each site's shown stack, for `inclusive`.
  ///
  /// One list of tuples for each of `chosen`, a tuple of one number a key for each frame.
  func inclusiveTuples(
    of keys: [Key], sites chosen: [Int], into dictionaries: inout [KeyDictionary]
  ) throws(StoreError) -> [[[Int32]]] {
    let sites = try data.sites()
    let locations = try data.locations()
    var numbers = keys.map { LocationNumbers(keys: self, key: $0, locations: locations) }
    var known: [UInt64: [[Int32]]] = [:]
    let countsRecursion = try data.profile()?.countsRecursion == true
    return chosen.map { site in
      let place = UInt64(sites.stacks[site]) << 32 | UInt64(sites.hidden[site])
      if let found = known[place] { return found }
      var seen = Set<[Int32]>()
      var distinct: [[Int32]] = []
      for location in edits.shown(node: sites.stacks[site], hidden: sites.hidden[site]) {
        let tuple = keys.indices.map {
          numbers[$0].number(Int(location), into: &dictionaries[$0])
        }
        if seen.insert(tuple).inserted || countsRecursion { distinct.append(tuple) }
      }
      let found = distinct.isEmpty ? [keys.map { _ in KeyDictionary.absent }] : distinct
      known[place] = found
      return found
    }
  }
}

/// The number of a frame key's value for each location, made when it is first asked for.
private struct LocationNumbers {
  let keys: SiteKeys
  let key: Key
  let locations: CaptureData.Locations
  private var numbers: [Int32]

  init(keys: SiteKeys, key: Key, locations: CaptureData.Locations) {
    self.keys = keys
    self.key = key
    self.locations = locations
    numbers = Array(repeating: -1, count: locations.count)
  }

  mutating func number(_ location: Int, into dictionary: inout KeyDictionary) -> Int32 {
    if numbers[location] >= 0 { return numbers[location] }
    let number = dictionary.number(of: keys.text(of: key, locations, location))
    numbers[location] = number
    return number
  }
}
