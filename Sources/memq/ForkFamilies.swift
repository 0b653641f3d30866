import Language
import Render
import Store

/// The forked processes whose captures one command imported, and what is to be said of them once.
struct ForkFamilies {
  private struct Family {
    let parent: String
    var children = 0
    /// Names of those that left no end mark.
    var unmarked: [String] = []
  }

  private static let shownNames = 4
  private var families: [Family] = []

  /// Notes a capture that was imported; those of no forked child are none of a family's.
  mutating func note(_ info: CaptureInfo) {
    guard let parent = CaptureName.parent(of: info.name) else { return }
    let place = families.firstIndex { $0.parent == parent } ?? families.count
    if place == families.count { families.append(Family(parent: parent)) }
    families[place].children += 1
    if info.lacksOnlyItsMark { families[place].unmarked.append(info.name) }
  }

  /// Whether the end of a capture is said here and nowhere else.
  func tells(endingOf info: CaptureInfo) -> Bool { info.isForkedChild && info.lacksOnlyItsMark }

  /// What is said after the last capture.
  ///
  /// - Parameter names: Of all captures there are.
  /// - Returns: Lines without ends.
  func lines(among names: [String]) -> [String] {
    families.flatMap { family in
      let hasParent = names.contains(family.parent)
      return (family.unmarked.isEmpty ? [] : [Self.ending(of: family)])
        + [counted(family.children) + " of " + Self.way(to: family.parent, hasParent: hasParent)]
    }
  }

  private static func way(to parent: String, hasParent: Bool) -> String {
    guard hasParent else {
      let all = CaptureReference.text(naming: parent + "@*")
      return "\(parent), which is not in the store itself: `of \(all)` asks all of them, `by pid` "
        + "tells them apart"
    }
    let alone = CaptureReference.text(naming: parent)
    let all = CaptureReference.text(naming: parent + "*")
    return
      "\(parent): `of \(alone)` asks the parent alone, `of \(all)` all of them, `by pid` tells "
      + "them apart"
  }

  private static func ending(of family: Family) -> String {
    let names = family.unmarked
    let more = names.count - shownNames
    let shown =
      names.prefix(shownNames).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    return "memq: \(shown) ended without an end mark, as when a process is killed or leaves by "
      + "os._exit, like the workers of multiprocessing; all that was written of "
      + "\(names.count == 1 ? "it" : "them") is there"
  }

  private func counted(_ children: Int) -> String {
    "\(Humanize.count(Int64(children))) forked \(children == 1 ? "child" : "children")"
  }
}
