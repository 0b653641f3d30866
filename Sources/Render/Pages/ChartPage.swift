package import Columns

/// A timeline or histogram as one self-contained HTML file.
///
/// One panel per unit, so that bytes and counts do not share an axis. A text key (`by function`)
/// turns its values into stacked areas.
package enum ChartPage {
  /// Rows that a chart carries; more are thinned, keeping the greatest of each stretch.
  static let mostRows = 8000

  /// The bytes of a page.
  ///
  /// - Parameters:
  ///   - table: Rows of a `timeline` (a numeric key first) or of a `hist` (`from` and `to`).
  ///   - title: The page's title, such as the capture's name.
  ///   - showsRows: Whether the rows stand below the picture, for series whose numbers say more.
  ///   - sourceLines: Source lines shown below such rows.
  /// - Returns: UTF-8 HTML; nil when the table has no numeric key, or no measure, to draw.
  package static func render(
    _ table: ResultTable, title: String, showsRows: Bool = false, sourceLines: SourceLookup? = nil
  ) -> [UInt8]? {
    guard let chart = ChartData(table, mostRows: mostRows) else { return nil }
    var notes = table.notes
    if chart.thinnedBy > 1 { notes.append(chart.thinningNote) }
    var bytes: [UInt8] = []
    HTMLPage.open(title: title, style: HTMLPage.baseStyle + TablePage.rowStyle + style, to: &bytes)
    bytes.append(body)
    if showsRows {
      TablePage.appendRows(of: table, sourceLines, to: &bytes)
    } else {
      bytes.append("<section class=\"rows\" id=\"summary\"></section>\n")
    }
    bytes.append("<script type=\"application/json\" id=\"memq-data\">")
    chart.append(table, notes, to: &bytes)
    bytes.append("</script>\n<script>\n")
    bytes.append(HTMLPage.dataScript + HTMLPage.wordScript + unitScript)
    bytes.append(showsRows ? TablePage.rowScript : "const tables = {};\n")
    bytes.append(script + markScript)
    bytes.append("</script>\n")
    HTMLPage.close(to: &bytes)
    return bytes
  }

  private static let body = #"""
    <header>
    <h1 id="query"></h1>
    <p class="sub" id="sub"></p>
    <p class="sub" id="about"></p>
    <p class="note" id="notes" hidden></p>
    <div class="tools"><span id="legend" role="group" aria-label="Series"></span>
    <button id="theme">Dark</button></div>
    </header>
    <main id="panels"></main>
    <p class="hidden" id="live" aria-live="polite"></p>
    <div id="tip" role="tooltip"></div>

    """#

  private static let style = #"""
    header { padding: 12px 16px 8px; }
    header .tools { display: flex; flex-wrap: nowrap; gap: 8px; align-items: flex-start;
      margin-top: 10px; }
    #theme { flex: none; }
    #legend { display: flex; flex-wrap: wrap; gap: 6px; flex: 1; min-width: 0; }
    #legend button { display: inline-flex; gap: 6px; align-items: center; min-height: 28px;
      padding: 2px 10px; max-width: 100%; overflow: hidden; white-space: nowrap; }
    #legend span { overflow: hidden; text-overflow: ellipsis; direction: rtl; text-align: left;
      unicode-bidi: plaintext; }
    #legend button[aria-pressed="false"] { opacity: .45; }
    #legend i { width: 10px; height: 10px; border-radius: 3px; flex: none; }
    main { padding: 0 16px 16px; overflow: visible; }
    #summary i, .rows i { display: inline-block; width: 10px; height: 10px; border-radius: 3px;
      margin-right: 8px; }
    .rows .tools { margin: 0 0 6px; }
    h2 { font-size: 13px; color: var(--soft); margin: 10px 0 2px; font-weight: 600; }
    canvas { display: block; width: 100%; cursor: crosshair; touch-action: pan-y;
      border-radius: 6px; }
    #tip { position: fixed; z-index: 5; visibility: hidden; pointer-events: none;
      background: var(--card); border: 1px solid var(--line); border-radius: 8px;
      padding: 8px 12px; font-size: 12.5px; box-shadow: 0 6px 24px rgb(0 0 0 / .22);
      max-width: calc(100vw - 24px); }
    #tip b { font-weight: 600; }
    #tip table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
    #tip td { padding: 1px 0; border: 0; background: none; } #tip td + td { text-align: right; padding-left: 14px; }
    #tip i { display: inline-block; width: 9px; height: 9px; border-radius: 2px;
      margin-right: 6px; }
    @media (max-width: 560px) { header { padding: 10px 12px 6px; } main { padding: 0 8px 16px; }
      .rows { padding: 0 8px 16px; } #tip tr { display: table-row; }
        #summary th.n { flex: 1 0 4.5em; font-size: 12px; } #summary td.n { font-size: 12.5px; }
        #summary th.n span, #summary td.n { padding-left: 2px; padding-right: 2px; } }

    """#
}
