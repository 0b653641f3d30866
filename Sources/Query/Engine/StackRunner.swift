import Columns
import Store

/// Answers `flame` and `tree`: stacks with sums, as a tree of places.
struct StackRunner {
  private let context: QueryContext
  private let query: Query

  init(_ context: QueryContext) {
    self.context = context
    query = context.query
  }

  /// The answer.
  func answer() throws(EngineError) -> Answer {
    var builder = StackTreeBuilder(isInverted: query.inverted != nil)
    var titles: [String] = []
    for data in context.captures {
      titles.append(try add(data, to: &builder))
    }
    let title = titles.count == 1 ? titles[0] : context.population.value.canonicalText
    var tree = builder.tree(query: context.questionText, captures: context.names, population: title)
    tree.header = context.header + commandLines
    tree.notes = context.estimates
    try context.finish(&tree)
    if query.measures.first?.value == .count { tree.useCounts() }
    let limit = query.verb.value == .tree ? context.limit(default: 10) : nil
    return Answer(
      content: .tree(tree), verb: query.verb.value, output: query.output, limit: limit)
  }

  private var commandLines: [String] {
    context.captures.map(\.info.commandLine).filter { !$0.isEmpty }
  }

  private func add(
    _ data: CaptureData, to builder: inout StackTreeBuilder
  ) throws(EngineError) -> String {
    let view = try context.view(of: data)
    let resolver = try reading(try PopulationResolver(data: data))
    let selection = try resolver.selection(
      try context.population(of: data), range: query.range)
    let sites = try reading(try data.sites())
    var sums = [GroupSums](repeating: GroupSums(), count: sites.count)
    do throws(StoreError) {
      let scan = try PopulationScan(
        data: data, selection: selection, condition: view.condition, needs: ScanNeeds())
      _ = try scan.run { sums[$0.site].add($0) }
    } catch { throw .store(error) }
    let roots = try splits(data, view)
    builder.begin(locations: try reading(try data.locations()))
    for site in sums.indices where sums[site].count != 0 || sums[site].bytes != 0 {
      let shown = view.keys.edits.shown(node: sites.stacks[site], hidden: sites.hidden[site])
      builder.add(shown, root: roots?[site], sums[site])
    }
    return selection.title
  }

  /// Per site, the text of the frame that `by thread` and the like put under the root.
  private func splits(_ data: CaptureData, _ view: CaptureView) throws(EngineError) -> [String]? {
    guard !query.keys.isEmpty else { return nil }
    var texts = [String](repeating: "", count: Int(data.info.sites))
    for key in query.keys {
      var dictionary = KeyDictionary()
      let numbers: [Int32]
      do throws(StoreError) {
        numbers = try view.keys.numbers(of: key.value, into: &dictionary)
      } catch { throw .store(error) }
      for site in numbers.indices {
        let value =
          numbers[site] == KeyDictionary.absent
          ? "<none>" : dictionary.value(numbers[site]).text
        texts[site] += texts[site].isEmpty ? value : ", \(value)"
      }
    }
    return texts
  }
}

extension KeyValue {
  /// As one text.
  var text: String {
    switch self {
    case .text(let text): text
    case .integer(let number): String(number)
    case .stack(let frames): frames.map(\.lineno).joined(separator: " < ")
    }
  }
}

/// Adds stacks to a tree whose nodes are places, not raw frames.
struct StackTreeBuilder {
  private let isInverted: Bool
  private var frames: [FrameText] = [FrameText(function: "all", file: "", line: 0)]
  private var numbers: [FrameText: UInt32] = [:]
  private var parents: [UInt32] = [0]
  private var frameIndices: [UInt32] = [0]
  private var sizes: [Int64] = [0]
  private var counts: [Int64] = [0]
  private var children: [UInt64: UInt32] = [:]
  private var locationFrames: [UInt32] = []

  init(isInverted: Bool) { self.isInverted = isInverted }

  /// Gets ready for the stacks of a capture.
  mutating func begin(locations: CaptureData.Locations) {
    locationFrames = []
    for index in 0..<locations.count { locationFrames.append(frame(locations.text(index))) }
  }

  private mutating func frame(_ text: FrameText) -> UInt32 {
    if let known = numbers[text] { return known }
    let number = UInt32(frames.count)
    frames.append(text)
    numbers[text] = number
    return number
  }

  /// Adds a stack given newest first; an empty one is `<no stack>`.
  mutating func add(_ shown: [UInt32], root: String?, _ sums: GroupSums) {
    var node: UInt32 = 0
    if let root { node = child(of: node, frame(FrameText(function: root, file: "", line: 0))) }
    if shown.isEmpty {
      node = child(of: node, frame(FrameText(function: "<no stack>", file: "", line: 0)))
    } else if isInverted {
      for location in shown { node = child(of: node, locationFrames[Int(location)]) }
    } else {
      for location in shown.reversed() { node = child(of: node, locationFrames[Int(location)]) }
    }
    sizes[Int(node)] &+= sums.bytes
    counts[Int(node)] &+= sums.count
  }

  private mutating func child(of parent: UInt32, _ frame: UInt32) -> UInt32 {
    let key = UInt64(parent) << 32 | UInt64(frame)
    if let known = children[key] { return known }
    let number = UInt32(parents.count)
    children[key] = number
    parents.append(parent)
    frameIndices.append(frame)
    sizes.append(0)
    counts.append(0)
    return number
  }

  /// The finished tree.
  func tree(query: String, captures: [String], population: String) -> StackTree {
    var tree = StackTree(query: query, captures: captures, population: population)
    tree.isInverted = isInverted
    tree.frames = frames
    tree.parents = parents
    tree.frameIndices = frameIndices
    tree.sizes = sizes
    tree.counts = counts
    return tree
  }
}

extension StackTree {
  /// Lets counts take the place of sizes.
  fileprivate mutating func useCounts() {
    sizes = counts
    unit = .count
  }
}
