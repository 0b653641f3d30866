import CaptureModel

/// The registry's entry for pprof profiles.
enum PProfFormat {
  static let descriptor = FormatDescriptor(
    name: PProfLayout.formatName,
    summary: "pprof profiles of Go, C++ and converters: every sample type",
    extensions: ["pb", "pprof"],
    recognizes: { input in recognizes(input) },
    open: { input throws(CaptureError) in .profile(try PProfReader.read(input)) })

  /// There is no magic: the fields must be a profile's, each of its kind, up to the window's end.
  private static func recognizes(_ input: CaptureInput) -> Bool {
    let bytes = input.beginning.span
    var cursor = ByteCursor()
    var seen: Set<UInt64> = []
    while cursor.position < bytes.count {
      let place = cursor.position
      do throws(FieldError) {
        switch try ProtobufField.read(bytes, &cursor) {
        case .bytes(let field, _):
          let isPackedNumbers = field == 13
          guard PProfLayout.Field.messages.contains(field) || isPackedNumbers else { return false }
          seen.insert(field)
        case .number(let field, _):
          guard field <= PProfLayout.Field.last, !PProfLayout.Field.messages.contains(field) else {
            return false
          }
        }
      } catch {
        // A long message may be cut, by the window or by damage.
        guard error == .endOfData, place > 0 else { return false }
        break
      }
    }
    return seen.contains(PProfLayout.Field.sampleType)
      && (seen.contains(PProfLayout.Field.sample) || seen.contains(PProfLayout.Field.string))
  }
}
