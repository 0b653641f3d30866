import Language
/// What is said of prints that list only some of what there is.
enum PartialWords {
  /// On totals of one moment.
  static let totals =
    "only some is printed: what is not listed is unknown, and totals are of the list"
  /// On totals of several moments.
  static let moments =
    "only some is printed at a moment: what is not listed is unknown there, and sums are of the list"
  /// On a peak that was looked for among such moments.
  static func peak(of name: String) -> String {
    "\(name) prints only some: the peak is that of the lists, and what is not listed is unknown"
  }
  /// On differences of two moments.
  static let differences =
    "what only one side lists is unknown on the other: it has no difference, and no total has one"
}
