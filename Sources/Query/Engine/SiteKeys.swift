import Columns
import Store

/// Values of keys that a site decides, one a site.
///
/// Texts are made once per distinct location or stack; sites then hold numbers.
struct SiteKeys {
  let data: CaptureData
  let edits: StackEdits
  let modules: ModuleNames

  /// The numbers of a key's values, one a site; `KeyDictionary.absent` where there is none.
  func numbers(
    of key: Key, into dictionary: inout KeyDictionary
  ) throws(StoreError) -> [Int32] {
    let sites = try data.sites()
    switch key {
    case .lineno, .filename, .function, .frame, .kind:
      let numbers = try locationNumbers(of: key, into: &dictionary)
      let stacks = try data.stacks()
      return sites.stacks.map { stack in
        let node = edits.newest[Int(stack)]
        return node == 0 ? KeyDictionary.absent : numbers[Int(stacks.locations[Int(node)])]
      }
    case .traceback: return try tracebacks(into: &dictionary)
    case .module, .package: return try moduleNumbers(of: key, into: &dictionary)
    case .thread:
      let numbers = try data.threadTexts().map { dictionary.number(of: .text($0)) }
      return sites.threads.map {
        Int($0) < numbers.count ? numbers[Int($0)] : KeyDictionary.absent
      }
    case .allocator:
      let names = try data.columns.texts(.allocatorName)
      return sites.allocators.map {
        let name = Int($0) < names.count ? names[Int($0)] : "allocator \($0)"
        return dictionary.number(of: .text(name))
      }
    case .capture:
      return constant(.text(data.info.name), sites.count, &dictionary)
    case .pid:
      return constant(.integer(data.info.processID), sites.count, &dictionary)
    case .domain, .sizeclass, .window, .mark, .type, .lifetime:
      return Array(repeating: KeyDictionary.absent, count: sites.count)
    }
  }

  private func constant(
    _ value: KeyValue, _ count: Int, _ dictionary: inout KeyDictionary
  ) -> [Int32] {
    Array(repeating: dictionary.number(of: value), count: count)
  }

  /// The number of a frame key's value for each location.
  func locationNumbers(
    of key: Key, into dictionary: inout KeyDictionary
  ) throws(StoreError) -> [Int32] {
    let locations = try data.locations()
    return (0..<locations.count).map { index in
      dictionary.number(of: value(of: key, locations, index))
    }
  }

  private func value(
    of key: Key, _ locations: CaptureData.Locations, _ index: Int
  ) -> KeyValue {
    switch key {
    case .lineno: .text(locations.text(index).lineno)
    case .filename: .text(locations.files[index])
    case .function: .text(locations.functions[index])
    case .frame: .text("\(locations.functions[index]) (\(locations.text(index).lineno))")
    case .kind: .text("python")
    case .module: .text(modules.module(of: locations.files[index])?.name ?? "<unknown>")
    default:
      .text(ModuleNames.first(modules.module(of: locations.files[index])?.name ?? "<unknown>"))
    }
  }

  private func tracebacks(into dictionary: inout KeyDictionary) throws(StoreError) -> [Int32] {
    let sites = try data.sites()
    let locations = try data.locations()
    let texts = (0..<locations.count).map { locations.text($0) }
    var known: [UInt64: Int32] = [:]
    return sites.stacks.indices.map { site in
      let place = UInt64(sites.stacks[site]) << 32 | UInt64(sites.hidden[site])
      if let number = known[place] { return number }
      let shown = edits.shown(node: sites.stacks[site], hidden: sites.hidden[site])
      let number =
        shown.isEmpty
        ? KeyDictionary.absent : dictionary.number(of: .stack(shown.map { texts[Int($0)] }))
      known[place] = number
      return number
    }
  }

  /// memray's walk: from the newest frame outwards, the first that is no standard library.
  private func moduleNumbers(
    of key: Key, into dictionary: inout KeyDictionary
  ) throws(StoreError) -> [Int32] {
    let stacks = try data.stacks()
    let sites = try data.sites()
    let locations = try data.locations()
    if key == .package {
      let numbers = try locationNumbers(of: .package, into: &dictionary)
      return sites.stacks.map { stack in
        let node = edits.newest[Int(stack)]
        return node == 0 ? KeyDictionary.absent : numbers[Int(stacks.locations[Int(node)])]
      }
    }
    let root = dictionary.number(of: .text("<root>"))
    let byLocation: [Int32?] = locations.files.map { file in
      guard let module = modules.module(of: file), !module.isStandard else { return nil }
      let first = ModuleNames.first(module.name)
      return first == "memray" ? root : dictionary.number(of: .text(first))
    }
    var byNode = [Int32](repeating: root, count: stacks.count)
    for node in 1..<max(1, stacks.count) {
      byNode[node] =
        byLocation[Int(stacks.locations[node])] ?? byNode[Int(stacks.parents[node])]
    }
    return sites.stacks.map { byNode[Int($0)] }
  }

  /// The distinct values of a frame key over each site's shown stack, for `inclusive`.
  func inclusiveNumbers(
    of key: Key, into dictionary: inout KeyDictionary
  ) throws(StoreError) -> [[Int32]] {
    let numbers = try locationNumbers(of: key, into: &dictionary)
    let sites = try data.sites()
    var known: [UInt64: [Int32]] = [:]
    return sites.stacks.indices.map { site in
      let place = UInt64(sites.stacks[site]) << 32 | UInt64(sites.hidden[site])
      if let found = known[place] { return found }
      var seen = Set<Int32>()
      let shown = edits.shown(node: sites.stacks[site], hidden: sites.hidden[site])
      let distinct = shown.map { numbers[Int($0)] }.filter { seen.insert($0).inserted }
      let found = distinct.isEmpty ? [KeyDictionary.absent] : distinct
      known[place] = found
      return found
    }
  }
}
