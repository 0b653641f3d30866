#!/usr/bin/env python3
"""Opens a table page in headless Chromium and checks that it sorts, filters and stays quiet.

Usage: test_table.py PAGE.html [SCREENSHOT_FOLDER]

Ends with `N passed, N failed`; the exit code is 1 when a check failed, 2 when none could run.
"""

import pathlib
import sys

from test_flamegraph import Page, background, shoot, start
from selenium.webdriver.common.by import By


def numbers(page, column):
    return [value for value in page.run("memq.column(arguments[0])", column)
            if isinstance(value, (int, float))]


def check_sorting(page):
    heads = page.driver.find_elements(By.CSS_SELECTOR, "th button")
    kinds = page.run("[...document.querySelectorAll('th')].map(h => h.className)")
    for column, kind in enumerate(kinds):
        heads[column].click()
        page.settle(0.1)
        values = page.run("memq.column(arguments[0])", column)
        if kind == "n":
            found = [value for value in values if value is not None]
            page.check(f"column {column} sorts downwards", found == sorted(found, reverse=True))
        heads[column].click()
        page.settle(0.1)
        order = page.run("document.querySelectorAll('th')[arguments[0]].getAttribute('aria-sort')",
                         column)
        page.check(f"column {column} turns round",
                   order == ("ascending" if kind == "n" else "descending"), order)
        page.check(f"column {column} keeps its rows",
                   len(page.run("memq.column(arguments[0])", column)) == page.run("memq.rows()"))


def check_filter(page):
    rows = page.run("memq.rows()")
    page.check("everything matches /./", page.run("memq.filter('/./')") == rows)
    page.check("nothing matches nonsense", page.run("memq.filter('no such row anywhere')") == 0)
    said = page.text("found")
    page.check("the count is said", said.startswith("0 of "), said)
    page.run("memq.filter('/(/')")
    page.check("a wrong expression is said", "not a regular" in page.text("found"))
    page.check("an empty filter shows all", page.run("memq.filter('')") == rows)


def check_look(page):
    light = background(page)
    page.driver.find_element(By.ID, "theme").click()
    page.check("the button turns it dark", background(page) != light)
    page.open(400, 800)
    wide = page.run("document.documentElement.scrollWidth")
    page.check("nothing is wider than 400 pixels", wide <= 400, f"{wide}")


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    driver = start()
    page = Page(driver, pathlib.Path(sys.argv[1]).resolve())
    try:
        page.scheme("light")
        page.open()
        check_sorting(page)
        check_filter(page)
        check_look(page)
        if len(sys.argv) > 2:
            folder = pathlib.Path(sys.argv[2])
            folder.mkdir(parents=True, exist_ok=True)
            shoot(page, folder)
        logs = page.logs()
        page.check("the console is silent", not logs, str(logs[:2]))
        requests = page.requests()
        page.check("nothing leaves the page", not requests, str(requests[:3]))
    finally:
        driver.quit()
    print(f"{page.path.name}: {page.passed} passed, {page.failed} failed")
    return 1 if page.failed else 0


if __name__ == "__main__":
    sys.exit(main())
