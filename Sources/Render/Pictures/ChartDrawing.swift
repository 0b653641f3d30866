import Results

/// Panels, axes and series of a chart, in pixels.
struct ChartDrawing {
  private let chart: ChartData
  private let sizes: SizeFamily
  private let top: Double
  private let legend: ChartLegend

  private static let left = 82.0
  private static let right = ChartPicture.width - 20
  /// Stretches that say their values under the pointer.
  private static let mostStretches = 240
  private static let hues = [214, 24, 152, 282, 48, 340, 190, 96, 250, 8, 170, 320]

  init(_ chart: ChartData, sizes: SizeFamily, top: Double) {
    self.chart = chart
    self.sizes = sizes
    self.top = top
    legend = ChartLegend(chart.panels.flatMap { $0.series.map(\.name) }, width: Self.right - 16)
  }

  private var panelHeight: Double { chart.panels.count > 1 ? 210 : 320 }
  /// Room for a panel's title.
  private var titleHeight: Double { chart.panels.count > 1 ? 24 : 6 }

  private func panelTop(_ panel: Int) -> Double {
    top + legend.height + Double(panel) * (panelHeight + titleHeight + 34) + titleHeight
  }

  /// Where the drawing ends.
  var bottom: Double { panelTop(chart.panels.count - 1) + panelHeight + 34 }

  /// Rules for the axes and the series that there are.
  var style: String {
    let count = min(Self.hues.count, chart.panels.reduce(0) { $0 + $1.series.count })
    var light = ".memq .g{stroke:#e3e6ea}.memq .c{fill:none;stroke-width:1.75;"
    light += "stroke-linejoin:round}.memq .b{opacity:.5}.memq .w{opacity:.16}\n"
    light += ".memq .a text{font-size:11.5px;fill:#59626c}.memq .r text{text-anchor:end}"
    light += ".memq .x text{text-anchor:middle}.memq .m{stroke:#8a94a0;stroke-dasharray:3 3}\n"
    light += ".memq .o{paint-order:stroke;stroke:#fff;stroke-width:3px}\n"
    light += ".memq .z{fill:transparent}.memq .z:hover{fill:#88929c;fill-opacity:.18}\n"
    var dark = ".memq .g{stroke:#2b3138}.memq .a text{fill:#9ba5af}.memq .o{stroke:#14171a}"
    for (index, hue) in Self.hues.prefix(count).enumerated() {
      light += Self.rules(index, "hsl(\(hue),68%,42%)")
      dark += Self.rules(index, "hsl(\(hue),65%,66%)")
    }
    return light + "@media (prefers-color-scheme:dark){\(dark)}\n"
  }

  private static func rules(_ index: Int, _ colour: String) -> String {
    ".memq .f\(index){fill:\(colour)}.memq .l\(index){stroke:\(colour)}\n"
  }

  func append(to bytes: inout [UInt8]) {
    legend.append(top: top, hues: Self.hues.count, to: &bytes)
    var first = 0
    for (index, panel) in chart.panels.enumerated() {
      append(panel, top: panelTop(index), first: first, to: &bytes)
      first += panel.series.count
    }
  }

  // MARK: A panel

  private func append(
    _ panel: ChartData.Panel, top: Double, first: Int, to bytes: inout [UInt8]
  ) {
    let drawn = panel.drawn(count: chart.xs.count)
    let axis = ChartAxis(
      drawn.flatMap { $0.high.compactMap(\.self) }, most: Int(panelHeight / 52), unit: panel.unit,
      sizes: sizes)
    let y: (Double) -> Double = { value in
      top + (axis.high - value) / (axis.high - axis.low) * panelHeight
    }
    if chart.panels.count > 1 {
      let names =
        panel.isStacked ? panel.unit.rawValue : panel.series.map(\.name).joined(separator: ", ")
      let short = DisplayWidth.prefix(PictureHead.head(names), width: 110, ellipsis: "…")
      bytes.append(SVGText.line(short, x: 16, y: top - 10, "s"))
    }
    bytes.append("<g class=\"a r\">")
    for place in axis.places {
      let at = SVGText.pixels(y(place))
      bytes.append(
        "<path class=\"g\" d=\"M\(SVGText.pixels(Self.left)) \(at)H\(SVGText.pixels(Self.right))\"/>"
      )
      let text = ChartAxis.text(place, unit: panel.unit, sizes: sizes)
      bytes.append(SVGText.line(text, x: Self.left - 8, y: y(place) + 4, "t"))
    }
    bytes.append("</g>\n")
    appendPlaces(y: top + panelHeight, to: &bytes)
    for (index, series) in drawn.enumerated().reversed() {
      let colour = (first + index) % Self.hues.count
      if chart.ends != nil {
        appendBars(series.high, index, of: drawn.count, colour, y, to: &bytes)
      } else {
        let isWashed = panel.isStacked || panel.series.count < 3
        appendLine(series, colour, isStacked: panel.isStacked, isWashed, y, to: &bytes)
      }
    }
    appendMarks(top: top, to: &bytes)
    appendStretches(panel, top: top, to: &bytes)
  }

  /// Pixels of a place of the x axis: of a value, or of the n-th bar's middle.
  private func x(_ place: Double) -> Double {
    let inner = Self.right - Self.left
    if chart.ends != nil { return Self.left + place / Double(max(1, chart.xs.count)) * inner }
    let (from, to) = (chart.xs.first ?? 0, chart.xs.last ?? 0)
    return Self.left + (to > from ? (place - from) / (to - from) * inner : inner / 2)
  }

  private func appendPlaces(y: Double, to bytes: inout [UInt8]) {
    bytes.append("<g class=\"a x\">")
    var free = -Double.infinity
    var most = Double.infinity
    func put(_ text: String, at place: Double) {
      let half = SVGText.width(text, size: 11.5) / 2
      let middle = min(max(place, Self.left - 30 + half), ChartPicture.width - 4 - half)
      guard middle - half > free, middle + half < most else { return }
      bytes.append(SVGText.line(text, x: middle, y: y + 19, "t"))
      free = middle + half + 10
    }
    if let ends = chart.ends {
      let isBounded = ends.last?.isFinite ?? true
      let bounds = chart.xs + (isBounded ? [ends.last ?? 0] : [])
      let texts = bounds.map {
        ChartAxis.text($0, unit: chart.xUnit, sizes: chart.isOfTwos ? .binary : sizes)
      }
      let widest = texts.map { SVGText.width($0, size: 11.5) }.max() ?? 0
      let room = (Self.right - Self.left) / Double(max(1, chart.xs.count))
      let each = max(1, Int(((widest + 10) / room).rounded(.up)))
      if !isBounded {
        put("never freed", at: x(Double(chart.xs.count) - 0.5))
        most = free - SVGText.width("never freed", size: 11.5) - 20
        free = -Double.infinity
      }
      for index in stride(from: 0, to: texts.count, by: each) {
        put(texts[index], at: x(Double(index)))
      }
    } else if let from = chart.xs.first, let to = chart.xs.last {
      let step = ChartAxis.step(to - from, most: 10, unit: chart.xUnit, sizes: sizes)
      var place = (from / step).rounded(.up) * step
      var left = 100
      while place <= to + step / 1000 && left > 0 {
        put(ChartAxis.text(place, unit: chart.xUnit, sizes: sizes), at: x(place))
        place += step
        left -= 1
      }
    }
    bytes.append("</g>\n")
  }

  private func appendBars(
    _ values: [Double?], _ index: Int, of count: Int, _ colour: Int, _ y: (Double) -> Double,
    to bytes: inout [UInt8]
  ) {
    let room = (Self.right - Self.left) / Double(max(1, values.count)) * 0.84 / Double(count)
    bytes.append("<path class=\"f\(colour)\" d=\"")
    for (place, value) in values.enumerated() {
      guard let value, value != 0 else { continue }
      let left = SVGText.pixels(x(Double(place) + 0.08) + Double(index) * room)
      let wide = SVGText.pixels(max(1, room - 1))
      let (high, base) = (min(y(value), y(0)), y(0))
      let tall = max(1, (y(value) - base).magnitude)
      bytes.append(
        "M\(left) \(SVGText.pixels(min(high, base - 1)))h\(wide)v\(SVGText.pixels(tall))h-\(wide)z")
    }
    bytes.append("\"/>\n")
  }

  private func appendLine(
    _ series: ChartData.Drawn, _ colour: Int, isStacked: Bool, _ isWashed: Bool,
    _ y: (Double) -> Double, to bytes: inout [UInt8]
  ) {
    for run in series.runs {
      var path = ""
      for place in run {
        path += "\(path.isEmpty ? "M" : "L")\(SVGText.pixels(x(chart.xs[place]))) "
        path += SVGText.pixels(y(series.high[place] ?? 0))
      }
      if run.count == 1, let place = run.first {
        let at = (SVGText.pixels(x(chart.xs[place])), SVGText.pixels(y(series.high[place] ?? 0)))
        bytes.append("<circle class=\"f\(colour)\" cx=\"\(at.0)\" cy=\"\(at.1)\" r=\"2.5\"/>\n")
        continue
      }
      if isWashed {
        var area = path
        for place in run.reversed() where isStacked || place == run.first || place == run.last {
          area += "L\(SVGText.pixels(x(chart.xs[place]))) "
          area += SVGText.pixels(y(isStacked ? series.low[place] : 0))
        }
        let wash = isStacked ? "b" : "w"
        bytes.append("<path class=\"\(wash) f\(colour)\" d=\"\(area)z\"/>\n")
      }
      bytes.append("<path class=\"c l\(colour)\" d=\"\(path)\"/>\n")
    }
  }

  private func appendMarks(top: Double, to bytes: inout [UInt8]) {
    guard let from = chart.xs.first, let to = chart.xs.last, chart.ends == nil else { return }
    let marks = chart.marks.filter { $0.seconds >= from && $0.seconds <= to }
    // Lines closer than this hide the curve: then they are short, and counted by name.
    let isDense = Double(marks.count) * 14 > Self.right - Self.left
    let tall = isDense ? 9 : panelHeight
    var last = -Double.infinity
    var free = -Double.infinity
    for mark in marks {
      let at = x(mark.seconds)
      guard at - last >= 3 else { continue }
      last = at
      let name = PictureHead.head(mark.name)
      let path =
        "M\(SVGText.pixels(at)) \(SVGText.pixels(top + panelHeight - tall))v\(SVGText.pixels(tall))"
      bytes.append(
        "<path class=\"m\" d=\"\(path)\"><title>\(SVGText.escaped(name))</title></path>\n")
      let short = DisplayWidth.prefix(SafeText.shown(name), width: 24, ellipsis: "…")
      let wide = SVGText.width(short, size: 11.5)
      guard !isDense, at >= free, at + wide + 6 < ChartPicture.width else { continue }
      bytes.append("<g class=\"a\">\(SVGText.line(short, x: at + 4, y: top + 11, "o"))</g>")
      free = at + wide + 12
    }
    guard isDense else { return }
    var counts: [String: Int64] = [:]
    var names: [String] = []
    for mark in marks {
      if counts[mark.name] == nil { names.append(mark.name) }
      counts[mark.name, default: 0] += 1
    }
    let words = names.prefix(3).map { name in
      let short = DisplayWidth.prefix(
        SafeText.shown(PictureHead.head(name)), width: 24, ellipsis: "…")
      return "\(Humanize.count(counts[name] ?? 0)) × \(short)"
    }
    let text = words.joined(separator: ", ") + (names.count > 3 ? ", …" : "")
    bytes.append("<g class=\"a\">\(SVGText.line(text, x: Self.left + 6, y: top + 11, "o"))</g>\n")
  }

  /// Invisible stretches whose titles say the values under the pointer.
  private func appendStretches(
    _ panel: ChartData.Panel, top: Double, to bytes: inout [UInt8]
  ) {
    let count = chart.xs.count
    let each = (count + Self.mostStretches - 1) / Self.mostStretches
    bytes.append("<g class=\"z\">\n")
    for start in stride(from: 0, to: count, by: max(1, each)) {
      let end = min(count, start + each)
      let place =
        (start..<end).max {
          (panel.series.first?.values[$0] ?? 0) < (panel.series.first?.values[$1] ?? 0)
        } ?? start
      let (from, to) = (edge(start), edge(end))
      var said = [chart.placeText(place, sizes)]
      for series in panel.series {
        guard let value = series.values[place] else { continue }
        let name = DisplayWidth.middle(PictureHead.head(series.name), width: 80, ellipsis: "…")
        said.append("\(name): \(Humanize.value(value, unit: panel.unit, sizes: sizes))")
      }
      let text = said.map(SVGText.escaped).joined(separator: "\n")
      bytes.append(
        "<rect class=\"z\" x=\"\(SVGText.pixels(from))\" y=\"\(SVGText.pixels(top))\" "
          + "width=\"\(SVGText.pixels(max(0.5, to - from)))\" "
          + "height=\"\(SVGText.pixels(panelHeight))\"><title>\(text)</title></rect>\n")
    }
    bytes.append("</g>\n")
  }

  /// Where the stretch that begins with a place begins: halfway to the place before.
  private func edge(_ place: Int) -> Double {
    if chart.ends != nil { return x(Double(place)) }
    if place <= 0 { return Self.left }
    if place >= chart.xs.count { return Self.right }
    return (x(chart.xs[place - 1]) + x(chart.xs[place])) / 2
  }
}

extension ChartData {
  /// A series as drawn: stacked ones lie on those before them.
  struct Drawn {
    var low: [Double]
    var high: [Double?]

    /// Stretches without a gap.
    var runs: [Range<Int>] {
      var runs: [Range<Int>] = []
      for place in high.indices where high[place] != nil {
        if let last = runs.last, last.upperBound == place {
          runs[runs.count - 1] = last.lowerBound..<place + 1
        } else {
          runs.append(place..<place + 1)
        }
      }
      return runs
    }
  }
}

extension ChartData.Panel {
  /// Its series as drawn.
  func drawn(count: Int) -> [ChartData.Drawn] {
    var base = [Double](repeating: 0, count: count)
    return series.map { series in
      guard isStacked else { return ChartData.Drawn(low: [], high: series.values) }
      let low = base
      for place in base.indices { base[place] += series.values[place] ?? 0 }
      return ChartData.Drawn(low: low, high: base)
    }
  }
}

/// Names of series beside their colours, in lines.
struct ChartLegend {
  private var places: [(x: Double, line: Int)] = []
  private var names: [String] = []
  private var lines = 0

  init(_ all: [String], width: Double) {
    names = all.prefix(40).map {
      DisplayWidth.middle(SafeText.shown(PictureHead.head($0)), width: 60, ellipsis: "…")
    }
    var x = 16.0
    lines = names.isEmpty ? 0 : 1
    for name in names {
      let wide = 18 + SVGText.width(name) + 16
      if x > 16 && x + wide > width {
        x = 16
        lines += 1
      }
      places.append((x, lines - 1))
      x += wide
    }
  }

  var height: Double { lines == 0 ? 0 : Double(lines) * 21 + 8 }

  func append(top: Double, hues: Int, to bytes: inout [UInt8]) {
    for (index, (place, name)) in zip(places, names).enumerated() {
      let y = top + Double(place.line) * 21 + 3
      let at = (SVGText.pixels(place.x), SVGText.pixels(y))
      bytes.append(
        "<rect class=\"f\(index % hues)\" x=\"\(at.0)\" y=\"\(at.1)\" "
          + "width=\"11\" height=\"11\" rx=\"3\"/>")
      bytes.append(SVGText.line(name, x: place.x + 17, y: y + 10, "t"))
    }
  }
}
