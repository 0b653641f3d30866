import CaptureModel

/// The registry's entry for DHAT files.
enum DHATFormat {
  static let descriptor = FormatDescriptor(
    name: DHATReader.formatName,
    summary: "DHAT JSON of valgrind and of Rust's dhat: totals, peak and end per stack",
    extensions: ["json", "out"],
    recognizes: { input in
      input.beginning.span.beginsJSON(with: "{")
        && input.contains("\"dhatFileVersion\"", within: 256)
    },
    open: { input throws(CaptureError) in .profile(try DHATReader.read(input)) })
}
