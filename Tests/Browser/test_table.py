"""Checks that a table page sorts, filters, says memq's own numbers and stays quiet.

A page has one table, one per section, or findings; what memq answers as JSON stands in a `.json`
file of the same name.
"""

from browser import background
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys


def heads(page, place):
    """Title and class of each column of a table."""
    return page.run("""[...document.querySelectorAll('section table, .findings')[arguments[0]]
      .querySelectorAll('thead th')].map(head => [head.textContent.trim(), head.className])""",
                    place)


def column(page, number, place):
    return page.run("memq.column(arguments[0], arguments[1])", number, place)


def check_numbers(page, expected):
    """Every column of numbers has the values of the answer, in its order, to the last byte."""
    if "rows" not in expected:
        return
    tables = page.run("memq.tables()")
    numbers = [one["name"] for one in expected["columns"] if one["type"] in ("integer", "number")]
    for name in numbers:
        shown, isShown = [], False
        for place in range(tables):
            for index, (title, _) in enumerate(heads(page, place)):
                if title == name:
                    isShown = True
                    shown += [value for value in column(page, index, place) if value is not None]
        wanted = [row[name] for row in expected["rows"] if row.get(name) is not None]
        if isShown:
            page.check(f"`{name}` is as `as json` says", shown == wanted,
                       f"{shown[:5]} is not {wanted[:5]} ({len(shown)} of {len(wanted)})")
    shown = any(title in numbers for place in range(tables) for title, _ in heads(page, place))
    page.check("there are columns of numbers", shown or page.run(
        "document.querySelector('.findings') !== null"))
    page.check("all rows are there", page.run("memq.rows()") == len(expected["rows"]),
               f"{page.run('memq.rows()')} is not {len(expected['rows'])}")


def check_sorting(page):
    for place in range(page.run("memq.tables()")):
        buttons = page.driver.find_elements(By.CSS_SELECTOR, "section table, .findings")[place] \
            .find_elements(By.CSS_SELECTOR, "thead button")
        rows = None
        for number, (title, kind) in enumerate(heads(page, place)):
            buttons[number].click()
            values = column(page, number, place)
            rows = len(values) if rows is None else rows
            found = [value for value in values if value is not None]
            if kind == "n":
                page.check(f"`{title}` sorts downwards", found == sorted(found, reverse=True))
                page.check(f"`{title}` has its gaps last",
                           values[:len(found)] == found, str(values[:5]))
            buttons[number].click()
            found = [value for value in column(page, number, place) if value is not None]
            if kind == "n":
                page.check(f"`{title}` sorts upwards", found == sorted(found))
            order = page.run("document.querySelectorAll('section table, .findings')[arguments[1]]"
                             ".querySelectorAll('th')[arguments[0]].getAttribute('aria-sort')",
                             number, place)
            page.check(f"`{title}` turns round",
                       order == ("ascending" if kind == "n" else "descending"), order)
            page.check(f"`{title}` keeps its rows", len(column(page, number, place)) == rows)


def check_filter(page):
    rows = page.run("memq.rows()")
    field = page.driver.find_element(By.ID, "filter")
    page.check("everything matches /./", page.run("memq.filter('/./')") == rows)
    page.check("nothing matches nonsense", page.run("memq.filter('no such row anywhere')") == 0)
    said = page.text("found")
    page.check("the count is said", said.startswith("0 of "), said)
    hidden = page.run("[...document.querySelectorAll('[data-row]')].every(row => row.hidden)")
    page.check("rows that do not match are hidden", hidden)
    page.run("memq.filter('/(/')")
    page.check("a wrong expression is said", "not a regular" in page.text("found"))
    page.check("an empty filter shows all", page.run("memq.filter('')") == rows)
    page.run("document.activeElement.blur()")
    page.press("/")
    page.check("slash goes to the filter", page.run("document.activeElement.id") == "filter")
    word = page.run("""(() => { const row = document.querySelector('[data-row]');
      return row ? row.textContent.trim().slice(-12) : ''; })()""")
    if word.strip() and word.isprintable() and word.isascii():
        field.send_keys(word)
        shown = page.run("[...document.querySelectorAll('[data-row]')]"
                         ".filter(row => !row.hidden).map(row => row.textContent)")
        page.check("typing filters", 0 < len(shown) <= rows
                   and all(word.lower() in text.lower() for text in shown), word)
    page.press(Keys.ESCAPE)
    page.check("escape shows all again",
               page.run("[...document.querySelectorAll('[data-row]')].every(row => !row.hidden)"))


def check_sums(page):
    """A filter says the sum of what it leaves, and its share."""
    for place in range(page.run("memq.tables()")):
        sums = page.run("memq.sums(arguments[0])", place)
        for one in sums:
            values = [value for value in column(page, one["column"], place) if value is not None]
            page.check(f"the sum of `{one['title']}` is its rows'",
                       abs(sum(values) - one["sum"]) <= 1e-9 * abs(one["sum"]), str(one))
    row = page.run("(document.querySelector('tr[data-row] td.k') || {}).textContent || ''").strip()
    if not sums or len(row) < 4 or page.run("memq.tables()") > 1 or not row.isascii():
        return
    page.run("memq.filter(arguments[0])", row)
    foot = page.run("document.querySelector('tfoot .sum').textContent")
    page.check("a row of sums stands below what is left", "shown" in foot, foot)
    page.check("the sum is said", "·" in page.text("found"), page.text("found"))
    page.run("memq.filter('')")
    page.check("without a filter there is none",
               page.run("document.querySelector('tfoot .sum')") is None)


def check_head(page):
    """The titles stay in sight."""
    page.resize(1280, 300)
    page.settle()
    for place in range(min(2, page.run("document.querySelectorAll('section table').length"))):
        top = page.run("""(() => { const table = document.querySelectorAll('section table')
          [arguments[0]], box = table.getBoundingClientRect();
          if (box.height < 500) return null;
          scrollTo(0, scrollY + box.top + 120);
          return table.querySelector('th').getBoundingClientRect().top; })()""", place)
        page.check("the head sticks", top is None or 0 <= top < 3, str(top))
    page.run("scrollTo(0, 0)")
    page.resize(1280, 800)


def check_address(page):
    """Order and filter survive a reload, and back undoes them."""
    page.open()
    buttons = page.driver.find_elements(By.CSS_SELECTOR, "thead button")
    if not buttons or not buttons[0].is_displayed():
        return
    before = column(page, 0, 0)
    buttons[0].click()
    buttons[0].click()
    shown = column(page, 0, 0)
    page.check("the address says the order", "sort=" in page.fragment(), page.fragment())
    page.reload()
    page.check("a reload keeps the order", column(page, 0, 0) == shown)
    page.back()
    page.back()
    page.check("back undoes it", column(page, 0, 0) == before)


def check_paper(page):
    rows = page.run("memq.rows()")
    page.open()
    sheets = page.printed()
    page.check("it prints on few sheets", 1 <= sheets <= 3 + rows / 12 and sheets < 40, str(sheets))


def check_folds(page):
    """A tree opens folded, row by row and whole."""
    all_rows = page.run("memq.folds.all")
    if not all_rows:
        return
    page.open()
    first = page.run("memq.folds.shown()")
    page.check("a tree begins folded", first <= 60 or first == all_rows, f"{first} of {all_rows}")
    closed = page.driver.find_elements(By.CSS_SELECTOR, ".twist[aria-expanded=false]")
    if closed:
        closed[0].click()
        page.check("a row opens", page.run("memq.folds.shown()") > first)
    page.driver.find_element(By.ID, "fold-more").click()
    page.check("all of it opens", page.run("memq.folds.shown()") == all_rows)
    page.driver.find_element(By.ID, "fold-less").click()
    page.check("and folds again", page.run("memq.folds.shown()") == first)


def check_source(page):
    """The code is there, with heat, and gaps open."""
    lines = page.run("document.querySelectorAll('.code td.line').length")
    page.check("lines are numbered", lines > 0)
    page.check("lines that hold something are warm", page.run(
        "[...document.querySelectorAll('.code .hot')].every(row => getComputedStyle(row.cells[0])"
        ".backgroundColor !== getComputedStyle(document.body).backgroundColor)"))
    page.check("code is shown", page.run(
        "[...document.querySelectorAll('.code tr:not([hidden]) td.k')]"
        ".some(cell => /\\w\\s*[(=]/.test(cell.textContent))"))
    for button in page.driver.find_elements(By.CSS_SELECTOR, ".gap button")[:1]:
        before = page.run("document.querySelectorAll('.code tr:not([hidden])').length")
        button.click()
        page.check("a gap opens", page.run(
            "document.querySelectorAll('.code tr:not([hidden])').length") > before)
    light = page.run("getComputedStyle(document.body).backgroundColor")
    page.driver.find_element(By.ID, "theme").click()
    page.check("the button turns it dark", background(page) != light)


def check_look(page):
    light = background(page)
    page.driver.find_element(By.ID, "theme").click()
    page.check("the button turns it dark", background(page) != light)
    page.open(400, 800)
    wide = page.run("document.documentElement.scrollWidth")
    page.check("nothing is wider than 400 pixels", wide <= 400, f"{wide}")
    cut = page.run("""[...document.querySelectorAll('button, input, h1, h2, td, article')]
      .filter(one => one.getBoundingClientRect().right > 401).map(one => one.textContent)""")
    page.check("nothing is cut off at 400 pixels", not cut, str(cut[:2]))


def check(page, expected):
    if page.run("document.querySelector('table.code') !== null"):
        check_source(page)
        return
    if not page.run("memq.folds && memq.folds.all"):
        check_numbers(page, expected)
    check_sorting(page)
    check_filter(page)
    check_sums(page)
    check_head(page)
    check_folds(page)
    check_address(page)
    check_paper(page)
    check_look(page)
