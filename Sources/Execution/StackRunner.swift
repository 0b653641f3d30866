import Results
import Language
import Planning
import Store

/// Answers `flame` and `tree`: stacks with sums, as a tree of places.
///
/// For a page the stacks stay as recorded, their frames marked, and threads apart: the page
/// makes the edits itself. Every other form gets the stacks edited.
struct StackRunner {
  private let request: StackRequest
  private let context: QueryContext
  /// The right side of `vs`.
  private let base: QueryContext?
  private let query: Query
  /// Told the side whose scans follow.
  private let enter: (Int) -> Void

  private var isPage: Bool { request.keepsFrames }

  /// The stacks of a question's side or sides.
  init(_ request: StackRequest, _ question: Question, entering enter: @escaping (Int) -> Void) {
    self.request = request
    self.enter = enter
    context = question.left
    base = question.sides.count > 1 ? question.sides[1] : nil
    query = question.query
  }

  /// One capture of one side: its stacks as they are shown, and what was added up.
  private struct Part {
    var stacks: ShownStacks
    var sums: StackSiteSums
    var selection: Selection
  }

  /// The answer.
  func answer() throws(EngineError) -> Answer {
    enter(0)
    let left = try parts(context)
    let right = try base.map { (base) throws(EngineError) in
      enter(1)
      return try parts(base)
    }
    let both = try survivors(left, right)
    var builder = StackTreeBuilder(
      isInverted: request.isInverted,
      sides: both != nil ? 3 : right != nil ? 2 : 1)
    let keys = try splitKeys(left + (right ?? []))
    var nodes: [UInt32] = []
    var labels: [String: [StackLabel]] = [:]
    for (index, part) in left.enumerated() {
      nodes = try add(part.sums, of: part, keys, .left, to: &builder, &labels)
      if let both { _ = try add(both[index], of: part, keys, .both, to: &builder, &labels) }
    }
    for part in right ?? [] {
      _ = try add(part.sums, of: part, keys, .right, to: &builder, &labels)
    }
    var times: StackTimes?
    if isPage, base == nil, left.count == 1, left[0].stacks.view.data.info.holdsEvents,
      !keys.contains(where: \.isOfRow)
    {
      times = try self.times(left[0], nodes, keys, &builder)
    }
    var tree = builder.tree(
      query: query.questionText, captures: context.names, population: title(left, right))
    tree.times = times
    for (index, frame) in tree.frames.enumerated() where tree.frameMarks[index].contains(.split) {
      tree.labels[UInt32(index)] = labels[frame.function]
    }
    if query.verb.value == .flame, query.output.namedFormat?.definition.isDrawn ?? true {
      for part in left + (right ?? []) { try name(part, &tree.packages) }
    }
    tree.header = context.lines(\.header, with: base) + commandLines
    tree.sizeFamily = context.sizes
    tree.isNormalized = query.normalized != nil
    tree.notes = context.lines(\.estimates, with: base)
    tree.isEstimated = !tree.notes.isEmpty
    tree.notes += context.lines(\.cutNotes, with: base)
    try context.finish(&tree)
    if isPage {
      tree.controls = controls(keys)
    } else if query.measures.first?.value == .count {
      tree.useCounts()
    }
    let limit = query.verb.value == .tree ? context.limit : nil
    return Answer(
      content: .tree(tree), verb: query.verb.value, output: query.output, limit: limit)
  }

  /// Adds the packages of a part's files.
  private func name(_ part: Part, _ packages: inout [String: String]) throws(EngineError) {
    let modules = try reading(try part.stacks.view.data.modules())
    for (index, file) in part.stacks.locations.files.enumerated() where packages[file] == nil {
      if let module = modules.names[index] { packages[file] = ModuleNames.package(module) }
    }
  }

  private func title(_ left: [Part], _ right: [Part]?) -> String {
    func words(_ parts: [Part], _ context: QueryContext) -> String {
      parts.count == 1 ? parts[0].selection.title : context.population.value.canonicalText
    }
    let title = words(left, context)
    guard let right, let base else { return title }
    let names = (context.names.joined(separator: ", "), base.names.joined(separator: ", "))
    let first = names.0 == names.1 ? title : "\(title) of \(names.0)"
    return "\(first) vs \(words(right, base)) of \(names.1)"
  }

  private var commandLines: [String] {
    context.captures.map(\.info.commandLine).filter { !$0.isEmpty }
  }

  // MARK: Sums

  private func parts(_ context: QueryContext) throws(EngineError) -> [Part] {
    var parts: [Part] = []
    for data in context.captures {
      let view = try context.view(of: data)
      let resolver = try reading(try PopulationResolver(data: data))
      let selection = try context.selection(
        of: data, measuring: context.measures, withPartner: true)
      let stacks = try ShownStacks(view: view, query: query, isPage: isPage)
      let sums = try self.sums(context, view, resolver, selection)
      parts.append(Part(stacks: stacks, sums: sums, selection: selection))
    }
    return parts
  }

  private func sums(
    _ context: QueryContext, _ view: CaptureView, _ resolver: PopulationResolver,
    _ selection: Selection
  ) throws(EngineError) -> StackSiteSums {
    let keys = query.keys.map(\.value).filter(\.isOfRow)
    let gatherer = GroupGatherer(context: context, keys: keys, measures: [])
    let windows = try keys.isEmpty ? nil : gatherer.windows(of: resolver)
    let needs = gatherer.needs(windows: windows)
    var sums = StackSiteSums(
      siteCount: try reading(try view.data.sites()).count, keys: keys,
      windowTexts: windows?.texts ?? [], rowKeyCount: needs.rowKey?.count ?? 1)
    try view.scan(selection, needs) { sums.add($0) }
    return sums
  }

  /// What is on both sides, when they are two populations of the same captures.
  private func survivors(
    _ left: [Part], _ right: [Part]?
  ) throws(EngineError) -> [StackSiteSums]? {
    guard let right, case .population = query.versus else { return nil }
    var all: [StackSiteSums] = []
    for (one, other) in zip(left, right) {
      guard let both = one.selection.survivors(of: other.selection) else { return nil }
      let resolver = try reading(try PopulationResolver(data: one.stacks.view.data))
      all.append(try sums(context, one.stacks.view, resolver, both))
    }
    return all
  }

  // MARK: The tree

  /// Whether the form asked for keeps labels of samples beside their stacks.
  private var keepsLabels: Bool {
    query.output.namedFormat == .pprof && query.keys.allSatisfy { $0.value.label != nil }
  }

  /// The keys that split the root: those asked for; on a page also threads, when there are some;
  /// else all labels where they are kept.
  private func splitKeys(_ parts: [Part]) throws(EngineError) -> [Key] {
    guard query.keys.isEmpty else { return query.keys.map(\.value) }
    if keepsLabels {
      var labels: [SampleLabel] = []
      for part in parts where try reading(try part.stacks.view.data.profile()) != nil {
        for label in try reading(try part.stacks.view.data.labels())
        where !labels.contains(where: { $0.name == label.name }) { labels.append(label) }
      }
      return labels.map { .label($0) }
    }
    guard isPage else { return [] }
    let hasThreads = parts.contains { part in
      var first: UInt32?
      var hasOther = false
      part.sums.forEach { found in
        let thread = part.stacks.sites.threads[found.site]
        if first != nil, first != thread { hasOther = true }
        first = first ?? thread
      }
      return hasOther
    }
    return hasThreads ? [.thread] : []
  }

  /// Adds the sites that have something, and returns every site's node, 0 where there is none.
  private func add(
    _ sums: StackSiteSums, of part: Part, _ keys: [Key], _ side: StackTreeBuilder.Side,
    to builder: inout StackTreeBuilder, _ labels: inout [String: [StackLabel]]
  ) throws(EngineError) -> [UInt32] {
    var roots: [String]?
    if keepsLabels, !keys.isEmpty {
      let found = try part.stacks.labels(keys.compactMap(\.label))
      roots = found.texts
      labels.merge(found.values) { first, _ in first }
    } else {
      roots = try part.stacks.roots(keys.filter { !$0.isOfRow })
    }
    builder.begin(part.stacks)
    var nodes = [UInt32](repeating: 0, count: part.stacks.sites.count)
    sums.forEach { found in
      let site = found.site
      let root = sums.root(found, beside: roots?[site]).flatMap { $0.isEmpty ? nil : $0 }
      nodes[site] = builder.node(site, of: part.stacks, root: root)
      builder.add(found.sums, to: nodes[site], side: side)
    }
    return nodes
  }

  private func times(
    _ part: Part, _ nodes: [UInt32], _ keys: [Key], _ builder: inout StackTreeBuilder
  ) throws(EngineError) -> StackTimes? {
    let view = part.stacks.view
    let found = try reading(try TimeCells(view: view, shown: part.selection.liveState).gather())
    guard let found else { return nil }
    let roots = try part.stacks.roots(keys)
    var nodes = nodes
    found.forEachSite { site in
      guard nodes[site] == 0 else { return }
      nodes[site] = builder.node(site, of: part.stacks, root: roots?[site])
    }
    return found.times(nodes)
  }

  private func controls(_ keys: [Key]) -> StackControls {
    var hides = query.hides.contains(.none) ? [] : ["runner"]
    if query.hides.contains(.imports) { hides.append("imports") }
    if query.hides.contains(.internals) { hides.append("internals") }
    let hasPatterns = query.hides.contains { if case .pattern = $0 { true } else { false } }
    if hasPatterns { hides.append("pattern") }
    return StackControls(
      isTurned: query.inverted != nil, showsCounts: query.measures.first?.value == .count,
      hides: hides, splitKeys: keys.map(\.name).joined(separator: ", "),
      isSplit: !query.keys.isEmpty, question: query.questionParts)
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

extension StackTree {
  /// Lets counts take the place of sizes.
  mutating func useCounts() {
    sizes = counts
    base = base.map { StackSums(sizes: $0.counts, counts: $0.counts) }
    survived = survived.map { StackSums(sizes: $0.counts, counts: $0.counts) }
    unit = .count
    scale = 1
    if let counts = values {
      values?.name = counts.countName
      values?.unit = counts.countUnit
      values?.hasCounts = false
    }
  }
}

extension Selection {
  /// The rows of two populations of states, weighing what they weigh in the later state; nil
  /// when one of them is no population of a state.
  func survivors(of other: Selection) -> Selection? {
    guard moment == nil, other.moment == nil, greatestAge == nil, other.greatestAge == nil else {
      return nil
    }
    let from = max(births.lowerBound, other.births.lowerBound)
    let to = max(from, min(births.upperBound, other.births.upperBound))
    var both = self
    both.births = from..<to
    both.deaths = max(deaths.lowerBound, other.deaths.lowerBound)...Clock.never
    switch (weight, other.weight) {
    case (.inState(let state), .inState(let right)): both.weight = .inState(max(state, right))
    case (.inState(let state), .bytesInState(let right)),
      (.bytesInState(let state), .inState(let right)),
      (.bytesInState(let state), .bytesInState(let right)):
      both.weight = .bytesInState(max(state, right))
    default: return nil
    }
    return both
  }
}
