import SQLite

/// What of a store is as it was written.
package struct StoreCheck: Sendable, Equatable {
  /// A capture and what is damaged of it; nothing when it is whole.
  package struct Capture: Sendable, Equatable {
    /// Its number.
    package var id: Int64
    /// Its name as far as it can be read.
    package var name: String
    /// The places that are damaged, such as `segments.death segment 12`.
    package var damage: [String]
    /// Bytes of its columns that were read.
    package var bytes: Int64
  }

  /// Every capture that the file lists.
  package var captures: [Capture] = []
  /// Damage that belongs to no capture: of the list itself, or of the database's pages.
  package var damage: [String] = []
  /// Columns that were read.
  package var columns = 0

  /// Whether all is as it was written.
  package var isWhole: Bool { damage.isEmpty && captures.allSatisfy(\.damage.isEmpty) }
}

extension Store {
  /// Reads everything there is and compares it with what was written.
  ///
  /// - Parameter progress: told of captures read and of all there are.
  /// - Returns: what is damaged; captures of older stores are held to the checksums they have.
  /// - Throws: `busy` and the like; damage is no error here.
  package func check(
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws(StoreError) -> StoreCheck {
    var check = StoreCheck()
    let version = try schemaVersion()
    guard version > 0 else { return check }
    check.damage += try pageDamage()
    var rows: [CatalogRow] = []
    do throws(StoreError) {
      rows = try catalogRows(suffix: "ORDER BY id", hash: nil, version)
      if version >= Self.firstSealedVersion {
        let sums = try catalogSums()
        if sums.count != rows.count || sums.digest != Self.sum(rows.map(\.seal)) {
          check.damage.append("the list of captures is not as it was written")
        }
      } else {
        try refuseUnlessConsistent(rows)
      }
    } catch .damaged(_, let place) {
      check.damage.append(place)
      if rows.isEmpty { rows = rowsOneByOne(version) }
    }
    for (index, row) in rows.enumerated() {
      progress(index, rows.count)
      check.captures.append(try self.check(row, version, &check.columns))
    }
    return check
  }

  /// The rows of the list that can be read, where it cannot be read as a whole.
  private func rowsOneByOne(_ version: Int64) -> [CatalogRow] {
    let last =
      (try? connection.integer("SELECT seq FROM sqlite_sequence WHERE name = 'captures'")) ?? 0
    guard last > 0, last < 1 << 20 else { return [] }
    return (1...last).compactMap { number in
      try? catalogRows(suffix: "WHERE id = \(number)", hash: nil, version).first
    }
  }

  /// What libsqlite3 says of the pages; nothing when they are in order.
  private func pageDamage() throws(StoreError) -> [String] {
    var found: [String] = []
    do throws(SQLiteError) {
      let statement = try connection.prepare("PRAGMA integrity_check(20)")
      while try statement.step() {
        for line in (statement.text(0) ?? "").split(separator: "\n") where line != "ok" {
          found.append(String(line))
        }
      }
    } catch {
      if error.isBusy { throw wrap(error) }
      found.append(error.message)
    }
    return found
  }

  private func check(
    _ row: CatalogRow, _ version: Int64, _ columnCount: inout Int
  ) throws(StoreError) -> StoreCheck.Capture {
    var capture = StoreCheck.Capture(id: row.info.id, name: row.info.name, damage: [], bytes: 0)
    if !isWhole(row, version) {
      capture.damage.append("its entry in the list of captures")
    }
    do throws(StoreError) {
      if version < Self.firstSealedVersion {
        if try !indexAgrees(on: row.info.id) { capture.damage.append("the index of its columns") }
        if let place = try contradiction(in: row.info) { capture.damage.append(place) }
      }
      let manifest = try manifest(of: row.info)
      let listed = try listedColumns(of: row.info.id)
      if let manifest {
        if manifest.quality != listed.quality { capture.damage.append("its list of anomalies") }
        for (name, entry) in listed.all
        where manifest.entry(name, segment: entry.segment) == nil {
          capture.damage.append("\(name) segment \(entry.segment), which was not written")
        }
      }
      for (name, entry) in (manifest ?? listed).all {
        columnCount += 1
        if let bytes = try wholeBytes(of: row.info.id, name, entry) {
          capture.bytes += Int64(bytes)
        } else {
          capture.damage.append("\(name) segment \(entry.segment)")
        }
      }
    } catch .damaged(_, let place) {
      capture.damage.append(place)
    }
    return capture
  }

  /// Length of a column that is as its entry says; nil when it is not.
  private func wholeBytes(
    of capture: Int64, _ name: String, _ entry: ColumnManifest.Entry
  ) throws(StoreError) -> Int? {
    do throws(SQLiteError) {
      let statement = try connection.prepare(
        "SELECT rows, checksum, data FROM columns WHERE capture = ? AND name = ? AND segment = ?")
      try statement.bind(1, capture)
      try statement.bind(2, name)
      try statement.bind(3, Int64(entry.segment))
      guard try statement.step(), Int(statement.integer(0)) == entry.rows,
        UInt64(bitPattern: statement.integer(1)) == entry.checksum
      else { return nil }
      let data = statement.bytes(2)
      return Checksum.of(data) == entry.checksum ? data.count : nil
    } catch {
      if error.isBusy { throw wrap(error) }
      return nil
    }
  }

  /// Writes the captures that are whole into a new store.
  ///
  /// - Parameters:
  ///   - check: what `check` found in this store.
  ///   - path: where; nothing may be there.
  /// - Throws: `diskFull` and the like; the new file may be left half-written then.
  package func copyWhole(_ check: StoreCheck, to path: String) throws(StoreError) {
    let target = try Store(path: path, mode: .write)
    let version = try schemaVersion()
    let whole = Set(check.captures.filter(\.damage.isEmpty).map(\.id))
    var rows: [CatalogRow] = []
    for number in whole.sorted() {
      rows += try catalogRows(suffix: "WHERE id = \(number)", hash: nil, version)
    }
    try target.connection.transaction(wrapping: target.wrap) { () throws(StoreError) in
      try target.migrate()
      for row in rows {
        var info = row.info
        try target.take(columnsOf: self, capture: info.id, as: &info)
        try target.writeRow(info, isNew: true)
      }
    }
  }
}
