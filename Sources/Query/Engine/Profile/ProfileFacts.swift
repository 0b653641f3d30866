import CaptureModel
import Language
import Store

extension StoredProfile {
  /// Facts for `show capture`: what is recorded, how much of it, and what the file says of itself.
  var lines: [(String, String)] {
    var lines: [(String, String)] = []
    let types = values.filter { !$0.name.isEmpty }.map { value in
      let unit = value.unit == "seconds" ? "nanoseconds" : value.unit
      let meaning =
        value.population == .processor
        ? "" : ", \(value.population.rawValue) \(value.measure.rawValue)"
      return "\(Measure.sampleType(SampleType(value.name)).canonicalText) (\(unit)\(meaning))"
    }
    lines.append(("sample types", types.joined(separator: ", ")))
    let recorded = values.filter(\.name.isEmpty).map { value in
      let population = value.population == .processor ? "" : value.population.rawValue + " "
      let measure = value.measure.rawValue
      let unit = ["bytes", "count", measure].contains(value.unit) ? "" : " (\(value.unit))"
      return population + measure + unit
    }
    lines.append(("recorded", recorded.joined(separator: ", ")))
    lines.append(
      (
        "estimated",
        isEstimated && !properties.contains { $0.name == "rounded" }
          ? "yes: sizes or counts are scaled up from samples" : ""
      ))
    let counts: [(String, Int64)] = [
      ("moments", moments > 1 ? moments : 0), ("values over time", points), ("marks", spans),
      ("objects", objects), ("references", references), ("source lines", sourceLines),
    ]
    lines += counts.map { ($0.0, $0.1 == 0 ? "" : "\($0.1)") }
    if points > 0 || moments > 1 {
      lines.append(
        (
          "clock",
          clock == .wall ? "time of day" : ProfileAxis(self).words
        ))
    }
    lines += properties.map { ($0.name, $0.value) }
    return lines
  }
}
