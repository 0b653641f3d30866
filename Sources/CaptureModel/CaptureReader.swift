/// An opened capture, by the kind of its content.
package enum CaptureReader {
  /// Every allocation and free.
  case events(any EventReader)
  /// memray's totals per stack at the peak and at the end.
  case samples(any SampleReader)
  /// Totals, series, types or objects of another tool.
  case profile(any ProfileReader)

  /// What the file says of itself.
  package var header: CaptureHeader {
    switch self {
    case .events(let reader): reader.header
    case .samples(let reader): reader.header
    case .profile(let reader): reader.header
    }
  }
}
