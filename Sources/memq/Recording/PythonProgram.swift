// ⚠ unsafe: access() reads a C string for one call.
import Glibc

/// The Python whose memray records.
struct PythonProgram {
  /// Its path.
  let path: String

  /// Finds it: the one named, else that of the active virtual environment, else the first in `PATH`.
  ///
  /// - Parameter name: A path, or a name to look for in `PATH`.
  /// - Throws: That there is none, and what to do.
  init(named name: String?) throws(Failure) {
    if let name {
      guard let found = name.contains("/") ? Self.executable(name) : Self.inPath(name) else {
        throw Failure(
          "there is no program \(name) to run Python with"
            + (name.contains("/") ? "" : " in PATH"))
      }
      path = found
    } else if let folder = Terminal.environment("VIRTUAL_ENV") {
      let names = ["python", "python3"].map { "\(folder)/bin/\($0)" }
      guard let found = names.lazy.compactMap(Self.executable).first else {
        throw Failure(
          "VIRTUAL_ENV is \(folder), which has no bin/python; activate another environment, "
            + "or say which: memq run --python PYTHON …")
      }
      path = found
    } else {
      guard let found = ["python3", "python"].lazy.compactMap(Self.inPath).first else {
        throw Failure("there is no python3 in PATH; say where: memq run --python PYTHON …")
      }
      path = found
    }
  }

  /// Refuses a Python that has no memray, and says how to install it.
  func checkMemray() throws(Failure) {
    let question = """
      import importlib.util as u, sys
      sys.exit(0 if u.find_spec("memray") else 86)
      """
    let ending = try StartedProgram.run([path, "-c", question])
    guard ending != .exited(86) else {
      throw Failure(
        "\(path) has no memray; install it with: \(ShellWord.quoted(path)) -m pip install memray\n"
          + "memq: or name a Python that has it: memq run --python PYTHON …")
    }
    guard ending == .exited(0) else {
      throw Failure("\(path) does not run Python: it \(ending.words)")
    }
  }

  private static func executable(_ path: String) -> String? {
    unsafe access(path, X_OK) == 0 ? path : nil
  }

  private static func inPath(_ name: String) -> String? {
    let folders = (Terminal.environment("PATH") ?? "/usr/local/bin:/usr/bin:/bin")
      .split(separator: ":", omittingEmptySubsequences: false)
    return folders.lazy.compactMap { executable(($0.isEmpty ? "." : $0) + "/" + name) }.first
  }
}
