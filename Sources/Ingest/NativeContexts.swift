/// Where an allocation of a native capture comes from: both stacks and the maps of the time.
struct NativeContext: Hashable, BitwiseCopyable {
  /// Node of the Python stack.
  var stack: UInt32
  /// Node of the native stack; 0 is none.
  var native: UInt32
  /// Generation of the maps; 0 without native stack, where it says nothing.
  var generation: UInt32

  init(stack: UInt32, native: UInt32, generation: UInt32) {
    self.stack = stack
    self.native = native
    self.generation = native == 0 ? 0 : generation
  }
}

/// Numbers the contexts of a native capture as they are first met.
///
/// They take the place of Python stacks in the table of sites, which so needs no wider key.
/// Cost: about 2 ns an allocation when the native node's last context is met again.
struct NativeContexts: ~Copyable {
  private(set) var contexts = Buffer<NativeContext>()
  private var lastOfNode = Buffer<UInt32>()
  private var table = Buffer<UInt32>(repeating: UInt32.max, count: 1 << 10)

  /// The number of a context.
  @inline(__always)
  mutating func number(of context: NativeContext) -> UInt32 {
    let node = Int(context.native)
    if node < lastOfNode.count {
      let guess = lastOfNode[node]
      if guess != .max, contexts[Int(guess)] == context { return guess }
    } else {
      lastOfNode.append(repeating: .max, count: node &+ 1 &- lastOfNode.count)
    }
    let found = find(context)
    lastOfNode[node] = found
    return found
  }

  private static func hash(_ context: NativeContext) -> Int {
    let key = UInt64(context.stack) &<< 32 | UInt64(context.native)
    // Spread on its own: else stacks and generations that differ in one bit each would meet.
    return Int(truncatingIfNeeded: spread(key ^ spread(UInt64(context.generation))) &>> 20)
  }

  private mutating func find(_ context: NativeContext) -> UInt32 {
    let mask = table.count &- 1
    var place = Self.hash(context) & mask
    while table[place] != .max {
      if contexts[Int(table[place])] == context { return table[place] }
      place = (place &+ 1) & mask
    }
    let number = UInt32(contexts.count)
    contexts.append(context)
    table[place] = number
    if contexts.count &* 2 > table.count { grow() }
    return number
  }

  private mutating func grow() {
    let larger = Buffer<UInt32>(repeating: .max, count: table.count &* 2)
    let mask = larger.count &- 1
    for index in 0..<contexts.count {
      var place = Self.hash(contexts[index]) & mask
      while larger[place] != .max { place = (place &+ 1) & mask }
      larger[place] = UInt32(index)
    }
    table = larger
  }
}
