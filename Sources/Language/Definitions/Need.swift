/// What a question may need of a capture.
package enum Need: Sendable, Hashable {
  /// A row for every allocation and free.
  case allocations
  /// The size of every block or object.
  case blockSizes
  /// The greatest size of a group: of every block, or as a report of lines tells it.
  case greatestSizes
  case objectGraph
  /// Python objects that were followed to their ends.
  case survivingObjects
  case stacks, functions, files, lines, modules
  /// That a key stands at what holds memory: type, thread, domain, process or allocator.
  case recorded(Key)
  case label(SampleLabel)
  case sizes, counts, samples
  case sampleType(SampleType)
  case series(Series)
}

extension Field {
  /// What a capture must hold to be asked for it.
  package var needs: [Need] {
    switch self {
    case .key(let key): key.needs
    case .size: [.sizes]
    case .time: [.allocations]
    }
  }
}
