/// Stacks with totals as a tree, for flamegraphs, `tree` and folded output.
///
/// Node 0 is the root; a node's parent comes before it. `sizes` and `counts` are the node's
/// own (self) values, so that totals are the sums over a subtree.
package struct StackTree: Sendable, Equatable {
  /// The canonical query.
  package var query: String
  /// Names of the captures asked.
  package var captures: [String]
  /// Population in words.
  package var population: String
  /// Lines for a person: instant, command line, damage.
  package var header: [String]
  /// Whether the tree starts at the allocating frame.
  package var isInverted: Bool
  /// Distinct frame texts; index 0 is the root's.
  package var frames: [FrameText]
  /// Per frame: what else is known of it; empty when nothing is.
  package var frameMarks: [FrameMarks]
  /// Package of each file that holds a Python module, the first part of the module's name; files
  /// of other code are missing.
  package var packages: [String: String] = [:]
  /// Per node: its parent (0 for the root itself).
  package var parents: [UInt32]
  /// Per node: index into `frames`.
  package var frameIndices: [UInt32]
  /// Per node: own bytes (or the measure asked).
  package var sizes: [Int64]
  /// Per node: own number of allocations.
  package var counts: [Int64]
  /// The right side of `vs`; nil without.
  package var base: StackSums?
  /// What is on both sides of `vs`, when both speak of one capture.
  package var survived: StackSums?
  /// Whether the right side is to be scaled to the left side's total.
  package var isNormalized: Bool
  /// Unit of `sizes`.
  package var unit: Unit
  /// `sizes` hold the value in its unit times this.
  package var scale: Int64 = 1
  /// What a profile calls its values; nil where they are bytes and blocks.
  package var values: StackValues?
  /// Whether numbers are estimates from samples: every output says so.
  package var isEstimated = false
  /// Labels of samples, by the frames under the root that stand for them; empty where no format
  /// keeps them.
  package var labels: [UInt32: [StackLabel]] = [:]
  /// Remarks.
  package var notes: [String]
  /// How to write sizes.
  package var sizeFamily: SizeFamily
  /// What a page may change without asking again; nil when the stacks are edited already.
  package var controls: StackControls?
  /// The tree over time; nil where it is not known.
  package var times: StackTimes?

  /// A tree with only a root.
  package init(query: String, captures: [String] = [], population: String = "") {
    self.query = query
    self.captures = captures
    self.population = population
    header = []
    isInverted = false
    frames = [FrameText(function: "all", file: "", line: 0)]
    frameMarks = []
    parents = [0]
    frameIndices = [0]
    sizes = [0]
    counts = [0]
    isNormalized = false
    unit = .bytes
    notes = []
    sizeFamily = .decimal
  }
}

/// What the numbers of a tree are called by the profile they come from, and how it was recorded.
package struct StackValues: Sendable, Equatable {
  /// Name of the sizes, such as `cpu`.
  package var name: String
  /// Their unit: `bytes`, `count`, `seconds`, or the profile's own word.
  package var unit: String
  /// Name and unit of the counts.
  package var countName = "count"
  /// Unit of the counts.
  package var countUnit = "count"
  /// Whether there are counts at all.
  package var hasCounts = true
  /// One sample a period; 0 when not recorded.
  package var period: Int64 = 0
  /// What the period counts; empty when not recorded.
  package var periodName = ""
  /// Unit of the period.
  package var periodUnit = ""
  /// When it was recorded, nanoseconds since 1970; 0 when not recorded.
  package var timeNanoseconds: Int64 = 0
  /// How long it was recorded; 0 when not recorded.
  package var durationNanoseconds: Int64 = 0

  /// Values of a name and a unit.
  package init(name: String, unit: String) {
    self.name = name
    self.unit = unit
  }
}

/// A label of the samples of a profile.
package struct StackLabel: Sendable, Hashable {
  /// Its name.
  package var name: String
  /// Its value where that is a text.
  package var text: String?
  /// Its value where that is a number.
  package var number: Int64 = 0
  /// Unit of the number; empty without one.
  package var unit = ""

  /// A label whose value is a text.
  package init(_ name: String, text: String) {
    self.name = name
    self.text = text
  }

  /// A label whose value is a number.
  package init(_ name: String, number: Int64, unit: String) {
    self.name = name
    self.number = number
    self.unit = unit
  }
}

/// Own values per node, as `StackTree.sizes` and `counts`.
package struct StackSums: Sendable, Equatable {
  /// Per node: own bytes.
  package var sizes: [Int64]
  /// Per node: own number of allocations.
  package var counts: [Int64]

  /// Sums of nodes.
  package init(sizes: [Int64], counts: [Int64]) {
    self.sizes = sizes
    self.counts = counts
  }
}

/// What is known of a frame besides its text.
package struct FrameMarks: OptionSet, Sendable, Hashable {
  /// The bits.
  package let rawValue: UInt8

  /// A set from its bits.
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// A function of an executable or library.
  package static let native = FrameMarks(rawValue: 1)
  /// A function that the compiler put into its caller.
  package static let inlined = FrameMarks(rawValue: 2)
  /// One of the interpreter's own functions.
  package static let `internal` = FrameMarks(rawValue: 4)
  /// Part of the import system.
  package static let imports = FrameMarks(rawValue: 8)
  /// One of the profiler's frames below the program.
  package static let runner = FrameMarks(rawValue: 16)
  /// Meets a pattern that the question hides.
  package static let pattern = FrameMarks(rawValue: 32)
  /// No frame: a thread, or what else the root is split by.
  package static let split = FrameMarks(rawValue: 64)
}

/// What a page that holds unedited stacks shows at first, and the parts of its question.
package struct StackControls: Sendable, Equatable {
  /// Whether the view begins at the allocating frame; the tree itself never does.
  package var isTurned: Bool
  /// Whether widths show counts at first.
  package var showsCounts: Bool
  /// The hide sets in force, of `runner`, `imports`, `internals`, `native`, `pattern`.
  package var hides: [String]
  /// What splits the root, such as `thread`; empty when nothing does.
  package var splitKeys: String
  /// Whether the root is split at first.
  package var isSplit: Bool
  /// Parts of the canonical question by name: `population`, `in`, `where` and so on.
  package var question: [(name: String, text: String)]

  /// Controls of a page.
  package init(
    isTurned: Bool, showsCounts: Bool, hides: [String], splitKeys: String, isSplit: Bool,
    question: [(name: String, text: String)]
  ) {
    self.isTurned = isTurned
    self.showsCounts = showsCounts
    self.hides = hides
    self.splitKeys = splitKeys
    self.isSplit = isSplit
    self.question = question
  }

  /// Whether two controls are the same.
  package static func == (left: StackControls, right: StackControls) -> Bool {
    left.isTurned == right.isTurned && left.showsCounts == right.showsCounts
      && left.hides == right.hides
      && left.splitKeys == right.splitKeys && left.isSplit == right.isSplit
      && left.question.elementsEqual(right.question, by: ==)
  }
}
