import CaptureModel
import Results
import Store
import TestSupport
import Testing

@testable import Ingest

@Suite("Questions to graphs of objects")
struct ObjectGraphTests {
  private struct Node {
    var type: String
    var size: UInt64?
    var references: [Int]
    var weak: [Int] = []
    var isRoot = false
  }

  private func graph(_ nodes: [Node], batchSize: Int = 1000) -> ListedProfile {
    let profile = ListedProfile(ProfileDescription(kind: .objects))
    for start in stride(from: 0, to: nodes.count, by: batchSize) {
      profile.then { batch in
        for (index, node) in nodes.enumerated().dropFirst(start).prefix(batchSize) {
          batch.objects.append(
            ObjectRecord(
              identity: 1000 + UInt64(index) * 8, type: profile.text(node.type), size: node.size,
              isRoot: node.isRoot))
          for target in node.references + node.weak {
            batch.references.append(
              ObjectReference(
                source: UInt32(index), target: 1000 + UInt64(target) * 8,
                name: profile.text("r\(target)"), isWeak: node.weak.contains(target)))
          }
        }
      }
    }
    return profile
  }

  /// A root holds a cache that holds two sessions sharing a blob; a circle of its own.
  private var shop: ListedProfile {
    graph([
      Node(type: "module", size: 10, references: [1], isRoot: true),
      Node(type: "Cache", size: 100, references: [2, 3]),
      Node(type: "Session", size: 20, references: [4, 5]),
      Node(type: "Session", size: 30, references: [4], weak: [6]),
      Node(type: "blob", size: 1000, references: [2]),
      Node(type: "text", size: 5, references: [99]),
      Node(type: "Lost", size: 7, references: [6]),
    ])
  }

  @Test("shallow, retained and deep sizes by type")
  func sizes() throws {
    let asked = try AskedStore()
    let report = try asked.add(shop, "shop")
    #expect(report.quality.contains { $0.kind == "dangling reference" && $0.count == 1 })
    #expect(report.quality.contains { $0.kind == "unreachable object" && $0.count == 1 })
    let table = try asked.table("top by type")
    #expect(table["type"] == ["blob", "Cache", "Session", "module", "Lost", "text"])
    #expect(table.integers("size") == [1000, 100, 50, 10, 7, 5])
    #expect(table.integers("count") == [1, 1, 2, 1, 1, 1])
    let retained = try asked.table("top retained size, deep size by type")
    #expect(retained["type"] == ["module", "Cache", "blob", "Session", "Lost", "text"])
    #expect(retained.integers("retained_size") == [1165, 1155, 1000, 55, 7, 5])
    #expect(retained.integers("deep_size") == [1165, 1155, 1025, 1055, 7, 5])
    #expect(retained.sum(of: "retained_size") == nil)
  }

  @Test("single objects, conditions and classes of sizes")
  func objects() throws {
    let asked = try AskedStore()
    try asked.add(shop, "shop")
    let list = try asked.table("list 2")
    #expect(list.integers("size") == [1000, 100])
    #expect(list["object"] == ["0x408", "0x3f0"])
    #expect(try asked.table("list 1 order by retained size")["type"] == ["module"])
    #expect(try asked.table("list where type = Session").integers("size") == [30, 20])
    #expect(
      try asked.table("top by type where size > 20B")["type"] == ["blob", "Cache", "Session"])
    #expect(
      try asked.table("top max size by type where type = Session").integers("max_size") == [30])
    #expect(try asked.table("hist size").integers("count") == [2, 1, 2, 1, 1])
  }

  @Test("what holds objects")
  func paths() throws {
    let asked = try AskedStore()
    try asked.add(shop, "shop")
    let table = try asked.table("paths to Session")
    #expect(
      table["path"] == [
        "module.r1 → Cache.r3 → Session", "module.r1 → Cache.r2 → Session",
      ])
    #expect(
      try asked.table("paths to blob")["path"] == ["module.r1 → Cache.r2 → Session.r4 → blob"])
    #expect(try asked.table("paths to Lost").notes.contains { $0.contains("held by no root") })
    #expect(try asked.refusal("paths to Sesion").contains("`Session`"))
  }

  @Test("an address that came before is left out with its references; names stay with theirs")
  func repeatedAddresses() throws {
    let profile = ListedProfile(ProfileDescription(kind: .objects))
    profile.then { batch in
      for (identity, type, size) in [
        (1, "root", 1), (2, "a", 10), (2, "twin", 99), (3, "b", 100), (4, "c", 1000),
      ] as [(UInt64, String, UInt64)] {
        batch.objects.append(
          ObjectRecord(identity: identity, type: profile.text(type), size: size))
      }
      for (source, target, name) in [
        (0, 2, "first"), (0, 3, "second"), (2, 1, "lost"), (2, 4, "lost"), (3, 4, "last"),
        (3, 9, "nowhere"),
      ] as [(UInt32, UInt64, String)] {
        batch.references.append(
          ObjectReference(source: source, target: target, name: profile.text(name)))
      }
    }
    let asked = try AskedStore()
    let report = try asked.add(profile, "twins")
    #expect(report.quality.first { $0.kind == "duplicate object" }?.count == 1)
    #expect(report.quality.first { $0.kind == "dangling reference" }?.count == 1)
    #expect(report.info.events == 4)
    let table = try asked.table("top retained size by type")
    #expect(table["type"] == ["root", "b", "c", "a"])
    #expect(table.integers("retained_size") == [1111, 1100, 1000, 10])
    #expect(try asked.table("paths to c")["path"] == ["root.second → b.last → c"])
    #expect(try asked.table("paths to a")["path"] == ["root.first → a"])
  }

  @Test("labels by their bytes, equal ones once; more than there is room for are left out")
  func labels() throws {
    let profile = ListedProfile(ProfileDescription(kind: .objects))
    profile.then { batch in
      for (index, label) in ["b", "é", "", "b"].enumerated() {
        batch.labelBytes += Array(label.utf8)
        batch.newLabels.append((UInt32(5000 * (index + 1)), batch.labelBytes.count))
        batch.objects.append(
          ObjectRecord(
            identity: UInt64(index), type: profile.text("str"), label: UInt32(5000 * (index + 1)),
            size: UInt64(10 - index)))
      }
    }
    let asked = try AskedStore()
    try asked.add(profile, "labels")
    #expect(try asked.table("list")["value"] == ["b", "é", "", "b"])
    var texts = ProfileTexts(mostLabels: 2)
    let batch = ProfileBatch()
    batch.labelBytes = Array("abcac".utf8)
    batch.newLabels = (1...5).map { (UInt32($0), $0) }
    texts.addLabels(of: batch)
    #expect((1...5).map { texts.identity(of: $0) } == [1, 2, 0, 1, 0])
    #expect(texts.dropped == 2)
    batch.labelsAreNames = true
    texts.addLabels(of: batch)
    #expect((1...5).map { texts.identity(of: $0) } == [1, 2, 3, 1, 3])
  }

  @Test("sizes that are not recorded are missing, not zero")
  func noSizes() throws {
    let asked = try AskedStore()
    try asked.add(graph([Node(type: "a", size: nil, references: [])]), "dot")
    #expect(try asked.table("top").columns.map(\.name) == ["type", "count"])
    #expect(try asked.table("list")["size"] == [""])
    #expect(try asked.refusal("top size by type").contains("records no sizes"))
  }

  /// Retained sizes by leaving out one object after the other.
  @Test("dominators of random graphs", arguments: 0..<60)
  func random(_ seed: Int) throws {
    var numbers = SeededNumbers(seed: UInt64(seed))
    let count = 2 + numbers.below(40)
    var nodes: [Node] = []
    for index in 0..<count {
      let references = (0..<numbers.below(4)).map { _ in numbers.below(count) }
      nodes.append(
        Node(
          type: "t\(index)", size: UInt64(1 + numbers.below(50)), references: references,
          isRoot: index == 0 || numbers.below(10) == 0))
    }
    let asked = try AskedStore()
    try asked.add(graph(nodes, batchSize: 7), "random")
    let table = try asked.table("top all retained size, deep size by type")
    let all = reachable(nodes, from: nodes.indices.filter { nodes[$0].isRoot }, without: nil)
    for row in 0..<table.rowCount {
      let index = try #require(Int(table["type"][row].dropFirst()))
      let left = reachable(nodes, from: nodes.indices.filter { nodes[$0].isRoot }, without: index)
      let freed = all.contains(index) ? all.subtracting(left) : [index]
      #expect(table.integers("retained_size")[row] == size(nodes, freed), "object \(index)")
      let deep = reachable(nodes, from: [index], without: nil)
      #expect(table.integers("deep_size")[row] == size(nodes, deep), "object \(index)")
    }
  }

  private func size(_ nodes: [Node], _ set: Set<Int>) -> Int64 {
    set.reduce(0) { $0 + Int64(nodes[$1].size ?? 0) }
  }

  private func reachable(_ nodes: [Node], from start: [Int], without left: Int?) -> Set<Int> {
    var found: Set<Int> = []
    var open = start
    while let index = open.popLast() {
      if index == left || !found.insert(index).inserted { continue }
      open += nodes[index].references
    }
    return found
  }
}
