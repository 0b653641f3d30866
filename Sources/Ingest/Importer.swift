package import CaptureModel
import Interruption
package import Store
import Symbols

/// What an import did.
package struct ImportReport: Sendable {
  /// The capture as the store lists it.
  package var info: CaptureInfo
  /// Whether the same content was there already and nothing was done.
  package var wasKnown: Bool
  /// Anomalies met.
  package var quality: [QualityRecord]
  /// What the numbers of a capture of another tool mean.
  package var profile: StoredProfile?
}

/// What to call an import and how strict to be.
package struct ImportOptions {
  /// Name in the store.
  package var name: String
  /// Whether the name was given by the user: then a taken one is an error.
  package var isNameGiven = false
  /// Whether a capture that ends early is refused.
  package var isStrict = false
  /// Whether a capture that holds no value of anything is refused.
  package var refusesNothing = false
  /// Content hash of the file, hexadecimal.
  package var hash: String
  /// Seconds since 1970, kept as the time of import.
  package var now: Int64 = 0
  /// Whether the file still holds what the hash is of; asked when all is read.
  package var isUnchanged: () -> Bool = { true }
  /// How long deaths stay in memory; tests make it small.
  var window = DeathWindow()
  /// How many instants are numbered; tests make it small.
  var instantLimit = EventReplay.instantLimit
  /// Bytes of a growing capture that wait in memory to be published; tests make it small.
  var heldBytes = 8 << 20
  /// From how many rows on it is kept what is alive over time: fewer are counted at once.
  var leastRowsForTimes: Int64 = 1 << 18

  /// Options for a file's content under a name.
  package init(name: String, hash: String) {
    self.name = name
    self.hash = hash
  }
}

/// Imports captures into a store.
///
/// Of captures of events, reading, numbering rows, replaying the heap and encoding run on a
/// thread each. Memory is bounded by live blocks, addresses and stacks, not by the file's length.
package struct Importer {
  private let store: Store
  private let symbols: any SymbolSource

  /// An importer into a store.
  ///
  /// - Parameters:
  ///   - store: open for writing.
  ///   - symbols: knows the functions of native stacks.
  package init(store: Store, symbols: any SymbolSource = ImageSymbols()) {
    self.store = store
    self.symbols = symbols
    LargeBlocks.returnToSystem()
  }

  /// Imports one capture of whatever kind: all of it or none.
  ///
  /// - Parameters:
  ///   - reader: the capture.
  ///   - options: its name and how strict to be.
  ///   - progress: told of bytes read and the file's size, now and then.
  /// - Returns: the capture as listed and the anomalies met.
  /// - Throws: as the methods for each kind.
  package func run(
    reader: CaptureReader, options: ImportOptions, progress: (UInt64, UInt64) -> Void
  ) throws(StoreError) -> ImportReport {
    switch reader {
    case .events(let reader): try run(reader: reader, options: options, progress: progress)
    case .samples(let reader): try run(reader: reader, options: options, progress: progress)
    case .profile(let reader): try run(reader: reader, options: options, progress: progress)
    }
  }

  /// Imports one capture of events: all of it or none.
  ///
  /// - Parameters:
  ///   - reader: the capture.
  ///   - options: its name and how strict to be.
  ///   - progress: told of bytes read and the file's size, now and then.
  /// - Returns: the capture as listed and the anomalies met.
  /// - Throws: the store's errors; `incompleteRefused` when strict; `inconsistent` when a law
  ///   of the design does not hold.
  package func run(
    reader: any EventReader, options: ImportOptions, progress: (UInt64, UInt64) -> Void
  ) throws(StoreError) -> ImportReport {
    if let known = try store.capture(hash: options.hash) {
      return ImportReport(info: known, wasKnown: true, quality: [])
    }
    var quality: [QualityRecord] = []
    let (info, wasKnown) = try store.importCapture(
      name: options.name, isNameGiven: options.isNameGiven, hash: options.hash
    ) { (writer) throws(StoreError) in
      let segments = SegmentWriter(writer: writer)
      var replay = EventReplay(
        header: reader.header, window: options.window, encoder: EncodingQueue(segments: segments))
      let reading = RowReading(reader)
      try Self.replay(reading, fileSize: reader.fileSize, into: &replay, progress: progress)
      try Self.refuseChanged(options)
      if options.isStrict { try Self.refuseUnlessWhole(reader.ending) }
      var finisher = ImportFinisher(
        writer: writer, segments: segments, reader: reader, symbols: symbols)
      let info = try finisher.finish(replay, rows: reading.rows, options: options)
      if options.refusesNothing, info.rows == 0, info.deallocations == 0, info.ticks == 0 {
        throw .nothingRecorded
      }
      quality = finisher.quality
      for record in quality { try writer.write(record) }
      return info
    }
    if !wasKnown, info.rows >= options.leastRowsForTimes {
      // The capture is whole without them, so an error here is none of the import.
      try? store.addTimes(to: info)
    }
    return ImportReport(info: info, wasKnown: wasKnown, quality: quality)
  }

  /// Imports one capture of totals: all of it or none.
  ///
  /// - Parameters:
  ///   - reader: the capture.
  ///   - options: its name and how strict to be.
  ///   - progress: told of bytes read and the file's size, now and then.
  /// - Returns: the capture as listed and the anomalies met.
  /// - Throws: the store's errors; `incompleteRefused` when strict.
  package func run(
    reader: any SampleReader, options: ImportOptions, progress: (UInt64, UInt64) -> Void
  ) throws(StoreError) -> ImportReport {
    if let known = try store.capture(hash: options.hash) {
      return ImportReport(info: known, wasKnown: true, quality: [])
    }
    var quality: [QualityRecord] = []
    let (info, wasKnown) = try store.importCapture(
      name: options.name, isNameGiven: options.isNameGiven, hash: options.hash
    ) { (writer) throws(StoreError) in
      var samples = SampleImport()
      let batch = SampleBatch()
      while reader.next(into: batch) {
        try Self.stopWhenInterrupted()
        samples.process(batch)
        progress(batch.fileOffset, reader.fileSize)
      }
      try Self.stopWhenInterrupted()
      try Self.refuseChanged(options)
      if options.isStrict { try Self.refuseUnlessWhole(reader.ending) }
      let info = try samples.write(
        reader: reader, options: options, symbols: symbols, to: writer)
      if options.refusesNothing, info.sites == 0, info.ticks == 0 { throw .nothingRecorded }
      quality = samples.quality
      return info
    }
    return ImportReport(info: info, wasKnown: wasKnown, quality: quality)
  }

  /// Imports one capture of another tool: all of it or none.
  ///
  /// - Parameters:
  ///   - reader: the capture.
  ///   - options: its name and how strict to be.
  ///   - progress: told of bytes read and the file's size, now and then.
  /// - Returns: the capture as listed, what its numbers mean and the anomalies met.
  /// - Throws: the store's errors; `incompleteRefused` when strict.
  package func run(
    reader: any ProfileReader, options: ImportOptions, progress: (UInt64, UInt64) -> Void
  ) throws(StoreError) -> ImportReport {
    if let known = try store.capture(hash: options.hash) {
      return ImportReport(info: known, wasKnown: true, quality: [])
    }
    var quality: [QualityRecord] = []
    var profile: StoredProfile?
    let (info, wasKnown) = try store.importCapture(
      name: options.name, isNameGiven: options.isNameGiven, hash: options.hash
    ) { (writer) throws(StoreError) in
      var content = ProfileImport(writer: writer, symbols: symbols)
      let targets = reader.description.targets
      let fileSize = reader.fileSize
      do {
        let pipe = BatchPipe({ ProfileBatch() }, read: { reader.next(into: $0) })
        defer { pipe.stop() }
        while let batch = pipe.next() {
          try Self.stopWhenInterrupted()
          try content.process(batch, targets: targets)
          progress(batch.fileOffset, fileSize)
        }
      }
      try Self.stopWhenInterrupted()
      try Self.refuseChanged(options)
      if options.isStrict { try Self.refuseUnlessWhole(reader.ending) }
      let written = try content.write(reader: reader, options: options)
      if options.refusesNothing, written.info.sites == 0, written.profile.holdsNothing {
        throw .nothingRecorded
      }
      profile = written.profile
      quality = content.quality
      return written.info
    }
    return ImportReport(info: info, wasKnown: wasKnown, quality: quality, profile: profile)
  }

  private static func replay(
    _ reading: RowReading, fileSize: UInt64, into replay: inout EventReplay,
    progress: (UInt64, UInt64) -> Void
  ) throws(StoreError) {
    do throws(StoreError) {
      defer { reading.stop() }
      let batches = reading.numbering()
      defer { batches.stop() }
      while let batch = batches.next() {
        try stopWhenInterrupted()
        try replay.process(batch)
        progress(batch.events.fileOffset, fileSize)
        if replay.encoder.hasFailed { break }
      }
      try stopWhenInterrupted()
    } catch {
      // What was submitted must end before the transaction is rolled back.
      try? replay.encoder.drain()
      throw error
    }
    replay.finish(reading.finish())
    try replay.encoder.drain()
  }

  /// Readers end early when Ctrl-C has come, and what they gave must not be taken for all.
  private static func stopWhenInterrupted() throws(StoreError) {
    if Interruption.isRequested { throw .interrupted }
  }

  /// Nothing may be kept as a content that it is not.
  private static func refuseChanged(_ options: ImportOptions) throws(StoreError) {
    guard options.isUnchanged() else { throw .interrupted }
  }

  private static func refuseUnlessWhole(_ ending: CaptureEnding) throws(StoreError) {
    switch ending {
    case .complete: return
    case .incomplete(let offset, let reason), .damaged(let offset, let reason):
      throw .incompleteRefused(offset: offset, reason: reason)
    }
  }
}
