import Foundation

/// A capture among the fixtures with memray's own answers.
struct MemrayFixture {
  let name: String

  static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(components: "Fixtures", "memray")

  var path: String { Self.folder.appending(component: "\(name).bin").path }

  func bytes() throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }

  func expected() throws -> Expected {
    let url = Self.folder.appending(component: "\(name).expected.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Expected.self, from: Data(contentsOf: url))
  }

  /// Whole captures of header 12 and 13 with all allocations and without native stacks.
  static let codeObjectCaptures = [
    "aggregated_twin", "fork_child", "fork_parent", "leak_cache", "leak_cycles",
    "leak_module_list", "leak_threads", "lines_py310", "lines_py312", "lines_py313", "lines_py39",
    "long_lines_py310", "long_lines_py311", "long_lines_py313", "long_lines_py39", "numpy_large",
    "partial_munmap", "pure_small_h12", "pure_small_h13", "pyalloc", "socket_stream",
    "synthetic_edges", "synthetic_objects", "threads", "timeline", "tracker_api", "uncompressed",
    "uncompressed_buffered", "unicode",
  ]
  /// The same of headers 6 to 11.
  static let frameRecordCaptures = [
    "partial_munmap_h10", "pure_small_h06", "pure_small_h07", "pure_small_h08",
    "pure_small_h08_120", "pure_small_h09", "pure_small_h10", "pure_small_h11", "pyalloc_h11",
    "threads_h08",
  ]
  /// Captures of killed processes and damaged files without native stacks.
  static let brokenCaptures = [
    "corrupt_record", "cut_midrecord", "killed_buffered", "killed_h06", "killed_h07",
    "killed_h11", "killed_h13",
  ]
  /// Whole captures with native stacks.
  static let nativeCaptures = [
    "native_h09", "native_h11", "native_h13", "native_py312", "synthetic_objects_native",
  ]
}

/// The parts of an expected file that a reader can be held to.
struct Expected: Decodable {
  struct File: Decodable {
    var bytes: UInt64
    var framing: String
  }
  struct Metadata: Decodable {
    var startTimeMs: Int64
    var endTimeMs: Int64
    var commandLine: String
    var pid: Int64
    var mainThreadId: UInt64?
    var pythonAllocator: String
    var hasNativeTraces: Bool
    var tracePythonAllocators: Bool?
  }
  struct Sum: Decodable, Equatable {
    var count: Int
    var bytes: UInt64
  }
  struct Totals: Decodable {
    var events: Int
    var allocations: Int
    var bytesAllocated: UInt64
    var byAllocator: [String: Sum]
  }
  struct Location: Decodable {
    var function: String?
    var file: String?
    var line: Int32?
    var size: UInt64
    var count: Int
  }
  struct ThreadSum: Decodable {
    var tid: UInt64
    var size: UInt64
    var count: Int
  }
  struct Allocations: Decodable {
    var byLocation: [Location]
    var byThread: [ThreadSum]
  }
  struct Thread: Decodable {
    var tid: UInt64
    var name: String?
  }
  struct Salvage: Decodable {
    var events: Int
    var allocations: Int
    var bytesAllocated: UInt64
    var memorySnapshots: Int
  }

  var file: File
  var metadata: Metadata
  var totals: Totals
  var allAllocations: Allocations?
  var threads: [Thread]
  var memorySnapshots: [[Int64?]]
  var salvage: Salvage?
}
