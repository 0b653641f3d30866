import Results

/// A file for speedscope.app: shared frames, a sampled profile of sizes and one of counts.
///
/// Format: https://www.speedscope.app/file-format-schema.json. Weights must not be negative, so
/// differences below zero are left out.
struct SpeedscopeFile: RowWriter {
  private let tree: StackTree
  /// Nodes with an own value, once per profile.
  private let samples: [[Int]]

  init(_ tree: StackTree) {
    self.tree = tree
    samples = [tree.sizes, tree.counts].map { values in
      (0..<tree.safeNodeCount).filter { values[$0] > 0 }
    }
  }

  /// Rows are the frames, then per profile its samples and its weights.
  var rowCount: Int { frameCount + samples.reduce(0) { $0 + 2 * $1.count } }

  private var frameCount: Int { tree.frames.count }

  func writeHead(to bytes: inout [UInt8]) {
    bytes.append("{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\n\"name\":")
    JSONText.append(title, to: &bytes)
    bytes.append(",\n\"exporter\":\"memq\",\n\"activeProfileIndex\":0,\n\"shared\":{\"frames\":[")
    if frameCount == 0 { closeFrames(&bytes) }
  }

  func writeRow(_ row: Int, to bytes: inout [UInt8]) {
    if row < frameCount {
      bytes.append(row == 0 ? "\n" : ",\n")
      writeFrame(tree.frames[row], to: &bytes)
      if row == frameCount - 1 { closeFrames(&bytes) }
      return
    }
    var index = row - frameCount
    for profile in 0..<2 {
      let count = samples[profile].count
      if index < 2 * count {
        if index == 0 { openProfile(profile, &bytes) }
        write(sampleOrWeight: index, of: profile, to: &bytes)
        if index == 2 * count - 1 { bytes.append("]}") }
        return
      }
      index -= 2 * count
    }
  }

  func writeTail(to bytes: inout [UInt8]) {
    if samples.allSatisfy(\.isEmpty) {
      writeProfileHead(0, &bytes)
      bytes.append("],\"weights\":[]}")
    }
    bytes.append("\n]}\n")
  }

  private var title: String {
    tree.query + " of " + tree.captures.joined(separator: ", ")
      + (tree.isEstimated ? " (estimates from samples)" : "")
  }

  private func writeFrame(_ frame: FrameText, to bytes: inout [UInt8]) {
    bytes.append("{\"name\":")
    JSONText.append(frame.function.isEmpty ? frame.label : frame.function, to: &bytes)
    if !frame.file.isEmpty {
      bytes.append(",\"file\":")
      JSONText.append(frame.file, to: &bytes)
    }
    if frame.line > 0 { bytes.append(",\"line\":\(frame.line)") }
    bytes.append("}")
  }

  private func closeFrames(_ bytes: inout [UInt8]) {
    bytes.append("\n]},\n\"profiles\":[\n")
  }

  /// A profile without samples is left out.
  private func openProfile(_ profile: Int, _ bytes: inout [UInt8]) {
    if profile == 1 && !samples[0].isEmpty { bytes.append(",\n") }
    writeProfileHead(profile, &bytes)
  }

  private func writeProfileHead(_ profile: Int, _ bytes: inout [UInt8]) {
    let values = profile == 0 ? tree.sizes : tree.counts
    let end = samples[profile].reduce(Int64(0)) { $0 &+ values[$1] }
    let name =
      profile == 0 ? tree.values?.name ?? "size" : tree.values?.countName ?? "count"
    let exported = tree.exportUnit
    let unit = profile == 0 && ["bytes", "nanoseconds"].contains(exported) ? exported : "none"
    bytes.append("{\"type\":\"sampled\",\"name\":")
    JSONText.append(name, to: &bytes)
    bytes.append(",\"unit\":\"\(unit)\",")
    bytes.append("\"startValue\":0,\"endValue\":\(text(end, of: profile)),\n\"samples\":[")
  }

  private func write(sampleOrWeight index: Int, of profile: Int, to bytes: inout [UInt8]) {
    let count = samples[profile].count
    if index < count {
      bytes.append(index == 0 ? "[" : ",[")
      for (place, node) in tree.path(to: samples[profile][index]).enumerated() {
        if place > 0 { bytes.append(",") }
        bytes.append("\(min(Int(tree.frameIndices[node]), max(0, frameCount - 1)))")
      }
      bytes.append("]")
    } else {
      let values = profile == 0 ? tree.sizes : tree.counts
      bytes.append(index == count ? "],\n\"weights\":[" : ",")
      bytes.append(text(values[samples[profile][index - count]], of: profile))
    }
  }

  /// A weight in the unit of its profile.
  private func text(_ value: Int64, of profile: Int) -> String {
    profile == 0 ? tree.exportText(value) : String(value)
  }
}
