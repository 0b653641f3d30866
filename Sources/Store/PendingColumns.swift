import SQLite

/// Columns of a growing capture that were written since it was last published.
///
/// A few of them wait in memory, the others in a file aside that has no name and goes with the process:
/// a publication may write much of a capture anew, and is to take no memory for it. Used by one thread
/// at a time, like its store.
final class PendingColumns {
  /// Where a column stands.
  struct Place: Hashable {
    var name: String
    var segment: Int
  }

  /// A column's bytes as they are to be stored.
  struct Column: Equatable {
    var rows: Int
    var checksum: UInt64
    var data: [UInt8]
  }

  /// What was written at a place.
  private enum Content {
    /// What stands there in the store is to go.
    case erased
    case held(Column)
    case aside(byteCount: Int)
  }

  private let store: Store
  private let heldLimit: Int
  private var contents: [Place: Content] = [:]
  private var heldBytes = 0
  private var aside: Store?
  private var insert: Statement?
  private var select: Statement?
  /// Number of the only capture of a store aside.
  private static let numberAside: Int64 = 0

  /// Bytes of what was written, wherever they wait.
  private(set) var byteCount = 0

  /// Nothing yet.
  ///
  /// - Parameters:
  ///   - store: what the columns are for; the file aside is made beside it.
  ///   - heldLimit: so many bytes are held in memory at most.
  init(of store: Store, heldLimit: Int) {
    self.store = store
    self.heldLimit = heldLimit
  }

  /// The places written, in the order in which other imports write them.
  var places: [Place] { contents.keys.sorted { ($0.segment, $0.name) < ($1.segment, $1.name) } }

  /// Whether something was written, or erased, at the first place of a name.
  func hasWritten(_ name: StoredColumn) -> Bool {
    contents[Place(name: name.rawValue, segment: 0)] != nil
  }

  /// What stands at a place: nil when nothing was written or erased there, nil inside when it was
  /// erased.
  func column(_ name: StoredColumn, segment: Int) throws(StoreError) -> Column?? {
    try column(at: Place(name: name.rawValue, segment: segment))
  }

  /// What stands at a place, as above.
  func column(at place: Place) throws(StoreError) -> Column?? {
    switch contents[place] {
    case nil: nil
    case .erased: .some(nil)
    case .held(let column): column
    case .aside: try read(place)
    }
  }

  /// Writes a column; nil to take away what stands in the store.
  ///
  /// - Throws: `diskFull` or `database`, when the file aside cannot be written.
  func write(_ name: StoredColumn, segment: Int, _ column: Column?) throws(StoreError) {
    let place = Place(name: name.rawValue, segment: segment)
    forget(place)
    guard let column else {
      contents[place] = .erased
      return
    }
    contents[place] = .held(column)
    heldBytes += column.data.count
    byteCount += column.data.count
    if heldBytes > heldLimit { try putAside() }
  }

  private func forget(_ place: Place) {
    switch contents[place] {
    case nil, .erased: break
    case .held(let column):
      heldBytes -= column.data.count
      byteCount -= column.data.count
    case .aside(let count): byteCount -= count
    }
  }

  /// Forgets everything: it was published.
  func removeAll() {
    contents.removeAll(keepingCapacity: true)
    heldBytes = 0
    byteCount = 0
    // Its pages are used again. A file that cannot be emptied is only longer than it need be.
    try? aside?.connection.execute("DELETE FROM columns")
  }

  // MARK: Aside

  private func putAside() throws(StoreError) {
    let insert = try inserting()
    do throws(SQLiteError) {
      try insert.bind(1, Self.numberAside)
      for (place, content) in contents {
        guard case .held(let column) = content else { continue }
        try insert.bind(2, place.name)
        try insert.bind(3, Int64(place.segment))
        try insert.bind(4, Int64(column.rows))
        try insert.bind(5, Int64(bitPattern: column.checksum))
        try insert.bind(6, bytes: column.data)
        try insert.run()
        contents[place] = .aside(byteCount: column.data.count)
        heldBytes -= column.data.count
      }
    } catch { throw store.wrap(error) }
  }

  private func inserting() throws(StoreError) -> Statement {
    if let insert { return insert }
    let statement = try prepared(
      """
      INSERT OR REPLACE INTO columns(capture, name, segment, rows, checksum, data) \
      VALUES(?, ?, ?, ?, ?, ?)
      """)
    insert = statement
    return statement
  }

  private func selecting() throws(StoreError) -> Statement {
    if let select { return select }
    let statement = try prepared(
      "SELECT rows, checksum, data FROM columns WHERE capture = ? AND name = ? AND segment = ?")
    select = statement
    return statement
  }

  private func prepared(_ sql: String) throws(StoreError) -> Statement {
    let file = if let aside { aside } else { try Store(asideOf: store) }
    aside = file
    do throws(SQLiteError) { return try file.connection.prepare(sql) } catch {
      throw store.wrap(error)
    }
  }

  private func read(_ place: Place) throws(StoreError) -> Column {
    let statement = try selecting()
    do throws(SQLiteError) {
      defer { statement.reset() }
      try statement.bind(1, Self.numberAside)
      try statement.bind(2, place.name)
      try statement.bind(3, Int64(place.segment))
      if try statement.step() {
        return Column(
          rows: Int(statement.integer(0)), checksum: UInt64(bitPattern: statement.integer(1)),
          data: statement.bytes(2))
      }
    } catch { throw store.wrap(error) }
    throw store.damage("\(place.name) segment \(place.segment), before it was published")
  }
}
