/// What is known of a key.
package struct KeyDefinition: Sendable {
  /// What a person reads of it.
  package var word: Word
  /// What its values are.
  package var values: KeyValues
  /// What has one.
  package var level: KeyLevel
  /// The frame that speaks for a stack; nil where no frame does.
  package var speaker: FrameSpeaker?
  /// What a capture must hold to have groups of it.
  package var needs: [Need]
  var ownNoun: String?
  var ownPlural: String?
  /// Whether some question groups by it unasked, so that it can order the rows of one without `by`.
  package var isDefault = false

  /// What a value of it is called.
  package var noun: String { ownNoun ?? word.name }
  /// What its groups are called.
  package var plural: String { ownPlural ?? word.name + "s" }

  fileprivate init(
    _ name: String, also synonyms: [String] = [], _ values: KeyValues, of level: KeyLevel,
    speaker: FrameSpeaker? = nil, needs: [Need], noun: String? = nil, plural: String? = nil,
    isDefault: Bool = false, _ meaning: String,
    _ example: String
  ) {
    word = Word(name, also: synonyms, meaning, example)
    (self.values, self.level, self.isDefault) = (values, level, isDefault)
    (self.speaker, self.needs) = (speaker, needs)
    (ownNoun, ownPlural) = (noun, plural)
  }
}

/// What has a value of a key.
package enum KeyLevel: Sendable {
  /// The newest frame: there is a group on every stack a frame is on.
  case frame
  /// All frames together.
  case stack
  /// Whatever allocates: one value for all rows of a site.
  case site
  /// A single row, by its size or its end.
  case row
  /// A single row, by its birth.
  case stretch
  case process, capture
}

/// Which frame speaks for a stack: the newest that has what a key asks, else the newest of all.
package enum FrameSpeaker: Sendable {
  /// A file and, of native code, a line.
  case place
  /// A function's name, which no address is.
  case name
  /// A module.
  case owner
  /// Nothing: the newest speaks.
  case newest
}

/// What values of a key are, and so what they are compared with.
package enum KeyValues: Sendable {
  case text
  /// A path of a file.
  case file
  /// `file:line`.
  case line
  /// A function and a line of a file.
  case place
  case frames
  /// One of `python`, `native` and `inlined`.
  case kinds
  case captures
  case number
  /// A number that some captures have a name for.
  case numberOrName
  /// A name, or a number where there is none.
  case nameOrNumber
  /// The least number of bytes of a power of two.
  case sizeClass
  /// The least number of allocations of a power of two.
  case lifetimeClass
  /// A stretch of time.
  case windows
  /// Whatever a profile wrote.
  case label

  /// The values in words, as `show keys` lists them.
  package var inWords: String {
    switch self {
    case .text, .file, .place, .kinds, .captures, .label: "text"
    case .line: "file:line"
    case .frames: "frames"
    case .number, .numberOrName: "number"
    case .nameOrNumber: "name or number"
    case .sizeClass: "bytes, a power of two"
    case .lifetimeClass: "allocations, a power of two"
    case .windows: "stretch of time"
    }
  }
}

extension KeyValues {
  /// Whether they are names of things, or stand for things that have one.
  package var areNamed: Bool {
    switch self {
    case .sizeClass, .lifetimeClass, .windows: false
    case .text, .file, .line, .place, .frames, .kinds, .captures, .number, .numberOrName,
      .nameOrNumber, .label:
      true
    }
  }

  /// Whether a path is in them, which a pattern may name from any of its folders on.
  package var holdsPath: Bool {
    switch self {
    case .file, .line, .place: true
    case .text, .frames, .kinds, .captures, .number, .numberOrName, .nameOrNumber, .sizeClass,
      .lifetimeClass, .windows, .label:
      false
    }
  }
}

extension Key: Defined {
  var word: Word { definition.word }

  /// What is known of it.
  package var definition: KeyDefinition {
    switch self {
    case .lineno:
      KeyDefinition(
        "lineno", .line, of: .frame, speaker: .place, needs: [.stacks, .lines], noun: "line",
        plural: "lines",
        isDefault: true,
        "`file:line` of the newest frame that has a line", "top 10 by lineno")
    case .filename:
      KeyDefinition(
        "filename", also: ["file"], .file, of: .frame, speaker: .place, needs: [.stacks, .files],
        noun: "file",
        plural: "files",
        "file of that frame", "top 10 by filename")
    case .function:
      KeyDefinition(
        "function", also: ["func"], .text, of: .frame, speaker: .name,
        needs: [.stacks, .functions], isDefault: true,
        "function of the newest frame that has a name, namesakes merged", "top 10 by function")
    case .frame:
      KeyDefinition(
        "frame", .place, of: .frame, speaker: .newest, needs: [.stacks],
        "function and `file:line` of the newest frame",
        "top 10 by frame")
    case .traceback:
      KeyDefinition(
        "traceback", also: ["stack"], .frames, of: .stack, needs: [.stacks], noun: "frame",
        "the whole stack",
        "top 3 by traceback")
    case .module:
      KeyDefinition(
        "module", .text, of: .frame, speaker: .owner, needs: [.stacks, .files, .modules],
        "dotted module of the newest frame that has one",
        "top 10 by module")
    case .package:
      KeyDefinition(
        "package", .text, of: .frame, speaker: .owner, needs: [.stacks, .files, .modules],
        "first part of the module",
        "top 10 by package")
    case .thread:
      KeyDefinition(
        "thread", .nameOrNumber, of: .site, needs: [.recorded(self)], "allocating thread",
        "top 10 by thread")
    case .allocator:
      KeyDefinition(
        "allocator", .text, of: .site, needs: [.recorded(self)],
        "function that allocated, such as `malloc`",
        "top 10 by allocator")
    case .domain:
      KeyDefinition(
        "domain", .numberOrName, of: .site, needs: [.recorded(self)], "allocator domain",
        "top 10 by domain")
    case .kind:
      KeyDefinition(
        "kind", .kinds, of: .site, speaker: .newest, needs: [.stacks], "python, native or inlined",
        "top 10 by kind")
    case .pid:
      KeyDefinition(
        "pid", .number, of: .process, needs: [.recorded(self)], noun: "process",
        plural: "process ids", "process",
        "timeline rss by pid")
    case .capture:
      KeyDefinition(
        "capture", .captures, of: .capture, needs: [], "capture", "top 10 by capture of new, old")
    case .sizeclass:
      KeyDefinition(
        "sizeclass", .sizeClass, of: .row, needs: [.blockSizes], plural: "size classes",
        "power-of-two class of the size",
        "top 10 by sizeclass")
    case .window:
      KeyDefinition(
        "window", .windows, of: .stretch, needs: [.allocations],
        "stretch of time, with `every` or `over`",
        "top 10 by window, lineno every 10s")
    case .mark:
      KeyDefinition(
        "mark", .text, of: .stretch, needs: [.allocations], "mark before the birth",
        "top 10 allocated by mark")
    case .type:
      KeyDefinition(
        "type", .text, of: .site, needs: [.recorded(self)], isDefault: true, "type of the object",
        "top 10 by type")
    case .lifetime:
      KeyDefinition(
        "lifetime", .lifetimeClass, of: .row, needs: [.allocations],
        "power-of-two class of the lifetime",
        "top 10 freed by lifetime")
    case .stream:
      KeyDefinition(
        "stream", .numberOrName, of: .site, needs: [.recorded(self)],
        "stream of the GPU that the memory was allocated for", "top 10 peak by stream")
    case .label(let label):
      KeyDefinition(
        Self.labelPrefix + label.name, .label, of: .site, needs: [.label(label)],
        "a label of samples",
        "top by label.worker")
    }
  }

  /// The canonical word, also the name of its column; of a label `label.NAME`.
  package var name: String { definition.word.name }

  /// Whether it names the newest frame, and so has a group on every stack a frame is on.
  package var isOfFrame: Bool { definition.level == .frame }

  /// The frame that speaks for a stack; nil where no frame does.
  package var speaker: FrameSpeaker? { definition.speaker }

  /// What a capture must hold to have groups of it.
  package var needs: [Need] { definition.needs }

  /// Whether it is a part of a stack.
  package var isOfStacks: Bool { isOfFrame || definition.level == .stack }

  /// Whether single rows decide it, not their sites.
  package var isOfRow: Bool { definition.level == .row || isStretch }

  /// Whether it is a stretch of time, which a row's birth decides.
  package var isStretch: Bool { definition.level == .stretch }

  /// Whether it tells processes or captures apart, not what is in them.
  package var isOfProcess: Bool { definition.level == .process || definition.level == .capture }
}
