/// What kind of code a location is; raw values are stored.
package enum FrameKind: UInt8, Sendable, CaseIterable {
  /// A line of Python.
  case python
  /// A function of an executable or library.
  case native
  /// A function that the compiler put into its caller.
  case inlined

  /// Its name in the language.
  package var name: String {
    switch self {
    case .python: "python"
    case .native: "native"
    case .inlined: "inlined"
    }
  }
}
