import Foundation
import TestSupport

/// tracemalloc's own answers about a snapshot.
struct TracemallocExpected: Decodable {
  struct Total: Decodable, Equatable {
    var traces: Int64
    var size: Int64
  }
  struct Row: Decodable, Equatable {
    var file: String
    var line: Int32
    var size: Int64
    var count: Int64
  }
  struct Rows: Decodable {
    var groups: Int
    var top: [Row]
  }
  struct Place: Decodable, Hashable {
    var file: String
    var line: Int32

    init(file: String, line: Int32) {
      self.file = file
      self.line = line
    }

    init(from decoder: any Decoder) throws {
      var pair = try decoder.unkeyedContainer()
      file = try pair.decode(String.self)
      line = try pair.decode(Int32.self)
    }
  }
  struct Traceback: Decodable, Equatable {
    var framesOldestFirst: [Place]
    var size: Int64
    var count: Int64
  }
  struct Tracebacks: Decodable {
    var groups: Int
    var top: [Traceback]
  }

  var tracebackLimit: Int64
  var total: Total
  var domains: [String: Total]
  var maxFramesInATrace: Int
  var truncatedTraces: Int64
  var lineno: Rows
  var filename: Rows
  var traceback: Tracebacks
  var linenoCumulative: Rows
  var filenameCumulative: Rows

  init(_ name: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let url = Project.fixtures("tracemalloc").appending(path: "\(name).expected.json")
    self = try decoder.decode(Self.self, from: Data(contentsOf: url))
  }

  /// All snapshots with answers, such as `py311-nframe25/snap-03`.
  static let names: [String] = {
    let folder = Project.fixtures("tracemalloc")
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
    return paths.filter { $0.hasSuffix(".pickle") }.map { String($0.dropLast(7)) }
      .filter { paths.contains("\($0).expected.json") }.sorted()
  }()
}
