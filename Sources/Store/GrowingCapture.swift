import SQLite

/// A capture that is in the store while it is recorded.
///
/// What `writer` writes is kept aside until `publish` puts it into the store in one
/// transaction, so that other connections see one consistent state after the other, and a process
/// that is killed leaves the last. Used by one thread at a time, like its store.
package final class GrowingCapture {
  private let store: Store
  /// Writes its columns; nobody sees them before they are published.
  package let writer: CaptureWriter
  /// The capture as it was last published.
  package private(set) var info: CaptureInfo
  private let pending: PendingColumns
  private var manifest = ColumnManifest()

  /// Bytes that wait to be published.
  package var pendingBytes: Int { pending.byteCount }

  /// Puts an empty capture into the store.
  ///
  /// - Parameters:
  ///   - store: open for writing.
  ///   - info: its description; a number is added to its name when that is taken.
  ///   - isNameGiven: whether a taken name is an error.
  ///   - heldBytes: bytes that wait in memory at most; the others wait in a file aside.
  /// - Throws: the store's errors; `nameTaken`.
  package init(
    in store: Store, _ info: CaptureInfo, isNameGiven: Bool, heldBytes: Int
  ) throws(StoreError) {
    self.store = store
    pending = PendingColumns(of: store, heldLimit: heldBytes)
    var first = info
    var manifest = ColumnManifest()
    manifest.quality = QualityRecord.digest(of: [])
    try store.prepareLog()
    try store.changing { () throws(StoreError) in
      try store.migrate()
      first.name = try store.freeName(info.name, isGiven: isNameGiven)
      first.id = try store.nextCaptureNumber()
      try store.writeManifest(manifest, of: &first)
      try store.writeRow(first, isNew: true)
    }
    self.info = first
    self.manifest = manifest
    writer = try CaptureWriter(store: store, capture: first.id, pending: pending)
  }

  /// Publishes what was written since the last time, all in one transaction.
  ///
  /// What other processes changed meanwhile stays: the capture's name and its marks.
  ///
  /// - Parameters:
  ///   - info: the description; number and name are those of the store.
  ///   - quality: all anomalies.
  /// - Throws: the store's errors, and what was written waits for the next time;
  ///   `unknownCapture` when somebody removed it.
  package func publish(
    _ info: CaptureInfo, quality: [QualityRecord]
  ) throws(StoreError) {
    var changed = info
    var manifest = manifest
    changed.id = self.info.id
    let writesMarks = pending.hasWritten(.markState)
    try store.changing { () throws(StoreError) in
      guard let current = try store.captures().first(where: { $0.id == changed.id }) else {
        throw .unknownCapture(name: self.info.name, known: try store.captures().map(\.name))
      }
      changed.name = current.name
      if current.manifest != self.info.manifest, !writesMarks {
        try Self.takeMarks(of: current, in: store, into: &manifest)
      }
      try storePending(noting: &manifest)
      try replaceQuality(quality)
      manifest.quality = QualityRecord.digest(of: quality)
      try store.writeManifest(manifest, of: &changed)
      try store.writeRow(changed, isNew: false)
    }
    self.info = changed
    self.manifest = manifest
    pending.removeAll()
  }

  /// Whether another capture has this content.
  package func isKnown(hash: String) throws(StoreError) -> Bool {
    guard let known = try store.capture(hash: hash) else { return false }
    return known.id != info.id
  }

  /// Adds what pages over time need; the capture is whole without it.
  package func addTimes() throws(StoreError) { try store.addTimes(to: info) }

  private static func takeMarks(
    of current: CaptureInfo, in store: Store, into manifest: inout ColumnManifest
  ) throws(StoreError) {
    let written = try store.listedColumns(of: current.id)
    for column in [StoredColumn.markState, .markMilliseconds, .markName] {
      manifest.forget(column.rawValue)
      for (name, entry) in written.all where name == column.rawValue { manifest.note(name, entry) }
    }
  }

  private func storePending(noting manifest: inout ColumnManifest) throws(StoreError) {
    let insert = try prepared(
      """
      INSERT OR REPLACE INTO columns(capture, name, segment, rows, checksum, data) \
      VALUES(?, ?, ?, ?, ?, ?)
      """)
    let delete = try prepared(
      "DELETE FROM columns WHERE capture = ? AND name = ? AND segment = ?")
    for place in pending.places {
      guard let column = try pending.column(at: place) ?? nil else {
        guard manifest.entry(place.name, segment: place.segment) != nil else { continue }
        try run(delete, at: place)
        manifest.forget(place.name, segment: place.segment)
        continue
      }
      try run(insert, at: place, column)
      manifest.note(
        place.name,
        ColumnManifest.Entry(segment: place.segment, rows: column.rows, checksum: column.checksum))
    }
  }

  private func prepared(_ sql: String) throws(StoreError) -> Statement {
    do throws(SQLiteError) { return try store.connection.prepare(sql) } catch {
      throw store.wrap(error)
    }
  }

  private func run(
    _ statement: Statement, at place: PendingColumns.Place, _ column: PendingColumns.Column? = nil
  ) throws(StoreError) {
    do throws(SQLiteError) {
      try statement.bind(1, info.id)
      try statement.bind(2, place.name)
      try statement.bind(3, Int64(place.segment))
      if let column {
        try statement.bind(4, Int64(column.rows))
        try statement.bind(5, Int64(bitPattern: column.checksum))
        try statement.bind(6, bytes: column.data)
      }
      try statement.run()
    } catch { throw store.wrap(error) }
  }

  private func replaceQuality(_ quality: [QualityRecord]) throws(StoreError) {
    do throws(SQLiteError) {
      try store.connection.execute("DELETE FROM quality WHERE capture = \(info.id)")
    } catch { throw store.wrap(error) }
    for record in quality { try writer.write(record) }
  }
}
