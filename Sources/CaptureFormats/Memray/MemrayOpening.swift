import CaptureModel
import Compression

/// A memray file whose header has been read, before its first record.
struct MemrayOpening {
  let stream: CaptureStream
  let header: MemrayHeader

  /// Opens a capture and reads its header.
  ///
  /// - Parameter input: the file.
  /// - Throws: `CaptureError` when there is no header to be read.
  init(_ input: CaptureInput) throws(CaptureError) {
    let isCompressed = input.beginning.starts(with: MemrayLayout.lz4Magic)
    stream =
      isCompressed
      ? CaptureStream(file: input.file, framing: .lz4, wrapping: input.framing) : input.stream()
    stream.isOfEvents = true
    var header = try Self.readHeader(stream)
    header.capture.framing = stream.framing.rawValue
    self.header = header
    stream.consume(header.length)
    if header.version >= MemrayLayout.firstWithTrailer { stream.dropTrailingZeros() }
  }

  /// Opens a raw capture that is still being written; nil while its header is not all there.
  ///
  /// - Throws: `CaptureError` when there is no header to be read.
  init?(following file: CaptureFile, _ growth: CaptureGrowth) throws(CaptureError) {
    stream = CaptureStream(file: file, framing: .raw, growth: growth)
    guard var header = try Self.header(of: stream) else { return nil }
    header.capture.framing = stream.framing.rawValue
    self.header = header
    stream.consume(header.length)
  }

  /// Reads the header of a finished file.
  private static func readHeader(_ stream: CaptureStream) throws(CaptureError) -> MemrayHeader {
    guard let header = try header(of: stream) else { throw .empty(path: stream.file.path) }
    return header
  }

  /// Reads the header, with as much of the file as it needs; nil while that is yet to be written.
  private static func header(of stream: CaptureStream) throws(CaptureError) -> MemrayHeader? {
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
        if stream.isWaiting { return nil }
        if case .unreadable(_, let code)? = stream.failure {
          throw .unreadable(path: path, code: code)
        }
        let end = stream.failure?.reason ?? "the data end inside the header"
        throw .malformedHeader(path: path, offset: place, reason: "\(reader.field): \(end)")
      }
    }
  }
}

extension CaptureStream {
  /// Ends the reading of a whole file at once where its content takes too much memory: what
  /// would be made of it takes even more.
  func refuseWhenTooLarge() throws(CaptureError) {
    guard case .tooLarge(let offset)? = failure else { return }
    throw file.malformed("capture", .byte(offset), failure?.reason ?? "")
  }

  /// How the data ended when the framing failed; nil when it did not.
  var endingOfFailure: CaptureEnding? {
    switch failure {
    case nil: nil
    case .cut?: .incomplete(offset: offset, reason: failure?.reason ?? "")
    case .unreadable?, .damaged?, .broken?, .tooLarge?:
      .damaged(offset: offset, reason: failure?.reason ?? "")
    }
  }
}

extension CaptureStream.Failure {
  /// What the framing's damage is, with its place in the file.
  var reason: String {
    switch self {
    case .unreadable(let offset, let code): "reading failed at file offset \(offset), errno \(code)"
    case .cut(let offset, let framing):
      "the \(framing.title) data are cut at file offset \(offset)"
    case .broken(let offset, let reason): "\(reason) at file offset \(offset)"
    case .tooLarge(let offset): "what was read up to file offset \(offset) takes too much memory"
    case .damaged(let offset, let error): "\(error.words) at file offset \(offset)"
    }
  }
}

extension LZ4Error {
  fileprivate var words: String {
    switch self {
    case .notAFrame: "no LZ4 frame"
    case .unsupportedFrame(let reason): "unsupported LZ4 frame (\(reason))"
    case .blockTooLong(let length): "an LZ4 block of impossible length \(length)"
    case .damagedBlock, .sizeMismatch: "a damaged LZ4 block"
    }
  }
}
