#!/usr/bin/env python3
"""Opens a chart page in headless Chromium and reads values by pointer and keyboard.

Usage: test_chart.py PAGE.html [SCREENSHOT_FOLDER]

Ends with `N passed, N failed`; the exit code is 1 when a check failed, 2 when none could run.
"""

import pathlib
import sys

from test_flamegraph import Page, background, shoot, start
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys


def check_values(page):
    series = page.run("memq.series()")
    page.check("there are series", len(series) > 0)
    page.check("there are points", page.run("memq.points()") > 0)
    canvas = page.driver.find_element(By.TAG_NAME, "canvas")
    ActionChains(page.driver).move_to_element(canvas).perform()
    page.settle()
    cursor = page.run("memq.cursor()")
    page.check("the pointer finds a point", cursor >= 0)
    tip = page.text("tip")
    page.check("the pointer shows every series", all(name in tip for name in series), tip)
    page.run("document.querySelector('canvas').focus()")
    page.press(Keys.HOME)
    page.check("home goes to the first point", page.run("memq.cursor()") == 0)
    page.press(Keys.ARROW_RIGHT)
    page.check("right goes on", page.run("memq.cursor()") == min(1, page.run("memq.points()") - 1))
    page.check("the values are announced", series[0] in page.text("live"), page.text("live"))
    page.press(Keys.END)
    page.check("end goes to the last", page.run("memq.cursor()") == page.run("memq.points()") - 1)
    page.press(Keys.ESCAPE)
    page.check("escape leaves", page.run("memq.cursor()") == -1)


def check_look(page):
    button = page.driver.find_element(By.CSS_SELECTOR, "#legend button")
    button.click()
    page.check("a series can be hidden", button.get_attribute("aria-pressed") == "false")
    button.click()
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
        check_values(page)
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
