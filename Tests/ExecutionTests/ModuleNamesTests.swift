import Store
import Testing

@testable import Execution

/// The module of a file, by what the capture says of folders and by what names say.
@Suite struct ModuleNamesTests {
  private func names(_ files: [String], _ info: CaptureInfo = CaptureInfo()) -> [String?] {
    let rules = ModuleNames(info: info, files: files)
    return files.map { rules.module(of: $0)?.name }
  }

  /// A search path as memray writes it.
  private var recorded: CaptureInfo {
    var info = CaptureInfo()
    info.searchPath = [
      "/srv/shop", "/srv/shop/plugins/src", "/opt/python/lib/python311.zip", "/opt/python/std",
      "/opt/python/std/lib-dynload", "/srv/shop/env/packages", "/opt/eggs/tool-1.0-py3.11.egg",
    ].joined(separator: "\n")
    info.standardLibrary = "/opt/python/std"
    info.sitePackages = "/srv/shop/env/packages"
    return info
  }

  @Test(arguments: [
    ("/srv/shop/serve.py", "serve"), ("/srv/shop/app/models.py", "app.models"),
    ("/srv/shop/app/__init__.py", "app"), ("/srv/shop/app/__main__.py", "app.__main__"),
    // The deepest folder counts.
    ("/srv/shop/plugins/src/tax/vat.py", "tax.vat"),
    (
      "/srv/shop/env/packages/pandas/core/arrays/string_arrow.py", "pandas.core.arrays.string_arrow"
    ),
    ("/srv/shop/env/packages/pandas/__init__.py", "pandas"),
    ("/opt/python/std/json/decoder.py", "json.decoder"),
    ("/opt/python/std/lib-dynload/_json.cpython-311-x86_64-linux-gnu.so", "_json"),
    ("/opt/python/lib/python311.zip/json/decoder.py", "json.decoder"),
    ("/opt/eggs/tool-1.0-py3.11.egg/tool/run.py", "tool.run"),
    ("/srv/shop/.venv/lib/python3.11/site-packages/flask/app.py", "flask.app"),
    ("/srv/shop/.venv/lib/python3.11/json/decoder.py", "json.decoder"),
    ("serve.py", "serve"), ("./app/views.py", "app.views"),
  ])
  func ofFoldersThatTheCaptureNames(_ file: String, _ module: String) {
    #expect(names([file], recorded) == [module])
  }

  @Test(arguments: [
    ("/usr/lib/python3.11/json/decoder.py", "json.decoder"),
    ("/usr/lib64/python3.13t/json/__init__.py", "json"),
    ("/usr/lib/pypy3.10/json/decoder.py", "json.decoder"),
    ("/usr/lib/python3/dist-packages/six.py", "six"),
    ("/usr/local/lib/python3.11/site-packages/numpy/_core/numeric.py", "numpy._core.numeric"),
    ("/usr/lib/python3.11/lib-dynload/_json.cpython-311-x86_64-linux-gnu.so", "_json"),
    (
      "/v/lib/python3.11/site-packages/numpy/_core/_multiarray_umath.cpython-311-x86_64-linux-gnu.so",
      "numpy._core._multiarray_umath"
    ),
    ("/v/lib/python3.11/site-packages/lxml/etree.abi3.so", "lxml.etree"),
    ("pandas/_libs/hashtable.pyx", "pandas._libs.hashtable"),
    ("/usr/lib/python3.11/json/__pycache__/decoder.cpython-311.pyc", "json.decoder"),
    ("<frozen importlib._bootstrap>", "importlib._bootstrap"), ("<frozen runpy>", "runpy"),
    ("app/models.py", "app.models"), ("json/decoder.py", "json.decoder"), ("busy.py", "busy"),
    ("src/app/models.py", "app.models"), ("/srv/me/shop/src/app/models.py", "app.models"),
    ("../shop/serve.py", "shop.serve"), ("/bundle/app.pyz/app/models.py", "app.models"),
    ("/usr/bin/gunicorn", "gunicorn"), ("my-script.py", "my-script"),
    ("examples/my-project/app/models.py", "app.models"), ("générateur_漢字.py", "générateur_漢字"),
    (#"C:\Python311\Lib\json\decoder.py"#, "json.decoder"),
    (#"C:\Python311\lib\json\decoder.py"#, "json.decoder"),
    (#"C:\Python311\DLLs\_ctypes.pyd"#, "_ctypes"),
    (#"C:\env\Lib\site-packages\requests\api.py"#, "requests.api"),
    (#"C:\env\Lib\site-packages\numpy\_core\_umath.cp311-win_amd64.pyd"#, "numpy._core._umath"),
    (#"app\models.py"#, "app.models"), ("C:/env/Lib/site-packages/six.py", "six"),
  ])
  func ofFoldersKnownByTheirNames(_ file: String, _ module: String) {
    #expect(names([file]) == [module])
  }

  /// Native code, other languages, and code without a file.
  @Test(arguments: [
    "", "<unknown>", "<string>", "<stdin>", "<array_function internals>", "Objects/obmalloc.c",
    "/usr/lib/x86_64-linux-gnu/libc.so.6", "libc.so.6", "/usr/bin/python3.11", "/opt/lib/libz.so",
    "/v/lib/python3.11/site-packages/numpy.libs/libopenblas64_p-r0-0cf96a72.3.23.dev.so",
    "/usr/local/go/src/runtime/malloc.go", "github.com/a/b/main.go", "node:internal/timers",
    "file:///srv/app/server.js", "templates/page.html", "/", "/srv/app/",
  ])
  func othersHaveNone(_ file: String) { #expect(names([file]) == [nil]) }

  /// Without folders a program begins at its outermost file; a package is no place to begin.
  @Test func ofAProgramsOwnFiles() {
    #expect(
      names([
        "/srv/app2/inventory.py", "/srv/app2/stock/cache.py", "/srv/app2/stock/deep/tree.py",
        "/opt/me/tool.py",
      ]) == ["inventory", "stock.cache", "stock.deep.tree", "tool"])
    #expect(
      names(["/proj/shop/__init__.py", "/proj/shop/models.py", "/proj/shop/web/views.py"])
        == ["shop", "shop.models", "shop.web.views"])
    // A file at the root of the file system says nothing of other folders.
    #expect(names(["/run.py", "/code/app/a.py", "/code/b.py"]) == ["run", "app.a", "b"])
    #expect(names(["src/__init__.py", "src/a.py"]) == ["src", "src.a"])
  }

  @Test(arguments: [
    (
      "/env/lib/python3.10/site-packages/memray/__main__.py run -o x.py /srv/shop/serve.py 1",
      "web.views"
    ),
    ("/srv/shop/serve.py", "web.views"), ("python3 -X dev /srv/shop/serve.py", "web.views"),
    // Its folder is not known then.
    ("/env/bin/memray run -m shop.serve", "views"), ("/srv/shop/__main__.py", "views"),
  ])
  func ofTheScriptOfACommandLine(_ line: String, _ module: String) {
    var info = CaptureInfo()
    info.commandLine = line
    #expect(names(["/srv/shop/web/views.py"], info) == [module])
  }

  @Test func librariesAreTold() {
    let rules = ModuleNames(info: recorded, files: [])
    for file in [
      "/srv/shop/env/packages/pandas/core.py", "/opt/python/std/ast.py", "<frozen runpy>",
      "/x/lib/python3.9/site-packages/numpy.libs/libgfortran.so.5",
      "/opt/python/std/lib-dynload/_json.so",
    ] { #expect(rules.isLibrary(file), "\(file)") }
    for file in ["/srv/shop/app/models.py", "<string>", "", "/usr/lib/libc.so.6"] {
      #expect(!rules.isLibrary(file), "\(file)")
    }
  }
}
