import CaptureModel

/// Tuples, the list, dictionaries and objects.
extension PickleMachine {
  mutating func makeTuple(ofLast count: Int) throws(FieldError) {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw .malformed(reason: "an instruction without its operands")
    }
    try makeTuple(from: stack.count - count)
  }

  /// Replaces the values from `start` on by their tuple, or by what it means.
  mutating func makeTuple(from start: Int) throws(FieldError) {
    let value = try content.tuple(stack, from: start)
    stack.removeLast(stack.count - start)
    stack.append(value)
  }

  mutating func makeList(_ start: Int) throws(FieldError) {
    try content.beginList()
    try content.addTraces(stack, from: start)
    stack.removeLast(stack.count - start)
    try push(PickleValue(.list))
  }

  /// Adds the values from `start` on to the list below them.
  mutating func appendTraces(from start: Int) throws(FieldError) {
    guard start > (marks.last ?? 0), stack[start - 1].kind == .list else {
      throw .malformed(reason: "values for a list that is not there")
    }
    try content.addTraces(stack, from: start)
    stack.removeLast(stack.count - start)
  }

  mutating func makeDictionary(_ start: Int) throws(FieldError) {
    let index = try content.addDictionary()
    try content.set(stack, from: start, in: index)
    stack.removeLast(stack.count - start)
    try push(PickleValue(.dictionary, index))
  }

  /// Puts the pairs from `start` on into the dictionary below them.
  mutating func setItems(from start: Int) throws(FieldError) {
    guard start > (marks.last ?? 0), stack[start - 1].kind == .dictionary else {
      throw .malformed(reason: "values for a dictionary that is not there")
    }
    try content.set(stack, from: start, in: stack[start - 1].payload)
    stack.removeLast(stack.count - start)
  }

  /// NEWOBJ: an object of one of the two classes, without arguments.
  mutating func makeObject() throws(FieldError) {
    let arguments = try pop()
    let name = try pop()
    guard arguments == .emptyTuple else { throw .malformed(reason: "an object with arguments") }
    try push(try content.addObject(of: name))
  }

  /// REDUCE in its one form: `_reconstructor(class, object, None)`.
  mutating func reconstruct() throws(FieldError) {
    let arguments = content.elements(of: try pop())
    let function = try pop()
    guard function == PickleValue(.name, PickleName.reconstructor.rawValue),
      arguments.count == 3, arguments[1] == PickleValue(.name, PickleName.object.rawValue),
      arguments[2] == .none
    else { throw .malformed(reason: "a call, which no snapshot needs; nothing was executed") }
    try push(try content.addObject(of: arguments[0]))
  }

  /// BUILD: the dictionary becomes the object's state.
  mutating func buildObject() throws(FieldError) {
    let state = try pop()
    guard let object = stack.last, object.kind == .object, state.kind == .dictionary else {
      throw .malformed(reason: "a state that is not an object's dictionary")
    }
    try content.setState(of: object.payload, to: state.payload)
  }

  mutating func pushStackedName() throws(FieldError) {
    let name = try pop()
    let module = try pop()
    guard name.kind == .text, module.kind == .text else {
      throw .malformed(reason: "a name that is no text")
    }
    try pushName(
      module: content.texts[Int(module.payload)], name: content.texts[Int(name.payload)])
  }

  mutating func pushName(module: String, name: String) throws(FieldError) {
    guard let known = PickleName(module: module, name: name) else {
      throw .malformed(
        reason: "\(module.prefix(80)).\(name.prefix(80)) is no part of a snapshot; "
          + "nothing was executed")
    }
    try push(PickleValue(.name, known.rawValue))
  }
}
