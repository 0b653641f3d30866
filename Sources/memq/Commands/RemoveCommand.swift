import ArgumentParser
import Interruption
import Render
import Store

/// `memq rm NAME…`.
struct RemoveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm", abstract: "Remove captures from the store; the files they came from stay.",
    discussion: """
      The captures of a program's forked children go with their parent's.

      EXAMPLES:
        memq rm before
        memq rm '#2'
      """)

  @Argument(
    help: "Names, or numbers as #2.",
    completion: .custom { words, _, _ in CompletionSource.captures(words) })
  var names: [String]

  @OptionGroup var store: StoreOptions

  func run() throws {
    let path = store.path
    // Reading first: a missing store is not made only to find nothing in it.
    let captures = try Store(path: path, mode: .read).captures()
    let found = try names.map { name in
      guard let capture = captures.first(where: { $0.name == name || "#\($0.id)" == name }) else {
        throw StoreError.unknownCapture(name: name, known: captures.map(\.name))
      }
      return capture
    }
    let named = Set(found.map(\.id))
    let children = captures.filter { capture in
      guard !named.contains(capture.id) else { return false }
      return found.contains { $0.name == CaptureName.parent(of: capture.name) }
    }
    Interruption.set(.stops)
    let freed = try Store(path: path, mode: .write).removeCaptures((found + children).map(\.id))
    for capture in found + children { report("removed \(capture.name)") }
    if case .kept(let bytes, let isDiskFull) = freed {
      let reason = isDiskFull ? "the disk has no room to make \(path) smaller now: " : ""
      report("memq: \(reason)\(Humanize.size(bytes)) of \(path) are free for the next imports")
    }
  }
}
