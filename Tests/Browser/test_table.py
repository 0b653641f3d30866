"""Checks that a table page sorts, filters and stays quiet."""

from browser import background
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


def check(page, expected):
    check_sorting(page)
    check_filter(page)
    check_look(page)
