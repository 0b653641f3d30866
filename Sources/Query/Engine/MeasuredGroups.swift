import Columns
import Store

/// The groups of a question with what is measured of them: what `top` shows, and `assert` tests.
struct MeasuredGroups {
  /// One group.
  struct Group {
    var key: [KeyValue?]
    /// One value a measure, in the measure's unit; nil where there is none.
    var values: [Double?]
  }

  /// The population in words.
  var title: String
  /// In the order that was asked for.
  var groups: [Group]
  /// Unit of each measure.
  var units: [Unit]
  /// What is known of rates besides; nil of other measures.
  var rates: Rates?

  /// An answer's groups.
  init(title: String, groups: [Group], units: [Unit]) {
    self.title = title
    self.groups = groups
    self.units = units
  }

  /// Measures every group of a question; without keys there is one group, of everything.
  init(_ context: QueryContext, keys: [Key], measures: [Measure]) throws(EngineError) {
    if measures.first == .rate {
      self = try MeasuredGroups(rates: context, keys: keys)
      return
    }
    self =
      try ObjectTopRunner.isNeeded(context)
      ? try ObjectTopRunner(context, keys: keys, measures: measures).measured()
      : try TopRunner(context, keys: keys, measures: measures).measured()
  }
}
