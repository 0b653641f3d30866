import Results
import Foundation
import Testing

/// A tree as memray's own flamegraph page holds it, upright and inverted.
struct MemrayTree {
  struct Node: Decodable {
    var function: String
    var file: String
    var line: Int
    var children: [Int]
    var size: Int64
    var count: Int64
  }

  private struct File: Decodable {
    var normal: [Node]
    var inverted: [Node]
  }

  /// The upright nodes as a stack tree.
  let tree: StackTree
  /// Bytes below each path of the inverted tree; frames are `function|file:line`, tab-separated.
  let inverted: [String: Int64]

  init() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/memray-temporary.json")
    let nodes = try JSONDecoder().decode(File.self, from: Data(contentsOf: file))
    tree = Self.stackTree(nodes.normal)
    inverted = Self.paths(nodes.inverted)
  }

  private static func stackTree(_ nodes: [Node]) -> StackTree {
    var tree = StackTree(
      query: "flame temporary size", captures: ["unicode.bin"], population: "temporary")
    var waiting = nodes[0].children.map { ($0, UInt32(0)) }
    while let (index, parent) = waiting.popLast() {
      let node = nodes[index]
      let place = UInt32(tree.parents.count)
      tree.parents.append(parent)
      tree.frameIndices.append(UInt32(tree.frames.count))
      tree.frames.append(FrameText(function: node.function, file: node.file, line: node.line))
      let below = node.children.map { nodes[$0] }
      tree.sizes.append(node.size - below.reduce(0) { $0 + $1.size })
      tree.counts.append(node.count - below.reduce(0) { $0 + $1.count })
      waiting += node.children.map { ($0, place) }
    }
    return tree
  }

  private static func paths(_ nodes: [Node]) -> [String: Int64] {
    var result: [String: Int64] = [:]
    var waiting = nodes[0].children.map { ($0, [String]()) }
    while let (index, above) = waiting.popLast() {
      let node = nodes[index]
      let path = above + ["\(node.function)|\(node.file):\(node.line)"]
      result[path.joined(separator: "\t"), default: 0] += node.size
      waiting += node.children.map { ($0, path) }
    }
    return result
  }
}
