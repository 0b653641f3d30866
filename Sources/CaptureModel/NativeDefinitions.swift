/// A call recorded by its return address, with the call it was made from.
package struct NativeNode: Sendable, Equatable {
  /// The return address, as the process saw it.
  package var address: UInt64
  /// Node of the caller, an earlier one; 0 is none.
  package var parent: UInt32

  /// A call from `parent`.
  package init(address: UInt64, parent: UInt32) {
    self.address = address
    self.parent = parent
  }
}

/// A part of an executable or library, as it lay in memory during one generation of maps.
package struct ImageSegment: Sendable, Equatable {
  /// Number of the generation, from 1.
  package var generation: UInt32
  /// Index of the image.
  package var image: UInt32
  /// What is added to the image's own addresses.
  package var base: UInt64
  /// First address, as the process saw it.
  package var start: UInt64
  /// Length in bytes.
  package var size: UInt64

  /// A loaded segment.
  package init(generation: UInt32, image: UInt32, base: UInt64, start: UInt64, size: UInt64) {
    self.generation = generation
    self.image = image
    self.base = base
    self.start = start
    self.size = size
  }
}

/// What native stacks need, in the order of the file; indices count over all batches.
package struct NativeDefinitions: Sendable, Equatable {
  /// Nodes; the first of all is node 1.
  package var nodes: [NativeNode] = []
  /// Paths of executables and libraries.
  package var images: [String] = []
  /// Where they lay.
  package var segments: [ImageSegment] = []

  /// No definitions.
  package init() {}

  /// Whether there are none.
  package var isEmpty: Bool { nodes.isEmpty && images.isEmpty && segments.isEmpty }

  /// Forgets the content, keeps the memory.
  package mutating func removeAll() {
    nodes.removeAll(keepingCapacity: true)
    images.removeAll(keepingCapacity: true)
    segments.removeAll(keepingCapacity: true)
  }
}
