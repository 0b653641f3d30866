import CaptureModel

/// The registry's entry for printed leaks.
enum LeakReportFormat {
  static let descriptor = FormatDescriptor(
    name: LeakReportReader.formatName,
    summary: "leaks printed by LeakSanitizer, AddressSanitizer and valgrind's memcheck",
    extensions: ["txt", "log"],
    recognizes: { input in
      input.contains("ERROR: LeakSanitizer")
        || input.contains("Memcheck") && input.contains(" in loss record ")
    },
    open: { input throws(CaptureError) in .profile(try LeakReportReader.read(input)) })
}
