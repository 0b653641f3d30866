/// Code of an executable or library, the functions at which are looked up when it is imported.
package struct ImageAddress: Sendable, Hashable {
  /// Path of the executable or library.
  package var image: String
  /// As the file was linked, not as it was loaded.
  package var address: UInt64

  /// An address of a file.
  package init(image: String, address: UInt64) {
    self.image = image
    self.address = address
  }
}

/// A frame of a profile's stacks.
package struct ProfileFrame: Sendable, Equatable {
  /// What kind of code it is.
  package enum Kind: Sendable { case python, native, inlined }

  /// Function name; empty when unknown.
  package var function: String
  /// File name; empty when unknown.
  package var file: String
  /// Line from 1, 0 when unknown.
  package var line: Int32
  /// What kind of code it is.
  package var kind: Kind
  /// What stands for its text where the functions at it can be found; nil for nothing.
  package var code: ImageAddress?

  /// A frame's text.
  package init(function: String = "", file: String = "", line: Int32 = 0, kind: Kind = .python) {
    self.function = function
    self.file = file
    self.line = line
    self.kind = kind
  }
}

/// When a set of totals was taken; the first is moment 0 and need not be announced if alone.
package struct ProfileMoment: Sendable, Equatable {
  /// Nanoseconds by the description's clock; nil when unknown.
  package var time: Int64?
  /// Line of the file where it begins, from 1; 0 in binary files.
  package var line: UInt64
  /// A name for it in the file; empty without one.
  package var label: String
  /// Which of the description's values its records carry, by index and in their order.
  ///
  /// Nil is all of them. A text may hold reports of several tools, each with numbers of its own.
  package var values: [UInt8]?
  /// Whether what it does not list is unknown instead of nothing.
  package var isPartial = false

  /// A moment.
  package init(
    time: Int64? = nil, line: UInt64 = 0, label: String = "", values: [UInt8]? = nil
  ) {
    self.time = time
    self.line = line
    self.label = label
    self.values = values
  }
}

/// Totals of one stack, type, thread, domain and process at one moment.
///
/// Equal ones are added up. Its numbers stand in `ProfileBatch.values`, as many as its moment
/// has values.
package struct ProfileRecord: Sendable, Equatable {
  /// Index of the moment.
  package var moment: UInt32 = 0
  /// Stack node, counted from 1 over all batches; 0 is no stack.
  package var stack: UInt32 = 0
  /// Text number of the type (`newTexts`); nil without one.
  package var type: UInt32?
  /// Text number of the thread's or profile's name; nil without one.
  package var thread: UInt32?
  /// Domain of the allocator (tracemalloc); nil when not recorded.
  package var domain: UInt32?
  /// Process id; nil when not recorded.
  package var process: Int64?
  /// Set of labels (`newLabelSets`), counted from 1 over all batches; 0 is none.
  package var labels: UInt32 = 0

  /// A record of nothing in particular.
  package init() {}
}

/// A name and a value that a profile puts on samples.
package struct ProfileLabel: Sendable, Hashable {
  /// A text, or a number in a unit.
  package enum Value: Sendable, Hashable {
    /// A text.
    case text(String)
    /// A number; of units `bytes` and `nanoseconds` are understood, others are words.
    case number(Int64, unit: String)
  }

  /// Its name.
  package var name: String
  /// Its value.
  package var value: Value

  /// A label.
  package init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }
}

/// A process by the number that records, series and marks give for it, and its name.
package struct ProcessName: Sendable, Equatable {
  /// Its id; from `firstNumber` on a number for one whose id the file does not tell.
  package var process: Int64
  /// A worker, service, container or program.
  package var name: String
  /// Its id where `process` is none because several sources have a process of that id.
  package var id: Int64?

  /// First number of processes that are known by name only: beyond all ids of Linux.
  package static let firstNumber: Int64 = 1 << 40

  /// A process and its name.
  package init(process: Int64, name: String, id: Int64? = nil) {
    self.process = process
    self.name = name
    self.id = id
  }
}

/// A series of values over time.
package struct SeriesDefinition: Sendable, Equatable {
  /// Its name in the language, such as `rss`, `vms`, `gc0`, `gc_collected`, `footprint`.
  package var name: String
  /// Process id; nil when not recorded.
  package var process: Int64?
  /// Unit of the values: `bytes`, `count`, `milliseconds`.
  package var unit: String

  /// A series.
  package init(name: String, process: Int64? = nil, unit: String) {
    self.name = name
    self.process = process
    self.unit = unit
  }
}

/// One value of a series.
package struct SeriesPoint: Sendable, Equatable {
  /// Index of the series, counted over all batches.
  package var series: UInt32
  /// Nanoseconds by the description's clock; nil when the line has no time.
  package var time: Int64?
  /// The value in the series' unit.
  package var value: Double
  /// Line of the file, from 1; 0 in binary files.
  package var line: UInt64

  /// A value.
  package init(series: UInt32, time: Int64?, value: Double, line: UInt64 = 0) {
    self.series = series
    self.time = time
    self.value = value
    self.line = line
  }
}

/// A named time, or a span from one time to another.
package struct ProfileMark: Sendable, Equatable {
  /// Its name: a function, a request, a message.
  package var name: String
  /// Nanoseconds by the description's clock; nil when unknown.
  package var start: Int64?
  /// End of a span; nil for a mark.
  package var end: Int64?
  /// Nesting level of a span, from 0.
  package var level: Int32 = 0
  /// Process id; nil when not recorded.
  package var process: Int64?
  /// Resident bytes at the start; nil when not recorded.
  package var startBytes: Int64?
  /// Resident bytes at the end; nil when not recorded.
  package var endBytes: Int64?
  /// Line of the file, from 1; 0 in binary files.
  package var line: UInt64 = 0

  /// A mark.
  package init(name: String, start: Int64?, end: Int64? = nil) {
    self.name = name
    self.start = start
    self.end = end
  }
}

/// An object of a heap.
package struct ObjectRecord: Sendable, Equatable {
  /// Address or id, the same in later dumps of the run where the format promises it.
  package var identity: UInt64
  /// Text number of the type's name.
  package var type: UInt32
  /// Text number of a value or name; 0 is none.
  package var label: UInt32
  /// Shallow size in bytes; nil when not recorded.
  package var size: UInt64?
  /// Whether the file calls it a root.
  package var isRoot: Bool

  /// An object.
  package init(
    identity: UInt64, type: UInt32, label: UInt32 = 0, size: UInt64?, isRoot: Bool = false
  ) {
    self.identity = identity
    self.type = type
    self.label = label
    self.size = size
    self.isRoot = isRoot
  }
}

/// A reference from one object to another; equal ones are kept as often as they occur.
package struct ObjectReference: Sendable, Equatable {
  /// Index of the referring object, counted over all batches; rising through the file.
  package var source: UInt32
  /// What it refers to (`ProfileDescription.targets`).
  package var target: UInt64
  /// Text number of the name of the reference (attribute, key); 0 is none.
  package var name: UInt32
  /// Whether it does not keep the target alive.
  package var isWeak: Bool

  /// A reference.
  package init(source: UInt32, target: UInt64, name: UInt32 = 0, isWeak: Bool = false) {
    self.source = source
    self.target = target
    self.name = name
    self.isWeak = isWeak
  }
}

/// A line of source text that the file itself carries.
package struct SourceLine: Sendable, Equatable {
  /// The file.
  package var file: String
  /// Line from 1.
  package var line: Int32
  /// The text without its newline.
  package var text: String

  /// A line.
  package init(file: String, line: Int32, text: String) {
    self.file = file
    self.line = line
    self.text = text
  }
}

/// A run of a profile's content in file order.
///
/// Indices count over all batches. Frames, nodes, series and moments are defined before their
/// use; texts may come later (V8 writes its strings last), but before the end. Owned by one
/// thread.
package final class ProfileBatch {
  /// Frames first used in this batch; frame index `i` is the `i`-th over all batches.
  package var newFrames: [ProfileFrame] = []
  /// Stack nodes first used in this batch, callers first; the first of all is node 1.
  package var newNodes: [StackNode] = []
  /// Texts by number, for types, threads, labels and names; number 0 is the empty text.
  package var newTexts: [(number: UInt32, text: String)] = []
  /// Further texts by number, many and seldom looked at: values and names of objects.
  ///
  /// Each ends at `end` in `labelBytes` and begins where the one before ends. What is no UTF-8
  /// is repaired when it is read.
  package var newLabels: [(number: UInt32, end: Int)] = []
  /// Whether `newLabels` may hold names of types and references, of which none may be lost.
  package var labelsAreNames = false
  /// Sets of labels of samples first used in this batch; the first of all is set 1.
  package var newLabelSets: [[ProfileLabel]] = []
  /// The bytes of `newLabels`.
  package var labelBytes: [UInt8] = []
  /// Moments first used in this batch; the first of all is moment 0.
  package var newMoments: [ProfileMoment] = []
  /// Names of processes, each before its first use.
  package var newProcesses: [ProcessName] = []
  /// Totals; each has as many numbers in `values` as its moment says, without that
  /// `description.values.count`.
  package var records: [ProfileRecord] = []
  /// The numbers of `records`, record by record.
  package var values: [Int64] = []
  /// Series first used in this batch.
  package var newSeries: [SeriesDefinition] = []
  /// Values of series.
  package var points: [SeriesPoint] = []
  /// Marks and spans.
  package var marks: [ProfileMark] = []
  /// Objects; the first of all is object 0.
  package var objects: [ObjectRecord] = []
  /// References between objects.
  package var references: [ObjectReference] = []
  /// Source text that the file carries.
  package var sourceLines: [SourceLine] = []
  /// Bytes of the file consumed so far, for progress.
  package var fileOffset: UInt64 = 0

  /// An empty batch.
  package init() {}

  /// Forgets the content, keeps the memory.
  package func removeAll() {
    newFrames.removeAll(keepingCapacity: true)
    newNodes.removeAll(keepingCapacity: true)
    newTexts.removeAll(keepingCapacity: true)
    newLabels.removeAll(keepingCapacity: true)
    newLabelSets.removeAll(keepingCapacity: true)
    labelBytes.removeAll(keepingCapacity: true)
    newMoments.removeAll(keepingCapacity: true)
    newProcesses.removeAll(keepingCapacity: true)
    records.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    newSeries.removeAll(keepingCapacity: true)
    points.removeAll(keepingCapacity: true)
    marks.removeAll(keepingCapacity: true)
    objects.removeAll(keepingCapacity: true)
    references.removeAll(keepingCapacity: true)
    sourceLines.removeAll(keepingCapacity: true)
  }
}
