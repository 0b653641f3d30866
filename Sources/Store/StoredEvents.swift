package import CaptureModel

/// What a capture of events tells beside them, as columns of names and texts.
extension EventDescription {
  private static let tickField = "ticks"
  private static let adviceField = "advice"
  private static let threadsField = "threads"
  private static let allocatorsField = "allocators"
  private static let propertyField = "property "

  fileprivate var fields: [(name: String, value: String)] {
    [
      (Self.tickField, tickSeries), (Self.adviceField, advice),
      (Self.threadsField, hasThreads ? "1" : "0"),
      (Self.allocatorsField, hasAllocators ? "1" : "0"),
    ] + properties.map { (Self.propertyField + $0.name, $0.value) }
  }

  fileprivate init(fields: [(name: String, value: String)]) {
    self.init()
    for field in fields {
      switch field.name {
      case Self.tickField: tickSeries = field.value
      case Self.adviceField: advice = field.value
      case Self.threadsField: hasThreads = field.value == "1"
      case Self.allocatorsField: hasAllocators = field.value == "1"
      case let name where name.hasPrefix(Self.propertyField):
        properties.append((String(name.dropFirst(Self.propertyField.count)), field.value))
      default: break
      }
    }
  }
}

extension CaptureWriter {
  /// Writes what a capture of events tells beside them; nothing of what memray's tell.
  package func write(_ description: EventDescription) throws(StoreError) {
    guard description != EventDescription() else { return }
    let fields = description.fields
    try write(.profileField, texts: fields.map(\.name))
    try write(.profileValue, texts: fields.map(\.value))
  }
}

extension CaptureColumns {
  /// What the capture tells beside its events; nil for one of totals.
  package func events() throws(StoreError) -> EventDescription? {
    guard info.holdsEvents else { return nil }
    let names = try texts(.profileField)
    let values = try texts(.profileValue)
    guard names.count == values.count else { throw damaged(.profileField) }
    return names.isEmpty
      ? EventDescription() : EventDescription(fields: zip(names, values).map { ($0, $1) })
  }
}
