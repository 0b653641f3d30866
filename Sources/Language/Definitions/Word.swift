/// A word of the language as a person reads it.
package struct Word: Sendable {
  /// The canonical word, in canonical case.
  package var name: String
  /// Other spellings, replaced while parsing.
  package var synonyms: [String]
  /// What it means, in one line.
  package var meaning: String
  /// A statement that uses it.
  package var example: String

  init(_ name: String, _ synonyms: [String] = [], meaning: String, example: String) {
    self.name = name
    self.synonyms = synonyms
    self.meaning = meaning
    self.example = example
  }

  /// The canonical word, then its synonyms.
  package var spellings: [String] { [name] + synonyms }
}

/// A word and what it stands for.
@dynamicMemberLookup
package struct VocabularyWord<Value: Sendable>: Sendable {
  /// What it stands for.
  package var value: Value
  /// How it is written, and what a person reads of it.
  package var word: Word

  init(_ value: Value, _ word: Word) {
    self.value = value
    self.word = word
  }

  init(
    _ value: Value, _ name: String, _ synonyms: [String] = [], meaning: String, example: String
  ) {
    self.init(value, Word(name, synonyms, meaning: meaning, example: example))
  }

  /// A property of the word.
  package subscript<Property>(dynamicMember path: KeyPath<Word, Property>) -> Property {
    word[keyPath: path]
  }
}

/// What has one definition, with its word.
protocol Defined: Sendable, CaseIterable {
  var word: Word { get }
}

extension Defined {
  /// All of its kind with their words, in the order of the cases.
  static var words: [VocabularyWord<Self>] { allCases.map { VocabularyWord($0, $0.word) } }
}
