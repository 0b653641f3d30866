import ArgumentParser
import Interruption
import Render
import Store

/// `memq check [--repair]`.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Read everything in the store and say what is not as it was written.",
    discussion: """
      Exit status 0 when the store is whole, 4 when it is damaged.

      --repair writes the captures that are whole into a new store, puts it in the place of the
      old one and keeps the old one as STORE.damaged. Damaged captures must be imported again.

      EXAMPLES:
        memq check
        memq check --db study.db --repair
      """)

  @Flag(help: "Keep what is whole in a new store, and the damaged one beside it.")
  var repair = false

  @OptionGroup var store: StoreOptions

  func run() throws {
    let path = store.path
    Interruption.set(.stops)
    let store = try open(path)
    let check = try store.snapshot { () throws(StoreError) in
      var bar = ProgressBar(label: "checking \(path)")
      defer { bar.clear() }
      return try store.check { done, total in bar.update(done: UInt64(done), total: UInt64(total)) }
    }
    try DescriptorStream.standardOutput.write(Self.text(check, path))
    guard repair else {
      if !check.isWhole { throw SilentExit(status: .damaged) }
      return
    }
    guard !check.isWhole else { return }
    try mend(store, check)
  }

  private func open(_ path: String) throws -> Store {
    do throws(StoreError) {
      return try Store(path: path, mode: .read)
    } catch .damaged(_, let place) {
      // The advice of other commands ends here.
      throw Failure(
        "\(path) is damaged where a store begins (\(place)), so that nothing of it can be read; "
          + "import its captures again into another file", status: .damaged)
    }
  }

  /// What was found, a line a capture.
  static func text(_ check: StoreCheck, _ path: String) -> String {
    let bytes = check.captures.reduce(0) { $0 + $1.bytes }
    var lines = [
      "\(Message.name(path)): \(count(check.captures.count, "capture")), \(count(check.columns, "column")), "
        + "\(Humanize.size(bytes)) read"
    ]
    lines += check.damage.map { "damaged: \(Message.name($0))" }
    for capture in check.captures {
      guard let first = capture.damage.first else {
        lines.append("\(Message.name(capture.name)): whole")
        continue
      }
      let rest = capture.damage.count - 1
      lines.append(
        "\(Message.name(capture.name)): damaged: \(Message.name(first))"
          + (rest > 0 ? " and \(rest) more" : ""))
    }
    if !check.isWhole {
      lines.append("`memq check --repair` keeps what is whole in a new store")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func count(_ number: Int, _ word: String) -> String {
    "\(Humanize.count(Int64(number))) \(word)\(number == 1 ? "" : "s")"
  }

  /// Puts a store of what is whole in the place of the damaged one.
  private func mend(_ damaged: Store, _ check: StoreCheck) throws {
    guard check.captures.contains(where: \.damage.isEmpty) else {
      throw Failure(
        "no capture of \(damaged.path) is whole, so that there is nothing to keep; import them "
          + "again into another file", status: .damaged)
    }
    let new = FileReplacement.freeName(damaged.path + ".repaired")
    do {
      try damaged.copyWhole(check, to: new)
    } catch {
      FileReplacement.remove(new)
      throw error
    }
    let old = FileReplacement.freeName(damaged.path + ".damaged")
    try FileReplacement.rename(damaged.path, to: old)
    // A log speaks of the file that it was written for, and of no other.
    for suffix in ["-wal", "-shm", "-journal"] where InputFile.exists(damaged.path + suffix) {
      try FileReplacement.rename(damaged.path + suffix, to: old + suffix)
    }
    try FileReplacement.rename(new, to: damaged.path)
    let lost = check.captures.filter { !$0.damage.isEmpty }.map(\.name)
    let kept = check.captures.count - lost.count
    var text = "kept \(Self.count(kept, "capture")); the damaged store is \(old)"
    if !lost.isEmpty { text += "; import again: \(lost.joined(separator: ", "))" }
    try DescriptorStream.standardOutput.write(text + "\n")
  }
}
