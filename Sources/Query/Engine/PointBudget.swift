/// How many points of a timeline an answer may have where the question asks for no windows.
///
/// Who asks decides: a person reads a few lines, a program reads all.
package struct PointBudget: Sendable {
  /// The most places of the axis.
  package var points: Int
  /// How to ask for the others, said where some are left out.
  package var wayToAll: String

  /// A budget of at least one point.
  package init(points: Int, wayToAll: String) {
    self.points = max(1, points)
    self.wayToAll = wayToAll
  }
}
