import CaptureModel

/// A snapshot that was read whole: a pickle means something only with its last instruction.
///
/// Shared by the readers of its devices, each of which is used by one thread at a time; nothing
/// changes once it is read but what `events` loads.
final class TorchSnapshot {
  let content: TorchContent
  let devices: [TorchDevice]
  let protocolNumber: UInt64
  let fileSize: UInt64
  let framing: String

  /// Reads a snapshot.
  ///
  /// - Parameter input: the file.
  /// - Throws: `CaptureError`.
  init(_ input: CaptureInput) throws(CaptureError) {
    let stream = input.stream()
    stream.isOfEvents = true
    var machine = try Self.execute(stream)
    var devices: [TorchDevice] = []
    do throws(FieldError) {
      for device in try machine.content.devices(of: machine.result) {
        devices.append(TorchDevice(device, of: &machine.content))
      }
    } catch {
      throw Self.failure(error, stream)
    }
    guard !devices.isEmpty else {
      throw .nothingKept(
        path: stream.file.path, reasons: ["the snapshot holds no segment and no event"])
    }
    content = machine.content
    self.devices = devices
    protocolNumber = machine.protocolNumber
    fileSize = input.file.size
    framing = input.framing.rawValue
  }

  private static func execute(_ stream: CaptureStream) throws(CaptureError) -> TorchPickle {
    var machine = TorchPickle()
    while !machine.isStopped {
      do throws(FieldError) {
        try stream.withUnread { bytes throws(FieldError) in try machine.run(bytes) }
      } catch {
        stream.consume(machine.position)
        if error == .endOfData, stream.refill() { continue }
        throw failure(error, stream)
      }
      stream.consume(machine.position)
    }
    return machine
  }

  private static func failure(_ error: FieldError, _ stream: CaptureStream) -> CaptureError {
    var reason = "the data end before the snapshot does"
    switch error {
    case .endOfData:
      if case .unreadable(_, let code)? = stream.failure {
        return .unreadable(path: stream.file.path, code: code)
      }
      if let known = stream.failure?.reason { reason = known }
    case .malformed(let known): reason = known
    }
    return .malformed(
      path: stream.file.path, format: PyTorchLayout.formatName, place: .byte(stream.offset),
      reason: reason)
  }

  /// Which releases of PyTorch write the keys that were met.
  var writer: String {
    let releases: [(TorchWord, String)] = [
      (.hostSegments, "2.14 or later"), (.pool, "2.12 or 2.13"), (.userMetadata, "2.10 or 2.11"),
      (.compileContext, "2.8 or 2.9"), (.annotations, "2.5 to 2.7"), (.settings, "2.3 or 2.4"),
      (.time, "2.2"), (.isExpandable, "2.1"), (.history, "2.0"),
    ]
    return releases.first { content.hasMet($0.0) }?.1 ?? ""
  }
}
