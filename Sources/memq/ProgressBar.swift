import Render

/// How far an import is, on one line of the terminal that it takes back at the end.
struct ProgressBar {
  private let label: String
  private let isShown: Bool
  private var lastDrawn: ContinuousClock.Instant
  private var hasDrawn = false
  private let started = ContinuousClock.now

  private static let interval = Duration.milliseconds(100)
  private static let cells = 30

  /// A bar that is drawn only where a person looks.
  init(label: String, isShown: Bool = Terminal.reportsToTerminal) {
    self.label = Message.name(label)
    self.isShown = isShown
    lastDrawn = started
  }

  /// Draws `done` of `total` bytes, at most ten times a second.
  mutating func update(done: UInt64, total: UInt64) {
    guard isShown else { return }
    let now = ContinuousClock.now
    guard now - lastDrawn >= Self.interval else { return }
    lastDrawn = now
    hasDrawn = true
    draw(Self.line(label: label, done: done, total: total, elapsed: now - started))
  }

  /// Draws how many bytes came, of a pipe whose length nobody knows.
  mutating func update(done: UInt64) {
    guard isShown, ContinuousClock.now - lastDrawn >= Self.interval else { return }
    lastDrawn = ContinuousClock.now
    hasDrawn = true
    draw("\(label)  \(Humanize.size(Int64(clamping: done)))")
  }

  /// Takes the line back.
  mutating func clear() {
    if hasDrawn { draw("") }
    hasDrawn = false
  }

  private func draw(_ line: String) {
    // Carriage return, the line, erase what an earlier one left (ECMA-48 EL).
    do { try DescriptorStream.standardError.write("\r\(line)\u{1B}[K") } catch {}
  }

  static func line(label: String, done: UInt64, total: UInt64, elapsed: Duration) -> String {
    let share = total == 0 ? 1 : min(1, Double(done) / Double(total))
    let full = Int(share * Double(cells))
    let bar = String(repeating: "█", count: full) + String(repeating: "░", count: cells - full)
    let percent = String(Int(share * 100))
    let seconds = Double(elapsed.components.seconds)
    var line = "\(label)  \(bar) \(String(repeating: " ", count: 3 - percent.count))\(percent) %"
    if share > 0.05, seconds >= 2 {
      line += "  \(Int((seconds / share - seconds).rounded(.up))) s left"
    }
    return line
  }
}
