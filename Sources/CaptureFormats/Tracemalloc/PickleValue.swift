/// What an instruction of a snapshot's pickle may leave behind, in four bytes.
///
/// Tuples become what they mean as soon as they are complete, so that equal ones are one value
/// and nothing nests.
struct PickleValue: Equatable {
  enum Kind: UInt32 {
    /// A whole number below 2^28.
    case int
    /// Index into the table of other whole numbers.
    case wideInt
    case none
    /// Index of a text.
    case text
    /// Index of a frame: (text, number).
    case frame
    /// Node of a traceback: a tuple of frames.
    case stack
    /// Index of a trace.
    case trace
    /// Index of another tuple; 0 is the empty one.
    case tuple
    /// The list of traces.
    case list
    case dictionary
    /// A `PickleName`.
    case name
    case object
  }

  private static let payloadBits: UInt32 = 28
  static let payloadLimit: UInt32 = 1 << payloadBits

  private let word: UInt32

  init(_ kind: Kind, _ payload: UInt32 = 0) {
    word = kind.rawValue &<< Self.payloadBits | payload & (Self.payloadLimit &- 1)
  }

  static let none = PickleValue(.none)
  static let emptyTuple = PickleValue(.tuple, 0)

  var kind: Kind { Kind(rawValue: word &>> Self.payloadBits) ?? .none }
  var payload: UInt32 { word & (Self.payloadLimit &- 1) }

  /// What it is, for messages.
  var words: String {
    switch kind {
    case .int, .wideInt: "a number"
    case .none: "None"
    case .text: "a text"
    case .frame: "a frame"
    case .stack: "a traceback"
    case .trace: "a trace"
    case .tuple: "a tuple"
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .name: "a class"
    case .object: "an object"
    }
  }
}

/// The names that a snapshot's pickle may speak of; they stay names, nothing is called.
enum PickleName: UInt32 {
  case snapshot
  case traces
  /// `copyreg._reconstructor`, how protocols 0 and 1 make an object.
  case reconstructor
  /// `builtins.object`, its second argument.
  case object

  init?(module: String, name: String) {
    switch (module, name) {
    case (TracemallocLayout.moduleName, "Snapshot"): self = .snapshot
    case (TracemallocLayout.moduleName, "_Traces"): self = .traces
    case ("copy_reg", "_reconstructor"), ("copyreg", "_reconstructor"): self = .reconstructor
    case ("__builtin__", "object"), ("builtins", "object"): self = .object
    default: return nil
    }
  }

  /// Whether objects of it may be made.
  var isClass: Bool { self == .snapshot || self == .traces }
}
