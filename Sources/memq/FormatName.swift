import Language

/// The value of `--as`.
enum FormatName {
  /// The format of this name.
  ///
  /// - Throws: A failure that lists the names, when there is none.
  static func format(_ name: String) throws(Failure) -> OutputFormat {
    guard let format = Vocabulary.format(name) else {
      let known = OutputFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure("--as \(name): no such format; there is \(known)")
    }
    return format
  }
}
