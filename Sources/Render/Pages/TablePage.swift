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
    let rows = TableMarkup(table: table, sourceLines: sourceLines)
    var bytes: [UInt8] = []
    HTMLPage.open(title: title, style: style, to: &bytes)
    // The note on rows left out stands above them, so the rows are made first.
    let room = budgetBytes.map { max(0, $0 - bytes.count - script.utf8.count - 8192) }
    let (body, shown) = rows.body(budget: room)
    var notes = table.notes
    if shown < table.safeRowCount {
      let left = Humanize.count(Int64(table.safeRowCount - shown))
      notes.append(
        "\(left) of \(Humanize.count(Int64(table.safeRowCount))) rows are left out to keep the "
          + "page small; memq --full has them all, and so have the CSV and JSON forms")
    }
    head(table, notes, to: &bytes)
    bytes.append("<main><table>\n")
    rows.writeHead(to: &bytes)
    bytes += body
    rows.writeFoot(to: &bytes)
    bytes.append("</table></main>\n<script>\n")
    bytes.append(script)
    bytes.append("</script>\n")
    HTMLPage.close(to: &bytes)
    return bytes
  }

  /// Appends a table's rows below another picture.
  static func appendRows(
    of table: ResultTable, _ sourceLines: SourceLookup?, to bytes: inout [UInt8]
  ) {
    var table = table
    // The picture shows the series.
    table.columns.removeAll { if case .series = $0.values { true } else { false } }
    let rows = TableMarkup(table: table, sourceLines: sourceLines)
    bytes.append("<section class=\"rows\"><table>\n")
    rows.writeHead(isSortable: false, to: &bytes)
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

  private static let tools = #"""
    <div class="tools">
    <label class="search"><span class="hidden">Filter rows: text or /regular expression/</span>
    <input id="filter" type="search" placeholder="Filter rows: text or /regex/"
    autocomplete="off" spellcheck="false"></label>
    <output id="found" for="filter" aria-live="polite"></output>
    <button id="theme">Dark</button>
    </div>

    """#

  private static let style =
    HTMLPage.baseStyle + #"""
      header { padding: 12px 16px 10px; }
      .tools { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin-top: 10px; }
      .search { flex: 1 1 220px; max-width: 420px; display: flex; }
      .search input { flex: 1; width: 100%; }
      #found { color: var(--soft); font-size: 12.5px; }
      #theme { margin-left: auto; }

      """# + rowStyle

  /// The look of rows.
  static let rowStyle = #"""
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
    .k { font: 12.5px/1.5 var(--mono); overflow-wrap: anywhere; white-space: pre-wrap;
      min-width: 14em; }
    .k ol { margin: 0; padding: 0; list-style: none; }
    .k ol li + li { padding-left: 1.5em; color: var(--soft); }
    .src { display: block; color: var(--soft); padding-left: 2em; white-space: pre-wrap; }
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
      .n { flex: 1 0 4.5em; width: auto; min-width: 0; } .k, .t, tfoot td:not(.n) { flex: 0 0 100%; }
      .k { padding-top: 0; } }

    """#

  private static let script = #"""
    'use strict';
    const body = document.querySelector('tbody'), heads = [...document.querySelectorAll('th')];
    const rows = [...body.querySelectorAll('tr[data-row]')];
    const texts = rows.map(row => row.textContent);
    const found = document.getElementById('found');

    function keyOf(row, column) {
      const cell = row.cells[column], value = cell.dataset.v;
      return value === undefined ? cell.textContent : Number(value);
    }

    function compare(a, b) {
      // Missing values come last in both directions.
      if (typeof a === 'number' && typeof b === 'number') {
        return isNaN(a) || isNaN(b) ? isNaN(a) - isNaN(b) : a - b;
      }
      return String(a).localeCompare(String(b));
    }

    function sortBy(column) {
      const head = heads[column], isNumber = head.classList.contains('n');
      const was = head.getAttribute('aria-sort');
      const isDown = was ? was === 'ascending' : isNumber;
      heads.forEach(other => other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
      const keyed = rows.map(row => [keyOf(row, column), row]);
      keyed.sort((a, b) => {
        const missing = Number.isNaN(a[0]) - Number.isNaN(b[0]);
        return missing || (isDown ? compare(b[0], a[0]) : compare(a[0], b[0]))
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
      let shown = 0;
      rows.forEach((row, k) => {
        row.hidden = !test(texts[k]);
        if (!row.hidden) shown++;
      });
      found.textContent = text ? `${shown.toLocaleString('en-US')} of `
        + `${rows.length.toLocaleString('en-US')} rows` : '';
      return shown;
    }

    heads.forEach((head, column) => {
      const button = head.querySelector('button');
      if (button) button.addEventListener('click', () => sortBy(column));
    });
    const field = document.getElementById('filter');
    field.addEventListener('input', () => filter(field.value));
    document.addEventListener('keydown', event => {
      if (event.key === '/' && event.target !== field) { event.preventDefault(); field.focus(); }
      if (event.key === 'Escape') { field.value = ''; filter(''); field.blur(); }
    });
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
    window.memq = { rows: () => rows.length, sortBy, filter, isDark,
      column: c => [...body.querySelectorAll('tr[data-row]')].filter(row => !row.hidden)
        .map(row => keyOf(row, c)) };

    """#
}
