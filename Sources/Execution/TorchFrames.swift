/// Which frames are PyTorch's own, or of the machinery below it.
extension FrameKinds {
  /// Whether a frame is of PyTorch: its package, its libraries, its dispatcher, or the C code of
  /// the interpreter that its recorder puts on stacks.
  static func isOfTorch(function: String, file: String) -> Bool {
    if isOfTorchFile(file) { return true }
    if interpreterPrefixes.contains(where: function.hasPrefix) { return true }
    if startFunctions.contains(function) { return true }
    return recorderParts.contains { contains(function, $0) }
  }

  private static func isOfTorchFile(_ file: String) -> Bool {
    guard !file.isEmpty else { return false }
    if file.hasPrefix("torch/") { return true }
    if !file.hasSuffix(".py"), file.split(separator: "/").last?.hasPrefix("python3") == true {
      return true
    }
    if packageParts.contains(where: { contains(file, $0) }) { return true }
    return !file.hasSuffix(".py") && sourceParts.contains { contains(file, $0) }
  }

  private static let interpreterPrefixes = [
    "PyEval_", "_PyEval_", "PyObject_", "_PyObject_", "PyFunction_", "_PyFunction_",
  ]
  private static let startFunctions: Set<String> = ["_start", "__libc_start_main"]
  /// What the recorder of stacks leaves on them.
  private static let recorderParts = [
    "unwind::unwind", "CapturedTraceback::gather", "gather_with_cpp",
  ]
  private static let packageParts = [
    "-packages/torch/", "/libtorch", "/libc10", "/libpython", "/libc.so.",
  ]
  private static let sourceParts = [
    "core/boxing", "/Register", "/Redispatch",
    "pythonrun.c", "Modules/main.c", "Objects/call.c", "Objects/methodobject.c",
    "pycore_ceval.h", "ceval.c", "cpython/abstract.h",
  ]
}
