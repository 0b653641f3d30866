// ⚠ unsafe: hands a batch's memory to the decoders for the length of one call.
import CaptureModel
import Compression

/// Reads the events of a memray capture of any header version (`memray.md`).
final class MemrayReader: EventReader {
  let header: CaptureHeader
  private(set) var ending = CaptureEnding.complete
  private let stream: CaptureStream
  private let decoder: any MemrayDecoder
  /// Whether the data may end at any record: versions without trailer, after a normal end.
  private let endsWithoutTrailer: Bool
  private var isReading = true

  var fileSize: UInt64 { stream.file.size }

  /// Opens a capture and reads its header.
  ///
  /// - Parameters:
  ///   - file: the open file.
  ///   - droppingNativeStacks: read native captures without their native stacks, rather than
  ///     refuse them.
  /// - Throws: `CaptureError` when there is no header to be read or the kind is not supported.
  init(file: CaptureFile, droppingNativeStacks: Bool = false) throws(CaptureError) {
    guard file.size > 0 else { throw .empty(path: file.path) }
    let isCompressed = try file.prefix(4) == MemrayLayout.lz4Magic
    stream = CaptureStream(file: file, framing: isCompressed ? .lz4 : .raw)
    var header = try Self.readHeader(stream)
    header.capture.framing = stream.framing.rawValue
    self.header = header.capture
    try Self.checkKind(header, file.path, droppingNativeStacks)
    stream.consume(header.length)
    if header.version >= MemrayLayout.firstWithTrailer { stream.dropTrailingZeros() }
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
      while isReading, !output.isFull { advance(&output, batch) }
      return unsafe records.count - (output.end - output.next)
    }
    batch.fileOffset = stream.fileOffset
    return batch.count > 0 || !batch.newFrames.isEmpty || !batch.newThreads.isEmpty
      || !batch.threadNames.isEmpty
  }

  /// Decodes one run or one rare record, or reads on.
  private func advance(_ output: inout RecordOutput, _ batch: EventBatch) {
    switch decoder.decodeRun(stream, &output, batch) {
    case .outputFull: break
    case .needsInput:
      if !stream.refill(), stream.unreadCount == 0 { finishBetweenRecords() }
    case .rareRecord: decodeRare(&output, batch)
    case .cutRecord: finishInsideRecord()
    case .damaged(let reason): finish(.damaged(offset: stream.offset, reason: reason))
    }
  }

  private func decodeRare(_ output: inout RecordOutput, _ batch: EventBatch) {
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
      case .endOfData: if !stream.refill() { finishInsideRecord() }
      case .malformed(let reason):
        finish(.damaged(offset: stream.offset, reason: reason))
      }
    }
  }

  private func finish(_ ending: CaptureEnding) {
    self.ending = ending
    isReading = false
  }

  private func finishBetweenRecords() {
    if let failure = stream.failure {
      finish(ending(failure))
    } else if endsWithoutTrailer {
      finish(.complete)
    } else {
      finish(
        .incomplete(offset: stream.offset, reason: "no end mark: tracking did not end normally"))
    }
  }

  private func finishInsideRecord() {
    if let failure = stream.failure {
      finish(ending(failure))
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

  private func ending(_ failure: CaptureStream.Failure) -> CaptureEnding {
    switch failure {
    case .cut: .incomplete(offset: stream.offset, reason: failure.reason)
    case .unreadable, .damaged: .damaged(offset: stream.offset, reason: failure.reason)
    }
  }

  /// Reads the header, with as much of the file as it needs.
  private static func readHeader(_ stream: CaptureStream) throws(CaptureError) -> MemrayHeader {
    let path = stream.file.path
    while true {
      var reader = MemrayHeaderReader()
      var problem: FieldError?
      stream.withUnread { bytes in
        do throws(FieldError) { try reader.read(from: bytes) } catch { problem = error }
      }
      let place = UInt64(reader.fieldOffset)
      switch problem {
      case nil:
        guard MemrayLayout.versions.contains(reader.header.version) else {
          throw .unsupportedVersion(
            path: path, format: MemrayLayout.formatName, version: Int64(reader.header.version),
            supported: "\(MemrayLayout.versions.lowerBound)–\(MemrayLayout.versions.upperBound)")
        }
        return reader.header
      case .malformed(let reason):
        throw .malformedHeader(path: path, offset: place, reason: "\(reader.field): \(reason)")
      case .endOfData:
        if stream.refill() { continue }
        if case .unreadable(_, let code)? = stream.failure {
          throw .unreadable(path: path, code: code)
        }
        let end = stream.failure?.reason ?? "the data end inside the header"
        throw .malformedHeader(path: path, offset: place, reason: "\(reader.field): \(end)")
      }
    }
  }

  private static func checkKind(
    _ header: MemrayHeader, _ path: String, _ droppingNativeStacks: Bool
  ) throws(CaptureError) {
    let kind =
      if header.isAggregated {
        "aggregated (recorded with --aggregate)"
      } else if header.capture.hasNativeTraces, !droppingNativeStacks {
        "native stacks (recorded with --native)"
      } else {
        ""
      }
    guard kind.isEmpty else {
      throw .unsupportedKind(
        path: path, format: MemrayLayout.formatName, version: Int64(header.version), kind: kind)
    }
  }
}

extension CaptureStream.Failure {
  /// What the framing's damage is, with its place in the file.
  fileprivate var reason: String {
    switch self {
    case .unreadable(let offset, let code): "reading failed at file offset \(offset), errno \(code)"
    case .cut(let offset): "the LZ4 data are cut at file offset \(offset)"
    case .damaged(let offset, let error): "\(Self.describe(error)) at file offset \(offset)"
    }
  }

  private static func describe(_ error: LZ4Error) -> String {
    switch error {
    case .notAFrame: "no LZ4 frame"
    case .unsupportedFrame(let reason): "unsupported LZ4 frame (\(reason))"
    case .blockTooLong(let length): "an LZ4 block of impossible length \(length)"
    case .damagedBlock, .sizeMismatch: "a damaged LZ4 block"
    }
  }
}
