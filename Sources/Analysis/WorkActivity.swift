/// How a program was at work: what allocated again and again, and how much lived, over time.
///
/// Places that have just begun to allocate, as imports and shutdown code do, are no sign of work;
/// those that had allocated a while before are.
package struct WorkActivity {
  /// Milliseconds at the bounds of the windows, rising.
  package var milliseconds: [Double]
  /// Live bytes at the bounds; the last is what was never freed.
  package var heap: [Double]
  /// Births in each window at places that had first allocated a while before.
  package var repeats: [Double]
  /// Such births, by the window in which their place first allocated.
  package var repeatsByFirst: [Double]

  /// More windows tell no more of an end.
  package static let greatestCount = 400
  /// So long, as a share of all time, after its first birth a place is at work.
  private static let settledShare = 0.05
  /// A capture with fewer memory records says too little about time.
  package static let leastTicks = 8

  /// Activity of which the births are counted afterwards.
  ///
  /// - Parameters:
  ///   - milliseconds: at the bounds of the windows, rising.
  ///   - heap: live bytes at the bounds.
  package init(milliseconds: [Double], heap: [Double]) {
    self.milliseconds = milliseconds
    self.heap = heap
    repeats = Array(repeating: 0, count: max(0, milliseconds.count - 1))
    repeatsByFirst = repeats
  }

  /// By the window of a place's first birth, the window from which on it is at work.
  package var settledWindows: [Int] {
    let wait = (milliseconds.last ?? 0) * Self.settledShare
    return milliseconds.indices.map { first in
      max(first + 1, milliseconds.partitioningIndex { $0 >= milliseconds[first] + wait })
    }
  }
}

extension Array {
  /// Index of the first element for which a rising condition holds.
  package func partitioningIndex(_ isAfter: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
