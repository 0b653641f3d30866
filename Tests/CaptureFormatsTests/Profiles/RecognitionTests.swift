import CaptureModel
import Testing

@testable import CaptureFormats

/// Every file is told by its first bytes.
@Suite struct RecognitionTests {
  @Test(arguments: [
    ("tracemalloc", "py37-nframe5/snap-00.pickle", "tracemalloc"),
    ("tracemalloc", "py313-nframe5/snap-01.pickle", "tracemalloc"),
    ("tracemalloc", "edges/protocol-0.pickle", "tracemalloc"),
    ("tracemalloc", "edges/protocol-2.pickle", "tracemalloc"),
    ("memory_profiler", "workers-both.dat", "mprof"), ("memory_profiler", "blocks.dat", "mprof"),
    ("memory_profiler", "short.dat", "mprof"),
    ("memory_profiler", "lines.report.txt", "memory_profiler"),
    ("memory_profiler", "lines-old-0.55.report.txt", "memory_profiler"),
    ("memory_profiler", "phases.report.txt", "memory_profiler"),
    ("scalene", "mixed-1.5.51.json", "scalene"), ("scalene", "mixed-2.1.4.json", "scalene"),
    ("scalene", "mixed-2.4.0-memory-all-zero.json", "scalene"),
    ("speedscope", "evented.speedscope.json", "speedscope"),
    ("py-spy", "busy.speedscope.json", "speedscope"), ("py-spy", "busy.raw.txt", "collapsed"),
    ("py-spy", "busy-native.raw.txt", "collapsed"),
    ("py-spy", "busy.chrometrace.json", "chrometrace"),
    ("collapsed", "simple.txt", "collapsed"), ("collapsed", "odd.txt", "collapsed"),
    ("collapsed", "differential.txt", "collapsed"),
  ])
  func filesAreRecognised(folder: String, name: String, format: String) throws {
    let reader = try FormatRegistry.open(path: fixture(folder, name))
    #expect(reader.header.format == format)
  }

  @Test(arguments: [
    "import os\n\nprint(1)\n", "# Title\n\nSome text; and more.\n", "{\"a\": 1}", "[1, 2, 3]",
    "a,b,c\n1,2,3\n", "name count\nx 1\ny 2\n",
  ])
  func otherTextIsNot(text: String) throws {
    let scratch = try ScratchFile(Array(text.utf8))
    #expect(openingError(scratch.path) == .unrecognized(path: scratch.path))
  }
}
