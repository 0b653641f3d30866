#!/usr/bin/env python3
"""Asks the page of a real capture for many views, and memq for the same by the page's own query.

Usage: test_capture.py MEMQ FOLDER FIXTURE.bin... [-- SCREENSHOT_FOLDER]

Every view must have, path by path, the sizes and counts that `memq "QUERY" --db … ` gives as JSON
for the query that the page says reproduces it.
Ends with `N passed, N failed`; the exit code is 1 when a check failed.
"""

import json
import pathlib
import subprocess
import sys

from browser import Page, shoot, start
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

NODES = """(() => { const found = [];
  for (let i = 0; i < memq.nodes(); i++) {
    const node = memq.node(i);
    found.push([node.parent, node.name, node.place, ...memq.totals(i)]);
  }
  return found; })()"""


class Store:
    """A store that memq is asked of."""

    def __init__(self, memq, path):
        self.memq = memq
        self.path = path

    def run(self, *arguments):
        return subprocess.run([self.memq, *map(str, arguments), "--db", str(self.path)],
                              capture_output=True, text=True)

    def page(self, query, path):
        done = self.run(f"{query} to {path}")
        assert done.returncode == 0, done.stderr

    def answer(self, query):
        done = self.run(query.partition(" -- ")[0] + " as json")
        assert done.returncode == 0, f"{query}: {done.stderr}"
        return json.loads(done.stdout)


def paths(rows):
    """Values by path; rows are parent, name, values, parents before their callees."""
    texts, found = [], {}
    for parent, name, values in rows:
        texts.append(name if parent is None or parent < 0 else texts[parent] + "\t" + name)
        known = found.setdefault(texts[-1], [0] * len(values))
        found[texts[-1]] = [a + b for a, b in zip(known, values)]
    return {path: values for path, values in found.items() if any(values)}


def name_of(function, place):
    return f"{function or place or '<unknown>'}|{place}"


def page_paths(page, count):
    return paths([parent, name_of(name, place), totals[:count]]
                 for parent, name, place, *totals in page.run(NODES))


def json_paths(answer, columns):
    rows = []
    for row in answer["rows"]:
        place = row["filename"] or ""
        if place and row["line"]:
            place += f":{row['line']}"
        rows.append([row["parent"], name_of(row["function"], place),
                     [row[column] for column in columns]])
    return paths(rows)


def differences(page, other):
    odd = [path for path in page.keys() | other.keys() if page.get(path) != other.get(path)]
    return "; ".join(f"{path.split(chr(9))[-3:]}: {page.get(path)} is not {other.get(path)}"
                     for path in sorted(odd)[:3]) + f" ({len(odd)} of {len(other)})"


def compare(page, store, name, columns=("size", "count")):
    """The view shown against the answer to its own query."""
    query = page.run("memq.query()")
    shown = page_paths(page, len(columns))
    asked = json_paths(store.answer(query.replace(" count", "")), columns)
    page.check(f"{name}: {query}", shown == asked, differences(shown, asked))
    page.check(f"{name} adds up", page.run("memq.addsUp()"))


def check_views(page, store):
    compare(page, store, "as asked")
    for name in page.run("memq.hideSets()"):
        if name == "native":
            continue
        page.run("memq.toggleHide(arguments[0])", name)
        compare(page, store, f"{name} toggled")
        page.run("memq.toggleHide(arguments[0])", name)
    page.run("memq.flip()")
    compare(page, store, "bottom-up")
    page.run("memq.flip()")
    total = page.run("memq.total()")
    for share in (0.3, 0.7):
        frame = page.run("""(() => { let best = -1;
          for (let i = 1; i < memq.nodes(); i++) {
            const node = memq.node(i);
            if (node.place && node.size <= memq.total() * arguments[0] && node.depth > 2
              && !/["\\\\*?]/.test(node.name + node.place)
              && (best < 0 || node.size > memq.node(best).size)) best = i;
          }
          return best; })()""", share)
        if frame < 0:
            continue
        page.run("memq.hideFrame(arguments[0])", frame)
        page.check("hiding a function keeps the total", page.run("memq.total()") == total)
        compare(page, store, "a function hidden")
        page.run("memq.reset()")
        size = page.run("memq.node(arguments[0]).size", frame)
        page.run("memq.zoom(arguments[0])", frame)
        query = page.run("memq.query()")
        found = store.answer(query)["total"]["size"]
        # Frames hidden in some stacks only: the copied query says that it is of the whole.
        expected = total if " -- zoom to " in query else size
        page.check(f"zoomed: {query}", found == expected, f"{found} is not {expected}")
        page.run("memq.zoom(0)")
        page.run("memq.fromFrame(arguments[0])", frame)
        compare(page, store, "from a frame")
        page.run("memq.flip()")
        compare(page, store, "from a frame, bottom-up")
        page.run("memq.flip(), memq.reset()")
    page.run("memq.choose({ isSplit: !memq.options().isSplit })")
    compare(page, store, "threads split")
    looks = [page.run("getComputedStyle(document.getElementById(arguments[0])).backgroundColor",
                      ident) for ident in ("split", "copy")]
    if page.run("!document.getElementById('split').hidden && memq.options().isSplit"):
        page.check("a pressed button looks pressed", looks[0] != looks[1], str(looks))
    page.run("memq.choose({ isSplit: !memq.options().isSplit })")


def check_time(page, store):
    windows = page.run("memq.times ? memq.times.windows : 0")
    if windows < 2:
        return
    spans = {(0, windows), (windows // 3, 2 * windows // 3), (windows // 2, windows // 2 + 1),
             (0, 1), (windows - 1, windows)}
    for mode in ("peak", "alive", "live"):
        for start_at, end in sorted(spans):
            page.run("(memq.setTime(arguments[0], arguments[1], arguments[2]), memq.choose({}))",
                     mode, start_at, end)
            compare(page, store, f"{mode} {start_at}..{end} of {windows}")
    page.run("memq.flip()")
    compare(page, store, "a time, bottom-up")
    page.run("(memq.flip(), memq.reset())")


def check_brush(page, store):
    """The brush by pointer and by keyboard."""
    if not page.run("memq.times ? memq.times.windows : 0"):
        return
    total = page.run("memq.total()")
    canvas = page.driver.find_element(By.ID, "time")
    page.check("the time line is shown", canvas.is_displayed())
    ActionChains(page.driver).move_to_element(canvas).perform()
    page.settle()
    page.check("the curve is read out under the pointer", "heap " in page.text("time-text"),
               page.text("time-text"))
    page.check("and nothing is chosen by it", page.run("memq.options().time") is None)
    check_widening(page)
    page.driver.find_element(By.ID, "time-alive").click()
    page.settle()
    page.run("document.getElementById('time').focus()")
    page.press(Keys.HOME)
    first = page.text("chips")
    page.check("the stretch is named", "allocated in" in first, first)
    page.press(Keys.ARROW_RIGHT)
    page.check("an arrow moves it", page.text("chips") != first)
    compare(page, store, "brush by keyboard")
    width = canvas.size["width"]
    ActionChains(page.driver).move_to_element_with_offset(canvas, int(-width * 0.3), 0) \
        .click_and_hold().move_by_offset(int(width * 0.4), 0).release().perform()
    page.settle(0.1)
    time = page.run("memq.options().time")
    page.check("a drag chooses a stretch", time and time["to"] > time["from"], str(time))
    compare(page, store, "brush by pointer")
    page.run("document.getElementById('time').focus()")
    page.press(Keys.ESCAPE)
    page.check("escape goes back to what was asked", page.run("memq.total()") == total
               and page.run("memq.options().time") is None)


def check_widening(page):
    """From one instant to a stretch: it has a length, and what it shows is not nothing."""
    middle = page.run("Math.ceil(memq.times.windows / 2)")
    for mode in ("peak", "alive"):
        page.run("(memq.reset(), memq.setTime('live', arguments[0], arguments[0]))", middle)
        page.driver.find_element(By.ID, "time-live").click()
        page.driver.find_element(By.ID, f"time-{mode}").click()
        page.settle()
        time = page.run("memq.options().time")
        page.check(f"{mode} after an instant has a length", time["to"] > time["from"], str(time))
        if mode == "peak":
            heap = page.run("""Math.max(...memq.times.points.slice(arguments[0], arguments[1] + 1)
              .map(point => point.heap))""", time["from"], time["to"])
            page.check("and shows what lived in it", (page.run("memq.total()") > 0) == (heap > 0))
    page.run("memq.reset()")


def check_difference(page, store, folder, name, question):
    path = folder / f"versus-{name}.html"
    store.page(question, path)
    page.path = path
    page.open()
    answer = store.answer(question)
    shown = page_paths(page, 99)
    columns = ["size", "count", "size_diff", "count_diff"]
    if "survived" in answer["rows"][0]:
        columns += ["survived", "survived_count"]
    made = {}
    scale = page.run("memq.options().normalized")
    for where, values in shown.items():
        left, count, right, before, *both = values
        if not scale:
            made[where] = [left, count, left - right, count - before, *both]
    asked = json_paths(answer, columns)
    if not scale:
        page.check(f"difference: {question}", made == asked, differences(made, asked))
    for width in ("right", "change", "left"):
        page.run("memq.choose({ width: arguments[0] })", width)
        page.check(f"widths by {width} add up", page.run("memq.addsUp()"))
    page.check("a difference has its colours",
               page.run("memq.options().colour") == "difference")


def main():
    arguments = sys.argv[1:]
    shots = None
    if "--" in arguments:
        shots = pathlib.Path(arguments[-1])
        arguments = arguments[:arguments.index("--")]
    memq, folder = arguments[0], pathlib.Path(arguments[1])
    store = Store(memq, folder / "captures.db")
    store.path.unlink(missing_ok=True)
    driver = start()
    page = Page(driver, folder)
    page.scheme("light")
    passed = 0
    try:
        for fixture in map(pathlib.Path, arguments[2:]):
            done = store.run("import", fixture)
            assert done.returncode == 0, done.stderr
            page.path = (folder / f"views-{fixture.stem}.html").resolve()
            store.page("flame peak", page.path)
            page.open()
            check_views(page, store)
            check_time(page, store)
            check_brush(page, store)
            check_difference(page, store, folder.resolve(), fixture.stem,
                             "flame live at end vs live at 50%")
            logs = page.logs()
            page.check("the console is silent", not logs, str(logs[:2]))
            print(f"{fixture.stem}: {page.passed - passed} passed")
            passed = page.passed
        if len(arguments) > 3:
            first, second = (pathlib.Path(fixture).stem for fixture in arguments[2:4])
            check_difference(page, store, folder.resolve(), "captures",
                             f"flame peak of {first} vs {second}")
            check_difference(page, store, folder.resolve(), "normalised",
                             f"flame peak of {first} vs {second} normalized")
        requests = page.requests()
        page.check("nothing leaves the page", not requests, str(requests[:3]))
    finally:
        driver.quit()
    print(f"captures: {page.passed} passed, {page.failed} failed")
    return 1 if page.failed else 0


if __name__ == "__main__":
    sys.exit(main())
