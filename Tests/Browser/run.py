#!/usr/bin/env python3
"""Opens every page of a folder in headless Chromium and runs the checks made for its kind.

Usage: run.py FOLDER [SCREENSHOT_FOLDER]

`table*.html` are table pages, `chart*.html` chart pages, the others flamegraphs with what they
must say in a `.json` file of the same name. The pages are written by the Render tests:
MEMQ_PAGES=FOLDER swift test --filter RenderTests
Ends with `browser: N passed, N failed`; the exit code is 1 when anything failed.
"""

import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def command(page, shots):
    if page.name.startswith("table"):
        arguments = [HERE / "test_table.py", page]
    elif page.name.startswith("chart"):
        arguments = [HERE / "test_chart.py", page]
    else:
        expected = page.with_suffix(".json")
        arguments = [HERE / "test_flamegraph.py", page, expected if expected.exists() else ""]
    return [sys.executable] + [str(argument) for argument in arguments + shots]


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    pages = sorted(pathlib.Path(sys.argv[1]).glob("*.html"))
    passed = failed = 0
    for page in pages:
        done = subprocess.run(command(page, sys.argv[2:3]), capture_output=True, text=True)
        lines = done.stdout.splitlines()
        counts = re.search(r"(\d+) passed, (\d+) failed", lines[-1]) if lines else None
        for line in lines:
            if line.startswith("FAIL"):
                print(f"{page.name}: {line}")
        if counts is None:
            failed += 1
            print(f"{page.name}: could not be tested\n{done.stderr.strip()[-2000:]}")
            continue
        print(lines[-1])
        passed += int(counts[1])
        failed += int(counts[2])
    print(f"browser: {passed} passed, {failed} failed")
    return 1 if failed or not pages else 0


if __name__ == "__main__":
    sys.exit(main())
