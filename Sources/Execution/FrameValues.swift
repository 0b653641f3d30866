import Results
import Language
import Store

/// What single frames say of a key, numbered when it is first asked for.
struct FrameValues {
  /// Whether each location has what the key needs; empty when all have.
  let speaks: [Bool]
  private let texts: FrameTexts
  private let text: FrameTexts.Extractor
  private var numbers: [Int32]

  /// The values of a key of frames.
  init(key: Key, data: CaptureData) throws(StoreError) {
    if case .frame(let extractor) = key.extractor {
      text = extractor
    } else {
      text = { _, _ in "" }
    }
    let locations = try data.locations()
    numbers = Array(repeating: -1, count: locations.count)
    let modules = key.speaker == .owner ? try data.modules() : LocationModules()
    texts = FrameTexts(locations: locations, modules: modules)
    // Of Python's own frames memray records all there is, even of code that is not known.
    let isMemray = try data.profile() == nil
    func isComplete(_ location: Int) -> Bool { isMemray && locations.kind(location) == .python }
    let speaks: [Bool] =
      switch key.speaker {
      case .place:
        (0..<locations.count).map { isComplete($0) || locations.hasPlace($0) }
      case .name: (0..<locations.count).map { isComplete($0) || locations.hasName($0) }
      case .owner: modules.names.map { $0 != nil }
      case .newest, nil: []
      }
    self.speaks = speaks.contains(false) ? speaks : []
  }

  /// Whether a location has what the key needs.
  @inline(__always) func isSaid(by location: Int) -> Bool { speaks.isEmpty || speaks[location] }

  /// The number of what a location says.
  mutating func number(_ location: Int, into dictionary: inout KeyDictionary) -> Int32 {
    if numbers[location] >= 0 { return numbers[location] }
    let number = dictionary.number(of: text(texts, location))
    numbers[location] = number
    return number
  }

  /// The number of what stands for a stack whose newest frame is `location`, and none of whose
  /// frames says anything.
  mutating func speechless(_ location: Int, into dictionary: inout KeyDictionary) -> Int32 {
    number(location, into: &dictionary)
  }
}

extension CaptureData.Locations {
  /// Whether a frame has a line: one of the source, or of Python code whose line is not known.
  ///
  /// What stands for the file of native code without lines is its image.
  func hasPlace(_ index: Int) -> Bool {
    guard !files[index].isEmpty, files[index] != "<unknown>" else { return false }
    return lines[index] > 0 || kind(index) == .python
  }

  /// Whether a frame has a name: an address is none, nor what tools write for a missing one.
  func hasName(_ index: Int) -> Bool {
    let name = functions[index]
    if kind(index) == .python { return !name.isEmpty && name != "[unknown]" }
    if name.isEmpty || ["<unknown>", "[unknown]", "???", "??"].contains(name) { return false }
    return !Self.isAddress(name)
  }

  /// `0x7f12` and `image+0x7f12`.
  private static func isAddress(_ name: String) -> Bool {
    let bytes = name.utf8
    var digits = bytes.endIndex
    while digits > bytes.startIndex {
      let before = bytes.index(before: digits)
      guard isHexadecimal(bytes[before]) else { break }
      digits = before
    }
    guard digits < bytes.endIndex, digits > bytes.startIndex else { return false }
    let head = name[..<digits]
    return head == "0x" || head.hasSuffix("+0x")
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) || (0x41...0x46).contains(byte)
  }
}

/// The newest frames shown that have what a key needs, looked for once per stack.
struct SpeakingFrames {
  private let edits: StackEdits
  private let speaks: [Bool]
  /// Per node: the node found plus one, 1 for none, 0 when it was not looked for.
  private var found: [UInt32] = []
  private var walked: [UInt32] = []

  /// - Parameters:
  ///   - edits: the stacks.
  ///   - speaks: whether each location has it; empty when all have.
  init(edits: StackEdits, speaks: [Bool]) {
    self.edits = edits
    self.speaks = speaks
    if !speaks.isEmpty { found = Array(repeating: 0, count: edits.nodeCount) }
  }

  /// The node of the newest frame from `newest` outwards that has it; nil when none has.
  mutating func node(from newest: UInt32) -> UInt32? {
    if speaks.isEmpty || speaks[Int(edits.location(of: newest))] { return newest }
    walked.removeAll(keepingCapacity: true)
    var node = newest
    while node != 0, found[Int(node)] == 0, !speaks[Int(edits.location(of: node))] {
      walked.append(node)
      node = edits.callerKept(node)
    }
    let result = node == 0 ? 1 : found[Int(node)] != 0 ? found[Int(node)] : node + 1
    for node in walked { found[Int(node)] = result }
    return result == 1 ? nil : result - 1
  }
}

/// What memray's own `stats` says of places and modules, whatever the language makes of them.
///
/// Places are those of Python's newest frames. A module is the first part of that of the newest
/// frame that is no part of the standard library, over the whole stack.
struct MemrayReportKeys {
  private let data: CaptureData
  private let edits: StackEdits

  /// Nil for captures of other tools; `edits` are those of the stacks that the question shows.
  init?(data: CaptureData, query: Query, edits: StackEdits) throws(EngineError) {
    guard try reading(try data.profile()) == nil else { return nil }
    self.data = data
    self.edits =
      data.showsNative
      ? try StackEdits(data: data, query: query, stacks: try reading(try data.pythonStacks()))
      : edits
  }

  /// The numbers of the values of a key, one for each of `chosen`; nil for one that memray counts as
  /// the language does.
  func numbers(
    of key: Key, sites chosen: [Int], into dictionary: inout KeyDictionary
  ) throws(StoreError) -> [Int32]? {
    if key == .frame { return try frames(sites: chosen, into: &dictionary) }
    return key == .module ? try modules(sites: chosen, into: &dictionary) : nil
  }

  private func frames(
    sites chosen: [Int], into dictionary: inout KeyDictionary
  ) throws(StoreError) -> [Int32] {
    let sites = try data.pythonSites()
    var values = try FrameValues(key: .frame, data: data)
    return chosen.map { site in
      let node = edits.newest[Int(sites[site])]
      guard node != 0 else { return KeyDictionary.absent }
      return values.number(Int(edits.location(of: node)), into: &dictionary)
    }
  }

  private func modules(
    sites chosen: [Int], into dictionary: inout KeyDictionary
  ) throws(StoreError) -> [Int32] {
    let stacks = try data.pythonStacks()
    let sites = try data.pythonSites()
    let rules = ReportModules(info: data.info)
    let root = dictionary.number(of: "<root>")
    let byLocation: [Int32?] = try data.locations().files.map { file in
      guard let module = rules.module(of: file), !module.isStandard else { return nil }
      let first = ModuleNames.package(module.name)
      return first == "memray" ? root : dictionary.number(of: first)
    }
    var byNode = [Int32](repeating: root, count: stacks.count)
    for node in 1..<max(1, stacks.count) {
      byNode[node] =
        byLocation[Int(stacks.locations[node])] ?? byNode[Int(stacks.parents[node])]
    }
    return chosen.map { byNode[Int(sites[$0])] }
  }
}
