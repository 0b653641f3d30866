package import Language

/// How a question is answered: a tree of few kinds of nodes, each with one implementation.
///
/// Verbs are functions from questions to plans (`Planner`); `explain` prints the tree that runs.
package indirect enum Plan: Sendable {
  /// Rows of groups.
  case rows(RowPlan)
  /// Lines that lie in the greatest files, of those that meet a name.
  case lines(RowPlan, files: RowPlan, Pattern?)
  /// Single records in order.
  case list(Ordering, Scan)
  /// Values at places of an axis.
  case axis(AxisPlan)
  /// Stacks with sums of one side or of two.
  case stacks(StackRequest, [Scan])
  /// Functions that meet a pattern, with their callers and callees, and how many of each.
  case neighbours(Pattern, StackRequest, Scan, limit: Int?)
  /// Findings about what grows for good.
  case findings([Scan])
  /// Rows that break a bound: of the first input, as a share of the second if there is one.
  case test(Bound, [RowPlan])
  /// Chains of references to objects of a type.
  case paths(Pattern, Scan)
  /// Answers one below the other.
  case sections([PlanSection], [RowPlan])
}

/// How values at places of an axis come about.
package indirect enum AxisPlan: Sendable {
  /// Values over time.
  case series(SeriesRequest, Scan)
  /// What records of each class of sizes or lifetimes hold.
  case classes(Aggregation, Scan)
  /// What groups hold at one instant.
  case state(Aggregation, Scan)
  /// Values of the left, and the left less the right.
  case difference(AxisPairing, AxisPlan, AxisPlan)
}

/// How groups come about: the part of a plan that has rows of keys and measures.
package indirect enum RowPlan: Sendable {
  /// Sums of records by keys, or greatest values of series by process.
  case aggregate(Aggregation, Scan)
  /// What groups do over time, marks or captures.
  case trend(TrendRequest, Scan)
  /// Sums of two sides, and the left less the right; the third scan, if there is one, is of what
  /// both sides hold.
  case difference(Difference, Aggregation, [Scan])
  /// Rows that meet limits.
  case having(Limits, RowPlan)
  /// Rows in order, and how many of them are shown; what is left is added up.
  case order(Ordering, RowPlan)
}

/// Records that a side of the question is about; every tree ends in these.
package struct Scan: Sendable {
  /// Which side: 0 is what is asked, 1 the right of `vs` or what a bound is a share of.
  package var side: Int
  /// The side that must hold the records too; nil for none.
  package var alsoHeldBy: Int?

  /// The records of a side.
  package init(side: Int, alsoHeldBy: Int? = nil) {
    self.side = side
    self.alsoHeldBy = alsoHeldBy
  }
}

/// How two sides are compared.
package struct Difference: Sendable {
  /// What each side is divided by: its own time or marks.
  package var per: Located<RateUnit>?
  /// Whether the right side is scaled to the left's total.
  package var isNormalized: Bool
}

/// What is added up of records.
package struct Aggregation: Sendable {
  /// Groups are made by these; none makes one group of everything.
  package var keys: [Key]
  /// What is measured of each group.
  package var measures: [Measure]
  /// Whether a record counts in every group on its stack.
  package var isInclusive = false
}

/// An order of rows.
package struct Ordering: Sendable {
  /// What was asked for; what ties is ordered by the measures shown, then by the keys.
  package var columns: [OrderColumn] = []
  /// How many rows are shown; nil means all.
  package var limit: Int?
  /// Whether rows rise by their first key where nothing else is asked, what has none last.
  package var risesByKey = false

  /// An order, and a number of rows.
  package init(columns: [OrderColumn] = [], limit: Int? = nil, risesByKey: Bool = false) {
    self.columns = columns
    self.limit = limit
    self.risesByKey = risesByKey
  }
}

/// What of time is asked.
package struct SeriesRequest: Sendable {
  /// Groups that are followed by themselves.
  var keys: [Key]
  /// Values at each place.
  var measures: [Measure]
}

/// What of stacks is asked.
package struct StackRequest: Sendable {
  /// Whether stacks stay as recorded with every frame marked, for a reader that edits them itself.
  package var keepsFrames: Bool
  /// Whether trees begin at the allocating frame.
  package var isInverted: Bool
  /// What splits the root.
  var keys: [Key]
}

/// What is followed.
package struct TrendRequest: Sendable {
  /// Groups are made by these; none makes one group of everything.
  package var keys: [Key]
  /// Whether rates are tested, which needs single allocations and tells nothing else.
  package var isTested = false
}

/// What rows must hold.
package struct Bound: Sendable {
  /// How a row's first measure must compare with the bound.
  package var comparison: Comparison
  /// The bound, and where it stands.
  package var value: Located<AssertionBound>
}

/// One part of `stats`, and the input that it is made of.
package struct PlanSection: Sendable {
  /// What it shows.
  package enum Topic: Sendable {
    /// Sums of everything.
    case totals
    /// Sizes of records, in memray's ten bins.
    case sizes
    /// The first groups of the input, most of the measure first; nil for all that it measures.
    case largest(Measure?, title: String, limit: Int?)
    /// Values over time: least, greatest, last.
    case series
    /// What the captures say of themselves.
    case facts
  }

  /// What it shows.
  package var topic: Topic
  /// Number of the input; nil for what needs none.
  package var input: Int?
}
