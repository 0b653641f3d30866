import Language
import Store

/// What is added up over a tree of stacks.
protocol Summable {
  /// Nothing.
  init()
  /// Adds what another holds.
  mutating func add(_ other: Self)
}

extension GroupSums: Summable {}

/// The stacks of some sites as a tree, over which `inclusive` adds up what calls hold.
///
/// What a frame and all that it called hold counts for the frame's group, unless a caller of it is
/// of that group already. Cost: one step for each distinct frame of a stack, some 50 ns, however
/// many stacks share it; 20 bytes for each.
struct InclusiveTree {
  private let edits: StackEdits
  private let sites: CaptureData.Sites
  /// Whether a group counts as often as it stands on a stack.
  private let countsRecursion: Bool
  private var values: [FrameValues]
  /// What the numbers of the keys' values mean.
  private(set) var dictionaries: [KeyDictionary]

  /// Per raw node, its place in the tree; 0 for none.
  private var places: [UInt32]
  /// By place in the tree, the raw node; the root stands for the end of every stack.
  private var nodes: [UInt32] = [0]
  private var firstCalls: [Int32] = [-1]
  /// The next call of the same caller.
  private var nextCalls: [Int32] = [-1]
  private var firstMembers: [Int32] = [-1]
  private var members: [(number: Int32, next: Int32)] = []
  /// With one key, the group of each location; −1 until it is known.
  private var groupsOfLocations: [Int32]

  /// A tree of no stacks.
  ///
  /// - Parameters:
  ///   - keys: the keys, all of frames.
  ///   - source: the capture's sites.
  ///   - dictionaries: of the keys' values.
  /// - Throws: the store's errors.
  init(
    _ keys: [Key], of source: SiteKeys, dictionaries: [KeyDictionary]
  ) throws(StoreError) {
    edits = source.edits
    sites = try source.data.sites()
    countsRecursion = try source.data.profile()?.countsRecursion == true
    values = []
    for key in keys { values.append(try FrameValues(key: key, data: source.data)) }
    self.dictionaries = dictionaries
    places = Array(repeating: 0, count: max(1, edits.nodeCount))
    groupsOfLocations = Array(repeating: -1, count: try source.data.locations().count)
  }

  /// Frames that are cut from the oldest end of a site's stack.
  func hidden(of site: Int) -> UInt32 { sites.hidden[site] }

  // MARK: Building

  /// Begins a tree of other sites, whose groups may be others by keys that are not of frames.
  private mutating func removeAll() {
    for node in nodes {
      places[Int(node)] = 0
      if node != 0 { groupsOfLocations[Int(edits.location(of: node))] = -1 }
    }
    nodes = [0]
    (firstCalls, nextCalls, firstMembers) = ([-1], [-1], [-1])
    members.removeAll(keepingCapacity: true)
  }

  /// Builds the tree of some sites, all of which hide as many frames.
  private mutating func build(_ chosen: [Int], _ path: inout [UInt32]) {
    removeAll()
    for (number, site) in chosen.enumerated() {
      let hidden = sites.hidden[site]
      path.removeAll(keepingCapacity: true)
      var current = edits.newestShown(sites.stacks[site], hidden: hidden)
      while current != 0, places[Int(current)] == 0 {
        path.append(current)
        current = edits.callerShown(current, hidden: hidden)
      }
      var place = current == 0 ? 0 : Int(places[Int(current)])
      for node in path.reversed() { place = append(node, calledBy: place) }
      members.append((Int32(truncatingIfNeeded: number), firstMembers[place]))
      firstMembers[place] = Int32(truncatingIfNeeded: members.count - 1)
    }
  }

  private mutating func append(_ node: UInt32, calledBy caller: Int) -> Int {
    let place = nodes.count
    places[Int(node)] = UInt32(truncatingIfNeeded: place)
    nodes.append(node)
    firstCalls.append(-1)
    nextCalls.append(firstCalls[caller])
    firstCalls[caller] = Int32(truncatingIfNeeded: place)
    firstMembers.append(-1)
    return place
  }

  private func forEachMember(of place: Int, _ body: (Int) -> Void) {
    var member = firstMembers[place]
    while member >= 0 {
      body(Int(members[Int(member)].number))
      member = members[Int(member)].next
    }
  }

  // MARK: Walking

  /// A frame of the path that is walked.
  private struct Step<Value> {
    var place: Int
    /// Its group; −1 where it says nothing.
    var group: Int
    var next: Int32
    var value: Value
  }

  /// What the walk knows of the path.
  private struct Path {
    /// Numbers of what speaks for each key, one for each key and frame; `silent` for nothing.
    var speakers: [Int32]
    /// By group, how many frames of the path are of it.
    var counts: [Int32] = []

    static let silent: Int32 = -2

    mutating func put(_ speaker: Int32, at index: Int) {
      if index < speakers.count { speakers[index] = speaker } else { speakers.append(speaker) }
    }

    mutating func enter(_ group: Int) -> Bool {
      while counts.count <= group { counts.append(0) }
      counts[group] += 1
      return counts[group] == 1
    }

    mutating func leave(_ group: Int) -> Bool {
      counts[group] -= 1
      return counts[group] == 0
    }
  }

  /// Adds up what some sites hold over their stacks.
  ///
  /// - Parameters:
  ///   - chosen: the sites, all of which hide as many frames.
  ///   - value: what the site at an index of `chosen` holds.
  ///   - group: the number of the group of a tuple.
  ///   - add: takes what a group holds, in one or more parts.
  mutating func addUp<Value: Summable>(
    _ chosen: [Int], _ value: (Int) -> Value, group: ([Int32]) -> Int, add: (Int, Value) -> Void
  ) {
    var nodesOfPath: [UInt32] = []
    build(chosen, &nodesOfPath)
    var path = start()
    var steps = [Step(place: 0, group: -1, next: firstCalls[0], value: Value())]
    if firstMembers[0] >= 0 {
      add(group(values.map { _ in KeyDictionary.absent }), held(at: 0, value))
    }
    while let last = steps.indices.last {
      let call = Int(steps[last].next)
      if call >= 0 {
        steps[last].next = nextCalls[call]
        let own = held(at: call, value)
        let found = speak(call, depth: steps.count, &path, group)
        if found.isSilent, firstMembers[call] >= 0 { add(found.group, own) }
        let counted = found.isSilent ? -1 : found.group
        if counted >= 0 { _ = path.enter(counted) }
        steps.append(Step(place: call, group: counted, next: firstCalls[call], value: own))
        continue
      }
      let step = steps.removeLast()
      if step.group >= 0, path.leave(step.group) || countsRecursion { add(step.group, step.value) }
      if last > 1 { steps[last - 1].value.add(step.value) }
    }
  }

  private func held<Value: Summable>(at place: Int, _ value: (Int) -> Value) -> Value {
    var sum = Value()
    forEachMember(of: place) { sum.add(value($0)) }
    return sum
  }

  private func start() -> Path {
    Path(speakers: values.map { _ in Path.silent })
  }

  /// The group of a frame at a depth; −1 where it says nothing, unless it is the newest of a stack
  /// that says nothing at all, which `isSilent` tells.
  private mutating func speak(
    _ place: Int, depth: Int, _ path: inout Path, _ group: ([Int32]) -> Int
  ) -> (group: Int, isSilent: Bool) {
    let location = Int(edits.location(of: nodes[place]))
    if values.count == 1 {
      let isSaid = values[0].isSaid(by: location)
      let outer = path.speakers[depth - 1]
      path.put(isSaid ? 0 : outer, at: depth)
      if !isSaid, outer != Path.silent { return (-1, false) }
      if !isSaid, firstMembers[place] < 0 { return (-1, true) }
      if groupsOfLocations[location] < 0 {
        let tuple = [values[0].number(location, into: &dictionaries[0])]
        groupsOfLocations[location] = Int32(truncatingIfNeeded: group(tuple))
      }
      return (Int(groupsOfLocations[location]), !isSaid)
    }
    return speakTogether(place, location, depth: depth, &path, group)
  }

  private mutating func speakTogether(
    _ place: Int, _ location: Int, depth: Int, _ path: inout Path, _ group: ([Int32]) -> Int
  ) -> (group: Int, isSilent: Bool) {
    let width = values.count
    var isSaid = false
    var hasSpeaker = false
    for key in values.indices {
      var speaker = path.speakers[(depth - 1) * width + key]
      if values[key].isSaid(by: location) {
        speaker = values[key].number(location, into: &dictionaries[key])
        isSaid = true
      }
      if speaker != Path.silent { hasSpeaker = true }
      path.put(speaker, at: depth * width + key)
    }
    guard isSaid || (!hasSpeaker && firstMembers[place] >= 0) else { return (-1, !hasSpeaker) }
    let tuple = values.indices.map { key in
      let speaker = path.speakers[depth * width + key]
      return speaker != Path.silent
        ? speaker : values[key].speechless(location, into: &dictionaries[key])
    }
    return (group(tuple), !isSaid)
  }

  // MARK: Memberships

  /// The groups that some sites are in, as chains that stacks share.
  ///
  /// - Parameters:
  ///   - chosen: the sites, all of which hide as many frames.
  ///   - group: the number of the group of a tuple.
  ///   - chains: takes the chains; sites are those of the capture.
  mutating func link(
    _ chosen: [Int], group: ([Int32]) -> Int, into chains: inout GroupChains
  ) {
    var nodesOfPath: [UInt32] = []
    build(chosen, &nodesOfPath)
    var path = start()
    var steps = [Step(place: 0, group: -1, next: firstCalls[0], value: GroupChains.none)]
    if firstMembers[0] >= 0 {
      let absent = chains.link(group(values.map { _ in KeyDictionary.absent }), GroupChains.none)
      forEachMember(of: 0) { chains.heads[chosen[$0]] = absent }
    }
    while let last = steps.indices.last {
      let call = Int(steps[last].next)
      guard call >= 0 else {
        let step = steps.removeLast()
        if step.group >= 0 { _ = path.leave(step.group) }
        continue
      }
      steps[last].next = nextCalls[call]
      var chain = steps[last].value
      let found = speak(call, depth: steps.count, &path, group)
      let counted = found.isSilent ? -1 : found.group
      if counted >= 0, path.enter(counted) || countsRecursion {
        chain = chains.link(counted, chain)
      }
      let own = found.isSilent && found.group >= 0 ? chains.link(found.group, chain) : chain
      forEachMember(of: call) { chains.heads[chosen[$0]] = own }
      steps.append(Step(place: call, group: counted, next: firstCalls[call], value: chain))
    }
  }
}

/// The groups that sites are in: one, or as many as stand on their stacks.
///
/// A site's groups are a chain from its newest frame outwards; chains share what stacks share.
struct GroupChains {
  /// The end of a chain.
  static let none: Int32 = -1

  /// By site, where its chain begins.
  var heads: [Int32]
  /// By link, the next one outwards; it has a lower number.
  private(set) var callers: [Int32] = []
  /// By link, its group.
  private(set) var groups: [Int32] = []

  /// Sites in no group.
  init(siteCount: Int) { heads = Array(repeating: Self.none, count: siteCount) }

  /// Adds a link to the end of a chain; its number.
  mutating func link(_ group: Int, _ caller: Int32) -> Int32 {
    callers.append(caller)
    groups.append(Int32(truncatingIfNeeded: group))
    return Int32(truncatingIfNeeded: groups.count - 1)
  }

  /// Leaves out links whose group is not one of those wanted.
  mutating func keep(where isWanted: (Int) -> Bool) {
    // Callers have lower numbers, so theirs are known.
    var kept = [Int32](repeating: Self.none, count: groups.count)
    for link in groups.indices {
      let caller = callers[link] < 0 ? Self.none : kept[Int(callers[link])]
      callers[link] = caller
      kept[link] = isWanted(Int(groups[link])) ? Int32(truncatingIfNeeded: link) : caller
    }
    for site in heads.indices where heads[site] >= 0 { heads[site] = kept[Int(heads[site])] }
  }
}
