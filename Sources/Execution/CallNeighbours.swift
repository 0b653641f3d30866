import Results

/// What the callers and callees of functions hold, read from a tree of stacks.
///
/// A stack counts once for each function, caller and callee that is on it, however often that is.
struct CallNeighbours {
  /// Sums of a function, or of a call between two.
  struct Sums {
    /// Of all that was allocated below.
    var size: Int64 = 0
    var count: Int64 = 0
    /// Of what the called function allocated itself.
    var ownSize: Int64 = 0
    /// Where it was first met, so that ties stand in a fixed order.
    var place = 0
  }

  /// A function with those around it; names are numbers of functions.
  struct Function {
    var sums = Sums()
    var callers: [Int: Sums] = [:]
    var callees: [Int: Sums] = [:]
  }

  /// Names of functions with their files, by number.
  let names: [String]
  /// The functions that were asked for, by number.
  private(set) var functions: [Int: Function] = [:]
  private let tree: StackTree
  /// Per frame, the number of its function.
  private let numbers: [Int]
  private var sizes: [Int64]
  private var counts: [Int64]

  /// Reads a tree whose parents stand before their callees.
  ///
  /// - Parameters:
  ///   - tree: stacks from the outermost frame on.
  ///   - isAsked: whether a frame's function is asked for.
  init(_ tree: StackTree, isAsked: (FrameText) -> Bool) {
    self.tree = tree
    (numbers, names) = Self.functions(of: tree)
    (sizes, counts) = (tree.sizes, tree.counts)
    for node in tree.parents.indices.dropFirst().reversed() {
      sizes[Int(tree.parents[node])] &+= sizes[node]
      counts[Int(tree.parents[node])] &+= counts[node]
    }
    var asked = Set<Int>()
    for (index, frame) in tree.frames.enumerated() where !isSplit(index) && isAsked(frame) {
      asked.insert(numbers[index])
    }
    guard !asked.isEmpty else { return }
    for node in tree.parents.indices.dropFirst() {
      let function = number(node)
      if asked.contains(function) { add(node, function) }
      let caller = Int(tree.parents[node])
      if caller != 0, asked.contains(number(caller)) { addCallee(node, of: number(caller)) }
    }
  }

  /// Bytes and blocks of all stacks.
  var total: (size: Int64, count: Int64) { (sizes.first ?? 0, counts.first ?? 0) }

  private func isSplit(_ frame: Int) -> Bool {
    frame < tree.frameMarks.count && tree.frameMarks[frame].contains(.split)
  }

  private func number(_ node: Int) -> Int { numbers[Int(tree.frameIndices[node])] }

  /// Lines of one function are one.
  private static func functions(of tree: StackTree) -> (numbers: [Int], names: [String]) {
    var known: [FrameText: Int] = [:]
    var names: [String] = []
    let numbers = tree.frames.map { frame in
      let function = FrameText(function: frame.function, file: frame.file, line: 0)
      if let number = known[function] { return number }
      known[function] = names.count
      let name = frame.function.isEmpty ? "<unknown>" : frame.function
      names.append(frame.file.isEmpty ? name : "\(name) (\(frame.file))")
      return names.count - 1
    }
    return (numbers, names)
  }

  private mutating func add(_ node: Int, _ function: Int) {
    let caller = Int(tree.parents[node])
    var isRecursive = false
    var isRepeated = false
    // Outwards: what was counted for an outer call holds this one too.
    var above = caller
    while above != 0 {
      let outer = Int(tree.parents[above])
      if number(above) == function {
        isRecursive = true
        if outer != 0, number(outer) == number(caller) { isRepeated = true }
      }
      above = outer
    }
    var found = functions[function] ?? Function()
    let values = values(node)
    found.sums.add(values, whole: !isRecursive)
    if caller != 0 {
      found.callers[number(caller), default: Sums(place: node)].add(values, whole: !isRepeated)
    }
    functions[function] = found
  }

  private mutating func addCallee(_ node: Int, of function: Int) {
    let callee = number(node)
    var isRepeated = false
    var above = Int(tree.parents[node])
    while above != 0, !isRepeated {
      let outer = Int(tree.parents[above])
      isRepeated = outer != 0 && number(above) == callee && number(outer) == function
      above = outer
    }
    let values = values(node)
    functions[function, default: Function()].callees[callee, default: Sums(place: node)]
      .add(values, whole: !isRepeated)
  }

  private func values(_ node: Int) -> (size: Int64, count: Int64, own: Int64) {
    (sizes[node], counts[node], tree.sizes[node])
  }
}

extension CallNeighbours.Sums {
  fileprivate mutating func add(_ values: (size: Int64, count: Int64, own: Int64), whole: Bool) {
    ownSize &+= values.own
    guard whole else { return }
    size &+= values.size
    count &+= values.count
  }
}
