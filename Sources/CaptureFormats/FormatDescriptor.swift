import CaptureModel

/// One capture format: how it is called, recognised and opened.
package struct FormatDescriptor: Sendable {
  /// Name for `--format`, such as `memray`.
  package let name: String
  /// One line for `memq formats`.
  package let summary: String
  /// Usual file name extensions, without the dot.
  package let extensions: [String]
  /// Whether the beginning of a file is of this format.
  let recognizes: @Sendable (_ input: CaptureInput) -> Bool
  /// Opens a file that is taken to be of this format.
  let open: @Sendable (_ input: CaptureInput) throws(CaptureError) -> CaptureReader
}
