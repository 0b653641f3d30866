import Store

/// What some rows of one site and size add to a group.
struct Contribution {
  /// The site.
  var site: Int
  /// Bytes of one record; 0 when rows of several sizes are added at once.
  var recordSize: UInt64
  /// Bytes added.
  var bytes: Int64
  /// Blocks added.
  var count: Int64
  /// Number of the row-level key (lifetime class or window), 0 without one.
  var rowKey: Int
  /// Python objects added.
  var objects: Int64 = 0
  /// Sum of the lifetimes of freed rows, in allocations.
  var lifetimeSum: Int64 = 0
  /// Number of freed rows.
  var freedCount: Int64 = 0
  /// Greatest lifetime of a freed row.
  var greatestLifetime: UInt32 = 0
}

/// A key that only the row decides.
enum RowKey: Equatable {
  /// Power-of-two class of the lifetime, by number; the last is "never freed".
  case lifetimeClass
  /// Stretch of time of the birth: number of the state bounds that are not above it.
  case window([UInt32])

  /// Class number of rows never freed.
  static let neverFreed = 65

  /// How many numbers there are.
  var count: Int {
    switch self {
    case .lifetimeClass: Self.neverFreed + 1
    case .window(let bounds): bounds.count + 1
    }
  }

  /// The number of one row.
  func number(birth: UInt32, lifetime: UInt32) -> Int {
    switch self {
    case .lifetimeClass:
      return lifetime == .max ? Self.neverFreed : SizeClass.index(UInt64(lifetime))
    case .window(let bounds):
      var low = 0
      var high = bounds.count
      while low < high {
        let middle = (low + high) / 2
        if bounds[middle] <= birth { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }
}

/// What a scan must deliver besides bytes and blocks.
struct ScanNeeds: Equatable {
  /// Whether contributions must have one record size each.
  var recordSizes = false
  /// Whether lifetimes are summed.
  var lifetimes = false
  /// A key that the row decides.
  var rowKey: RowKey?
}
