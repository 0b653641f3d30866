extension FlamegraphPage {
  /// The page's style sheet: light and dark from the same names.
  static let style =
    HTMLPage.baseStyle + #"""
      html, body { height: 100%; }
      body { display: flex; flex-direction: column; min-height: 0; overflow: hidden; }
      header { padding: 12px 16px 8px; border-bottom: 1px solid var(--line); }
      .tools { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin-top: 10px; }
      .search { display: flex; flex: 1 1 220px; max-width: 420px; position: relative; }
      .search input { flex: 1; width: 100%; padding-right: 30px; }
      .search kbd { position: absolute; right: 8px; top: 50%; transform: translateY(-50%);
        pointer-events: none; }
      .search input:focus + kbd, .search input:not(:placeholder-shown) + kbd { display: none; }
      #found { color: var(--soft); font-size: 12.5px; font-variant-numeric: tabular-nums; }
      #found b { color: var(--match-text); font-weight: 600; }
      #found.bad { color: var(--bad); }
      #found:empty { display: none; }
      .push { margin-left: auto; }
      .menu { position: relative; }
      .menu summary { list-style: none; cursor: pointer; font-size: 13px; background: var(--field);
        border: 1px solid var(--line); border-radius: 7px; padding: 5px 10px; min-height: 32px; }
      .menu summary::after { content: " ▾"; color: var(--soft); }
      .menu summary:hover { border-color: var(--soft); }
      .menu > div { position: absolute; right: 0; top: calc(100% + 4px); z-index: 6; display: flex;
        flex-direction: column; gap: 8px; background: var(--card); border: 1px solid var(--line);
        border-radius: 9px; padding: 12px; box-shadow: 0 6px 24px rgb(0 0 0 / .22);
        width: max-content; max-width: min(360px, 88vw); }
      .menu label { display: flex; gap: 8px; align-items: center; font-size: 13px; }
      .menu input { min-height: 0; margin: 0; }
      .menu #hide-found { order: 1; }
      #chips { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 8px; }
      #chips:empty { display: none; }
      #chips button { min-height: 26px; padding: 2px 10px; border-radius: 13px; font-size: 12.5px;
        background: var(--on); border-color: var(--focus); max-width: 100%; overflow: hidden;
        text-overflow: ellipsis; white-space: nowrap; }
      #timebox { padding: 6px 16px; border-bottom: 1px solid var(--line); }
      #time { display: block; width: 100%; height: 84px; cursor: crosshair; touch-action: pan-y;
        border-radius: 5px; }
      .timebar { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: center;
        margin-top: 4px; font-size: 12.5px; color: var(--soft); }
      .timebar button { min-height: 26px; padding: 2px 9px; font-size: 12.5px; color: var(--text); }
      .timebar .key { margin-left: auto; display: inline-flex; gap: 6px; align-items: center; }
      .timebar i { width: 16px; height: 0; border-top: 2px solid hsl(214 70% 55%); }
      .timebar i.rss { border-top: 2px dashed hsl(24 85% 50%); margin-left: 8px; }
      .acts { display: inline-flex; gap: 4px; }
      .acts button { min-height: 24px; padding: 1px 8px; font-size: 12px; }
      nav.crumbs { display: flex; gap: 2px; align-items: center; padding: 6px 12px; min-height: 34px;
        border-bottom: 1px solid var(--line); font: 12px var(--mono); overflow-x: auto;
        white-space: nowrap; scrollbar-width: thin; }
      nav.crumbs button { border: 0; background: none; padding: 2px 6px; font: inherit; flex: none;
        max-width: 40ch; overflow: hidden; text-overflow: ellipsis; color: var(--link); }
      nav.crumbs button[aria-current] { color: var(--text); font-weight: 600; }
      nav.crumbs .sep { color: var(--soft); }
      main { flex: 1 1 auto; min-height: 80px; overflow-y: auto; overflow-x: hidden;
        position: relative; overscroll-behavior: contain; }
      #space { position: relative; min-height: 100%; }
      #graph { position: sticky; top: 0; display: block; width: 100%; outline: none;
        cursor: pointer; touch-action: pan-y; }
      main:focus-within { box-shadow: inset 0 0 0 2px var(--focus); }
      main:focus-within:not(:has(:focus-visible)) { box-shadow: none; }
      header, #timebox, nav.crumbs, footer { flex: none; }
      footer { display: flex; gap: 8px 16px; align-items: baseline; flex-wrap: wrap;
        padding: 6px 16px; min-height: 32px;
        border-top: 1px solid var(--line); font-size: 12.5px; color: var(--soft); }
      #status { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; flex: 1 1 40%;
        min-width: 0; }
      #status b { color: var(--text); font: 600 12px var(--mono); }
      #legend { display: flex; gap: 4px 12px; flex-wrap: wrap; }
      #legend button { border: 0; background: none; padding: 0; font: inherit; color: var(--soft);
        display: inline-flex; gap: 5px; align-items: center; }
      #legend span { display: inline-flex; gap: 5px; align-items: center; }
      #legend button:hover { color: var(--text); }
      #legend i { width: 10px; height: 10px; border-radius: 3px; flex: none; }
      #tip { position: fixed; z-index: 5; max-width: min(560px, calc(100vw - 24px));
        padding: 9px 12px;
        background: var(--card); color: var(--text); border: 1px solid var(--line);
        border-radius: 8px; box-shadow: 0 6px 24px rgb(0 0 0 / .22); pointer-events: none;
        font-size: 12.5px; visibility: hidden; }
      #tip .name { font: 600 13px var(--mono); overflow-wrap: anywhere; }
      #tip .place { font: 12px var(--mono); color: var(--soft); overflow-wrap: anywhere; }
      #tip table { margin-top: 6px; border-collapse: collapse;
        font-variant-numeric: tabular-nums; }
      #tip td { padding: 1px 0; text-align: right; }
      #tip td:first-child { color: var(--soft); padding-right: 16px; text-align: left; }
      #tip td + td + td { padding-left: 12px; }
      #tip .hint { color: var(--soft); margin-top: 5px; }
      dialog { border: 1px solid var(--line); border-radius: 12px; background: var(--card);
        color: var(--text); padding: 20px 24px; max-width: min(480px, 92vw); }
      dialog::backdrop { background: rgb(0 0 0 / .4); }
      dialog h2 { margin: 0 0 10px; font-size: 16px; }
      dialog dl { display: grid; grid-template-columns: auto 1fr; gap: 6px 18px; margin: 0 0 14px; }
      dialog dt { white-space: nowrap; } dialog dd { margin: 0; }
      @media (max-width: 560px) {
        header { padding: 10px 12px 8px; }
        .search { flex-basis: 100%; max-width: none; }
        #legend { display: none; }
        .tools { gap: 6px; }
        .tools button, .tools select, .menu summary { padding: 4px 7px; min-height: 30px; }
        .push { margin-left: 0; }
        .menu { position: static; }
        .menu > div { left: 12px; right: 12px; top: auto; width: auto; max-width: none; }
        #timebox { padding: 6px 12px; }
        #time { height: 64px; }
        .timebar .key { display: none; }
        footer { padding: 6px 12px; }
        #status { flex-basis: 100%; white-space: normal; max-height: 3.9em; }
        /* What does not fit scrolls with the page: the graph keeps its room. */
        body { overflow-y: auto; } main { min-height: max(260px, 40vh); }
        #about { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
      }
      @media (pointer: coarse) { .search kbd { display: none; } }

      """#
}

extension HTMLPage {
  /// Colours, type and controls that every page shares.
  static let baseStyle = #"""
    :root { color-scheme: light dark;
      --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
    :root, :root[data-theme="light"] { --back: #fbfbfc; --card: #fff; --text: #1c2024;
      --soft: #5c6670; --line: #dfe3e8; --link: #1f5fbf; --focus: #1f6feb; --bad: #b42318;
      --warn: #8a5300; --field: #fff; --on: #e6effc; --match-text: #8a2be2; }
    @media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { --back: #15181c;
      --card: #20252b; --text: #e8eaed; --soft: #a0a9b3; --line: #343b43; --link: #80b4ff;
      --focus: #5aa2ff; --bad: #ff8a80; --warn: #f0b860; --field: #1b1f24; --on: #28405f;
      --match-text: #d6a8ff; } }
    :root[data-theme="dark"] { color-scheme: dark; --back: #15181c;
      --card: #20252b; --text: #e8eaed; --soft: #a0a9b3; --line: #343b43; --link: #80b4ff;
      --focus: #5aa2ff; --bad: #ff8a80; --warn: #f0b860; --field: #1b1f24; --on: #28405f;
      --match-text: #d6a8ff; }
    :root[data-theme="light"] { color-scheme: light; }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--back); color: var(--text);
      font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
    h1 { margin: 0; font: 600 16px/1.35 var(--mono); overflow-wrap: anywhere; }
    .sub { margin: 2px 0 0; color: var(--soft); overflow-wrap: anywhere; }
    .sub b { color: var(--text); font-weight: 600; }
    .sub:empty { display: none; }
    .note { margin: 4px 0 0; color: var(--warn); font-size: 12.5px; overflow-wrap: anywhere; }
    button, input, select { font: inherit; font-size: 13px; color: inherit;
      background: var(--field); border: 1px solid var(--line); border-radius: 7px;
      padding: 5px 10px; min-height: 32px; }
    button { cursor: pointer; }
    button:hover { border-color: var(--soft); }
    button:disabled { opacity: .5; cursor: default; }
    :focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
    .choice { display: inline-flex; }
    .choice button { border-radius: 0; margin-left: -1px; }
    .choice button:first-child { border-radius: 7px 0 0 7px; margin-left: 0; }
    .choice button:last-child { border-radius: 0 7px 7px 0; }
    .choice button[aria-pressed="true"] { background: var(--on); border-color: var(--focus);
      z-index: 1; position: relative; }
    kbd { font: 11px var(--mono); border: 1px solid var(--line); border-radius: 4px;
      padding: 0 5px; color: var(--soft); background: var(--back); }
    .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden;
      clip-path: inset(50%); white-space: nowrap; }

    """#
}
