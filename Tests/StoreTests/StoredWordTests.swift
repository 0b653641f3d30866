import CaptureModel
import SQLite
import TestSupport
import Testing

@testable import Store

/// Words of closed sets, as a store keeps them: those of a newer memq are errors, no guesses.
@Suite struct StoredWordTests {
  @Test(arguments: ["kind", "ending"]) func unknownWordsOfACaptureAreDamage(
    _ column: String
  ) throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.path("memq.db"), mode: .write)
    _ = try store.importCapture(name: "first", isNameGiven: false, hash: "1") {
      (_) throws(StoreError) in CaptureInfo()
    }
    #expect(try store.captures().map(\.kind) == [.events])
    try store.connection.execute("UPDATE captures SET \(column) = 'hologram'")
    // Older stores have no seals that would tell.
    for version in [2, Store.firstSealedVersion] {
      let row = try #require(try store.catalogRows(suffix: "", hash: nil, version).first)
      #expect(!store.isWhole(row, version))
    }
    #expect(throws: StoreError.self) { try store.captures() }
  }

  @Test func whatNumbersMeanIsReadAsItWasWritten() throws {
    var profile = StoredProfile()
    for population in ProfilePopulation.allCases {
      for measure in ProfileMeasure.allCases {
        profile.values.append(ProfileValue(population, measure, unit: "u v", scale: 3))
      }
    }
    for clock in ProfileClock.allCases {
      profile.clock = clock
      #expect(StoredProfile(fields: profile.fields) == profile)
    }
  }

  @Test(arguments: [
    ("value", "live size 1 bytes"), ("clock", "wall"),
  ]) func unknownWordsOfAProfileAreRefused(_ field: String, _ known: String) {
    #expect(StoredProfile(fields: [(field, known)]) != nil)
    for word in known.split(separator: " ").prefix(2) {
      let text = known.split(separator: " ").map { $0 == word ? "hologram" : String($0) }
      #expect(StoredProfile(fields: [(field, text.joined(separator: " "))]) == nil)
    }
  }
}
