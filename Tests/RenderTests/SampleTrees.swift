import Results

/// Trees that the tests render.
enum SampleTrees {
  /// main calls load (600 own) and parse, parse calls node (300) and skip (95); 5 stackless.
  static func small() -> StackTree {
    var tree = StackTree(
      query: "flame peak size", captures: ["out.bin"], population: "peak")
    tree.header = ["peak at 4.2 s (#12345)", "command line: python app.py --all"]
    tree.frames += [
      FrameText(function: "main", file: "/srv/app/main.py", line: 30),
      FrameText(function: "load", file: "/srv/app/load.py", line: 12),
      FrameText(function: "parse", file: "/srv/app/parse.py", line: 7),
      FrameText(function: "node", file: "/usr/lib/python3.11/ast.py", line: 50),
      FrameText(function: "skip", file: "/usr/lib/python3.11/ast.py", line: 60),
    ]
    tree.parents = [0, 0, 1, 1, 3, 3]
    tree.frameIndices = [0, 1, 2, 3, 4, 5]
    tree.sizes = [5, 0, 600, 0, 300, 95]
    tree.counts = [1, 0, 6, 0, 30, 2]
    return tree
  }

  /// A chain of `depth` frames, the last one holding everything.
  static func deep(_ depth: Int) -> StackTree {
    var tree = StackTree(query: "flame peak size", captures: ["deep.bin"], population: "peak")
    for level in 0..<depth {
      tree.frames.append(
        FrameText(function: "recurse_\(level % 7)", file: "/srv/deep.py", line: level % 7 + 1))
      tree.parents.append(UInt32(level))
      tree.frameIndices.append(UInt32(level + 1))
      tree.sizes.append(level == depth - 1 ? 1_000_000 : 0)
      tree.counts.append(level == depth - 1 ? 10 : 0)
    }
    return tree
  }

  /// A wide, reproducible tree of `count` nodes below the root, some 20 levels deep.
  static func large(_ count: Int) -> StackTree {
    var tree = StackTree(
      query: "flame allocated size", captures: ["large.bin"], population: "allocated")
    let packages = ["numpy/core", "pandas/io", "json", "django/db", "app", "ast", "email", "http"]
    for index in 0..<4000 {
      tree.frames.append(
        FrameText(
          function: "function_\(index)",
          file: "/usr/lib/python3/site-packages/\(packages[index % 8])/file_\(index % 97).py",
          line: index % 900 + 1))
    }
    var state: UInt64 = 88_172_645_463_325_252
    var levels: [UInt8] = [0]
    for node in 1...max(1, count) {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      // Mostly below a recent node, so that the tree grows deep as programs do.
      var parent = node - 1 - Int((state >> 20) % UInt64(min(node, 40)))
      if levels[parent] >= 40 { parent = Int(state % UInt64(max(1, node / 50))) }
      levels.append(min(levels[parent], 250) + 1)
      tree.parents.append(UInt32(parent))
      tree.frameIndices.append(UInt32(1 + state % 4000))
      let isHeavy = state % 1000 < 3
      tree.sizes.append(Int64(state >> 32 & 0xFFF) * (isHeavy ? 5000 : 1))
      tree.counts.append(Int64(state >> 44 & 0xF) + 1)
    }
    return tree
  }

  /// The names that attack each form, as functions and files.
  static func hostile() -> StackTree {
    var tree = StackTree(
      query: "flame peak where function = \"</script><!--\"", captures: ["<b>evil</b>.bin"],
      population: "peak & \"more\"")
    tree.header = ["</title><img src=x onerror=alert(1)>"]
    tree.notes = ["</script> \u{1B}[31m"]
    let long = String(repeating: "long_name_", count: 100_000)
    for (index, name) in (SampleTables.hostileNames + [long]).enumerated() {
      tree.frames.append(FrameText(function: name, file: name + ".py", line: index))
      tree.parents.append(0)
      tree.frameIndices.append(UInt32(index + 1))
      tree.sizes.append(Int64(1000 + index))
      tree.counts.append(1)
    }
    return tree
  }
}

extension SampleTrees {
  /// A tree as a small web service leaves it: the picture that people judge a page by.
  static func program() -> StackTree {
    var tree = StackTree(
      query: "flame peak size", captures: ["service.bin"], population: "peak")
    tree.header = [
      "peak at 41.2 s (#1048576)", "command line: python -m service --port 8000",
      "Python 3.11, one process, 3 threads",
    ]
    let packages: [(String, [String])] = [
      ("/srv/service/app.py", ["main", "handle", "render", "load_config"]),
      ("/srv/service/models.py", ["Order.from_row", "Customer.load", "total", "<lambda>"]),
      (
        "/usr/lib/python3/site-packages/sqlalchemy/orm/loading.py",
        ["instances", "_instance", "load_on_pk"]
      ),
      (
        "/usr/lib/python3/site-packages/sqlalchemy/engine/result.py",
        ["fetchall", "_allrows", "process_rows"]
      ),
      ("/usr/lib/python3.11/json/decoder.py", ["decode", "raw_decode"]),
      ("/usr/lib/python3.11/json/__init__.py", ["loads", "dumps"]),
      ("/usr/lib/python3.11/ast.py", ["parse", "walk", "iter_child_nodes"]),
      ("/usr/lib/python3/site-packages/numpy/core/numeric.py", ["ones", "array", "full_like"]),
      ("/usr/lib/python3/site-packages/jinja2/environment.py", ["compile", "_parse", "render"]),
      ("<frozen importlib._bootstrap>", ["_find_and_load", "_load_unlocked", "exec_module"]),
      ("/usr/lib/python3.11/threading.py", ["_bootstrap", "run"]),
    ]
    let program = [
      "/srv/service/app.py": "app", "/srv/service/models.py": "models",
      "/usr/lib/python3/site-packages/sqlalchemy/orm/loading.py": "sqlalchemy",
      "/usr/lib/python3/site-packages/sqlalchemy/engine/result.py": "sqlalchemy",
      "/usr/lib/python3.11/json/decoder.py": "json", "/usr/lib/python3.11/json/__init__.py": "json",
      "/usr/lib/python3.11/ast.py": "ast", "<frozen importlib._bootstrap>": "importlib",
      "/usr/lib/python3/site-packages/numpy/core/numeric.py": "numpy",
      "/usr/lib/python3/site-packages/jinja2/environment.py": "jinja2",
      "/usr/lib/python3.11/threading.py": "threading",
    ]
    var groups: [[UInt32]] = []
    for (file, functions) in packages {
      groups.append([])
      tree.packages[file] = program[file]
      for (index, function) in functions.enumerated() {
        groups[groups.count - 1].append(UInt32(tree.frames.count))
        tree.frames.append(FrameText(function: function, file: file, line: 12 + index * 31))
      }
    }
    var state: UInt64 = 2_463_534_242
    var group: [Int] = [0]
    var levels = [0]
    for node in 1...1500 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      let back = 1 + Int((state >> 20) % UInt64(min(node, 9)))
      var parent = node - back
      if levels[parent] > 24 { parent = Int(state % 40) % node }
      let stays = state % 10 < 6 && parent > 0
      let mine = stays ? group[parent] : Int(state >> 8) & 0xFF_FFFF % groups.count
      let choice = groups[mine % groups.count]
      group.append(mine % groups.count)
      levels.append(levels[parent] + 1)
      tree.parents.append(UInt32(parent))
      tree.frameIndices.append(choice[Int(state >> 30) % choice.count])
      let size = Int64(state >> 33 & 0xFFFF) * (state >> 50 & 31 == 0 ? 90 : 1)
      tree.sizes.append(size)
      tree.counts.append(size / 700 + 1)
    }
    return tree
  }
}
