import CaptureModel

/// One capture format: how it is called, recognised and opened.
package struct FormatDescriptor: Sendable {
  /// Name for `--format`, such as `memray`.
  package let name: String
  /// One line for `memq formats`.
  package let summary: String
  /// Usual file name extensions, without the dot.
  package let extensions: [String]
  /// Whether the first bytes of a file (at most `FormatRegistry.sniffLength`) are of this format.
  let recognizes: @Sendable (_ prefix: [UInt8]) -> Bool
  /// Opens a file that is taken to be of this format.
  let open: @Sendable (_ file: CaptureFile) throws(CaptureError) -> CaptureReader
}
