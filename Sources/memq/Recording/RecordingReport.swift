import Language
import Store

/// What a recording shows at its end: the peak with its greatest lines, what leaks, and what to ask
/// next.
struct RecordingReport {
  let info: CaptureInfo
  let arguments: RunArguments
  /// Whether there are captures of its forked children.
  let hasChildren: Bool
  let storePath: String

  /// Writes it to standard error: the program's output is its own.
  func write() {
    var delivery = Delivery(
      usesPager: false, guarding: OutputGuard(storePath: storePath, isForced: false))
    delivery.stream = .standardError
    let session = QuerySession(path: storePath, delivery: delivery)
    for question in shown {
      report("")
      _ = session.ask(question)
    }
    report("\nask on:")
    for question in next { report("  memq \(storeOption)\"\(escaped(question))\"") }
  }

  private var name: String { CaptureReference.text(naming: info.name) }

  /// What leaks shows in single allocations alone.
  private var shown: [String] {
    ["top 5 by lineno of \(name)"] + (info.holdsEvents ? ["suspects of \(name)"] : [])
  }

  private var next: [String] {
    (hasChildren ? ["top by pid of \(family)"] : []) + ofOne
  }

  private var family: String { CaptureReference.text(naming: info.name + "*") }

  private var ofOne: [String] {
    info.holdsEvents
      ? [
        "top 20 leaked by function of \(name)", "timeline 5 by lineno of \(name)",
        "flame peak of \(name) to peak.html", "stats of \(name)",
      ]
      : [
        "top 20 leaked by function of \(name)", "flame peak of \(name) to peak.html",
        "tree peak of \(name)",
      ]
  }

  private var storeOption: String {
    arguments.database.map { "--db \(ShellWord.quoted($0)) " } ?? ""
  }

  /// A question inside a shell's double quotes.
  private func escaped(_ question: String) -> String {
    var text = ""
    for character in question {
      if "\"\\$`".contains(character) { text += "\\" }
      text.append(character)
    }
    return text
  }
}
