import CaptureModel
import Language
import Execution
import Interruption
import Render
import SQLite
import Store

/// Words errors for a person, each in one sentence, and says how the process ends for it.
///
/// The only place where errors of the libraries become text.
enum DiagnosticPrinter {
  /// Whether programs read the errors.
  private static let reportsJSON =
    ErrorReport.taken(from: Array(CommandWords.all.dropFirst())).isAsked

  /// The failure to report; nil for errors that are not ours, such as ArgumentParser's.
  ///
  /// - Parameters:
  ///   - error: What was thrown.
  ///   - file: The capture it is about, where the error does not know.
  /// - Returns: A sentence and an exit status.
  static func failure(for error: any Error, about file: String = "the capture") -> Failure? {
    switch error {
    case let error as Failure: error
    case let error as CaptureError: onOneLine(words(for: error))
    case let error as StoreError: onOneLine(words(for: error, about: file))
    case OutputError.interrupted: Self.stopped
    case OutputError.failed(let target, let code):
      Failure("cannot write \(target): \(Terminal.systemMessage(code))")
    default: nil
    }
  }

  /// A sentence whose names hold line ends is one line all the same: none of them passes for a
  /// message.
  private static func onOneLine(_ failure: Failure) -> Failure {
    Failure(SafeText.shown(failure.message), status: failure.status)
  }

  private static let stopped = Failure("stopped", status: .interrupted)

  /// Writes a failure to standard error: for a person, or as JSON where `--json` was given.
  ///
  /// - Parameters:
  ///   - failure: what went wrong.
  ///   - isWorded: whether the message needs no word before it that says who speaks.
  static func report(_ failure: Failure, isWorded: Bool = false) {
    if reportsJSON { return memq.report(ErrorReport.line(for: failure)) }
    // A query's error begins with its own word and shows a caret below.
    memq.report(failure.status == .query || isWorded ? failure.message : "memq: \(failure.message)")
  }

  private static func words(for error: CaptureError) -> Failure {
    switch error {
    case .unreadable(let path, _) where path.unicodeScalars.contains("\u{FFFD}"):
      Failure(
        "cannot read \(path): a name that is no UTF-8 cannot be given; send the content instead: "
          + "memq import - --name NAME < FILE")
    case .unreadable(let path, let code):
      Failure("cannot read \(path): \(Terminal.systemMessage(code))")
    case .notAFile(let path, let kind): Failure("\(path) is \(words(for: kind))")
    case .noRoomForCopy(let path, let folder, let code):
      Failure(
        "cannot keep what comes from \(path) in \(folder): \(Terminal.systemMessage(code)); "
          + "set TMPDIR to a folder with room")
    case .database(let path):
      Failure(
        "\(path) is a SQLite database, no capture; a store is asked with: "
          + "memq --db \(path) \"show captures\"")
    case .empty(let path):
      Failure("\(path) is empty: it holds no byte to read a capture from")
    case .unrecognized(let path):
      Failure(
        "\(path) is no capture in a known format; see: memq formats")
    case .foreign(let path, let kind, let reason, let instead):
      Failure("\(path) is \(kind): \(reason); \(instead)")
    case .misnamed(let path, let format, let fitting):
      Failure(
        "\(path) is no \(format) file but a \(fitting) one: leave out --format, or give \(fitting)")
    case .archive(let path, let kind):
      Failure(
        "\(path) is a \(kind) archive, which holds files, not a capture: unpack it with "
          + "`\(kind == "tar" ? "tar xf" : kind == "zip" ? "unzip" : "7z x") \(path)` and import what is in it"
      )
    case .nothingKept(let path, let reasons):
      Failure(
        "\(path) tells of memory, but of nothing that can be kept: \(reasons.joined(separator: "; "))"
      )
    case .malformedHeader(let path, let offset, let reason):
      Failure("\(path) has a damaged header at byte \(offset): \(reason)")
    case .malformed(let path, let format, let place, let reason):
      Failure("\(path) is no whole \(format) file: \(words(for: place)): \(reason)")
    case .unsupportedVersion(let path, let format, let version, let supported):
      Failure(
        "\(path) is a \(format) capture of version \(version); memq reads versions \(supported)")
    case .unsupportedKind(let path, let format, let version, let kind):
      Failure("\(path) is a \(format) capture (version \(version)) of a kind not read yet: \(kind)")
    }
  }

  private static func words(for kind: NotAFile) -> String {
    switch kind {
    case .directory: "a directory, no capture: name the files in it"
    case .socket: "a socket, no capture: send its content to memq import -"
    case .device: "a device, no capture: memq reads files, pipes and, as -, standard input"
    case .terminal: "a terminal: send a capture there, such as: cat out.bin | memq import -"
    }
  }

  private static func words(for place: CapturePlace) -> String {
    switch place {
    case .byte(let offset): "byte \(offset)"
    case .line(let number): "line \(number)"
    }
  }

  private static func words(for error: StoreError, about file: String) -> Failure {
    switch error {
    case .missing(let path):
      Failure("there is no store \(path), so no captures yet: memq import FILE")
    case .notAFile(let path, let kind):
      Failure("\(path) is \(kind), and a store is a file; choose another with --db")
    case .removed(let path):
      Failure("\(path) was removed by another process just now; try again")
    case .readOnly(let path):
      Failure("\(path) cannot be written: the file or its folder is read-only")
    case .logUnreadable(let path):
      Failure(
        "\(path)-wal holds changes that a process left when it was killed, and reading them takes a "
          + "right to write: let the owner ask once, or copy both files into a folder of yours")
    case .changed(let path):
      Failure("\(path) was changed by another process just now; try again")
    case .interrupted: stopped
    case .foreign(let path):
      Failure("\(path) is no memq store; it is left as it is, choose another with --db")
    case .newer(let path, let found, let known):
      Failure("\(path) was written by a newer memq (schema \(found), this one knows \(known))")
    case .busy(let path):
      Failure(
        "\(path) was held for too long by \(LockWords.holders(LockWait.holders(of: path))); "
          + "try again when it has ended")
    case .diskFull(let path):
      Failure(
        "the disk is full; \(path) is as it was before"
          + (Store.room(for: path).map {
            " (\(Humanize.size($0)) are free there, and an import takes twice what it adds)"
          } ?? ""))
    case .damaged(let path, let place):
      Failure(
        "\(path) is damaged: \(place); `memq check --db \(path)` lists the damage, "
          + "`memq check --repair --db \(path)` keeps what is whole")
    case .database(let path, let error):
      Failure("cannot use \(path): \(error.message)")
    case .unknownCapture(let name, let known):
      Failure("no capture is named \(name)\(suggestion(name, known))")
    case .nameTaken(let name):
      Failure("a capture named \(name) is there already: choose another with --name")
    case .tooManyEvents(let limit):
      Failure("\(file) has more events than a store can number (\(limit))")
    case .inconsistent(let law):
      Failure(
        "importing \(file) broke a law of memq's own, so nothing was kept: \(law); please report it"
      )
    case .nothingRecorded:
      Failure("\(file) holds no value to ask about; nothing was imported")
    case .incompleteRefused(let offset, let reason):
      Failure("\(file) ends early at byte \(offset): \(reason)", status: .damaged)
    }
  }

  /// `; did you mean x?`, or what there is.
  private static func suggestion(_ name: String, _ known: [String]) -> String {
    if let near = NearestWord.matches(for: name, in: known).first {
      return "; did you mean \(near)?"
    }
    let list = known.prefix(5).joined(separator: ", ")
    return known.isEmpty
      ? "; there are none yet" : "; there is \(list)\(known.count > 5 ? ", …" : "")"
  }
}
