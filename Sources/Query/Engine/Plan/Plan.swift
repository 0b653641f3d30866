import Language
import Columns

/// How a question is answered: a tree of few kinds of nodes, each with one implementation.
///
/// Verbs are functions from questions to plans (`Planner`); `explain` prints the tree that runs.
indirect enum Plan: Sendable {
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
  /// Findings about what grows for good.
  case findings([Scan])
  /// Rows that break a bound: of the first input, as a share of the second if there is one.
  case test(Bound, [Plan])
  /// Chains of references to objects of a type.
  case paths(Pattern, Scan)
  /// Answers one below the other.
  case sections([PlanSection], [RowPlan])
}

/// How values at places of an axis come about.
indirect enum AxisPlan: Sendable {
  /// Values over time.
  case series(SeriesRequest, Scan)
  /// What records of each class of sizes or lifetimes hold.
  case classes(Aggregation, Scan)
  /// What groups hold at one instant.
  case state(Aggregation, Scan)
  /// Values of the left, and the left less the right.
  case difference(AxisComparison.Pairing, AxisPlan, AxisPlan)
}

/// How groups come about: the part of a plan that has rows of keys and measures.
indirect enum RowPlan: Sendable {
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
struct Scan: Sendable {
  /// Which side: 0 is what is asked, 1 the right of `vs` or what a bound is a share of.
  var side: Int
  /// The side that must hold the records too; nil for none.
  var alsoHeldBy: Int?
}

/// How two sides are compared.
struct Difference: Sendable {
  /// What each side is divided by: its own time or marks.
  var per: Located<RateUnit>?
  /// Whether the right side is scaled to the left's total.
  var isNormalized: Bool
}

/// What is added up of records.
struct Aggregation: Sendable {
  /// Groups are made by these; none makes one group of everything.
  var keys: [Key]
  /// What is measured of each group.
  var measures: [Measure]
  /// Whether a record counts in every group on its stack.
  var isInclusive = false
}

/// An order of rows.
struct Ordering: Sendable {
  /// What was asked for; what ties is ordered by the measures shown, then by the keys.
  var columns: [OrderColumn] = []
  /// How many rows are shown; nil means all.
  var limit: Int?
  /// Whether rows rise by their first key where nothing else is asked, what has none last.
  var risesByKey = false
}

/// What of time is asked.
struct SeriesRequest: Sendable {
  /// Groups that are followed by themselves.
  var keys: [Key]
  /// Values at each place.
  var measures: [Measure]
}

/// What of stacks is asked.
struct StackRequest: Sendable {
  /// Whether stacks stay as recorded with every frame marked, for a reader that edits them itself.
  var keepsFrames: Bool
  /// Whether trees begin at the allocating frame.
  var isInverted: Bool
  /// What splits the root.
  var keys: [Key]
}

/// What is followed.
struct TrendRequest: Sendable {
  /// Groups are made by these; none makes one group of everything.
  var keys: [Key]
  /// Whether rates are tested, which needs single allocations and tells nothing else.
  var isTested = false
}

/// What rows must hold.
struct Bound: Sendable {
  var comparison: Comparison
  var value: Located<AssertionBound>
}

/// One part of `stats`, and the input that it is made of.
struct PlanSection: Sendable {
  /// What it shows.
  enum Topic: Sendable {
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

  var topic: Topic
  /// Number of the input; nil for what needs none.
  var input: Int?
}
