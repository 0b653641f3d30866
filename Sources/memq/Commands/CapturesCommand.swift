import ArgumentParser
import Interruption

/// `memq captures`.
struct CapturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "captures", abstract: "List the captures of the store.")

  @OptionGroup var store: StoreOptions
  @OptionGroup var display: DisplayOptions

  func run() throws {
    Interruption.set(.stops)
    try QuerySession(path: store.path, delivery: display.delivery(store))
      .ask("show captures").orExit()
  }
}
