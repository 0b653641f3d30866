extension FlamegraphPage {
  /// The page's elements; the script fills them with text.
  static let body = #"""
    <header>
    <h1 id="query"></h1>
    <p class="sub" id="sub"></p>
    <p class="sub" id="about"></p>
    <p class="note" id="notes" hidden></p>
    <div class="tools" role="toolbar" aria-label="Flamegraph controls">
    <label class="search"><span class="hidden">Search frames: text or /regular expression/</span>
    <input id="search" type="search" placeholder="Search: text or /regex/" autocomplete="off"
    spellcheck="false"><kbd>/</kbd></label>
    <output id="found" for="search"></output>
    <span class="choice push" role="group" aria-label="Direction">
    <button id="topdown" aria-pressed="true" title="Callers above callees (i)">Top-down</button>
    <button id="bottomup" aria-pressed="false"
    title="Allocating frames first, their callers below (i)">Bottom-up</button></span>
    <span class="choice" role="group" aria-label="Width shows">
    <button id="bysize" aria-pressed="true" title="Width shows bytes (m)">Size</button>
    <button id="bycount" aria-pressed="false"
    title="Width shows the number of allocations (m)">Count</button></span>
    <button id="reset" title="Show everything (Home)">Reset</button>
    <button id="theme" title="Light or dark (t)">Dark</button>
    <button id="help" title="Keys (?)" aria-label="Keyboard help">?</button>
    </div>
    </header>
    <nav class="crumbs" id="crumbs" aria-label="Zoom path"></nav>
    <main id="scroll"><div id="space">
    <canvas id="graph" tabindex="0" role="application" aria-roledescription="flamegraph"
    aria-label="Flamegraph" aria-describedby="keys"></canvas>
    </div></main>
    <p class="hidden" id="keys">Arrow keys move between frames, Enter zooms, Escape zooms out,
    Home shows everything, slash searches.</p>
    <p class="hidden" id="live" aria-live="polite"></p>
    <footer><span id="status"></span><span id="legend" aria-label="Largest modules"></span></footer>
    <div id="tip" role="tooltip"></div>
    <dialog id="keyhelp" aria-label="Keyboard help">
    <h2>Keys</h2>
    <dl>
    <dt><kbd>&larr;</kbd> <kbd>&rarr;</kbd> <kbd>&uarr;</kbd> <kbd>&darr;</kbd></dt>
    <dd>Move to the neighbour, the frame above, the largest below</dd>
    <dt><kbd>Enter</kbd></dt><dd>Zoom to the frame; click does the same</dd>
    <dt><kbd>Esc</kbd></dt><dd>Clear the search, then zoom out one step</dd>
    <dt><kbd>Home</kbd></dt><dd>Show everything</dd>
    <dt><kbd>/</kbd></dt><dd>Search: text, or a regular expression between slashes</dd>
    <dt><kbd>n</kbd> <kbd>N</kbd></dt><dd>Next and previous match</dd>
    <dt><kbd>i</kbd></dt><dd>Top-down or bottom-up</dd>
    <dt><kbd>m</kbd></dt><dd>Width by size or by count</dd>
    <dt><kbd>+</kbd> <kbd>-</kbd></dt><dd>Widen or narrow; with the mouse, Ctrl and wheel</dd>
    <dt><kbd>c</kbd></dt><dd>Copy the frame's name</dd>
    <dt><kbd>t</kbd></dt><dd>Light or dark</dd>
    </dl>
    <form method="dialog"><button>Close</button></form>
    </dialog>
    <noscript><p class="note" style="padding:16px">This page draws with JavaScript, which is
    switched off here. It needs no network.</p></noscript>

    """#
}
