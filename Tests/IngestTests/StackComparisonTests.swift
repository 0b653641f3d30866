import Results
import Foundation
import Execution
import Store
import Testing

/// `flame … vs …` and the time of a page against the answers to each side alone.
@Suite struct StackComparisonTests {
  /// Captures with several records of time, and one without.
  private static let timed = ["leak_threads", "timeline", "partial_munmap"]
  private static let captures = timed + ["unicode"]
  typealias Sums = [[String]: [Int64]]

  private func tree(_ store: Store, _ text: String) throws -> StackTree {
    var found: StackTree?
    try Engine(store: store, formats: []).run(text) {
      if case .tree(let tree) = $0.content { found = tree }
    }
    return try #require(found)
  }

  /// Own values by path; paths without any are left out.
  private func own(_ tree: StackTree, _ sums: StackSums?) -> Sums {
    guard let sums else { return [:] }
    var paths: [[String]] = []
    var found: Sums = [:]
    for node in tree.parents.indices {
      let frame = tree.frames[Int(tree.frameIndices[node])]
      let name = "\(frame.function) \(frame.lineno)"
      paths.append(node == 0 ? [] : paths[Int(tree.parents[node])] + [name])
      guard sums.sizes[node] != 0 || sums.counts[node] != 0 else { continue }
      found[paths[node]] = [sums.sizes[node], sums.counts[node]]
    }
    return found
  }

  private func own(_ tree: StackTree) -> Sums {
    own(tree, StackSums(sizes: tree.sizes, counts: tree.counts))
  }

  @Test(arguments: captures, ["", "inverted", "by thread", "hide imports"])
  func bothSidesAreTheirOwnAnswers(_ capture: String, _ words: String) throws {
    let store = try MemrayFixture(name: capture).imported().store
    let both = try tree(store, "tree live at end \(words) vs live at 50%")
    #expect(own(both) == own(try tree(store, "tree live at end \(words)")))
    #expect(own(both, both.base) == own(try tree(store, "tree live at 50% \(words)")))
  }

  @Test(arguments: captures)
  func whatIsNewWasAllocatedSince(_ capture: String) throws {
    let store = try MemrayFixture(name: capture).imported().store
    let both = try tree(store, "tree live at end vs live at 50%")
    let survived = try #require(both.survived)
    let new = StackSums(
      sizes: zip(both.sizes, survived.sizes).map(-),
      counts: zip(both.counts, survived.counts).map(-))
    // Blocks, since a cut leaves a mapping one block of `survived` but several of `live`.
    let since = own(try tree(store, "tree survived 50%..end"))
    #expect(
      own(both, new).mapValues { $0[0] }.filter { $0.value != 0 }
        == since.mapValues { $0[0] }.filter { $0.value != 0 })
    let base = try #require(both.base)
    for node in both.parents.indices {
      #expect(survived.sizes[node] <= min(both.sizes[node], base.sizes[node]))
    }
  }

  @Test func countsCompareAsCounts() throws {
    let store = try MemrayFixture(name: "timeline").imported().store
    let both = try tree(store, "tree live at end count vs live at 50%")
    #expect(both.unit == .count && both.sizes == both.counts)
    #expect(both.base?.sizes == both.base?.counts)
  }

  /// The cells of a page by path, which say nothing of how they were found.
  private func cells(_ store: Store, _ text: String) throws -> [[String]: [[Int64]]] {
    let tree = try tree(store, text)
    var paths: [[String]] = []
    for node in tree.parents.indices {
      let frame = tree.frames[Int(tree.frameIndices[node])]
      let name = "\(frame.function) \(frame.lineno)"
      paths.append(node == 0 ? [] : paths[Int(tree.parents[node])] + [name])
    }
    var found: [[String]: [[Int64]]] = [:]
    for cell in try #require(tree.times).cells {
      let values = [Int64(cell.born), Int64(cell.died), cell.bytes, cell.count]
      found[paths[Int(cell.node)], default: []].append(values)
    }
    return found.mapValues { $0.sorted { $0.lexicographicallyPrecedes($1) } }
  }

  @Test(arguments: timed + ["pure_small_h12", "threads"])
  func whatTheImportKeepsIsWhatAScanFinds(_ capture: String) throws {
    let imported = try MemrayFixture(name: capture).imported()
    let questions = [
      "flame peak", "flame leaked where thread = main", "flame allocated where allocator = malloc",
      "flame peak where size > 1kB",
    ]
    let scanned = try questions.map { try cells(imported.store, $0) }
    try imported.store.addTimes(to: imported.info)
    let columns = CaptureColumns(store: imported.store, info: imported.info)
    #expect(try !columns.words(.timeState).isEmpty)
    for (question, cells) in zip(questions, scanned) {
      #expect(try self.cells(imported.store, question) == cells, "\(question)")
    }
  }

  @Test(arguments: timed, ["peak", "leaked"])
  func cellsAddUpToWhatIsShown(_ capture: String, _ population: String) throws {
    let store = try MemrayFixture(name: capture).imported().store
    let page = try tree(store, "flame \(population)")
    let times = try #require(page.times)
    let shown = try #require(times.shown)
    var sums = StackSums(
      sizes: page.sizes.map { _ in 0 }, counts: page.counts.map { _ in 0 })
    for cell in times.cells + times.pieces where cell.born <= shown && shown < cell.died {
      sums.sizes[Int(cell.node)] += cell.bytes
      sums.counts[Int(cell.node)] += cell.count
    }
    #expect(own(page, sums) == own(page))
  }

  @Test(arguments: timed)
  func pointsHaveTheHeapOfTheirBlocks(_ capture: String) throws {
    let store = try MemrayFixture(name: capture).imported().store
    let times = try #require(try tree(store, "flame peak").times)
    #expect(times.points.count % 2 == 1 && times.points.first?.heap == 0)
    for (index, point) in times.points.enumerated() {
      let alive = times.cells.filter { $0.born <= index && index < $0.died }
      let bytes = alive.reduce(0) { $0 + $1.bytes }
      // Bytes kept by addresses used again are in the heap and in no block.
      #expect(bytes <= point.heap)
      #expect(point.isPeak == (index % 2 == 1))
    }
    let peak = times.points.filter(\.isPeak).map(\.heap).max()
    #expect(peak == times.points.map(\.heap).max())
  }
}
