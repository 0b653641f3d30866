import SQLite

/// Removing captures, and giving their space back without needing space for it.
extension Store {
  /// What became of the space of removed captures.
  package enum FreedSpace: Sendable, Equatable {
    /// The file shrank by so many bytes.
    case givenBack(bytes: Int64)
    /// So many bytes of the file are free for the next imports; it keeps its size, for want of
    /// room on the disk or because somebody stopped it.
    case kept(bytes: Int64, isDiskFull: Bool)
  }

  /// Pages given back in one transaction: what changes meanwhile fits into a small journal.
  private static let pagesPerStep = 64
  /// Columns deleted in one transaction.
  private static let columnsPerStep = 32

  /// Forgets captures, all in one transaction, and gives their space back in small steps.
  ///
  /// When the capture rows are gone the captures are: columns without a capture that a killed
  /// process left are taken along by the next removal. On a full disk the journal is kept in
  /// memory, for as long as one small step takes.
  ///
  /// - Parameter captures: their numbers; those that there are not change nothing.
  /// - Returns: what became of the space.
  /// - Throws: the store's errors; nothing is removed then, or everything and the space stays.
  package func removeCaptures(_ captures: [Int64]) throws(StoreError) -> FreedSpace {
    guard try schemaVersion() > 0 else { return .givenBack(bytes: 0) }
    let before = try pragma("page_count")
    let list = captures.map(String.init).joined(separator: ", ")
    try step { () throws(StoreError) in
      try migrate()
      try run("DELETE FROM captures WHERE id IN (\(list))")
      try writeSums()
    }
    var isDiskFull = false
    do throws(StoreError) {
      try sweep()
      try shrink()
    } catch .diskFull(_) {
      // Gone they are; only their space could not be given back.
      isDiskFull = true
    } catch .interrupted {}
    let size = try pragma("page_size")
    let unused = try pragma("freelist_count")
    if unused > 0 { return .kept(bytes: unused * size, isDiskFull: isDiskFull) }
    return .givenBack(bytes: (before - (try pragma("page_count"))) * size)
  }

  /// Runs a small transaction; where the disk has no room for its journal, with one in memory.
  private func step(_ body: () throws(StoreError) -> Void) throws(StoreError) {
    do throws(StoreError) {
      try connection.transaction(wrapping: wrap, body)
    } catch .diskFull(_) {
      let usual = (try? connection.journal) ?? "delete"
      // It stays a log while somebody else has the store open.
      guard (try? connection.setJournal("memory")) == "memory" else {
        throw .diskFull(path: path)
      }
      defer { _ = try? connection.setJournal(usual) }
      try connection.transaction(wrapping: wrap, body)
    }
  }

  private func run(_ sql: String) throws(StoreError) {
    do throws(SQLiteError) { try connection.execute(sql) } catch { throw wrap(error) }
  }

  /// Deletes what belongs to no capture, a few columns at a time.
  private func sweep() throws(StoreError) {
    let orphans = "capture NOT IN (SELECT id FROM captures)"
    try step { () throws(StoreError) in try run("DELETE FROM quality WHERE \(orphans)") }
    while let capture = try integer("SELECT capture FROM columns WHERE \(orphans) LIMIT 1") {
      repeat {
        try step { () throws(StoreError) in
          try run(
            """
            DELETE FROM columns WHERE rowid IN \
            (SELECT rowid FROM columns WHERE capture = \(capture) LIMIT \(Self.columnsPerStep))
            """)
        }
        // Room for the next step, should the disk be full.
        if try pragma("auto_vacuum") != 0 { try giveBack() }
      } while try integer("SELECT 1 FROM columns WHERE capture = \(capture) LIMIT 1") != nil
    }
  }

  private func integer(_ sql: String) throws(StoreError) -> Int64? {
    do throws(SQLiteError) { return try connection.integer(sql) } catch { throw wrap(error) }
  }

  /// Gives free pages at the end of the file back, a few at a time.
  private func giveBack() throws(StoreError) {
    var left = try pragma("freelist_count")
    while left > 0 {
      try step { () throws(StoreError) in
        try run("PRAGMA incremental_vacuum(\(Self.pagesPerStep))")
      }
      let now = try pragma("freelist_count")
      guard now < left else { return }
      left = now
    }
  }

  /// Makes the file as small as it can be.
  private func shrink() throws(StoreError) {
    if try pragma("auto_vacuum") != 0 { return try giveBack() }
    // A store of an older memq: it is written anew once, so that the next time needs no copy.
    try run("PRAGMA auto_vacuum = INCREMENTAL")
    try run("VACUUM")
  }
}
