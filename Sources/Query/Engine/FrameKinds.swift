import Language
/// Which frames belong to the interpreter or the import system (`memray.md` §11).
enum FrameKinds {
  /// Whether a frame is part of the import system.
  static func isImport(function: String, file: String) -> Bool {
    if contains(file, "frozen importlib") { return true }
    return file.hasSuffix("ceval.c")
      && ["import_name", "import_from", "import_all_from"].contains(function)
  }

  /// Whether a frame is one of CPython's own C functions.
  static func isInternal(function: String, file: String) -> Bool {
    guard isInterpreterSource(file) else { return false }
    if contains(function, "PyEval_EvalFrameEx") || contains(function, "_PyEval_EvalFrameDefault") {
      return true
    }
    if function.hasPrefix("PyEval") || function.hasPrefix("_Py") { return true }
    if function.hasPrefix("_TAIL_CALL_"), contains(function, ".llvm.") { return true }
    if contains(function.lowercased(), "vectorcall") { return true }
    return internalFunctions.contains(function) || contains(file, "Objects/call.c")
  }

  private static let internalFunctions: Set<String> = [
    "PyObject_Call", "call_function", "classmethoddescr_call", "cmpwrapper_call", "do_call_core",
    "fast_function", "function_call", "function_code_fastcall", "instance_call",
    "instancemethod_call", "methoddescr_call", "proxy_call", "slot_tp_call",
    "trace_call_function", "type_call", "weakref_call", "wrap_call", "wrapper_call",
    "wrapperdescr_call",
  ]

  /// Whether the file meets `(Include|Objects|Modules|Python|cpython).*\.[c|h]$`.
  private static func isInterpreterSource(_ file: String) -> Bool {
    guard file.hasSuffix(".c") || file.hasSuffix(".h") || file.hasSuffix(".|") else { return false }
    return ["Include", "Objects", "Modules", "Python", "cpython"].contains { contains(file, $0) }
  }

  /// Whether `text` holds `part`.
  static func contains(_ text: String, _ part: String) -> Bool {
    let haystack = Array(text.utf8)
    let needle = Array(part.utf8)
    guard !needle.isEmpty, haystack.count >= needle.count else { return needle.isEmpty }
    return (0...(haystack.count - needle.count)).contains { start in
      haystack[start..<(start + needle.count)].elementsEqual(needle)
    }
  }
}
