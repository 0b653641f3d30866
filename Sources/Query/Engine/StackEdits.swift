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
  private let isDropped: [Bool]
  private let depths: [UInt32]

  /// The edits of `hides`, `runner` included unless `none` stands among them.
  init(
    hides: [Hide], stacks: CaptureData.Stacks, locations: CaptureData.Locations,
    modules: ModuleNames
  ) throws(QueryError) {
    self.stacks = stacks
    cutsRunner = !hides.contains(.none)
    var dropped = [Bool](repeating: false, count: locations.count)
    for hide in hides {
      switch hide {
      case .internals:
        for index in dropped.indices {
          let (function, file) = (locations.functions[index], locations.files[index])
          if FrameKinds.isInternal(function: function, file: file) { dropped[index] = true }
        }
      case .pattern(let pattern):
        let frames = FrameMatcher(try PatternMatcher(pattern), modules: modules)
        for index in dropped.indices where frames.matches(locations, index) {
          dropped[index] = true
        }
      case .native, .imports, .runner, .none: break
      }
    }
    isDropped = dropped
    let cutsImports = hides.contains(.imports)
    let imports = locations.functions.indices.map {
      cutsImports
        && FrameKinds.isImport(function: locations.functions[$0], file: locations.files[$0])
    }
    (newest, depths) = Self.walk(stacks, isDropped: dropped, isImport: imports)
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

  /// Locations of a stack as it is shown, newest first.
  ///
  /// - Parameters:
  ///   - node: its raw node.
  ///   - hidden: oldest frames to cut when the runner is hidden.
  /// - Returns: one location a frame; empty when nothing stays.
  func shown(node: UInt32, hidden: UInt32) -> [UInt32] {
    var result: [UInt32] = []
    var current = newest[Int(node)]
    while current != 0 {
      if cutsRunner, depths[Int(current)] <= hidden { break }
      result.append(stacks.locations[Int(current)])
      current = newest[Int(stacks.parents[Int(current)])]
    }
    return result
  }

  /// Locations of the whole stack, newest first, nothing hidden.
  func recorded(node: UInt32) -> [UInt32] {
    var result: [UInt32] = []
    var current = node
    while current != 0 {
      result.append(stacks.locations[Int(current)])
      current = stacks.parents[Int(current)]
    }
    return result
  }
}

/// Whether a frame meets a pattern: by function, module, `module.function`, file or `file:line`.
struct FrameMatcher {
  private let pattern: PatternMatcher
  private let modules: ModuleNames

  /// A matcher of frames.
  init(_ pattern: PatternMatcher, modules: ModuleNames) {
    self.pattern = pattern
    self.modules = modules
  }

  /// Whether the location numbered `index` meets the pattern.
  func matches(_ locations: CaptureData.Locations, _ index: Int) -> Bool {
    let function = locations.functions[index]
    let file = locations.files[index]
    if pattern.matches(function) || pattern.matchesPath(file) { return true }
    if pattern.matchesPath("\(file):\(locations.lines[index])") { return true }
    guard let module = modules.module(of: file)?.name else { return false }
    return pattern.matches(module) || pattern.matches("\(module).\(function)")
  }
}
