/// An opened capture, by the kind of its content.
package enum CaptureReader {
  /// Every allocation and free.
  case events(any EventReader)
  /// Totals per stack.
  case samples(any SampleReader)

  /// What the file says of itself.
  package var header: CaptureHeader {
    switch self {
    case .events(let reader): reader.header
    case .samples(let reader): reader.header
    }
  }
}
