/// What a capture of single events tells beside them, and what it leaves out.
package struct EventDescription: Sendable, Equatable {
  /// What the ticks sample, as a series of the language: `rss`, `reserved`; empty for nothing.
  package var tickSeries = "rss"
  /// Whether events name the thread that they are of.
  package var hasThreads = true
  /// Whether events name the function that allocated.
  package var hasAllocators = true
  /// Facts about the recording for `show capture`, such as `device` and `0`.
  package var properties: [(name: String, value: String)] = []
  /// What to record instead for what this cannot answer; empty when there is nothing to say.
  package var advice = ""

  /// What memray's captures of events tell.
  package init() {}

  /// Whether two descriptions say the same.
  package static func == (a: EventDescription, b: EventDescription) -> Bool {
    a.tickSeries == b.tickSeries && a.hasThreads == b.hasThreads
      && a.hasAllocators == b.hasAllocators && a.advice == b.advice
      && a.properties.elementsEqual(b.properties, by: ==)
  }
}

/// A moment of a recording that its file names.
package struct EventMark: Sendable, Equatable {
  /// Its name: a step, an error.
  package var name: String
  /// What the file says of it, for a person; empty for nothing.
  package var detail: String

  /// A named moment.
  package init(name: String, detail: String = "") {
    self.name = name
    self.detail = detail
  }
}
