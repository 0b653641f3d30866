import CaptureModel
import Store

/// What tells totals of one moment apart.
struct ProfileSite: Hashable {
  var stack: UInt32
  /// Text number of the type.
  var type: UInt32?
  /// Text number of the thread's name.
  var thread: UInt32?
  var domain: UInt32?
  var process: Int64?
  /// Set of labels; 0 is none.
  var labels: UInt32 = 0

  init(stack: UInt32) { self.stack = stack }
}

/// Totals per site and moment, added up.
struct ProfileTotals {
  /// Totals of one moment: sites as they are met, and their numbers.
  private struct Table {
    var sites: [UInt32] = []
    var values: [Int64] = []
    /// Sum of the magnitudes of each number.
    var magnitudes: [Int64] = []
  }

  private var numbers: [ProfileSite: UInt32] = [:]
  private var sites: [ProfileSite] = []
  private var moments: [ProfileMoment] = []
  private var tables: [Table] = []
  /// Row of each site in the table in use, and the table that this is about.
  private var rows: [Int32] = []
  private var rowTables: [Int32] = []
  private var current = -1
  /// Numbers of a record whose moment does not say which it has.
  private var width: Int?
  /// The sets of labels that sites name.
  var labels = LabelSets()
  /// Totals that could not be added in full.
  private(set) var impossible: Int64 = 0
  /// More than any memory, and still a whole number as a floating-point one.
  private static let limit: Int64 = 1 << 53

  /// Number of sites.
  var siteCount: Int { sites.count }
  /// Earliest and latest time of a moment.
  var times: ClosedRange<Int64>? {
    let known = moments.compactMap(\.time)
    guard let first = known.min(), let last = known.max() else { return nil }
    return first...last
  }

  /// Adds moments in their order.
  mutating func add(_ new: [ProfileMoment]) { moments += new }

  /// Indices of the values of a moment; nil when it has all that there are.
  private func values(of moment: Int) -> [UInt8]? {
    moment < moments.count ? moments[moment].values : nil
  }

  /// How many numbers a record of a moment has; nil when that is not known yet.
  func count(ofValuesOf moment: Int) -> Int? { values(of: moment)?.count ?? width }

  /// Place of a value, by its index in the description, among those of a moment.
  private func column(_ value: Int?, of moment: Int) -> Int? {
    guard let value, let values = values(of: moment) else { return value }
    return values.firstIndex { Int($0) == value }
  }

  /// Adds numbers to a site; equal sites of a moment are one.
  mutating func add(_ site: ProfileSite, moment: Int, _ values: ArraySlice<Int64>) {
    if width == nil, self.values(of: moment) == nil { width = values.count }
    guard values.count == count(ofValuesOf: moment), moment < 1 << 24 else {
      impossible += 1
      return
    }
    use(moment: moment)
    let number = number(of: site)
    if rowTables[Int(number)] != Int32(moment) {
      rowTables[Int(number)] = Int32(moment)
      rows[Int(number)] = Int32(tables[moment].sites.count)
      tables[moment].sites.append(number)
      tables[moment].values += values.map { _ in 0 }
    }
    let row = Int(rows[Int(number)]) * values.count
    for (column, value) in values.enumerated() { add(value, moment, row + column, column) }
  }

  private mutating func add(_ value: Int64, _ moment: Int, _ place: Int, _ column: Int) {
    let room = Self.limit - tables[moment].magnitudes[column]
    let added = max(-room, min(room, value))
    if added != value { impossible += 1 }
    tables[moment].values[place] += added
    tables[moment].magnitudes[column] += abs(added)
  }

  private mutating func number(of site: ProfileSite) -> UInt32 {
    if let known = numbers[site] { return known }
    let number = UInt32(sites.count)
    numbers[site] = number
    sites.append(site)
    rows.append(0)
    rowTables.append(-1)
    return number
  }

  /// Makes the table of a moment the one in use; moments usually come one after the other.
  private mutating func use(moment: Int) {
    guard moment != current else { return }
    current = moment
    while tables.count <= moment {
      var table = Table()
      table.magnitudes = Array(repeating: 0, count: count(ofValuesOf: tables.count) ?? 0)
      tables.append(table)
    }
    while moments.count <= moment { moments.append(ProfileMoment()) }
    for (row, site) in tables[moment].sites.enumerated() {
      rows[Int(site)] = Int32(row)
      rowTables[Int(site)] = Int32(moment)
    }
  }

  // MARK: Writing

  /// Writes moments, sites and totals.
  func write(
    texts: borrowing ProfileTexts, profile: inout StoredProfile, to writer: CaptureWriter
  ) throws(StoreError) -> (types: Int, threads: Int) {
    // Numbers of nothing are still numbers of one moment.
    let moments =
      moments.isEmpty && !profile.values.isEmpty ? [ProfileMoment()] : self.moments
    profile.moments = Int64(moments.count)
    profile.stacks = Int64(stackCount)
    try writer.write(.momentTime, moments.map { $0.time ?? StoredProfile.unknownTime })
    try writer.write(.momentLine, moments.map { Int64(clamping: $0.line) })
    if moments.contains(where: { !$0.label.isEmpty }) {
      try writer.write(.momentLabel, texts: moments.map(\.label))
    }
    if moments.contains(where: { $0.values != nil }) {
      try writer.write(.momentValues, moments.map { Self.mask($0, profile) })
    }
    if moments.contains(where: \.isPartial) {
      try writer.write(.momentPartial, moments.map { Int64($0.isPartial ? 1 : 0) })
    }
    let names = try writeSites(texts: texts, to: writer)
    for (moment, table) in tables.enumerated() {
      try write(table, moment, width: profile.values.count, to: writer)
    }
    return names
  }

  private static func mask(_ moment: ProfileMoment, _ profile: StoredProfile) -> Int64 {
    let values = moment.values ?? profile.values.indices.map { UInt8(truncatingIfNeeded: $0) }
    return values.reduce(0) { $0 | 1 &<< Int64($1) }
  }

  private func write(
    _ table: Table, _ moment: Int, width: Int, to writer: CaptureWriter
  ) throws(StoreError) {
    try writer.write(.sampleSite, segment: moment, table.sites)
    let count = table.magnitudes.count
    for column in 0..<count {
      let values = stride(from: column, to: table.values.count, by: count).map { table.values[$0] }
      let value = self.values(of: moment).map { Int($0[column]) } ?? column
      try writer.write(.sampleValue, segment: moment * max(width, 1) + value, values)
    }
  }

  private func writeSites(
    texts: borrowing ProfileTexts, to writer: CaptureWriter
  ) throws(StoreError) -> (types: Int, threads: Int) {
    try writer.write(.siteStack, sites.map(\.stack))
    try writer.write(.siteAllocator, sites.map { _ in UInt8(0) })
    try writer.write(.siteFirstRow, sites.indices.map { UInt32($0) })
    try writer.write(.siteHidden, sites.map { _ in UInt8(0) })
    var types = DistinctTexts()
    if sites.contains(where: { $0.type != nil }) {
      var numbers: [UInt32] = []
      for site in sites { numbers.append(site.type.map { types.number(of: $0, texts) + 1 } ?? 0) }
      try writer.write(.siteType, numbers)
      try texts.write(types.identities, as: .typeName, to: writer)
    }
    var threads = DistinctTexts()
    var threadNumbers: [UInt32] = []
    for site in sites {
      threadNumbers.append(site.thread.map { threads.number(of: $0, texts) } ?? .max)
    }
    try writer.write(.siteThread, threadNumbers)
    try texts.write(threads.identities, as: .threadName, to: writer)
    if sites.contains(where: { $0.domain != nil }) {
      try writer.write(.siteDomain, sites.map { $0.domain.map { UInt64($0) + 1 } ?? 0 })
    }
    if sites.contains(where: { $0.process != nil }) {
      try writer.write(.siteProcess, sites.map { $0.process.map { $0 &+ 1 } ?? 0 })
    }
    try labels.write(sites.map(\.labels), to: writer)
    return (types.identities.count, threads.identities.count)
  }

  /// Number of different stacks of the sites.
  var stackCount: Int { Set(sites.map(\.stack)).count }

  /// The totals of the main population that a listing of captures shows.
  func summarize(_ profile: StoredProfile, in info: inout CaptureInfo) {
    guard let population = profile.values.mainPopulation else { return }
    let size = profile.index(population: population, measure: .size)
    let count = profile.index(population: population, measure: .count)
    func sum(_ moment: Int, _ value: Int?) -> Int64? {
      let width = tables[moment].magnitudes.count
      guard let column = column(value, of: moment), width > column else { return nil }
      let values = tables[moment].values
      return stride(from: column, to: values.count, by: width).reduce(0) { $0 + values[$1] }
    }
    func last(_ value: Int?) -> Int64 {
      tables.indices.reversed().lazy.compactMap { sum($0, value) }.first ?? 0
    }
    info.events = last(count)
    info.endBytes = last(size)
    info.peakBytes = tables.indices.compactMap { sum($0, size) }.max() ?? 0
    if let allocated = profile.index(population: .allocated, measure: .size) {
      info.bytesAllocated = last(allocated)
    }
  }
}
