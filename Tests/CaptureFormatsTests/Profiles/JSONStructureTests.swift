import CaptureModel
import Testing

@testable import CaptureFormats

@Suite struct JSONStructureTests {
  static func reader(_ text: String) throws -> (json: JSONReader, file: ScratchFile) {
    let scratch = try ScratchFile(Array(text.utf8))
    let input = try CaptureInput(file: CaptureFile(path: scratch.path))
    return (JSONReader(input.stream()), scratch)
  }

  @Test func structure() throws {
    let text = #"{"skip": {"a": [[1], {"b": 2}]}, "n": 7, "t": "x", "w": [1, "no", 3], "z": 1.0}"#
    let (json, file) = try Self.reader(text)
    defer { withExtendedLifetime(file) {} }
    var found: [String] = []
    let problem = json.readWhole { token throws(JSONProblem) in
      try json.readObject(token) { name throws(JSONProblem) in
        switch name {
        case "n", "z": found.append("\(name)=\(try json.readInteger() ?? -1)")
        case "t": found.append("t=\(try json.readInteger() == nil)")
        case "w":
          try json.readArray { token throws(JSONProblem) in
            found.append("w=\(try json.readInteger(token) ?? -1)")
          }
        default: try json.skipValue()
        }
      }
    }
    #expect(problem == nil)
    #expect(found == ["n=7", "t=true", "w=1", "w=-1", "w=3", "z=1"])
  }

  @Test func nothingMayFollow() throws {
    let (json, file) = try Self.reader("[] x")
    defer { withExtendedLifetime(file) {} }
    let problem = json.readWhole { token throws(JSONProblem) in try json.skip(token) }
    #expect(problem == .malformed(offset: 3, reason: "a value was expected"))
  }
}
