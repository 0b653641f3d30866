import CaptureModel

/// Reads the totals of an aggregated memray capture, headers 10–13 (`memray.md` §6.4).
final class MemrayTotalsReader: SampleReader {
  /// Records that a batch takes at least, if there are so many.
  private static let batchRecords = 4096

  let header: CaptureHeader
  private(set) var ending = CaptureEnding.complete
  private let stream: CaptureStream
  private let decoder: MemrayTotalsDecoder
  private var isReading = true

  var fileSize: UInt64 { stream.file.size }

  /// A reader of an opened aggregated capture.
  init(_ opening: MemrayOpening) {
    stream = opening.stream
    header = opening.header.capture
    decoder = MemrayTotalsDecoder(opening.header)
  }

  func next(into batch: SampleBatch) -> Bool {
    batch.removeAll()
    guard isReading else { return false }
    for _ in 0..<Self.batchRecords where isReading { advance(batch) }
    batch.fileOffset = stream.fileOffset
    return true
  }

  /// Decodes one record, or reads on.
  private func advance(_ batch: SampleBatch) {
    guard stream.unreadCount > 0 || stream.refill() else {
      let reason = "no end mark: tracking did not end normally"
      return finish(
        stream.endingOfFailure ?? .incomplete(offset: stream.offset, reason: reason))
    }
    do throws(FieldError) {
      let record = try stream.withUnread { bytes throws(FieldError) in
        try decoder.decode(bytes, batch)
      }
      switch record {
      case .consumed(let count): stream.consume(count)
      case .trailer: finish(.complete)
      }
    } catch {
      switch error {
      case .malformed(let reason): finish(.damaged(offset: stream.offset, reason: reason))
      case .endOfData:
        guard !stream.refill() else { return }
        let reason = "the data end inside a record"
        finish(stream.endingOfFailure ?? .incomplete(offset: stream.offset, reason: reason))
      }
    }
  }

  private func finish(_ ending: CaptureEnding) {
    self.ending = ending
    isReading = false
  }
}
