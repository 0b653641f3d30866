import Language
import CaptureModel
import Store

/// How much each type had grown when a print first named it, as objgraph's `show_growth` says.
///
/// It leaves out what did not grow, so that the first print of a type says more of the time
/// before than its absence does.
struct PrintedGrowth {
  /// Growth by type, for each moment.
  private var growth: [[String: Double]] = []

  /// Reads what was printed; nil when the capture holds no such prints.
  init?(_ data: CaptureData, _ facts: StoredProfile) throws(EngineError) {
    guard let column = facts.index(population: .live, measure: .delta) else { return nil }
    let names = try reading(try data.columns.texts(.typeName))
    let types = try reading(try data.sites()).types
    for moment in 0..<Int(clamping: facts.moments) {
      let sites = try reading(try data.columns.words(.sampleSite, segment: moment))
      let values = try reading(
        try data.columns.integers(.sampleValue, segment: moment * facts.values.count + column))
      var found: [String: Double] = [:]
      for (site, value) in zip(sites, values) where Int(site) < types.count {
        let type = Int(types[Int(site)]) - 1
        if names.indices.contains(type) { found[names[type], default: 0] += Double(value) }
      }
      growth.append(found)
    }
  }

  /// The count before the print that first names a type; nil when that print does not tell.
  ///
  /// The first print of a run takes all there is for growth.
  func before(_ count: Double, _ type: KeyValue?, moment: Int) -> Double? {
    guard case .text(let name) = type, growth.indices.contains(moment),
      let grown = growth[moment][name], grown > 0, grown < count || moment > 0
    else { return nil }
    return count - grown
  }
}
