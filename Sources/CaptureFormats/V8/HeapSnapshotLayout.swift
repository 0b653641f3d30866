/// Layout of V8's `.heapsnapshot` (Node, Chrome), a JSON object written in this order.
///
/// | member | content |
/// |---|---|
/// | `snapshot` | `meta` (names of fields and types), `node_count`, `edge_count`, `root_index` |
/// | `nodes` | numbers, as many per object as `node_fields` has names |
/// | `edges` | numbers, as many per reference as `edge_fields`; in the order of their objects |
/// | `strings` | names, used by index; last, and most of the file |
///
/// `to_node` is an index into `nodes`. A name is an index into `strings`, but a number for
/// elements and hidden references. Source: V8's `heap-snapshot-generator.cc`.
enum HeapSnapshotLayout {
  static let formatName = "v8-heapsnapshot"
  /// Types of nodes whose class is their name.
  static let namedTypes: Set<String> = ["object", "native"]
  /// How DevTools calls objects of other types; `(type)` when it is not here.
  static let classes = ["code": "(compiled code)", "closure": "Function", "regexp": "RegExp"]
  /// Types of references whose name is a number.
  static let numberedReferences: Set<String> = ["element", "hidden"]
  /// Text numbers: types of nodes, from 1.
  static let mostTypes = 255
  /// Text numbers: strings of the file, from here.
  static let firstString: UInt32 = 256
  /// Text numbers: elements by their index, from here.
  static let firstElement: UInt32 = 1 << 30
  /// Elements up to this index have a name.
  static let namedElements = 1 << 16
  /// Bytes of a string that are kept.
  static let textLimit = 200
}

/// Where the fields of nodes and edges stand, as `snapshot.meta` says.
struct HeapSnapshotMeta {
  var nodeFields: [String] = []
  var nodeTypes: [String] = []
  var edgeFields: [String] = []
  var edgeTypes: [String] = []
  var nodeCount: Int64?
  var edgeCount: Int64?
  /// Index into `nodes` of the root.
  var rootIndex: Int64 = 0

  /// Fields that readers need; nil when one is missing.
  var places: Places? {
    guard let type = nodeFields.firstIndex(of: "type"),
      let name = nodeFields.firstIndex(of: "name"), let id = nodeFields.firstIndex(of: "id"),
      let size = nodeFields.firstIndex(of: "self_size"),
      let edges = nodeFields.firstIndex(of: "edge_count"),
      let edgeType = edgeFields.firstIndex(of: "type"),
      let edgeName = edgeFields.firstIndex(of: "name_or_index"),
      let target = edgeFields.firstIndex(of: "to_node")
    else { return nil }
    return Places(
      type: type, name: name, id: id, size: size, edges: edges, nodeWidth: nodeFields.count,
      edgeType: edgeType, edgeName: edgeName, target: target, edgeWidth: edgeFields.count)
  }

  /// Places of fields within a node and an edge.
  struct Places {
    var type, name, id, size, edges, nodeWidth: Int
    var edgeType, edgeName, target, edgeWidth: Int
  }
}
