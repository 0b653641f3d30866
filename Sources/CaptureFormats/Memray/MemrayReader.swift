// ⚠ unsafe: hands a batch's memory to the decoders for the length of one call.
import CaptureModel

/// Reads the events of a memray capture of any header version (`memray.md`).
final class MemrayReader: FollowingReader {
  private(set) var header: CaptureHeader
  private let headerLength: Int
  private(set) var ending = CaptureEnding.complete
  private let stream: CaptureStream
  private let decoder: any MemrayDecoder
  /// Whether the data may end at any record: versions without trailer, after a normal end.
  private let endsWithoutTrailer: Bool
  private var isReading = true
  /// Stack nodes after which a batch ends even without records.
  private static let greatestNodeCount = 1 << 14

  var fileSize: UInt64 { stream.fileSize }
  var isWaiting: Bool { isReading && stream.isWaiting }
  var offset: UInt64 { stream.offset }

  /// A reader of an opened capture of events.
  init(_ opening: MemrayOpening) {
    stream = opening.stream
    let header = opening.header
    self.header = header.capture
    headerLength = header.length
    endsWithoutTrailer = header.version < MemrayLayout.firstWithTrailer && header.eventCount > 0
    decoder = Self.decoder(for: header)
  }

  private static func decoder(for header: MemrayHeader) -> any MemrayDecoder {
    if header.version >= MemrayLayout.firstWithCodeObjects {
      MemrayDecoder12(header)
    } else if header.version >= MemrayLayout.firstWithOneByteTags {
      MemrayDecoder7(header)
    } else {
      MemrayDecoder6(header)
    }
  }

  func next(into batch: EventBatch) -> Bool {
    batch.removeAll()
    guard isReading, !batch.records.isEmpty else { return false }
    batch.count = unsafe batch.records.withUnsafeMutableBufferPointer { records in
      guard var output = unsafe RecordOutput(records, count: 0) else { return 0 }
      let start = unsafe output.next
      while isReading, !output.isFull, batch.newNodes.count < Self.greatestNodeCount,
        advance(&output, batch)
      {}
      return unsafe output.next - start
    }
    batch.fileOffset = stream.fileOffset
    return batch.count > 0 || batch.missingFrames > 0 || !batch.newFrames.isEmpty
      || !batch.newNodes.isEmpty || !batch.newThreads.isEmpty
      || !batch.threadNames.isEmpty || !batch.native.isEmpty
  }

  func rereadHeader() {
    var reader = MemrayHeaderReader()
    guard let bytes = try? stream.file.prefix(headerLength),
      (try? reader.read(from: bytes.span)) != nil
    else { return }
    header.endMilliseconds = reader.header.capture.endMilliseconds
  }

  /// Decodes one run or one rare record, or reads on; false when more bytes are yet to be written.
  private func advance(_ output: inout RecordOutput, _ batch: EventBatch) -> Bool {
    switch decoder.decodeRun(stream, &output, batch) {
    case .outputFull: break
    case .needsInput:
      if stream.refill() { break }
      if stream.isWaiting { return false }
      if stream.unreadCount == 0 { finishBetweenRecords() }
    case .rareRecord: return decodeRare(&output, batch)
    case .cutRecord: finishInsideRecord()
    case .damaged(let reason): finish(.damaged(offset: stream.offset, reason: reason))
    }
    return true
  }

  private func decodeRare(_ output: inout RecordOutput, _ batch: EventBatch) -> Bool {
    do throws(FieldError) {
      let record = try stream.withUnread { bytes throws(FieldError) in
        try decoder.decodeRare(bytes, &output, batch)
      }
      switch record {
      case .consumed(let count): stream.consume(count)
      case .trailer: finish(.complete)
      }
    } catch {
      switch error {
      case .endOfData:
        if stream.refill() { break }
        if stream.isWaiting { return false }
        finishInsideRecord()
      case .malformed(let reason):
        finish(.damaged(offset: stream.offset, reason: reason))
      }
    }
    return true
  }

  private func finish(_ ending: CaptureEnding) {
    self.ending = ending
    isReading = false
  }

  private func finishBetweenRecords() {
    if let ending = stream.endingOfFailure {
      finish(ending)
    } else if endsWithoutTrailer {
      finish(.complete)
    } else {
      finish(
        .incomplete(offset: stream.offset, reason: "no end mark: tracking did not end normally"))
    }
  }

  private func finishInsideRecord() {
    if let ending = stream.endingOfFailure {
      finish(ending)
    } else if endsWithoutTrailer, stream.withUnread({ bytes in Self.isZero(bytes) }) {
      // Padding that is no multiple of a tag's length.
      finishBetweenRecords()
    } else {
      finish(.incomplete(offset: stream.offset, reason: "the data end inside a record"))
    }
  }

  private static func isZero(_ bytes: Span<UInt8>) -> Bool {
    bytes.indices.allSatisfy { bytes[$0] == 0 }
  }
}
