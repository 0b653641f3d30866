import Language
import Store

/// What a query's `hide` does to the stacks of a capture (design: three edits that keep totals).
///
/// Frames are looked at once per distinct location, then once per stack node.
struct StackEdits {
  private let stacks: CaptureData.Stacks
  /// Whether the oldest frames that the profiler recorded of itself are cut.
  let cutsRunner: Bool
  /// Per node: the node whose frame is the newest that stays; 0 when none does.
  let newest: [UInt32]
  private let depths: [UInt32]
  /// Per node: depth of the outermost frame on its path that `from frame` met, 0 for none.
  private let outermost: [UInt32]

  /// The edits of `hides`, `runner` included unless `none` stands among them, and of
  /// `from frame`, which cuts the callers of the outermost frame that it meets.
  private init(
    hides: [Hide], fromFrame: Pattern?, stacks: CaptureData.Stacks,
    locations: CaptureData.Locations,
    modules: LocationModules
  ) throws(QueryError) {
    self.stacks = stacks
    cutsRunner = !hides.contains(.none)
    let dropped = try Self.dropped(by: hides, locations, modules)
    let cutsImports = hides.contains(.imports)
    let imports = locations.functions.indices.map {
      cutsImports
        && FrameKinds.isImport(function: locations.functions[$0], file: locations.files[$0])
    }
    let walked = Self.walk(stacks, isDropped: dropped, isImport: imports)
    depths = walked.depths
    let outermost: [UInt32] =
      try fromFrame.map { (pattern) throws(QueryError) in
        let frames = FrameMatcher(try PatternMatcher(pattern), modules: modules)
        let met = dropped.indices.map { frames.matches(locations, $0) }
        return Self.outermostMet(stacks, walked.depths, met: met)
      } ?? []
    self.outermost = outermost
    // When `hide` leaves only callers of the frame asked for, nothing stays.
    newest =
      outermost.isEmpty
      ? walked.newest
      : zip(walked.newest, outermost).map { walked.depths[Int($0)] < $1 ? 0 : $0 }
  }

  /// Whether each location is hidden by itself.
  private static func dropped(
    by hides: [Hide], _ locations: CaptureData.Locations, _ modules: LocationModules
  ) throws(QueryError) -> [Bool] {
    var dropped = [Bool](repeating: false, count: locations.count)
    for hide in hides {
      switch hide {
      case .internals:
        for index in dropped.indices {
          let (function, file) = (locations.functions[index], locations.files[index])
          if FrameKinds.isInternal(function: function, file: file) { dropped[index] = true }
        }
      case .libraries:
        for index in dropped.indices where modules.isLibrary[index] { dropped[index] = true }
      case .pattern(let pattern):
        let frames = FrameMatcher(try PatternMatcher(pattern), modules: modules)
        for index in dropped.indices where frames.matches(locations, index) {
          dropped[index] = true
        }
      case .torch:
        for index in dropped.indices {
          let (function, file) = (locations.functions[index], locations.files[index])
          if FrameKinds.isOfTorch(function: function, file: file) { dropped[index] = true }
        }
      case .native:
        // Of stacks that mix both kinds; memray's hybrid ones are Python's alone by now.
        for index in dropped.indices where locations.kind(index) != .python {
          dropped[index] = true
        }
      case .imports, .runner, .none: break
      }
    }
    return dropped
  }

  /// The edits of a question on some stacks of a capture, with its hides unless others are given.
  init(
    data: CaptureData, query: Query, stacks: CaptureData.Stacks, hides: [Hide]? = nil
  ) throws(EngineError) {
    let hides = hides ?? query.hides
    let locations = try reading(try data.locations())
    let needsModules = hides.needsModules || query.fromFrame != nil
    let modules = needsModules ? try reading(try data.modules()) : LocationModules()
    self = try asking(
      try StackEdits(
        hides: hides, fromFrame: query.fromFrame, stacks: stacks, locations: locations,
        modules: modules))
  }

  private static func outermostMet(
    _ stacks: CaptureData.Stacks, _ depths: [UInt32], met: [Bool]
  ) -> [UInt32] {
    var found = [UInt32](repeating: 0, count: stacks.count)
    for node in 1..<max(1, stacks.count) {
      let before = found[Int(stacks.parents[node])]
      found[node] = before != 0 ? before : met[Int(stacks.locations[node])] ? depths[node] : 0
    }
    return found
  }

  /// One pass over the nodes, parents first.
  private static func walk(
    _ stacks: CaptureData.Stacks, isDropped: [Bool], isImport: [Bool]
  ) -> (newest: [UInt32], depths: [UInt32]) {
    var newest = [UInt32](repeating: 0, count: stacks.count)
    var depths = newest
    var isCut = [Bool](repeating: false, count: stacks.count)
    for node in 1..<max(1, stacks.count) {
      let parent = Int(stacks.parents[node])
      let location = Int(stacks.locations[node])
      depths[node] = depths[parent] &+ 1
      isCut[node] = isCut[parent] || isImport[location]
      newest[node] = isCut[node] || isDropped[location] ? newest[parent] : UInt32(node)
    }
    return (newest, depths)
  }

  /// Number of frames of a stack as recorded.
  func depth(of node: UInt32) -> Int { Int(depths[Int(node)]) }

  /// The node of the newest frame shown of a stack; 0 when nothing stays.
  ///
  /// Of the stack's oldest frames, `hidden` are cut when the runner is hidden.
  @inline(__always) func newestShown(_ node: UInt32, hidden: UInt32) -> UInt32 {
    let first = outermost.isEmpty ? 0 : outermost[Int(node)]
    return kept(newest[Int(node)], hidden: hidden, first: first)
  }

  /// The node of the caller's frame shown of a frame that is shown; 0 when it is the oldest.
  @inline(__always) func callerShown(_ node: UInt32, hidden: UInt32) -> UInt32 {
    let first = outermost.isEmpty ? 0 : outermost[Int(node)]
    return kept(newest[Int(stacks.parents[Int(node)])], hidden: hidden, first: first)
  }

  /// The same, the profiler's own frames included.
  @inline(__always) func callerKept(_ node: UInt32) -> UInt32 {
    let first = outermost.isEmpty ? 0 : outermost[Int(node)]
    let caller = newest[Int(stacks.parents[Int(node)])]
    return depths[Int(caller)] < first ? 0 : caller
  }

  @inline(__always) private func kept(_ node: UInt32, hidden: UInt32, first: UInt32) -> UInt32 {
    let depth = depths[Int(node)]
    return (cutsRunner && depth <= hidden) || depth < first ? 0 : node
  }

  /// The location of a node's frame.
  @inline(__always) func location(of node: UInt32) -> UInt32 { stacks.locations[Int(node)] }

  /// Number of nodes.
  var nodeCount: Int { stacks.count }

  /// Locations of a stack as it is shown, newest first.
  ///
  /// - Parameters:
  ///   - node: its raw node.
  ///   - hidden: oldest frames to cut when the runner is hidden.
  /// - Returns: one location a frame; empty when nothing stays.
  func shown(node: UInt32, hidden: UInt32) -> [UInt32] {
    var result: [UInt32] = []
    var current = newestShown(node, hidden: hidden)
    while current != 0 {
      result.append(location(of: current))
      current = callerShown(current, hidden: hidden)
    }
    return result
  }
}

extension [Hide] {
  /// Whether it takes the modules of frames to know what is hidden.
  var needsModules: Bool {
    contains { hide in
      switch hide {
      case .libraries, .pattern: true
      case .native, .imports, .internals, .torch, .runner, .none: false
      }
    }
  }
}

/// Whether a frame meets a pattern: by function, module or a package above it, `module.function`,
/// file or `file:line`.
struct FrameMatcher {
  private let pattern: PatternMatcher
  private let modules: LocationModules

  /// A matcher of frames.
  init(_ pattern: PatternMatcher, modules: LocationModules) {
    self.pattern = pattern
    self.modules = modules
  }

  /// Whether the location numbered `index` meets the pattern.
  func matches(_ locations: CaptureData.Locations, _ index: Int) -> Bool {
    let function = locations.functions[index]
    let file = locations.files[index]
    if pattern.matches(function) || pattern.matchesPath(file) { return true }
    if pattern.matchesPath("\(file):\(locations.lines[index])") { return true }
    guard let module = modules.names[index] else { return false }
    return pattern.matchesModule(module) || pattern.matches("\(module).\(function)")
  }
}
