import ArgumentParser
import Store

/// `memq rename OLD NEW`.
struct RenameCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rename", abstract: "Give a capture another name.",
    discussion: """
      Captures of its forked children, such as out@14859 of out, go with it.

      EXAMPLES:
        memq rename out before
        memq rename '#2' after
      """)

  @Argument(
    help: "The capture: its name, or its number as #2.",
    completion: .custom { words, _, _ in CompletionSource.captures(words) })
  var old: String

  @Argument(help: "The name to ask for it by.")
  var new: String

  @OptionGroup var store: StoreOptions

  func validate() throws {
    if let problem = CaptureName.problem(with: new) {
      throw ValidationError("a capture cannot be named \(new.debugDescription): \(problem.reason)")
    }
  }

  func run() throws {
    // Reading first: a missing store is not made only to find nothing in it.
    let captures = try Store(path: store.path, mode: .read).captures()
    guard let capture = captures.first(where: { $0.name == old || "#\($0.id)" == old }) else {
      throw StoreError.unknownCapture(name: old, known: captures.map(\.name))
    }
    guard capture.name != new else { return report("\(old) has this name already") }
    do throws(StoreError) {
      let renames = try Store(path: store.path, mode: .write).rename(capture, to: new)
      for rename in renames { report("renamed \(rename.old) to \(rename.new)") }
    } catch {
      guard case .nameTaken(let name) = error else { throw error }
      throw Failure("a capture named \(name) is there already; nothing is renamed")
    }
  }
}

extension CaptureName.Problem {
  /// Why, in words.
  var reason: String {
    switch self {
    case .empty: "no question could ask for a blank name"
    case .number: "`#` and a number is the capture of that number"
    case .control: "no question could hold its control characters"
    case .wildcard: "`*` and `?` stand for other characters in a question"
    }
  }
}
