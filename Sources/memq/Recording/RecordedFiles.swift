// ⚠ unsafe: readdir's entry is copied before the next; stat() fills what lives here.
import Glibc

/// The files that a recording wrote: the capture, and those of forked children beside it.
struct RecordedFiles {
  /// What tells one state of a file from another.
  private struct State: Equatable {
    let device: UInt
    let inode: UInt
    let bytes: Int
    let seconds: Int
    let nanoseconds: Int
  }

  private let before: [String: State]

  /// Notes what lies in the folder of a capture before it is recorded.
  ///
  /// - Parameter path: Where the capture will be; nil when its name is new for sure.
  init(before path: String?) {
    before = path.map { Self.states(of: $0) } ?? [:]
  }

  /// What was written since: the capture itself first, then children in the order of their numbers.
  func written(at path: String) -> (capture: String?, children: [String]) {
    let new = Self.states(of: path).filter { before[$0.key] != $0.value }.keys
    let children = new.compactMap { file -> (file: String, process: Int)? in
      guard file != path else { return nil }
      return Int(file.dropFirst(path.count + 1)).map { (file, $0) }
    }
    return (
      new.contains(path) ? path : nil, children.sorted { $0.process < $1.process }.map(\.file)
    )
  }

  /// The capture and its children, as far as they are there and not empty.
  private static func states(of path: String) -> [String: State] {
    let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let folder = path[..<slash]
    let name = path[slash...]
    var states: [String: State] = [:]
    for entry in entries(of: folder.isEmpty ? "." : String(folder)) where entry.hasPrefix(name) {
      let rest = entry.dropFirst(name.count)
      let isChild = rest.first == "." && Int(rest.dropFirst()) != nil
      guard rest.isEmpty || isChild else { continue }
      if let state = state(of: folder + entry) { states[folder + entry] = state }
    }
    return states
  }

  private static func entries(of folder: String) -> [String] {
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: Int(entry.pointee.d_reclen)) {
          unsafe String(cString: $0)
        }
      }
      names.append(name)
    }
    return names
  }

  private static func state(of path: String) -> State? {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_size > 0 else { return nil }
    return State(
      device: UInt(status.st_dev), inode: UInt(status.st_ino), bytes: Int(status.st_size),
      seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
  }
}
