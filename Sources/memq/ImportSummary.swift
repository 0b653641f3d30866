import CaptureModel
import Render
import Store

/// What an import of another tool's capture says it found, in a line.
struct ImportSummary {
  let info: CaptureInfo
  let profile: StoredProfile

  /// Such as `1,621 traces, 381 kB live`.
  var text: String {
    var parts: [String] = []
    if profile.objects > 0 {
      parts += [counted(profile.objects, "object"), counted(profile.references, "reference")]
      if info.endBytes > 0 { parts.append(Humanize.size(info.endBytes)) }
    } else if !profile.values.isEmpty {
      parts += totals
    }
    if profile.points > 0 {
      parts.append(counted(profile.points, "value") + " over time")
      if profile.values.isEmpty, info.peakBytes > 0 {
        parts.append("peak \(Humanize.size(info.peakBytes))")
      }
    }
    if profile.spans > 0 { parts.append(counted(profile.spans, "mark")) }
    if profile.isEstimated { parts.append("estimated") }
    return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
  }

  private var totals: [String] {
    guard let population = profile.values.mainPopulation else { return [] }
    var parts: [String] = []
    if info.kind == .types {
      parts.append(counted(info.sites, "type"))
    } else if population == .processor {
      parts.append(counted(profile.stacks, "stack"))
    }
    if profile.moments > 1 { parts.append(counted(profile.moments, "moment")) }
    if let count = profile.index(population: population, measure: .count) {
      let unit = profile.values[count].unit
      parts.append("\(Humanize.count(info.events)) \(unit == "count" ? "blocks" : unit)")
    }
    if population != .increment, profile.index(population: population, measure: .size) != nil {
      parts.append("\(Humanize.size(info.endBytes)) \(population.rawValue)")
    }
    return parts
  }

  private func counted(_ number: Int64, _ word: String) -> String {
    "\(Humanize.count(number)) \(word)\(number == 1 ? "" : "s")"
  }
}
