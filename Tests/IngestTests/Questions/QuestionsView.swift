import CaptureModel
import Results

/// What groups are made by.
enum AskedKey: String, CaseIterable {
  case lineno, filename, function, frame, traceback, thread, allocator, sizeclass, lifetime
  case window, capture, pid, module, package, kind

  var isOfFrame: Bool { [.lineno, .filename, .function, .frame, .module, .package].contains(self) }

  /// The greatest power of two that is not above a number; 0 for 0.
  static func powerOfTwo(_ number: Int) -> Int {
    guard number > 0 else { return 0 }
    var power = 1
    while power <= number / 2 { power *= 2 }
    return power
  }
}

/// A value of a key.
enum AskedValue: Hashable {
  case none
  case number(Int)
  case text(String)
  case place(String, Int)
  case stack([FrameText])

  /// Nothing first; places by file, then line; stacks frame by frame from the oldest.
  static func precedes(_ left: AskedValue, _ right: AskedValue) -> Bool {
    switch (left, right) {
    case (.none, .none): return false
    case (.none, _): return true
    case (.number(let a), .number(let b)): return a < b
    case (.text(let a), .text(let b)): return a < b
    case (.place(let a, let first), .place(let b, let second)): return (a, first) < (b, second)
    case (.text(let a), .place(let file, let line)): return a < "\(file):\(line)"
    case (.place(let file, let line), .text(let b)): return "\(file):\(line)" < b
    case (.stack(let a), .stack(let b)):
      return a.reversed().lexicographicallyPrecedes(b.reversed()) {
        ($0.file, $0.line, $0.function) < ($1.file, $1.line, $1.function)
      }
    default: return false
    }
  }
}

/// Frames that a question hides.
enum AskedHide {
  case imports
  case internals
  case runner
  case none
  case pattern(AskedPattern)

  var text: String {
    switch self {
    case .imports: "imports"
    case .internals: "internals"
    case .runner: "runner"
    case .none: "none"
    case .pattern(let pattern): pattern.text
    }
  }
}

/// A recording as one question sees it: its frames hidden, its windows laid out.
struct RecordedView {
  let capture: Recorded
  var hides: [AskedHide] = []
  var fromFrame: AskedPattern?
  /// Times in milliseconds at which a window ends and the next begins.
  var windowEnds: [Double] = []

  /// Frames of a row that stay, newest first.
  func shown(_ row: RecordedRow, hidesRunner: Bool) -> [FrameText] {
    var stays = row.stack.map { _ in true }
    var cutsRunner = hidesRunner
    for hide in hides {
      for (index, frame) in row.stack.enumerated() {
        switch hide {
        case .imports:
          if let first = row.stack.firstIndex(where: RecordedFrames.isImport), first <= index {
            stays[index] = false
          }
        case .internals: if RecordedFrames.isInternal(frame) { stays[index] = false }
        case .pattern(let pattern): if pattern.meets(frame) { stays[index] = false }
        case .runner, .none: break
        }
      }
      if case .none = hide { cutsRunner = false }
    }
    if cutsRunner { for index in 0..<capture.hidden(row) { stays[index] = false } }
    if let fromFrame, let first = row.stack.firstIndex(where: fromFrame.meets) {
      for index in 0..<first { stays[index] = false }
    }
    return row.stack.indices.filter { stays[$0] }.map { row.stack[$0] }.reversed()
  }

  /// The newest frame that has what a key needs, or the newest when none has.
  static func speaker(of key: AskedKey, _ frames: ArraySlice<FrameText>) -> FrameText? {
    frames.first { RecordedFrames.speaks($0, of: key) } ?? frames.first
  }

  /// The value of a key for one frame.
  func value(_ key: AskedKey, _ frame: FrameText?) -> AskedValue {
    guard let frame else { return .none }
    switch key {
    case .lineno: return .place(frame.file, frame.line)
    case .filename: return .text(frame.file)
    case .function: return .text(frame.function)
    case .frame:
      return frame.function.isEmpty
        ? .place(frame.file, frame.line) : .text("\(frame.function) (\(frame.lineno))")
    case .module: return .text(RecordedFrames.module(frame) ?? "<unknown>")
    case .package:
      let module = RecordedFrames.module(frame) ?? "<unknown>"
      return .text(String(module.prefix { $0 != "." }))
    case .kind: return .text("python")
    default: return .none
    }
  }

  /// The value of a key for a row.
  func value(_ key: AskedKey, _ row: RecordedRow) -> AskedValue {
    switch key {
    case .lineno, .filename, .function, .frame, .module, .package, .kind:
      let frames = shown(row, hidesRunner: false)
      return value(key, Self.speaker(of: key, frames[...]))
    case .traceback:
      let frames = shown(row, hidesRunner: true)
      return frames.isEmpty ? .none : .stack(frames)
    case .thread: return .text(capture.threadText(row.thread))
    case .allocator: return .text(row.allocator)
    case .sizeclass: return .number(AskedKey.powerOfTwo(row.size))
    case .lifetime: return row.lifetime.map { .number(AskedKey.powerOfTwo($0)) } ?? .none
    case .window:
      return .number(windowEnds.count { capture.state(milliseconds: $0) <= row.birth })
    case .capture: return .text(capture.name)
    case .pid: return .number(Recorded.processID)
    }
  }

  /// `=` is exact; a thread also goes by its number or its name, an allocator in any case.
  func equals(_ key: AskedKey, _ wanted: String, _ row: RecordedRow) -> Bool {
    switch value(key, row) {
    case .text(let text):
      if key == .allocator { return text.lowercased() == wanted.lowercased() }
      if key == .module { return text == wanted || text.hasPrefix(wanted + ".") }
      return text == wanted || (key == .thread && threadNames(row).contains(wanted))
    case .place(let file, let line): return "\(file):\(line)" == wanted
    default: return false
    }
  }

  private func threadNames(_ row: RecordedRow) -> [String] {
    let number = "0x" + String(ListedReader.threadID(row.thread), radix: 16)
    guard let name = capture.threadNames[UInt32(row.thread)] else { return [number] }
    return [number, name]
  }

  /// `~`: paths from any folder, all else whole.
  func meets(_ key: AskedKey, _ pattern: AskedPattern, _ row: RecordedRow) -> Bool {
    switch value(key, row) {
    case .text(let text):
      switch key {
      case .filename: return pattern.meetsPath(text)
      case .thread:
        let name = capture.threadNames[UInt32(row.thread)]
        return pattern.meets(text) || name.map(pattern.meets) ?? false
      case .module: return pattern.meetsModule(text)
      case .allocator: return pattern.meets(text) || pattern.meets(text.lowercased())
      default: return pattern.meets(text)
      }
    case .place(let file, let line): return pattern.meetsPath("\(file):\(line)")
    default: return false
    }
  }
}
