import Language
import Store

/// Python objects that were never destroyed, where the profiler followed them (`memray.md` §6.3).
///
/// They belong to the end of the capture, so that only `leaked` has them.
struct SurvivingObjects {
  let data: CaptureData
  let condition: Condition

  /// Adds the objects of every site that meets the condition.
  func run(_ add: (PartialAggregate) -> Void) throws(StoreError) {
    let counts = try data.columns.integers(.siteObjects)
    for site in counts.indices where counts[site] != 0 {
      guard condition.answer(site: site, size: 0) == true else { continue }
      add(PartialAggregate(site: site, sums: GroupSums(objects: counts[site])))
    }
  }
}
