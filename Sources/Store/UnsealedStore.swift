import CaptureModel
import SQLite

/// Stores of releases without seals, whose list can only be held to what the columns say.
///
/// The index of columns holds their keys once more, and most numbers of the list can be counted or
/// summed from columns, which have checksums. Where the two differ one of them is not as it was
/// written. Texts of the list and times of day stand there once only and cannot be held to anything
/// until the store is written to, which seals them.
extension Store {
  /// Throws `damaged` where the list and the columns differ; looks once.
  func refuseUnlessConsistent(_ rows: [CatalogRow]) throws(StoreError) {
    guard !isFoundConsistent else { return }
    if try !indexAgrees() { throw damage("the index of its columns") }
    for row in rows {
      if let place = try contradiction(in: row.info) { throw damage(place) }
    }
    isFoundConsistent = true
  }

  /// Whether indexes and tables list the same: of everything, or of a capture's columns.
  func indexAgrees(on capture: Int64? = nil) throws(StoreError) -> Bool {
    let ofCapture = capture.map { "WHERE capture = \($0)" } ?? ""
    guard
      try agree("capture, name, segment, rowid", "columns", "columns_by_place", ofCapture)
    else { return false }
    guard capture == nil else { return true }
    guard try agree("name, rowid", "captures", "sqlite_autoindex_captures_1", "") else {
      return false
    }
    return try agree("hash, rowid", "captures", "sqlite_autoindex_captures_2", "")
  }

  private func agree(
    _ what: String, _ table: String, _ index: String, _ condition: String
  ) throws(StoreError) -> Bool {
    do throws(SQLiteError) {
      let listed = try connection.prepare(
        "SELECT \(what) FROM \(table) NOT INDEXED \(condition) ORDER BY \(what)")
      let indexed = try connection.prepare(
        "SELECT \(what) FROM \(table) INDEXED BY \(index) \(condition) ORDER BY \(what)")
      let columns = 0..<Int32(clamping: listed.columnNames.count)
      while try listed.step() {
        guard try indexed.step() else { return false }
        for column in columns where listed.value(column) != indexed.value(column) { return false }
      }
      return try !indexed.step()
    } catch {
      // No such index: its entry in the schema is not as it was written.
      if error.primaryCode == 1 { return false }
      throw wrap(error)
    }
  }

  /// The end of the year 9999, seconds since 1970: no capture was imported later.
  private static var lastSecond: Int64 { 253_402_300_800 }

  /// What of a capture's entry its columns contradict; nil when nothing is.
  func contradiction(in info: CaptureInfo) throws(StoreError) -> String? {
    let entry = "the entry of capture #\(info.id)"
    let numbers = [
      info.importedAt, info.fileBytes, info.rows, info.instants, info.events, info.deallocations,
      info.durationMilliseconds, info.ticks,
    ]
    guard numbers.allSatisfy({ $0 >= 0 }), info.importedAt < Self.lastSecond else { return entry }
    let columns = CaptureColumns(store: self, info: info)
    let counts: [(Int64, StoredColumn)] = [
      (info.locations, .locationFunction), (info.frames, .frameLocation),
      (info.stacks, .stackParent), (info.sites, .siteStack), (info.sites, .siteThread),
      (info.sites, .siteAllocator), (info.segments, .zoneRows), (info.steps, .stepRow),
      (info.cuts, .cutRow), (info.reused, .reusedRow), (info.hits, .hitRow),
    ]
    // Threads of profiles are counted by name, and listed by id where they have one.
    let threads: [(Int64, StoredColumn)] = info.holdsEvents ? [(info.threads, .threadID)] : []
    for (count, column) in counts + threads {
      let rows = try columns.rowCount(column) ?? 0
      if Int64(rows) != count { return "\(info.name) \(column.rawValue)" }
    }
    if info.holdsEvents { return try eventsAgree(info, columns) ? nil : entry }
    guard let profile = try columns.profile() else {
      return try totalsAgree(info, columns) ? nil : entry
    }
    return try profileAgrees(info, profile, columns) ? nil : entry
  }

  private func eventsAgree(
    _ info: CaptureInfo, _ columns: CaptureColumns
  ) throws(StoreError) -> Bool {
    let rows = Self.sum(try columns.integers(.zoneRows))
    let bytes = Self.sum(try columns.integers(.zoneBytes))
    let ticks = try columns.integers(.tickMilliseconds)
    let peak = try columns.integers(.windowPeak).max() ?? 0
    guard rows == info.rows, bytes == info.bytesAllocated, Int64(ticks.count) == info.ticks,
      (ticks.last ?? 0) == info.durationMilliseconds,
      info.events == info.rows &+ info.deallocations, peak == info.peakBytes
    else { return false }
    // What was cut or never freed by its own address is in the heap and in no site's total.
    guard info.cuts == 0, info.reused == 0 else { return true }
    let leaked = Self.sum(try columns.integers(.siteLeakedBytes))
    return leaked == info.endBytes
  }

  private func totalsAgree(
    _ info: CaptureInfo, _ columns: CaptureColumns
  ) throws(StoreError) -> Bool {
    let ticks = try columns.integers(.tickMilliseconds)
    let peak = Self.sum(try columns.integers(.sitePeakBytes))
    let leaked = Self.sum(try columns.integers(.siteLeakedBytes))
    return peak == info.peakBytes && leaked == info.endBytes
      && Int64(ticks.count) == info.ticks && (ticks.last ?? 0) == info.durationMilliseconds
  }

  private func profileAgrees(
    _ info: CaptureInfo, _ profile: StoredProfile, _ columns: CaptureColumns
  ) throws(StoreError) -> Bool {
    guard info.ticks == profile.points else { return false }
    let width = profile.values.count
    guard width > 0, profile.values.mainPopulation != .increment, profile.moments > 0,
      profile.moments < 100_000
    else { return true }
    // Moments without a value have no column of it; the first number is of any of the values.
    var peaks: [Int64] = []
    var ends: Set<Int64> = [0]
    for value in 0..<width {
      var sums: [Int64] = []
      for moment in 0..<Int(profile.moments) {
        let numbers = try columns.integers(.sampleValue, segment: moment * width + value)
        sums.append(Self.sum(numbers))
      }
      peaks.append(sums.max() ?? 0)
      ends.formUnion(sums)
    }
    return (peaks + [0]).contains(info.peakBytes) && ends.contains(info.endBytes)
  }
}
