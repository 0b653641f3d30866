/// Immediate dominators of the objects of a graph: whose end frees whom.
///
/// Semi-NCA (Georgiadis, Tarjan, Werneck: Finding Dominators in Practice, 2006) over strong
/// references from one virtual root. Roots are what the file calls so; else the objects that
/// nothing refers to and, of what is left, one object of each circle that nothing leads to.
/// No recursion. Cost: about 0.3 µs a reference, 28 bytes an object and 4 a reference
/// (benchmark: dominators of ten million objects).
struct Dominators: ~Copyable {
  /// Depth-first number of each object from 1; 0 for objects that no root holds.
  private var numbers: Buffer<UInt32>
  /// Object of each number; number 0 is the virtual root.
  private var objects = Buffer<UInt32>()
  /// Number of each number's parent in the depth-first tree.
  private var parents = Buffer<UInt32>()
  /// Number of each number's immediate dominator.
  private var dominators = Buffer<UInt32>()
  /// Whether the virtual root refers to an object.
  private(set) var isRoot: [Bool]

  /// Finds the dominators of a graph.
  ///
  /// - Parameters:
  ///   - graph: the references.
  ///   - roots: 1 for each object that the file calls a root.
  init(_ graph: borrowing ReferenceGraph, roots: [UInt8]) {
    numbers = Buffer(repeating: 0, count: graph.count)
    objects.append(.max)
    parents.append(0)
    isRoot = roots.map { $0 == 1 }
    if isRoot.contains(true) {
      for object in isRoot.indices where isRoot[object] { visit(object, graph) }
    } else {
      addNaturalRoots(graph)
    }
    findDominators(graph)
  }

  /// Whether no root holds an object.
  func isUnreachable(_ object: Int) -> Bool { numbers[object] == 0 }

  /// The object whose end would free this one, plus 1; 0 is the roots.
  func dominator(of object: Int) -> UInt32 {
    let number = numbers[object]
    guard number != 0 else { return 0 }
    let dominator = dominators[Int(number)]
    return dominator == 0 ? 0 : objects[Int(dominator)] &+ 1
  }

  /// Bytes that each object's end would free, its own included.
  ///
  /// - Parameter sizes: bytes plus 1; 0 when not recorded.
  /// - Returns: bytes of each object.
  func retained(sizes: borrowing Buffer<UInt64>) -> Buffer<UInt64> {
    let retained = Buffer<UInt64>(repeating: 0, count: sizes.count)
    for object in 0..<sizes.count where sizes[object] != 0 { retained[object] = sizes[object] &- 1 }
    for number in stride(from: objects.count - 1, to: 0, by: -1) {
      let dominator = dominators[number]
      guard dominator != 0 else { continue }
      let (holder, held) = (Int(objects[Int(dominator)]), Int(objects[number]))
      let sum = retained[holder].addingReportingOverflow(retained[held])
      retained[holder] = sum.overflow ? .max : sum.partialValue
    }
    return retained
  }

  // MARK: Depth first

  /// Numbers what an object leads to and was not numbered before.
  private mutating func visit(_ object: Int, _ graph: borrowing ReferenceGraph) {
    guard numbers[object] == 0 else { return }
    var open: [(number: UInt32, next: Int, end: Int)] = []
    open.append(enter(object, parent: 0, graph))
    while var top = open.popLast() {
      var child: Int?
      while top.next < top.end {
        let target = Int(graph.targets[top.next])
        let isWeak = graph.isWeak(top.next)
        top.next += 1
        if !isWeak, numbers[target] == 0 {
          child = target
          break
        }
      }
      guard let child else { continue }
      open.append(top)
      open.append(enter(child, parent: top.number, graph))
    }
  }

  private mutating func enter(
    _ object: Int, parent: UInt32, _ graph: borrowing ReferenceGraph
  ) -> (number: UInt32, next: Int, end: Int) {
    let number = UInt32(objects.count)
    numbers[object] = number
    objects.append(UInt32(object))
    parents.append(parent)
    return (number, graph.offsets[object], graph.offsets[object + 1])
  }

  /// Roots of a graph whose file names none.
  private mutating func addNaturalRoots(_ graph: borrowing ReferenceGraph) {
    var isHeld = [Bool](repeating: false, count: graph.count)
    for object in 0..<graph.count {
      for index in graph.offsets[object]..<graph.offsets[object + 1]
      where !graph.isWeak(index) && Int(graph.targets[index]) != object {
        isHeld[Int(graph.targets[index])] = true
      }
    }
    for object in isHeld.indices where !isHeld[object] {
      isRoot[object] = true
      visit(object, graph)
    }
    // Circles that nothing leads to: in the order in which a search leaves them, the last
    // left comes first.
    for object in lastLeftFirst(graph) where numbers[object] == 0 {
      isRoot[object] = true
      visit(object, graph)
    }
  }

  /// The objects not numbered yet, in reverse order of leaving them.
  private func lastLeftFirst(_ graph: borrowing ReferenceGraph) -> [Int] {
    var isSeen = (0..<graph.count).map { numbers[$0] != 0 }
    var left: [Int] = []
    for object in 0..<graph.count where !isSeen[object] {
      isSeen[object] = true
      var open = [(object: object, next: graph.offsets[object])]
      while var top = open.popLast() {
        var child: Int?
        while top.next < graph.offsets[top.object + 1] {
          let target = Int(graph.targets[top.next])
          let isWeak = graph.isWeak(top.next)
          top.next += 1
          if !isWeak, !isSeen[target] {
            child = target
            break
          }
        }
        guard let child else {
          left.append(top.object)
          continue
        }
        isSeen[child] = true
        open.append(top)
        open.append((object: child, next: graph.offsets[child]))
      }
    }
    return left.reversed()
  }

  // MARK: Semi-NCA

  private mutating func findDominators(_ graph: borrowing ReferenceGraph) {
    let count = objects.count
    let referrers = Referrers(graph, numbers: numbers, count: count)
    var forest = CompressedForest(parents: parents)
    dominators = Buffer(repeating: 0, count: count)
    for number in 0..<count { dominators[number] = parents[number] }
    for number in stride(from: count - 1, to: 0, by: -1) {
      var semidominator = parents[number]
      if isRoot[Int(objects[number])] {
        semidominator = 0
      } else {
        for index in referrers.offsets[number]..<referrers.offsets[number + 1] {
          let candidate = forest.leastSemidominator(
            of: referrers.sources[index], linkedFrom: UInt32(number) &+ 1)
          semidominator = min(semidominator, candidate)
        }
      }
      forest.set(number, semidominator: semidominator)
    }
    for number in 1..<max(1, count) {
      let semidominator = forest.semidominator(of: number)
      var candidate = dominators[number]
      while candidate > semidominator { candidate = dominators[Int(candidate)] }
      dominators[number] = candidate
    }
  }
}

/// Who refers to each numbered object, by numbers.
private struct Referrers: ~Copyable {
  var offsets: [Int]
  var sources: Buffer<UInt32>

  init(_ graph: borrowing ReferenceGraph, numbers: borrowing Buffer<UInt32>, count: Int) {
    offsets = Array(repeating: 0, count: count + 1)
    for object in 0..<graph.count where numbers[object] != 0 {
      for index in graph.offsets[object]..<graph.offsets[object + 1] where !graph.isWeak(index) {
        offsets[Int(numbers[Int(graph.targets[index])]) + 1] += 1
      }
    }
    for number in 0..<count { offsets[number + 1] += offsets[number] }
    sources = Buffer(repeating: 0, count: offsets[count])
    var next = offsets
    for object in 0..<graph.count where numbers[object] != 0 {
      for index in graph.offsets[object]..<graph.offsets[object + 1] where !graph.isWeak(index) {
        let target = Int(numbers[Int(graph.targets[index])])
        sources[next[target]] = numbers[object]
        next[target] += 1
      }
    }
  }
}

/// The forest of linked numbers, its paths compressed as they are asked for.
private struct CompressedForest: ~Copyable {
  private var ancestors: Buffer<UInt32>
  private var labels: Buffer<UInt32>
  private var semidominators: Buffer<UInt32>
  private var path: [UInt32] = []

  init(parents: borrowing Buffer<UInt32>) {
    ancestors = Buffer(capacity: parents.count)
    labels = Buffer(capacity: parents.count)
    semidominators = Buffer(capacity: parents.count)
    for number in 0..<parents.count {
      ancestors.append(parents[number])
      labels.append(UInt32(number))
      semidominators.append(UInt32(number))
    }
  }

  func semidominator(of number: Int) -> UInt32 { semidominators[number] }

  mutating func set(_ number: Int, semidominator: UInt32) {
    semidominators[number] = semidominator
  }

  /// The least semidominator on the path from a number up to the last linked one.
  mutating func leastSemidominator(of number: UInt32, linkedFrom first: UInt32) -> UInt32 {
    var current = number
    guard ancestors[Int(current)] >= first else {
      return semidominators[Int(labels[Int(current)])]
    }
    path.removeAll(keepingCapacity: true)
    repeat {
      path.append(current)
      current = ancestors[Int(current)]
    } while ancestors[Int(current)] >= first
    var label = labels[Int(current)]
    var above = current
    while let below = path.popLast() {
      ancestors[Int(below)] = ancestors[Int(above)]
      if semidominators[Int(label)] < semidominators[Int(labels[Int(below)])] {
        labels[Int(below)] = label
      } else {
        label = labels[Int(below)]
      }
      above = below
    }
    return semidominators[Int(label)]
  }
}
