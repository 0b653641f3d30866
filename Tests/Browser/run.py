#!/usr/bin/env python3
"""Opens every page of a folder in headless Chromium and runs the checks made for its kind.

Usage: run.py FOLDER [SCREENSHOT_FOLDER] [PAGE...]

`table*.html` are table pages, `chart*.html` chart pages, `*.svg` pictures, the others flamegraphs
with what they must say in a `.json` file of the same name. The pages are written by the Render tests:
MEMQ_PAGES=FOLDER swift test --filter RenderTests
Ends with `browser: N passed, N failed`; the exit code is 1 when anything failed.
"""

import json
import pathlib
import sys
import traceback

import test_chart
import test_flamegraph
import test_picture
import test_table
from browser import Page, shoot, start


def checks_of(page):
    if page.suffix == ".svg":
        return test_picture
    kinds = {"table": test_table, "chart": test_chart}
    return kinds.get(page.name[:5], test_flamegraph)


def run(driver, path, shots):
    page = Page(driver, path.resolve())
    expected = path.with_suffix(".json")
    page.scheme("light")
    page.open()
    try:
        checks_of(path).check(page, json.loads(expected.read_text()) if expected.exists() else {})
    except Exception:  # A check that cannot be made is one that failed.
        page.check("every check can be made", False, traceback.format_exc()[-1500:])
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
        shoot(page, shots)
    logs = page.logs()
    page.check("the console is silent", not logs, str(logs[:2]))
    requests = page.requests()
    page.check("nothing leaves the page", not requests, str(requests[:3]))
    print(f"{path.name}: {page.passed} passed, {page.failed} failed", flush=True)
    return page


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    folder = pathlib.Path(sys.argv[1])
    shots = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 and sys.argv[2] else None
    pages = [folder / name for name in sys.argv[3:]] or sorted(
        path for path in folder.glob("*.*") if path.suffix in (".html", ".svg"))
    driver = start()
    try:
        done = [run(driver, path, shots) for path in pages]
    finally:
        driver.quit()
    passed, failed = (sum(getattr(page, name) for page in done) for name in ("passed", "failed"))
    print(f"browser: {passed} passed, {failed} failed")
    return 1 if failed or not pages else 0


if __name__ == "__main__":
    sys.exit(main())
