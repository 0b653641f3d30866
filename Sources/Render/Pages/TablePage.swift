package import Columns

/// A result table as one self-contained HTML file that sorts and filters.
///
/// The rows are markup, so the page also reads without its script; what does not fit into the
/// budget is left out and said.
package enum TablePage {
  /// Bytes of a page that can be mailed.
  package static let usualBudgetBytes = 5_000_000

  /// The bytes of a page.
  ///
  /// - Parameters:
  ///   - table: What to show.
  ///   - title: The page's title, such as the capture's name.
  ///   - budgetBytes: Bytes of page, nil for any number; later rows are left out beyond it.
  ///   - sourceLines: Source lines shown below the rows; nil shows none.
  /// - Returns: UTF-8 HTML.
  package static func render(
    _ table: ResultTable, title: String, budgetBytes: Int? = usualBudgetBytes,
    sourceLines: SourceLookup? = nil
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    HTMLPage.open(title: title, style: style, to: &bytes)
    // The note on rows left out stands above them, so the rows are made first.
    let room = budgetBytes.map { max(0, $0 - bytes.count - script.utf8.count - 8192) }
    let (body, shown) = content(table, budget: room, sourceLines)
    var notes = table.notes
    if shown < table.safeRowCount {
      let left = Humanize.count(Int64(table.safeRowCount - shown))
      notes.append(
        "\(left) of \(Humanize.count(Int64(table.safeRowCount))) rows are left out to keep the "
          + "page small; memq --full has them all, and so have the CSV and JSON forms")
    }
    head(table, notes, to: &bytes)
    bytes.append("<main>\n")
    bytes += body
    bytes.append("</main>\n<script>\n")
    bytes.append(script)
    bytes.append("</script>\n")
    HTMLPage.close(to: &bytes)
    return bytes
  }

  /// The rows within `budget` bytes, and how many they are: a table, a table for each section, or
  /// findings.
  private static func content(
    _ table: ResultTable, budget: Int?, _ sourceLines: SourceLookup?
  ) -> (bytes: [UInt8], rows: Int) {
    if TerminalFindings.suits(table) {
      return FindingsMarkup(table: table, sourceLines: sourceLines).body(budget: budget)
    }
    var bytes: [UInt8] = []
    var shown = 0
    for (name, section) in table.sections {
      let rows = TableMarkup(table: section, sourceLines: sourceLines)
      let (body, count) = rows.body(budget: budget.map { max(0, $0 - bytes.count) })
      shown += count
      if count == 0 && section.safeRowCount > 0 && !bytes.isEmpty { break }
      bytes.append("<section>")
      if let name { bytes.append("<h2>\(HTMLPage.escaped(SafeText.cut(name)))</h2>") }
      bytes.append("<table>\n")
      rows.writeHead(to: &bytes)
      bytes += body
      rows.writeFoot(to: &bytes)
      bytes.append("</table></section>\n")
    }
    return (bytes, shown)
  }

  /// Appends a table's rows below another picture, with a field that filters them.
  static func appendRows(
    of table: ResultTable, _ sourceLines: SourceLookup?, to bytes: inout [UInt8]
  ) {
    var table = table
    // The picture shows the series.
    table.columns.removeAll { if case .series = $0.values { true } else { false } }
    let rows = TableMarkup(table: table, sourceLines: sourceLines)
    bytes.append("<section class=\"rows\">\n<div class=\"tools\">\(filterField)</div>\n<table>\n")
    rows.writeHead(to: &bytes)
    bytes += rows.body(budget: nil).bytes
    rows.writeFoot(to: &bytes)
    bytes.append("</table></section>\n")
  }

  private static func head(_ table: ResultTable, _ notes: [String], to bytes: inout [UInt8]) {
    let escaped = HTMLPage.escaped
    bytes.append("<header>\n<h1>\(escaped(table.query))</h1>\n")
    bytes.append("<p class=\"sub\">\(escaped(table.subject))</p>\n")
    if !table.header.isEmpty {
      bytes.append("<p class=\"sub\">\(escaped(table.header.joined(separator: " · ")))</p>\n")
    }
    for note in notes { bytes.append("<p class=\"note\">\(escaped(note))</p>\n") }
    bytes.append(tools)
    bytes.append("</header>\n")
  }

  private static let filterField = #"""
    <label class="search"><span class="hidden">Filter rows: text or /regular expression/</span>
    <input id="filter" type="search" placeholder="Filter rows: text or /regex/"
    autocomplete="off" spellcheck="false"></label>
    <output id="found" for="filter" aria-live="polite"></output>
    """#

  private static let tools = """
    <div class="tools">
    \(filterField)
    <button id="theme">Dark</button>
    </div>

    """

  private static let style =
    HTMLPage.baseStyle + #"""
      header { padding: 12px 16px 10px; }
      #theme { margin-left: auto; }

      """# + rowStyle

  /// The look of rows.
  static let rowStyle = #"""
    .tools { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin-top: 10px; }
    .search { flex: 1 1 220px; max-width: 420px; display: flex; }
    .search input { flex: 1; width: 100%; }
    #found { color: var(--soft); font-size: 12.5px; }
    section h2 { font-size: 13px; font-weight: 600; color: var(--soft); margin: 20px 0 2px; }
    section h2::first-letter { text-transform: uppercase; }
    .finding { border: 1px solid var(--line); border-radius: 10px; background: var(--card);
      padding: 12px 16px; margin: 12px 0; max-width: 1000px; overflow-wrap: anywhere; }
    .finding h2 { font: 600 14px/1.5 var(--mono); margin: 0 0 6px; color: var(--text);
      display: flex; flex-wrap: wrap; gap: 2px 16px; }
    .finding h2::first-letter { text-transform: none; }
    .finding h2 .rate { color: var(--bad); } .finding h2 .rank { color: var(--soft); }
    .finding p { margin: 4px 0; max-width: 80ch; }
    .finding .k { color: var(--soft); } .finding pre { margin: 8px 0 0; }
    .finding pre { white-space: pre-wrap; font: 12.5px/1.5 var(--mono); color: var(--link); }
    main, .rows { overflow-x: auto; padding: 0 16px 24px; }
    table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
    th { position: sticky; top: 0; background: var(--back); text-align: left; padding: 0;
      border-bottom: 1px solid var(--line); font-weight: 600; z-index: 1; }
    th button, th span { border: 0; background: none; font: inherit; width: 100%;
      text-align: inherit; padding: 6px 10px; white-space: nowrap; display: block; }
    th[aria-sort="descending"] button::after { content: " ↓"; color: var(--link); }
    th[aria-sort="ascending"] button::after { content: " ↑"; color: var(--link); }
    td { padding: 4px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
    .n { text-align: right; white-space: nowrap; width: 1%; min-width: 6em; }
    td.k { max-width: 70vw; }
    .k { font: 12.5px/1.5 var(--mono); overflow-wrap: anywhere; white-space: pre-wrap;
      min-width: 14em; }
    .k ol { margin: 0; padding: 0; list-style: none; }
    .k ol li + li { padding-left: 1.5em; color: var(--soft); }
    .src { display: block; color: var(--soft); padding-left: calc(2em + var(--i, 0) * 1ch);
      white-space: pre-wrap; }
    table:not(:has(.k)) { width: auto; min-width: min(100%, 560px); }
    .none { color: var(--soft); font-style: italic; }
    .bar { background: linear-gradient(var(--focus), var(--focus)) no-repeat
      left 0 top calc(1.45em + 6px) / var(--w) 3px; }
    tbody tr:hover td { background-color: var(--on); }
    tfoot td { color: var(--soft); font-weight: 600; border-bottom: 0; }
    .empty { color: var(--soft); padding: 24px 10px; }
    @media (max-width: 560px) { header { padding: 10px 12px; } main, .rows { padding: 0 4px 16px; }
      td, th button { padding-left: 6px; padding-right: 6px; }
      tr { display: flex; flex-wrap: wrap; border-bottom: 1px solid var(--line); }
      thead tr { position: sticky; top: 0; background: var(--back); z-index: 1; }
      tr[hidden] { display: none; } td, th { border-bottom: 0; position: static; }
      .n { flex: 1 0 4.5em; width: auto; min-width: 0; } td.k, tfoot td:not(.n) { flex: 0 0 100%; }
      th.n, th.t { flex: 0 1 auto; min-width: 0; } th button, th span { width: auto; }
      td.k { padding-top: 0; min-width: 0; max-width: none; } td.k + td.k { flex: 0 1 auto; color: var(--soft); } }

    """#

  private static let script =
    rowScript + #"""
      const dark = matchMedia('(prefers-color-scheme: dark)');
      const isDark = () => {
        const chosen = document.documentElement.dataset.theme;
        return chosen ? chosen === 'dark' : dark.matches;
      };
      const theme = document.getElementById('theme');
      const nameTheme = () => { theme.textContent = isDark() ? 'Light' : 'Dark'; };
      theme.addEventListener('click', () => {
        document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
        nameTheme();
      });
      dark.addEventListener('change', nameTheme);
      nameTheme();
      window.memq = { ...tables, isDark };

      """#

  /// Sorts by the titles and filters, in all tables of a page.
  static let rowScript = #"""
    'use strict';
    const tables = (function () {
      const found = document.getElementById('found'), field = document.getElementById('filter');

      function keyOf(row, column) {
        const cell = row.cells[column], value = cell.dataset.v;
        return value === undefined ? cell.textContent : Number(value);
      }

      function compare(a, b) {
        if (typeof a === 'number' && typeof b === 'number') return a - b;
        return String(a).localeCompare(String(b));
      }

      const all = [...document.querySelectorAll('section table, .findings')].map(table => {
        const rows = [...table.querySelectorAll('[data-row]')];
        return { table, rows, body: table.tBodies ? table.tBodies[0] : table,
          heads: [...table.querySelectorAll('thead th')], texts: rows.map(row => row.textContent) };
      });

      function sortBy(column, place = 0) {
        const { rows, body, heads } = all[place], head = heads[column];
        const isNumber = head.classList.contains('n'), was = head.getAttribute('aria-sort');
        const isDown = was ? was === 'ascending' : isNumber;
        heads.forEach(other => other.removeAttribute('aria-sort'));
        head.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
        const keyed = rows.map(row => [keyOf(row, column), row]);
        keyed.sort((a, b) => {
          // Missing values come last in both directions.
          const missing = Number.isNaN(a[0]) - Number.isNaN(b[0]);
          if (missing || Number.isNaN(a[0])) return missing || a[1].dataset.row - b[1].dataset.row;
          return (isDown ? compare(b[0], a[0]) : compare(a[0], b[0]))
            || a[1].dataset.row - b[1].dataset.row;
        });
        body.append(...keyed.map(pair => pair[1]));
      }

      function filter(text) {
        let test = () => true;
        const regex = /^\/(.*?)(?:\/(i?))?$/.exec(text);
        if (regex && text.length > 1) {
          try {
            const pattern = new RegExp(regex[1], regex[2] || '');
            test = row => pattern.test(row);
          } catch (error) {
            found.textContent = 'not a regular expression';
            return 0;
          }
        } else if (text) {
          const wanted = text.toLowerCase();
          test = row => row.toLowerCase().includes(wanted);
        }
        let shown = 0, count = 0;
        for (const { table, rows, texts } of all) {
          let here = 0;
          rows.forEach((row, k) => {
            row.hidden = !test(texts[k]);
            if (!row.hidden) here++;
          });
          const section = table.closest('section');
          if (section && !section.matches('.rows')) section.hidden = Boolean(text) && here === 0;
          shown += here;
          count += rows.length;
        }
        found.textContent = text ? `${shown.toLocaleString('en-US')} of `
          + `${count.toLocaleString('en-US')} rows` : '';
        return shown;
      }

      all.forEach(({ heads }, place) => heads.forEach((head, column) => {
        const button = head.querySelector('button');
        if (button) button.addEventListener('click', () => sortBy(column, place));
      }));
      field.addEventListener('input', () => filter(field.value));
      document.addEventListener('keydown', event => {
        if (event.key === '/' && event.target !== field) { event.preventDefault(); field.focus(); }
        if (event.key === 'Escape' && event.target === field) {
          field.value = '';
          filter('');
          field.blur();
        }
      });
      return { rows: () => all.reduce((sum, table) => sum + table.rows.length, 0),
        tables: () => all.length, sortBy, filter,
        column: (c, place = 0) => [...all[place].table.querySelectorAll('[data-row]')]
          .filter(row => !row.hidden).map(row => keyOf(row, c)) };
    })();

    """#
}
