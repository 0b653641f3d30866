import CaptureModel

/// The entry of PyTorch's snapshots in the registry.
enum PyTorchFormat {
  static let descriptor = FormatDescriptor(
    name: PyTorchLayout.formatName,
    summary: "memory snapshots of PyTorch 2.0 and later (torch.cuda.memory), pickle protocols 2–5",
    extensions: ["pickle", "pkl"],
    recognizes: { input in recognizes(input) },
    open: { input throws(CaptureError) in .events(try open(input)) })

  /// A pickle's first byte, and names that every snapshot has near its beginning.
  private static func recognizes(_ input: CaptureInput) -> Bool {
    guard input.beginning.first == 0x80 else { return false }
    return input.contains("device_traces") && input.contains("segments", within: 1 << 16)
      || input.contains("segment_type") && input.contains("blocks")
      || input.contains("device_traces") && input.contains("frames")
  }

  /// The first device; the others are its siblings, pinned memory of the CPU last.
  private static func open(_ input: CaptureInput) throws(CaptureError) -> TorchReader {
    let snapshot = try TorchSnapshot(input)
    let devices = snapshot.devices
    let gpus = devices.filter { $0.number != PyTorchLayout.hostDevice }
    func suffix(_ device: TorchDevice) -> String {
      device.number == PyTorchLayout.hostDevice
        ? "-host" : gpus.count > 1 ? "-gpu\(device.number)" : ""
    }
    let others = devices.dropFirst().map { device in
      (
        suffix: suffix(device),
        reader: TorchReader(snapshot, device, suffix: suffix(device)) as any EventReader
      )
    }
    return TorchReader(
      snapshot, devices[0], suffix: gpus.isEmpty ? "" : suffix(devices[0]), siblings: others)
  }
}
