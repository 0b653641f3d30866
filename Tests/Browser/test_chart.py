"""Reads a chart page's values by pointer and keyboard, and holds them to memq's own answer.

What memq answers as JSON stands in a `.json` file of the same name.
"""

import test_table
from browser import background
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys


def shown_series(page):
    """Values by place, per series."""
    found = page.run("""memq.series().map(name => [name,
      memq.places().map((place, k) => [place, memq.value(name, k)])])""")
    return {name: {place: value for place, value in points} for name, points in found}


def wanted_series(answer):
    """The same of an answer: `growth` has points, `hist` classes, `timeline` rows."""
    names = [column["name"] for column in answer["columns"]]
    series = {}
    for row in answer["rows"]:
        if "points" in row:
            series[row[names[0]]] = {place: value for place, value in row["points"]}
            continue
        place = row["from"] if "from" in row else row["time"]
        texts = [column["name"] for column in answer["columns"] if column["type"] == "string"]
        measures = [name for name in names if name not in ("from", "to", "time", *texts)]
        for name in measures if not texts else measures[:1]:
            key = name if not texts else row[texts[0]] or "<no stack>"
            if place is not None:
                series.setdefault(key, {})[place] = row[name]
    return series


def check_numbers(page, expected):
    if "rows" not in expected:
        return
    shown, wanted = shown_series(page), wanted_series(expected)
    extra = set(shown) - set(wanted)
    page.check("the series are those of `as json`",
               set(wanted) <= set(shown) and extra <= {"other"}, f"{set(shown)} {set(wanted)}")
    for name, points in wanted.items():
        odd = [(place, value, shown.get(name, {}).get(place)) for place, value in points.items()
               if shown.get(name, {}).get(place) != value]
        page.check(f"`{name}` is as `as json` says", not odd, str(odd[:3]))
    for name in set(shown) & set(wanted):
        # Places that the answer leaves out hold nothing: classes without a block, say.
        more = [place for place, value in shown[name].items()
                if place not in wanted[name] and value]
        page.check(f"`{name}` has nothing more", len(more) <= (1 if "hist" in expected["query"]
                                                              else 0), str(more[:3]))


def check_values(page):
    series = page.run("memq.series()")
    page.check("there are series", len(series) > 0)
    page.check("there are points", page.run("memq.points()") > 0)
    canvases = page.driver.find_elements(By.TAG_NAME, "canvas")
    for number, canvas in enumerate(canvases):
        ActionChains(page.driver).scroll_to_element(canvas).move_to_element(canvas).perform()
        page.settle()
        cursor = page.run("memq.cursor()")
        page.check(f"the pointer finds a point of canvas {number}", cursor >= 0)
        tip = page.text("tip")
        page.check("the pointer shows what is not zero", tip_tells(page, series, cursor, tip), tip)
        page.check("the read-out is in sight", page.run("""(() => {
          const box = document.getElementById('tip').getBoundingClientRect();
          return box.left >= 0 && box.right <= innerWidth + 1 && box.top >= 0; })()"""))
        check_keyboard(page, number, series)


def tip_tells(page, series, cursor, tip):
    """Whether the read-out names the largest series that are not zero there."""
    values = {name: page.run("memq.value(arguments[0], arguments[1])", name, cursor)
              for name in series}
    told = sorted((name for name in series if values[name]), key=lambda name: -abs(values[name]))
    return all(name[-40:] in tip for name in told[:3])


def check_asking(page, expected):
    """A click leads to the question behind a point, a drag to that of a stretch."""
    if not page.run("!document.getElementById('ask').hidden"):
        return
    page.open()
    top = page.tops("ask")
    canvas = page.driver.find_element(By.TAG_NAME, "canvas")
    ActionChains(page.driver).move_to_element(canvas).click().perform()
    page.settle(0.4)
    said = page.text("asks")
    is_hist = "hist" in page.text("query")
    page.check("a click says a question", ("top" if is_hist else "flame live at ") in said
               and "Copy query" in said, said)
    page.check("nothing moves", page.tops("ask") == top)
    address = page.fragment()
    page.check("the address says the point", "at=" in address, address)
    page.reload()
    page.check("a reload says it again", page.text("asks") == said)
    if is_hist:
        return
    canvas = page.driver.find_element(By.TAG_NAME, "canvas")
    ActionChains(page.driver).move_to_element(canvas).click_and_hold() \
        .move_by_offset(120, 0).release().perform()
    page.settle()
    page.check("a drag says the stretch's", "flame peak in " in page.text("asks"),
               page.text("asks"))
    page.run("document.querySelector('canvas').focus()")
    page.press(Keys.ESCAPE)
    page.check("escape takes it away", page.text("asks") == "")


def check_paper(page):
    page.open()
    sheets = page.printed()
    page.check("it prints on few sheets", 1 <= sheets <= 8, str(sheets))


def check_keyboard(page, number, series):
    last = page.run("memq.points()") - 1
    page.run("document.querySelectorAll('canvas')[arguments[0]].focus()", number)
    page.press(Keys.HOME)
    page.check("home goes to the first point", page.run("memq.cursor()") == 0)
    page.press(Keys.ARROW_RIGHT)
    page.check("right goes on", page.run("memq.cursor()") == min(1, last))
    page.check("the values are announced", "," in page.text("live") or len(series) > 3,
               page.text("live")[:200])
    page.press(Keys.PAGE_DOWN)
    page.check("page down goes far", page.run("memq.cursor()") > min(1, last - 1))
    page.press(Keys.END)
    page.check("end goes to the last", page.run("memq.cursor()") == last)
    page.press(Keys.ARROW_RIGHT)
    page.check("and no further", page.run("memq.cursor()") == last)
    page.press(Keys.ESCAPE)
    page.check("escape leaves", page.run("memq.cursor()") == -1)


def check_legend(page):
    button = page.driver.find_element(By.CSS_SELECTOR, "#legend button")
    rows = page.run("document.querySelectorAll('#summary tbody tr').length")
    button.click()
    page.check("a series can be hidden", button.get_attribute("aria-pressed") == "false")
    if rows:
        fewer = page.run("document.querySelectorAll('#summary tbody tr').length")
        page.check("a hidden series leaves the summary", fewer < rows, f"{fewer} of {rows}")
    button.click()


def check_look(page):
    light = background(page)
    page.driver.find_element(By.ID, "theme").click()
    page.check("the button turns it dark", background(page) != light)
    page.open(400, 800)
    wide = page.run("document.documentElement.scrollWidth")
    page.check("nothing is wider than 400 pixels", wide <= 400, f"{wide}")
    cut = page.run("""[...document.querySelectorAll('button, input, canvas, h1, td')]
      .filter(one => one.getBoundingClientRect().right > 401).map(one => one.textContent)""")
    page.check("nothing is cut off at 400 pixels", not cut, str(cut[:2]))


def check_marks(page):
    """500 requests, each a mark; the pointer says behind which of them it stands."""
    marks = page.run("memq.marks()")
    page.check("every request is a mark", len(marks) == 500
               and {name for _, name in marks} == {"handle_request"}, str(marks[:2]))
    page.run("memq.move(memq.points() - 1)")
    page.check("the read-out names the mark", "after handle_request" in page.text("tip"))
    page.run("document.querySelector('canvas').blur()")


def check(page, expected):
    check_numbers(page, expected)
    if page.path.stem == "chart-marks":
        check_marks(page)
    check_values(page)
    check_legend(page)
    if page.run("Boolean(memq.tables)"):
        test_table.check_numbers(page, expected)
        test_table.check_sorting(page)
        test_table.check_filter(page)
        test_table.check_sums(page)
    check_asking(page, expected)
    check_paper(page)
    check_look(page)
