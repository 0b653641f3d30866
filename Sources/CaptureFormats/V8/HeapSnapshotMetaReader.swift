import CaptureModel

extension HeapSnapshotMeta {
  /// Reads the value of `snapshot`, whose beginning is next.
  init(_ json: JSONReader) throws(JSONProblem) {
    guard try json.required() == .beginObject else { throw json.problem("`snapshot` is no object") }
    while try json.required() != .endObject {
      if json.isText("meta") {
        try readMeta(json)
      } else if json.isText("node_count") {
        nodeCount = try json.requiredInteger()
      } else if json.isText("edge_count") {
        edgeCount = try json.requiredInteger()
      } else if json.isText("root_index") {
        rootIndex = try json.requiredInteger()
      } else {
        try json.skipValue()
      }
    }
  }

  private mutating func readMeta(_ json: JSONReader) throws(JSONProblem) {
    guard try json.required() == .beginObject else { throw json.problem("`meta` is no object") }
    while try json.required() != .endObject {
      if json.isText("node_fields") {
        nodeFields = try json.strings()
      } else if json.isText("edge_fields") {
        edgeFields = try json.strings()
      } else if json.isText("node_types") {
        nodeTypes = try Self.firstList(json)
      } else if json.isText("edge_types") {
        edgeTypes = try Self.firstList(json)
      } else {
        try json.skipValue()
      }
    }
  }

  /// The names in the first list of a list; the rest is passed over.
  private static func firstList(_ json: JSONReader) throws(JSONProblem) -> [String] {
    guard try json.required() == .beginArray else { throw json.problem("a list was expected") }
    let names = try json.strings()
    while true {
      let token = try json.required()
      if token == .endArray { return names }
      try json.skip(token)
    }
  }
}

extension JSONReader {
  /// Most names in a list of fields or types.
  private static let mostNames = 1024

  /// A whole number, which must come next.
  func requiredInteger() throws(JSONProblem) -> Int64 {
    guard try required() == .number, let value = integer else {
      throw problem("a whole number was expected")
    }
    return value
  }

  /// A list of names, which must come next.
  func strings() throws(JSONProblem) -> [String] {
    guard try required() == .beginArray else { throw problem("a list of names was expected") }
    var names: [String] = []
    while true {
      switch try required() {
      case .endArray: return names
      case .string where names.count < Self.mostNames: names.append(text)
      default: throw problem("a list of names was expected")
      }
    }
  }
}
