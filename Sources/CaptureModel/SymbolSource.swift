/// A function at an address of an executable or library.
package struct SymbolFrame: Sendable, Hashable {
  /// Name as a programmer knows it.
  package var function: String
  /// Source file; `<unknown>` when only the name is known.
  package var file: String
  /// Line, 0 when unknown.
  package var line: Int32
  /// Whether the code was inlined into the next frame's function.
  package var isInlined: Bool

  /// A function's text and kind.
  package init(function: String, file: String, line: Int32, isInlined: Bool = false) {
    self.function = function
    self.file = file
    self.line = line
    self.isInlined = isInlined
  }
}

/// Knows which functions lie at the addresses of executables and libraries.
package protocol SymbolSource {
  /// Finds the functions at some addresses of one file.
  ///
  /// - Parameters:
  ///   - image: path of the executable or library.
  ///   - addresses: as the file was linked, not as it was loaded.
  /// - Returns: for each address its functions, innermost first, none when it is not known; nil
  ///   when the file cannot be read.
  func frames(image: String, addresses: [UInt64]) -> [[SymbolFrame]]?
}
