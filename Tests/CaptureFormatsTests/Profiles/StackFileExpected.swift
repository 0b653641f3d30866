import CaptureModel
import Foundation
import TestSupport

@testable import CaptureFormats

/// A second reader's answers about folded stacks and speedscope files.
struct StackFileExpected: Decodable {
  struct Profile: Decodable {
    var name: String
    var unit: String
    var totalWeight: Double
  }
  /// A frame's text and its weight.
  struct Row: Decodable {
    var frame: String
    var weight: Double

    init(from decoder: any Decoder) throws {
      var pair = try decoder.unkeyedContainer()
      frame = try pair.decode(String.self)
      weight = try pair.decode(Double.self)
    }
  }
  var total: Double
  var distinctStacks: Int
  var deepest: Int
  var selfTop: [Row]
  var totalTop: [Row]
  var profiles: [Profile]?
  var frames: Int?

  init(_ format: String, _ name: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let url = Project.fixtures(format).appending(path: "\(name).expected.json")
    self = try decoder.decode(Self.self, from: Data(contentsOf: url))
  }
}

extension ProfileTally {
  /// Weight of a record in the unit of the file, all numbers added.
  func weight(_ record: Int) -> Double {
    description.values.indices.reduce(0.0) { sum, column in
      sum + Double(value(record, column)) / Double(description.values[column].scale)
    }
  }

  /// Weight by frame: on top, and anywhere on a stack once.
  func framesByWeight() -> (own: [String: Double], total: [String: Double]) {
    var own: [String: Double] = [:]
    var total: [String: Double] = [:]
    for (index, record) in records.enumerated() {
      let stack = stack(record.stack).map(Self.text)
      if let last = stack.last { own[last, default: 0] += weight(index) }
      for frame in Set(stack) { total[frame, default: 0] += weight(index) }
    }
    return (own, total)
  }

  /// A frame as the second reader spells it.
  static func text(_ frame: ProfileFrame) -> String {
    if frame.line > 0 { return "\(frame.function) (\(frame.file):\(frame.line))" }
    return frame.file.isEmpty ? frame.function : "\(frame.function) (\(frame.file))"
  }
}
