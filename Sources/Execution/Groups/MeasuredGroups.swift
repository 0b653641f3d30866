import Results
import Language
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
  /// Columns of the keys for some of the groups, by number.
  var keyColumns: ([Int]) -> [ResultColumn] = { _ in [] }
  /// How sure rates are, and their shapes; no columns of other measures.
  var rateColumns: ([Int]) -> [ResultColumn] = { _ in [] }
  /// Why a bound of rates that holds may be chance; nil of other measures.
  var shortness: (Double, SizeFamily) -> String? = { _, _ in nil }

  /// An answer's groups.
  init(title: String, groups: [Group], units: [Unit]) {
    self.title = title
    self.groups = groups
    self.units = units
  }
}
