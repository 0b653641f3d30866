import Language

/// A part of a question that needs something of a capture.
struct CapabilityPart: Sendable {
  /// As it is written.
  var word: String
  var range: SourceRange
  var needs: [Need]
  /// Whether groups are made by it.
  var isKeyOfGroup = false
  /// Takes it out of a question.
  var mend: @Sendable (inout Query) -> Void
}

extension Query {
  /// Every part that needs something, in the order in which they are looked at.
  var capabilityParts: [CapabilityPart] {
    let keys = keys.map { key in
      CapabilityPart(
        word: key.value.name, range: key.range, needs: key.value.needs, isKeyOfGroup: true
      ) { $0.keys.removeAll { $0 == key } }
    }
    let measures = measures.map { measure in
      CapabilityPart(word: measure.value.name, range: measure.range, needs: measure.value.needs) {
        $0.measures.removeAll { $0 == measure }
      }
    }
    let orders = order.map { column in
      let (word, needs): (String, [Need]) =
        switch column.column.value {
        case .measure(let measure): (measure.name, measure.needs)
        case .key(let key): (key.name, key.needs)
        case .time: ("time", Field.time.needs)
        }
      return CapabilityPart(word: word, range: column.column.range, needs: needs) {
        $0.order.removeAll { $0 == column }
      }
    }
    let fields = (filter?.fields ?? []).map { field in
      CapabilityPart(
        word: field.value.name, range: field.range, needs: field.value.needs
      ) { $0.filter = $0.filter?.without(field.range) }
    }
    let stacks = (filter?.stackPatterns ?? []).map { pattern in
      CapabilityPart(word: "stack has", range: pattern.range, needs: [.stacks]) {
        $0.filter = $0.filter?.without(pattern.range)
      }
    }
    let limits = (having?.leaves.map(\.measure) ?? []).map { measure in
      CapabilityPart(word: measure.value.name, range: measure.range, needs: measure.value.needs) {
        $0.having = $0.having?.without(measure.range)
      }
    }
    var parts = keys + measures + orders + fields + stacks + limits
    if let fromFrame {
      parts.append(
        CapabilityPart(word: "from frame", range: fromFrame.range, needs: [.stacks]) {
          $0.fromFrame = nil
        })
    }
    if let inclusive {
      parts.append(
        CapabilityPart(word: "inclusive", range: inclusive, needs: [.stacks]) {
          $0.inclusive = nil
        })
    }
    return parts
  }
}

extension Predicate {
  /// What records are asked for, with its places.
  var fields: [Located<Field>] { leaves.compactMap(\.field) }

  /// The first frame of each test of stacks.
  fileprivate var stackPatterns: [Pattern] { leaves.compactMap(\.outermostFrame) }

  /// The same without the test at a place; nil where nothing would be left.
  func without(_ range: SourceRange) -> Predicate? {
    without { $0.field?.range == range || $0.outermostFrame?.range == range }
  }
}

extension Term {
  /// The outermost frame that a stack must have.
  fileprivate var outermostFrame: Pattern? {
    if case .stackHas(let patterns) = self { patterns.first } else { nil }
  }
}

extension Limits {
  /// The same without the comparison at a place; nil where nothing would be left.
  fileprivate func without(_ range: SourceRange) -> Limits? {
    without { $0.measure.range == range }
  }

  /// A lifetime of a group that is compared with a time, and where that time stands.
  var lifetimeInTime: (measure: Measure, range: SourceRange)? {
    leaves.lazy.compactMap { limit in
      guard limit.measure.value.needsLifetimes, case .duration = limit.amount.value else {
        return nil
      }
      return (limit.measure.value, limit.amount.range)
    }.first
  }
}

extension Key {
  /// Whether rows, not places, decide its groups.
  var needsRows: Bool { needs.contains(.allocations) || needs.contains(.blockSizes) }
}

extension Field {
  /// Whether rows, not places, decide it.
  var isOfRows: Bool {
    self == .size || needs.contains(.allocations) || needs.contains(.blockSizes)
  }
}
