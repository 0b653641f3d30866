import SQLite

/// The catalog: which captures there are, each row sealed, and how many rows there must be.
///
/// A row's seal is a digest of its number, its fields and its manifest's checksum; the `catalog`
/// table holds the number of rows and the sum of their seals. A flipped bit in either, and a row
/// that is gone, are errors and no other list of captures.
extension Store {
  /// Schema from which on captures are sealed.
  static let firstSealedVersion: Int64 = 3

  /// A row of `captures` as it stands in the file.
  struct CatalogRow: Equatable {
    var info: CaptureInfo
    /// Checksum of the manifest; 0 in older stores.
    var manifest: Int64
    /// Seal as stored; 0 in older stores.
    var seal: Int64
    /// Whether every word is one that this memq knows.
    var hasKnownWords = true
    /// Whether the fields have the digest that the seal says.
    var isSealed: Bool { Store.seal(of: info, manifest: manifest) == seal }
  }

  /// Every capture, in import order.
  ///
  /// - Throws: `damaged` when a row or the list itself is not as it was written.
  package func captures() throws(StoreError) -> [CaptureInfo] {
    let version = try schemaVersion()
    guard version > 0 else { return [] }
    let rows = try catalogRows(suffix: "ORDER BY id", hash: nil, version)
    for row in rows { try refuseUnlessWhole(row, version) }
    guard version >= Self.firstSealedVersion else {
      try refuseUnlessConsistent(rows)
      return rows.map(\.info)
    }
    let sums = try catalogSums()
    guard sums.count == rows.count, sums.digest == Self.sum(rows.map(\.seal)) else {
      throw damage("its list of captures")
    }
    return rows.map(\.info)
  }

  /// The capture with this content hash, if it was imported before.
  package func capture(hash: String) throws(StoreError) -> CaptureInfo? {
    let version = try schemaVersion()
    guard version > 0 else { return nil }
    let row = try catalogRows(suffix: "WHERE hash = ?", hash: hash, version).first
    if let row { try refuseUnlessWhole(row, version) }
    return row?.info
  }

  private func refuseUnlessWhole(_ row: CatalogRow, _ version: Int64) throws(StoreError) {
    guard isWhole(row, version) else {
      throw damage("the entry of capture #\(row.info.id)")
    }
  }

  /// Whether a row can be what an import wrote.
  func isWhole(_ row: CatalogRow, _ version: Int64) -> Bool {
    row.hasKnownWords && row.info.hasPossibleCounts
      && (version < Self.firstSealedVersion || row.isSealed)
  }

  /// Rows of `captures` as they stand, whole or not.
  func catalogRows(
    suffix: String, hash: String?, _ version: Int64
  ) throws(StoreError) -> [CatalogRow] {
    let isSealed = version >= Self.firstSealedVersion
    do throws(SQLiteError) {
      let names = CaptureField.all.map(\.name).joined(separator: ", ")
      let seals = isSealed ? "manifest, seal" : "0, 0"
      let statement = try connection.prepare(
        "SELECT id, \(seals), \(names) FROM captures \(suffix)")
      if let hash { try statement.bind(1, hash) }
      var rows: [CatalogRow] = []
      while try statement.step() {
        var row = CatalogRow(
          info: CaptureInfo(), manifest: statement.integer(1), seal: statement.integer(2))
        row.info.id = statement.integer(0)
        if isSealed { row.info.manifest = row.manifest }
        for (index, field) in CaptureField.all.enumerated() {
          let column = Int32(index + 3)
          switch field.place {
          case .integer(let path): row.info[keyPath: path] = statement.integer(column)
          case .text(let path): row.info[keyPath: path] = statement.text(column) ?? ""
          case .word(_, let set):
            if !set(&row.info, statement.text(column) ?? "") { row.hasKnownWords = false }
          }
        }
        rows.append(row)
      }
      return rows
    } catch { throw wrap(error) }
  }

  func catalogSums() throws(StoreError) -> (count: Int, digest: Int64) {
    do throws(SQLiteError) {
      let statement = try connection.prepare("SELECT captures, digest FROM catalog WHERE id = 1")
      guard try statement.step() else { return (-1, 0) }
      return (Int(statement.integer(0)), statement.integer(1))
    } catch { throw wrap(error) }
  }

  static func sum(_ seals: [Int64]) -> Int64 { seals.reduce(0, &+) }

  /// The seal of a row.
  static func seal(of info: CaptureInfo, manifest: Int64) -> Int64 {
    var input = DigestInput()
    input.add(info.id)
    input.add(manifest)
    for field in CaptureField.all {
      switch field.place {
      case .integer(let path): input.add(info[keyPath: path])
      case .text(let path): input.add(info[keyPath: path])
      case .word(let get, _): input.add(get(info))
      }
    }
    return Int64(bitPattern: input.digest)
  }

  // MARK: Writing; inside the caller's transaction

  /// Writes a capture's row, new or changed, with its seal, and the sums.
  func writeRow(_ info: CaptureInfo, isNew: Bool) throws(StoreError) {
    let fields = CaptureField.all
    let manifest = info.manifest ?? 0
    let columns = ["manifest", "seal"] + fields.map(\.name)
    let sql =
      isNew
      ? "INSERT INTO captures(\(columns.joined(separator: ", ")), id) VALUES("
        + columns.map { _ in "?, " }.joined() + "?)"
      : "UPDATE captures SET " + columns.map { "\($0) = ?" }.joined(separator: ", ")
        + " WHERE id = ?"
    do throws(SQLiteError) {
      let statement = try connection.prepare(sql)
      try statement.bind(1, manifest)
      try statement.bind(2, Self.seal(of: info, manifest: manifest))
      for (index, field) in fields.enumerated() {
        switch field.place {
        case .integer(let path): try statement.bind(Int32(index + 3), info[keyPath: path])
        case .text(let path): try statement.bind(Int32(index + 3), info[keyPath: path])
        case .word(let get, _): try statement.bind(Int32(index + 3), get(info))
        }
      }
      try statement.bind(Int32(fields.count + 3), info.id)
      try statement.run()
    } catch { throw wrap(error) }
    try writeSums()
  }

  /// Makes the sums those of the rows that are there.
  func writeSums() throws(StoreError) {
    do throws(SQLiteError) {
      var seals: [Int64] = []
      let statement = try connection.prepare("SELECT seal FROM captures")
      while try statement.step() { seals.append(statement.integer(0)) }
      let update = try connection.prepare(
        "INSERT OR REPLACE INTO catalog(id, captures, digest) VALUES(1, ?, ?)")
      try update.bind(1, Int64(seals.count))
      try update.bind(2, Self.sum(seals))
      try update.run()
    } catch { throw wrap(error) }
  }

  /// Seals captures that an older schema left without: their columns are taken as they are.
  func sealAll() throws(StoreError) {
    let version = try schemaVersion()
    var rows = try catalogRows(suffix: "ORDER BY id", hash: nil, version)
    // There is no list of columns yet that they could be held to.
    for index in rows.indices { rows[index].info.manifest = nil }
    // What is sealed damaged would pass for whole.
    try refuseUnlessConsistent(rows)
    for var row in rows {
      try writeManifest(try listedColumns(of: row.info.id), of: &row.info)
      try writeRow(row.info, isNew: false)
    }
    try writeSums()
  }

  // MARK: Manifests

  /// The manifest of a capture; nil in older stores.
  ///
  /// - Throws: `damaged` when it is not as it was written.
  func manifest(of info: CaptureInfo) throws(StoreError) -> ColumnManifest? {
    guard info.manifest != nil else { return nil }
    // As the store lists it now: marks may have been added since the description was read.
    let version = Self.firstSealedVersion
    let row = try catalogRows(suffix: "WHERE id = \(info.id)", hash: nil, version).first
    guard let row, isWhole(row, version) else {
      throw damage("the entry of capture #\(info.id)")
    }
    return try manifest(checksum: row.manifest, of: info)
  }

  private func manifest(
    checksum: Int64, of info: CaptureInfo
  ) throws(StoreError) -> ColumnManifest {
    let data: [UInt8]?
    do throws(SQLiteError) {
      let statement = try connection.prepare(
        "SELECT data FROM columns WHERE capture = ? AND name = ? AND segment = 0")
      try statement.bind(1, info.id)
      try statement.bind(2, ColumnManifest.columnName)
      data = try statement.step() ? statement.bytes(0) : nil
    } catch { throw wrap(error) }
    guard let data, Int64(bitPattern: Checksum.of(data)) == checksum,
      let manifest = ColumnManifest(decoding: data)
    else { throw damage("\(info.name)'s list of columns") }
    return manifest
  }

  /// Writes a capture's manifest; its checksum goes into the description, not yet into its row.
  func writeManifest(
    _ manifest: ColumnManifest, of info: inout CaptureInfo
  ) throws(StoreError) {
    let data = manifest.encoded()
    let checksum = Int64(bitPattern: Checksum.of(data))
    do throws(SQLiteError) {
      let statement = try connection.prepare(
        """
        INSERT OR REPLACE INTO columns(capture, name, segment, rows, checksum, data) \
        VALUES(?, ?, 0, ?, ?, ?)
        """)
      try statement.bind(1, info.id)
      try statement.bind(2, ColumnManifest.columnName)
      try statement.bind(3, Int64(manifest.count))
      try statement.bind(4, checksum)
      try statement.bind(5, bytes: data)
      try statement.run()
    } catch { throw wrap(error) }
    info.manifest = checksum
  }

  /// The columns and anomalies that a capture has in the tables, whatever its manifest says.
  func listedColumns(of capture: Int64) throws(StoreError) -> ColumnManifest {
    var manifest = ColumnManifest()
    do throws(SQLiteError) {
      let statement = try connection.prepare(
        "SELECT name, segment, rows, checksum FROM columns WHERE capture = ? AND name <> ?")
      try statement.bind(1, capture)
      try statement.bind(2, ColumnManifest.columnName)
      while try statement.step() {
        manifest.note(
          statement.text(0) ?? "",
          ColumnManifest.Entry(
            segment: Int(statement.integer(1)), rows: Int(statement.integer(2)),
            checksum: UInt64(bitPattern: statement.integer(3))))
      }
    } catch { throw wrap(error) }
    manifest.quality = QualityRecord.digest(of: try listedQuality(of: capture))
    return manifest
  }

  /// Anomalies met when a capture was imported.
  ///
  /// - Throws: `damaged` when they are not as they were written.
  package func quality(of capture: Int64) throws(StoreError) -> [QualityRecord] {
    let records = try listedQuality(of: capture)
    let row = try catalogRows(suffix: "WHERE id = \(capture)", hash: nil, try schemaVersion()).first
    if let info = row?.info, let manifest = try manifest(of: info),
      manifest.quality != QualityRecord.digest(of: records)
    {
      throw damage("\(info.name)'s list of anomalies")
    }
    return records
  }

  func listedQuality(of capture: Int64) throws(StoreError) -> [QualityRecord] {
    do {
      let statement = try connection.prepare(
        "SELECT kind, severity, count, detail FROM quality WHERE capture = ? ORDER BY rowid")
      try statement.bind(1, capture)
      var records: [QualityRecord] = []
      while try statement.step() {
        records.append(
          QualityRecord(
            kind: statement.text(0) ?? "",
            severity: Severity(rawValue: statement.text(1) ?? "") ?? .warning,
            count: statement.integer(2), detail: statement.text(3) ?? ""))
      }
      return records
    } catch { throw wrap(error) }
  }
}
