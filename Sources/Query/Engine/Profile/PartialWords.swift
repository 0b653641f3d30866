import Language
/// What is said of prints that list only some of what there is.
enum PartialWords {
  /// On totals of one moment.
  static let totals =
    "only some is printed: what is not listed is unknown, and totals are of the list"
  /// On differences of two moments.
  static let differences =
    "what only one side lists is unknown on the other: it has no difference, and no total has one"
}
