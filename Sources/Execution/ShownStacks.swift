import Results
import Language
import Store

/// The stacks of a capture's sites as a tree gets them: edited, or whole with marks for a page.
struct ShownStacks {
  let view: CaptureView
  let sites: CaptureData.Sites
  let locations: CaptureData.Locations
  /// Per location; empty when stacks are edited.
  let marks: [FrameMarks]
  private let edits: StackEdits
  private let isPage: Bool

  init(view: CaptureView, query: Query, isPage: Bool) throws(EngineError) {
    self.view = view
    self.isPage = isPage
    sites = try reading(try view.data.sites())
    locations = try reading(try view.data.locations())
    guard isPage else {
      edits = view.keys.edits
      marks = []
      return
    }
    edits = try StackEdits(
      data: view.data, query: query, stacks: try reading(try view.data.stacks()), hides: [.none])
    let modules =
      query.hides.needsModules ? try reading(try view.data.modules()) : LocationModules()
    marks = try asking(try Self.marks(locations, query, modules))
  }

  /// The node of the newest frame shown of a site's stack; 0 when nothing stays.
  @inline(__always) func newestShown(_ site: Int) -> UInt32 {
    edits.newestShown(sites.stacks[site], hidden: sites.hidden[site])
  }

  /// The node of the caller's frame shown of a frame shown; 0 when it is the oldest.
  @inline(__always) func callerShown(_ node: UInt32, hidden: UInt32) -> UInt32 {
    edits.callerShown(node, hidden: hidden)
  }

  /// The frame of a node: its location, and on a page whether it is one of the profiler's, the
  /// oldest ones of the stack.
  @inline(__always) func place(_ node: UInt32, hidden: UInt32) -> StackTreeBuilder.Place {
    let isRunner = isPage && edits.depth(of: node) <= Int(hidden)
    return StackTreeBuilder.Place(location: edits.location(of: node), isRunner: isRunner)
  }

  /// Number of nodes of stacks.
  var nodeCount: Int { edits.nodeCount }

  /// Per site, the text of the frame that `by thread` and the like put under the root.
  func roots(_ keys: [Key]) throws(EngineError) -> [String]? {
    guard !keys.isEmpty else { return nil }
    var texts = [String](repeating: "", count: sites.count)
    for key in keys {
      var dictionary = KeyDictionary()
      let numbers: [Int32]
      do throws(StoreError) {
        numbers = try view.keys.numbers(of: key, into: &dictionary)
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

  /// Per site, its labels as one text, empty without any; and what the texts stand for.
  func labels(
    _ keys: [SampleLabel]
  ) throws(EngineError) -> (texts: [String], values: [String: [StackLabel]]) {
    var found = [[StackLabel]](repeating: [], count: sites.count)
    for key in keys {
      var dictionary = KeyDictionary()
      let numbers: [Int32]
      do throws(StoreError) {
        numbers = try view.keys.numbers(of: .label(key), into: &dictionary)
      } catch { throw .store(error) }
      for site in numbers.indices where numbers[site] != KeyDictionary.absent {
        switch dictionary.value(numbers[site]) {
        case .text(let text): found[site].append(StackLabel(key.name, text: text))
        case .integer(let number):
          found[site].append(StackLabel(key.name, number: number, unit: key.unit))
        case .stack: break
        }
      }
    }
    var values: [String: [StackLabel]] = [:]
    let texts = found.map { labels in
      guard !labels.isEmpty else { return "" }
      let text = labels.map { "\($0.name)=\($0.text ?? "\($0.number) \($0.unit)")" }
        .joined(separator: "\u{0}")
      values[text] = labels
      return text
    }
    return (texts, values)
  }

  private static func marks(
    _ locations: CaptureData.Locations, _ query: Query, _ modules: LocationModules
  ) throws(QueryError) -> [FrameMarks] {
    var patterns: [FrameMatcher] = []
    for case .pattern(let pattern) in query.hides {
      patterns.append(FrameMatcher(try PatternMatcher(pattern), modules: modules))
    }
    return (0..<locations.count).map { index in
      let (function, file) = (locations.functions[index], locations.files[index])
      var marks: FrameMarks =
        switch locations.kind(index) {
        case .python: []
        case .native: .native
        case .inlined: .inlined
        }
      if FrameKinds.isInternal(function: function, file: file) { marks.insert(.internal) }
      if FrameKinds.isImport(function: function, file: file) { marks.insert(.imports) }
      if patterns.contains(where: { $0.matches(locations, index) }) { marks.insert(.pattern) }
      return marks
    }
  }
}

extension Query {
  /// Parts of the canonical question by name, for a page to put together anew.
  var questionParts: [(name: String, text: String)] {
    let patterns = hides.compactMap { hide in
      if case .pattern(let pattern) = hide { pattern.canonicalText } else { nil }
    }
    var condition = ""
    if let filter {
      condition = filter.canonicalText(sizes: typedSizes)
      if case .or = filter { condition = "(\(condition))" }
    }
    let parts: [(String, String?)] = [
      ("population", population?.value.canonicalText),
      ("in", range?.value.canonicalText),
      ("measures", measures.map(\.value.name).joined(separator: ", ")),
      ("where", condition),
      ("patterns", patterns.joined(separator: ", ")),
      ("native", hides.contains(.native) ? "native" : nil),
      ("from", fromFrame?.canonicalText),
      ("of", captures.map(\.canonicalText).joined(separator: ", ")),
      ("vs", versus?.canonicalText),
    ]
    return parts.compactMap { name, text in
      text.flatMap { $0.isEmpty ? nil : (name: name, text: $0) }
    }
  }
}
