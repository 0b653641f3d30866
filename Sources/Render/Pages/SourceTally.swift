/// Counts the lines of source that a page holds: who mails it is to know.
final class SourceTally {
  private let lines: SourceLookup?
  private var found: Set<Place> = []

  private struct Place: Hashable {
    var file: String
    var line: Int
  }

  /// Counts what `lines` finds.
  init(_ lines: SourceLookup?) { self.lines = lines }

  /// Finds lines and counts them; nil when there are none to be had.
  var lookup: SourceLookup? {
    guard let lines else { return nil }
    return { file, line in
      let text = lines(file, line)
      if text?.contains(where: { !$0.isWhitespace }) == true {
        self.found.insert(Place(file: file, line: line))
      }
      return text
    }
  }

  /// What the page says of it; nothing when it holds none.
  var notes: [String] {
    guard !found.isEmpty else { return [] }
    let count = found.count == 1 ? "a line" : "\(Humanize.count(Int64(found.count))) lines"
    return ["this page holds \(count) of source code; memq --no-source leaves them out"]
  }
}
