import Language
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
  /// Number of the row-level keys (lifetime class and window), 0 without one.
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

/// The keys that only the row decides, `lifetime` and `window`, as one number.
struct RowKey: Equatable {
  /// Whether rows are told apart by the power-of-two class of their lifetime.
  var byLifetime = false
  /// Whether and where rows are told apart by their birth: the states at which a stretch of
  /// time ends and the next begins.
  var windows: [UInt32]?

  /// Class of rows never freed.
  static let neverFreed = 65
  private static let classCount = neverFreed + 1

  /// How many numbers there are.
  var count: Int { ((windows?.count ?? 0) + 1) * Self.classCount }

  /// The number of one row.
  func number(birth: UInt32, lifetime: UInt32) -> Int {
    number(window: window(birth: birth), lifetime: lifetime)
  }

  /// The number of a row born in a window.
  private func number(window: Int, lifetime: UInt32) -> Int {
    number(window: window, lifetimeClass: byLifetime ? Self.lifetimeClass(lifetime) : 0)
  }

  /// The number of rows born in a window with lifetimes of a class.
  func number(window: Int, lifetimeClass: Int) -> Int {
    window * Self.classCount + lifetimeClass
  }

  /// The lifetime class within a number.
  static func lifetimeClass(number: Int) -> Int { number % classCount }

  /// The window within a number.
  static func window(number: Int) -> Int { number / classCount }

  private static func lifetimeClass(_ lifetime: UInt32) -> Int {
    lifetime == .max ? neverFreed : SizeClass.index(UInt64(lifetime))
  }

  /// Number of the windows that end at or before a birth.
  func window(birth: UInt32) -> Int {
    guard let windows else { return 0 }
    var low = 0
    var high = windows.count
    while low < high {
      let middle = (low + high) / 2
      if windows[middle] <= birth { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// What a scan must deliver besides bytes and blocks.
struct ScanNeeds: Equatable {
  /// Whether contributions must have one record size each.
  var recordSizes = false
  /// Whether deaths are looked at, where nothing that is selected by needs them.
  var deaths = true
  /// Whether lifetimes are summed.
  var lifetimes = false
  /// The keys that the row decides.
  var rowKey: RowKey?
}
