import Analysis
import Language
import Store

/// What a scan adds at once: some rows of one site and size.
struct PartialAggregate {
  /// The site.
  var site: Int
  /// Number of the row-level keys (lifetime class and window), 0 without one.
  var rowKey = 0
  /// What is added.
  var sums: GroupSums

  /// Rows of one site and size.
  @inline(__always) init(site: UInt32, size: UInt64, count: UInt32) {
    self.site = Int(site)
    sums = GroupSums(
      bytes: Int64(bitPattern: size &* UInt64(count)), count: Int64(count), greatestSize: size)
  }

  /// What is added at a site.
  @inline(__always) init(site: Int, rowKey: Int = 0, sums: GroupSums) {
    (self.site, self.rowKey, self.sums) = (site, rowKey, sums)
  }

  /// Bytes of one record; 0 when rows of several sizes are added at once.
  var recordSize: UInt64 { sums.greatestSize }
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
  func number(of row: RowJudge.Row) -> Int {
    number(
      window: window(birth: row.birth),
      lifetimeClass: byLifetime ? Self.lifetimeClass(row.lifetime) : 0)
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
    windows?.partitioningIndex { $0 > birth } ?? 0
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
