import Language

/// What the process tells the shell.
enum ExitStatus: Int32, Sendable {
  case success = 0
  /// An `assert` was false.
  case assertionFalse = 1
  /// The command line was wrong, or a file could not be read or written.
  case usage = 2
  /// The question was wrong, or cannot be answered from this capture.
  case query = 3
  /// A damaged capture under `--strict`.
  case damaged = 4
  /// Ctrl-C, as shells count it: 128 and the signal's number.
  case interrupted = 130
}

extension ExitStatus {
  /// Ends the process with this status, unless all is fine.
  func orExit() throws(SilentExit) {
    if self != .success { throw SilentExit(status: self) }
  }
}

/// A failure worded for a person, and how the process ends for it.
struct Failure: Error {
  /// One sentence or a diagnostic with a caret, without a newline at its end.
  var message: String
  var status: ExitStatus
  /// What the language says, where it is a question that was refused.
  var refusal: (error: QueryError, question: String)?

  init(_ message: String, status: ExitStatus = .usage) {
    self.message = message
    self.status = status
  }

  /// A question that was refused.
  init(_ error: QueryError, in question: String) {
    self.init(error.render(source: question), status: .query)
    refusal = (error, question)
  }
}

/// The process ends with this status; what was to say has been said.
struct SilentExit: Error {
  var status: ExitStatus
}
