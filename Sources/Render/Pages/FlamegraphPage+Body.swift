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
    <button id="split" aria-pressed="false"
    title="One root for each, or one for all (s)">Threads</button>
    <select id="width" aria-label="Width shows which side">
    <option value="left">Width: left side</option><option value="right">Width: right side</option>
    <option value="change">Width: change</option><option value="new">Width: new</option>
    <option value="survived">Width: survived</option><option value="freed">Width: freed</option>
    </select>
    <button id="normalized" aria-pressed="false"
    title="Scale the right side to the left side's total">Normalised</button>
    <details class="menu"><summary>Hide <span id="hide-count"></span></summary><div id="hides">
    <button id="hide-found" disabled>Hide what the search finds</button></div></details>
    <select id="colour" aria-label="Colour by" title="Colour by (o)">
    <option value="module">Colour: module</option><option value="kind">Colour: kind</option>
    <option value="age" id="colour-age">Colour: age</option>
    <option value="difference" id="colour-difference">Colour: difference</option></select>
    <button id="copy">Copy query</button>
    <button id="reset" title="As asked, everything shown (r)">Reset</button>
    <button id="theme" title="Light or dark (t)">Dark</button>
    <button id="help" title="Keys (?)" aria-label="Keyboard help">?</button>
    </div>
    <div id="chips" role="group" aria-label="Changes to what was asked"></div>
    </header>
    <section id="timebox" aria-label="Memory over time" hidden>
    <canvas id="time" tabindex="0" role="slider" aria-label="Stretch of time" aria-valuemin="0"
    aria-valuenow="0"></canvas>
    <div class="timebar"><span class="choice" role="group" aria-label="The stretch shows">
    <button id="time-asked" aria-pressed="true">As asked</button>
    <button id="time-peak" aria-pressed="false" title="What lived at the peak within">Peak</button>
    <button id="time-alive" aria-pressed="false"
    title="What was allocated within and lives at its end">Still alive</button>
    <button id="time-live" aria-pressed="false" title="What lived at its end">Live at</button>
    </span><span id="time-text"></span>
    <span class="key"><i class="heap"></i>heap <i class="rss"></i><span id="time-rss">RSS</span></span></div></section>
    <nav class="crumbs" id="crumbs" aria-label="Zoom path"></nav>
    <main id="scroll"><div id="space">
    <canvas id="graph" tabindex="0" role="application" aria-roledescription="flamegraph"
    aria-label="Flamegraph" aria-describedby="keys"></canvas>
    </div></main>
    <p class="hidden" id="keys">Arrow keys move between frames, Enter zooms, Escape zooms out,
    Home shows everything, slash searches.</p>
    <p class="hidden" id="live" aria-live="polite"></p>
    <footer><span id="status"></span><span class="acts" role="group" aria-label="Frame">
    <button id="act-from" title="Only stacks with this frame, from it on (f)">From here</button>
    <button id="act-hide" title="Hide this function; totals stay (h)">Hide</button>
    <button id="act-copy" title="Copy the frame's name (c)">Copy name</button></span>
    <span id="legend" aria-label="Colours"></span></footer>
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
    <dt><kbd>f</kbd></dt><dd>Only stacks with the frame, from it on</dd>
    <dt><kbd>h</kbd></dt><dd>Hide the function; totals stay</dd>
    <dt><kbd>s</kbd></dt><dd>Threads split or merged</dd>
    <dt><kbd>o</kbd></dt><dd>Next colouring</dd>
    <dt><kbd>w</kbd></dt><dd>Go to the time line: arrows move the stretch, Shift widens it,
    Esc leaves it</dd>
    <dt><kbd>+</kbd> <kbd>-</kbd> <kbd>Shift &larr; &rarr;</kbd></dt>
    <dd>Widen, narrow, pan; with the mouse, Ctrl and wheel, and drag</dd>
    <dt><kbd>c</kbd> <kbd>q</kbd></dt><dd>Copy the frame's name, the query of this view</dd>
    <dt><kbd>r</kbd></dt><dd>Back to what was asked</dd>
    <dt><kbd>t</kbd></dt><dd>Light or dark</dd>
    </dl>
    <form method="dialog"><button>Close</button></form>
    </dialog>
    <noscript><p class="note" style="padding:16px">This page draws with JavaScript, which is
    switched off here. It needs no network.</p></noscript>

    """#
}
