import CaptureModel

/// Units of a speedscope profile's weights (`unit`), as numbers of a record.
enum SpeedscopeUnit: String {
  case none, nanoseconds, microseconds, milliseconds, seconds, bytes

  /// Records hold a weight times this: times are nanoseconds.
  var scale: Int64 {
    switch self {
    case .none: 1_000
    case .seconds: 1_000_000_000
    case .milliseconds: 1_000_000
    case .microseconds: 1_000
    case .nanoseconds, .bytes: 1
    }
  }

  /// What the sum of weights is.
  var value: ProfileValue {
    switch self {
    case .bytes: ProfileValue(.live, .size, unit: "bytes")
    case .none: ProfileValue(.processor, .samples, unit: "samples", scale: scale)
    default: ProfileValue(.processor, .samples, unit: "seconds", scale: 1_000_000_000)
    }
  }
}
