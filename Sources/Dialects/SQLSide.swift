package import Language

/// One scan of a plan as a dialect sees it: which rows of which captures.
///
/// Whoever runs plans knows.
package struct SQLSide: Sendable {
  /// The captures, as they are asked.
  package var captures: [Capture]
  /// What samples are divided by to be in their unit, and what that is called.
  package var samples: (scale: Double, unit: String)
  /// How many of the question's `per` it has; nil without `per`.
  package var divisor: Double?

  /// The rows of some captures.
  package init(
    captures: [Capture], samples: (scale: Double, unit: String), divisor: Double? = nil
  ) {
    (self.captures, self.samples, self.divisor) = (captures, samples, divisor)
  }

  /// Numbers of the captures as SQL lists them.
  var ids: [Int64] { captures.map(\.id) }
}

extension SQLSide {
  /// One capture of a side.
  package struct Capture: Sendable {
    /// Its number.
    package var id: Int64
    /// Its name.
    package var name: String
    /// Its process.
    package var processID: Int64
    /// Where its rows come from.
    package var rows: Rows
    /// Whether it is another tool's.
    package var isProfile = false
    /// Whether it holds single objects.
    package var hasObjects = false
    /// Whether a function counts as often as it stands on a stack.
    package var countsRecursion = false
    /// What `stats` says that was recorded of it.
    package var facts: [(String, String)] = []
    /// What conditions on times and marks mean here.
    package var stretches: [Term: Logic<Births>] = [:]
    /// Stretches of the keys `window` and `mark`, by the instants where they end.
    package var windows: (ends: [UInt32], names: [String])?

    /// A capture whose rows are known.
    package init(id: Int64, name: String, processID: Int64, rows: Rows) {
      (self.id, self.name, self.processID, self.rows) = (id, name, processID, rows)
    }

    /// Whether it holds every allocation.
    var holdsEvents: Bool { if case .allocations = rows { true } else { false } }
  }

  /// Which births meet a condition.
  package enum Births: Sendable {
    case all, none
    /// Instants.
    case within(Range<UInt32>)
  }

  /// Where the rows of a capture come from.
  package enum Rows: Sendable {
    case allocations(Allocations)
    /// Columns of `sites`.
    case sites(prefix: String)
    case totals(Totals)
  }

  /// Rows of a capture that holds every allocation.
  package struct Allocations: Sendable {
    /// Bounds of the instants of birth, the upper one excluded; nil where they leave none out.
    package var births: (from: UInt32?, before: UInt32?)
    /// When they die.
    package var deaths: Deaths
    /// Greatest age, for temporary.
    package var greatestAge: UInt32?
    /// What munmap took off them; nil where it does not weigh.
    package var cuts: Cuts?
    /// Whether rows that a later free found again are counted once more.
    package var hasHits: Bool

    /// Rows born and freed at some instants.
    package init(
      births: (from: UInt32?, before: UInt32?), deaths: Deaths, greatestAge: UInt32?, cuts: Cuts?,
      hasHits: Bool
    ) {
      (self.births, self.deaths, self.greatestAge) = (births, deaths, greatestAge)
      (self.cuts, self.hasHits) = (cuts, hasHits)
    }
  }

  /// When rows die.
  package enum Deaths: Sendable {
    case whenever, never
    case between(ClosedRange<UInt32>)
    /// From a state on, or never.
    case notBefore(UInt32)
  }

  /// Which cuts of mappings weigh.
  package struct Cuts: Sendable {
    /// Those before a state; nil means all.
    package var before: UInt32?
    /// Whether a cut makes more blocks of one.
    package var countsPieces: Bool

    /// Cuts before a state.
    package init(before: UInt32?, countsPieces: Bool) {
      (self.before, self.countsPieces) = (before, countsPieces)
    }
  }

  /// Totals of a capture of another tool: a moment, and where numbers stand among those of a total;
  /// nil where they are not recorded.
  package struct Totals: Sendable {
    /// The moment.
    package var moment: Int
    /// Bytes, or weights of a processor profile.
    package var bytes: Int?
    /// Blocks.
    package var blocks: Int?
    /// A third sample type.
    package var third: Int?
    /// A fourth one.
    package var fourth: Int?
    /// The memory of the process, of reports of lines.
    package var usage: Int?
    /// The bytes that `where size` speaks of.
    package var record: Int?
    /// Whether there are bytes, but no counts.
    package var lacksCounts: Bool
    /// Whether what the moment does not list is unknown.
    package var isPartial: Bool

    /// Totals of one moment.
    package init(
      moment: Int, bytes: Int?, blocks: Int?, third: Int?, fourth: Int?, usage: Int?, record: Int?,
      lacksCounts: Bool, isPartial: Bool
    ) {
      (self.moment, self.bytes, self.blocks) = (moment, bytes, blocks)
      (self.third, self.fourth, self.usage, self.record) = (third, fourth, usage, record)
      (self.lacksCounts, self.isPartial) = (lacksCounts, isPartial)
    }
  }
}

extension Term {
  /// Whether it is about times or marks.
  package var isOfTime: Bool { field?.value == .time || field?.value == .key(.mark) }
}
