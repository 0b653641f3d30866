"""Checks a flamegraph page as a person would use it.

What the page must say, each key optional: total, count, nodes, query,
note (a part of the remarks), search (a text that matches) and search_size (the bytes below its
outermost matches), bottom_up (bytes by name below the root when turned over), turned (the same by
whole path), ready_ms and frame_ms (the most that opening and one frame may take).
"""

from browser import background
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys


def check_totals(page, expected):
    total = page.run("memq.total()")
    page.check("the root is wide", total >= 0)
    for key, found in (("total", total), ("count", page.run("memq.count()"))):
        if key in expected:
            page.check(f"{key} is as expected", found == expected[key],
                       f"{found} is not {expected[key]}")
    if "nodes" in expected:
        nodes = page.run("memq.nodes()")
        page.check("no frame is lost", nodes == expected["nodes"], f"{nodes}")
    if "query" in expected:
        query = page.text("query")
        # Control characters are shown escaped; the rest must be there as it is.
        page.check("the query is shown", query.split("\\")[0] == expected["query"].split("\x1b")[0]
                   or query == expected["query"], query)
    if "note" in expected:
        page.check("the remark is shown", expected["note"] in page.text("notes"))
    page.check("every total is the sum below it", page.run("memq.addsUp()"))
    most = expected.get("ready_ms", 3000)
    ready = page.run("memq.readyMs")
    page.check(f"ready within {most} ms", ready <= most, f"{ready:.0f} ms")


def largest_child(page):
    """The root's widest callee that is a frame, or None."""
    if page.run("memq.nodes()") < 2:
        return None
    return 1


def check_zoom(page):
    child = largest_child(page)
    if child is None:
        return
    box = page.run("memq.boxOf(1)")
    canvas = page.driver.find_element(By.ID, "graph")
    rectangle = page.run("document.getElementById('graph').getBoundingClientRect().toJSON()")
    # Offsets count from the middle of the element.
    ActionChains(page.driver).move_to_element_with_offset(
        canvas, int(box["x"] + min(box["width"] / 2, 200) - rectangle["width"] / 2),
        int(box["y"] + 8 - rectangle["height"] / 2)).perform()
    page.settle()
    name = page.run("memq.node(1).name")
    tip = page.text("tip")
    page.check("the pointer shows what it is on", name in tip, tip[:120])
    page.check("the tip shows shares", "of shown" in tip and "of all" in tip, tip[:200])
    ActionChains(page.driver).click().perform()
    page.settle()
    page.check("a click zooms", page.run("memq.zoomed()") == 1)
    left, right = page.run("memq.window()")
    size = page.run("memq.node(1).size")
    page.check("the window is the frame", right - left == size, f"{right - left} is not {size}")
    crumbs = page.driver.find_elements(By.CSS_SELECTOR, "#crumbs button")
    page.check("the path is shown", len(crumbs) == 2)
    crumbs[0].click()
    page.settle()
    page.check("the path leads back", page.run("memq.zoomed()") == 0)


def check_keyboard(page):
    page.focus()
    page.press(Keys.HOME)
    page.press(Keys.ARROW_DOWN)
    page.check("down moves to the first callee", page.run("memq.focused()") == 1)
    live = page.text("live")
    page.check("the frame is announced", page.run("memq.node(1).name") in live, live)
    page.press(Keys.ENTER)
    page.check("enter zooms", page.run("memq.zoomed()") == 1)
    page.press(Keys.ARROW_UP)
    page.check("up moves to the caller", page.run("memq.focused()") == 0)
    page.press(Keys.ESCAPE)
    page.check("escape zooms out", page.run("memq.zoomed()") == 0)
    page.press(Keys.HOME)
    page.press(Keys.ARROW_DOWN, Keys.ARROW_RIGHT)
    sibling = page.run("memq.focused()")
    second = page.run("memq.node(1).end")
    if second < page.run("memq.nodes()"):
        page.check("right moves to the next callee", sibling == second, f"{sibling}")
        page.press(Keys.HOME)
        page.press(Keys.ARROW_DOWN, Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
        page.check("left moves back", page.run("memq.focused()") == 1)
    page.press(Keys.HOME)
    page.check("home shows everything", page.run("memq.zoomed()") == 0)
    page.press("/")
    page.check("slash goes to the search", page.run("document.activeElement.id") == "search")
    page.press(Keys.ESCAPE)
    page.check("escape leaves the search", page.run("document.activeElement.id") == "graph")
    page.press("?")
    page.check("? shows the keys", page.run("document.getElementById('keyhelp').open"))
    page.press(Keys.ESCAPE)


def check_search(page, expected):
    wanted = expected.get("search") or page.run("memq.node(1).name")
    field = page.driver.find_element(By.ID, "search")
    field.clear()
    field.send_keys(wanted)
    page.settle(0.5)
    found = page.text("found")
    page.check("typing finds frames", "of shown" in found, found)
    result = page.run("memq.search(arguments[0])", wanted)
    page.check("a search has matches", result and result["matches"] > 0, str(result))
    page.check("shares are at most one", 0 <= result["shown"] <= 1 and 0 <= result["all"] <= 1)
    if "search_size" in expected:
        page.check("nested matches count once", result["size"] == expected["search_size"],
                   str(result))
    regex = page.run("memq.search('/./')")
    page.check("a regular expression finds everything", abs(regex["all"] - 1) < 1e-9, str(regex))
    page.run("memq.search('/(/')")
    page.check("a wrong expression is said", "not a regular" in page.text("found"))
    nothing = page.run("memq.search('no such frame anywhere')")
    page.check("no match is said", nothing["matches"] == 0 and "no frame" in page.text("found"))
    page.run("memq.search('')")
    page.check("an empty search shows all", page.text("found") == "")


def below_root(page):
    """Bytes by name of the root's callees."""
    return page.run("""(() => { const found = {};
      for (let i = 1; i < memq.nodes(); i = memq.node(i).end) {
        const node = memq.node(i);
        found[node.name] = (found[node.name] || 0) + node.size;
      }
      return found; })()""")


def by_path(page):
    """Bytes of every frame by its path from the root, as `name|place`, tab-separated."""
    nodes = page.run("""(() => { const found = [];
      for (let i = 0; i < memq.nodes(); i++) {
        const node = memq.node(i);
        found.push([node.parent, node.name + '|' + node.place, node.size]);
      }
      return found; })()""")
    paths, found = [""], {}
    for parent, name, size in nodes[1:]:
        path = paths[parent] + "\t" + name if parent > 0 else name
        paths.append(path)
        found[path] = found.get(path, 0) + size
    return found


def check_views(page, expected):
    total, count = page.run("memq.total()"), page.run("memq.count()")
    page.driver.find_element(By.ID, "bottomup").click()
    page.settle()
    page.check("bottom-up keeps the totals",
               page.run("memq.total()") == total and page.run("memq.count()") == count)
    page.check("bottom-up adds up", page.run("memq.addsUp()"))
    if "bottom_up" in expected:
        found = below_root(page)
        page.check("bottom-up begins with own bytes", found == expected["bottom_up"], str(found))
    if "turned" in expected:
        page.check("bottom-up is as expected, path by path", by_path(page) == expected["turned"])
        page.check("bottom-up has a frame once", page.run("memq.nodes()")
                   == len(expected["turned"]) + 1, page.run("memq.nodes()"))
    pressed = page.run("document.getElementById('bottomup').getAttribute('aria-pressed')")
    page.check("the button says so", pressed == "true")
    by_count = page.driver.find_element(By.ID, "bycount")
    # Captures that hold sizes alone have nothing to show by count.
    page.check("what is not counted cannot be chosen", by_count.is_enabled() == (count > 0))
    if by_count.is_enabled():
        by_count.click()
        page.settle()
        left, right = page.run("memq.window()")
        page.check("by count the width is the count", right - left == max(count, 1))
        page.check("by count adds up", page.run("memq.addsUp()"))
    page.driver.find_element(By.ID, "topdown").click()
    page.settle()
    page.check("top-down by count keeps the totals",
               page.run("memq.total()") == total and page.run("memq.addsUp()"))
    page.driver.find_element(By.ID, "bysize").click()
    page.settle()


def check_choices(page):
    """Hides and `from here`, by the keyboard and by the buttons; totals stay or are said."""
    total = page.run("memq.total()")
    frame = page.run("""(() => {
      for (let i = 1; i < memq.nodes(); i++) {
        const node = memq.node(i);
        if (node.end > i + 1 && node.name !== '<no stack>' && !node.merged) return i;
      }
      return -1; })()""")
    if frame < 0:
        return
    name = page.run("memq.node(arguments[0]).name", frame)
    page.focus()
    page.press(Keys.HOME)
    page.run("memq.zoom(arguments[0])", frame)
    page.press("h")
    page.check("h hides the function", page.run("memq.options().patterns") == [name])
    page.check("hiding keeps the total", page.run("memq.total()") == total)
    page.check("hiding adds up", page.run("memq.addsUp()"))
    page.check("the hidden function is named", name[:20] in page.text("chips"), page.text("chips"))
    gone = page.run("""(() => {
      for (let i = 1; i < memq.nodes(); i++) if (memq.node(i).name === arguments[0]) return i;
      return -1; })()""", name)
    page.check("the hidden function is gone", gone == -1)
    page.driver.find_element(By.CSS_SELECTOR, "#chips button").click()
    page.settle()
    page.check("its button brings it back", page.run("memq.options().patterns") == [])
    page.run("memq.zoom(arguments[0])", frame)
    page.focus()
    page.press("f")
    if page.run("memq.options().from"):
        page.check("f begins at the frame", page.run("memq.node(1).name") == name
                   and page.run("memq.node(1).depth") == 1)
        page.check("what is left adds up", page.run("memq.addsUp()"))
    page.press("r")
    page.check("r goes back", page.run("memq.total()") == total
               and page.run("memq.options().from") == "")
    page.run("memq.search('/./')")
    page.press("q")
    page.settle(0.1)
    page.check("q copies the query", "opied" in page.text("live"), page.text("live"))
    page.run("memq.search('')")
    before = page.run("memq.options().colour")
    page.press("o")
    page.check("o changes the colours", page.run("memq.options().colour") != before)
    page.press("r")


def check_still(page):
    """Nothing under the pointer moves, whatever is searched, hidden or chosen."""
    names = ["graph", "crumbs", "search"] + (["time"] if page.run("Boolean(memq.times)") else [])
    for width in (1280, 800):
        page.open(width, 800)
        before = page.tops(*names)
        doings = [("a search", "memq.search('/./')"), ("no match", "memq.search('no such frame')"),
                  ("a zoom", "memq.zoom(Math.min(2, memq.nodes() - 1))"),
                  ("a hide", "memq.hideFrame(1)"), ("a wrong search", "memq.search('/(/')"),
                  ("a start", "(memq.reset(), memq.fromFrame(1))"),
                  ("bottom-up", "memq.flip()")]
        if "time" in names:
            doings += [("a time", "(memq.setTime('peak', 0, 1), memq.choose({}))"),
                       ("another time", "(memq.setTime('alive', 0, 2), memq.choose({}))")]
        for doing, script in doings:
            page.run(script)
            page.settle()
            after = page.tops(*names)
            page.check(f"{doing} moves nothing at {width} pixels", after == before,
                       f"{before} {after}")
    page.open()


def check_address(page):
    """What is shown survives a reload, and back undoes it."""
    page.open()
    total = page.run("memq.total()")
    page.check("the address begins empty", page.fragment() == "", page.fragment())
    page.focus()
    page.press("i")
    flipped = page.run("memq.options().turned")
    page.press(Keys.HOME, Keys.ARROW_DOWN, Keys.ENTER)
    zoomed = page.run("memq.zoomed()")
    page.run("memq.search('/./')")
    page.press("o")
    shown = page.run("[memq.nodes(), memq.total(), memq.options(), memq.zoomed()]")
    address = page.fragment()
    page.check("the address says what is shown", "bottomup=" in address and "zoom=" in address,
               address)
    page.reload()
    again = page.run("[memq.nodes(), memq.total(), memq.options(), memq.zoomed()]")
    page.check("a reload shows the same", again == shown, f"{again} {shown}")
    page.check("and the search", page.run("document.getElementById('search').value") == "/./")
    page.back()
    page.check("back undoes the colours",
               page.run("memq.options().colour") != shown[2]["colour"] or len(shown[2]) == 0)
    page.back()
    page.check("back again undoes the zoom", zoomed == 0 or page.run("memq.zoomed()") == 0)
    page.back()
    page.check("and the direction", page.run("memq.options().turned") != flipped
               or page.fragment() == "", page.fragment())
    page.check("and nothing is lost", page.run("memq.total()") == total)
    page.open()


def check_ranking(page):
    """Enter goes to the largest match first, and its place among all is said."""
    page.open()
    field = page.driver.find_element(By.ID, "search")
    field.send_keys("/./")
    field.send_keys(Keys.ENTER)
    page.settle(0.2)
    widths = page.run("""(() => { const found = [];
      for (let i = 1; i < memq.nodes(); i++) if (!memq.node(i).merged) found.push(memq.node(i).size);
      return found.sort((a, b) => b - a).slice(0, 3); })()""")
    focused = page.run("memq.node(memq.focused()).size")
    page.check("enter goes to the largest match", focused == widths[0], f"{focused} {widths}")
    page.check("its place is said", page.text("found").startswith("1 of "), page.text("found"))
    if len(widths) > 1:
        page.press("n")
        page.check("the next is the next smaller",
                   page.run("memq.node(memq.focused()).size") == widths[1])
        page.check("its place is said too", page.text("found").startswith("2 of "))
        box = page.run("memq.boxOf(memq.focused())")
        page.check("a match is in sight", box["isSeen"] and box["width"] >= 2, str(box))
    page.run("memq.search('')")
    page.open()


def check_legend(page):
    """The legend measures allocating frames, in both directions and as its own search does."""
    page.open()
    page.run("memq.choose({ colour: 'module' })")
    legend = page.run("memq.legend()")
    page.run("memq.flip()")
    page.check("the legend is the same bottom-up", page.run("memq.legend()") == legend,
               f"{legend} {page.run('memq.legend()')}")
    for place in range(2):
        buttons = page.driver.find_elements(By.CSS_SELECTOR, "#legend button")
        if not buttons or not buttons[0].is_displayed():
            break
        share = buttons[0].text.split()[-1]
        buttons[0].click()
        page.settle()
        page.check("a click says the legend's share", f"{share} of shown" in page.text("found"),
                   f"{share}: {page.text('found')}")
        page.run("memq.search('')")
        page.run("memq.flip()")
    page.open()


def check_announced(page):
    page.open()
    page.focus()
    for key in "imohr":
        page.run("(document.getElementById('live').textContent = '')")
        page.press(Keys.HOME, Keys.ARROW_DOWN, key)
        said = page.text("live")
        if key == "m" and page.run("document.getElementById('bycount').disabled"):
            continue
        if key == "h" and not page.run("memq.options().patterns.length"):
            continue
        page.check(f"{key} says the new total", "total " in said, said)
    page.open()


def check_paper(page):
    page.open()
    page.scheme("dark")
    sheets = page.printed()
    page.check("it prints on few sheets", 1 <= sheets <= 3, str(sheets))
    page.settle()
    page.check("and is as before", page.run("memq.isDark()") and page.run(
        "document.getElementById('graph').height") == page.run(
        "document.getElementById('scroll').clientHeight"))
    page.scheme("light")


def check_empty(page):
    page.check("it says what left nothing", page.text("empty").startswith("nothing to draw: "),
               page.text("empty"))
    page.check("one sees it", page.run("!document.getElementById('empty').hidden"))


def check_theme(page):
    page.scheme("light")
    page.settle()
    light = background(page)
    page.scheme("dark")
    page.settle()
    dark = background(page)
    page.check("dark follows the system", light != dark and page.run("memq.isDark()"))
    page.driver.find_element(By.ID, "theme").click()
    page.settle()
    page.check("the button turns it light", background(page) == light)
    page.driver.find_element(By.ID, "theme").click()
    page.scheme("light")


def check_narrow(page):
    page.open(400, 800)
    wide = page.run("document.documentElement.scrollWidth")
    page.check("nothing is wider than 400 pixels", wide <= 400, f"{wide}")
    page.check("the graph has room", page.run(
        "document.getElementById('scroll').clientHeight") >= 250)
    page.check("the canvas is sharp", page.run("document.getElementById('graph').width") == 800)


def check_speed(page, expected):
    page.open()
    most = expected.get("frame_ms", 16)
    times = sorted(page.run("""(() => { const all = memq.total(), times = [];
      for (let k = 0; k < 40; k++) {
        memq.setWindow(all * k / 80, all * (k / 80 + 0.5));
        times.push(memq.draw().ms);
      }
      return times; })()"""))
    page.check(f"a pan frame takes at most {most} ms", times[20] <= most, f"{times[20]:.1f} ms")
    print(f"     median frame {times[20]:.1f} ms, slowest {times[-1]:.1f} ms, "
          f"ready {page.run('memq.readyMs'):.0f} ms, {page.run('memq.nodes()')} nodes")


def check_depth(page):
    """The deepest frames can be reached by scrolling and by zooming."""
    page.open()
    rows = page.run("memq.rows()")
    deepest = page.run("""(() => { let best = 0;
      for (let i = 0; i < memq.nodes(); i++) {
        if (memq.node(i).depth > memq.node(best).depth) best = i;
      }
      return best; })()""") if page.run("memq.nodes()") <= 200_000 else None
    if deepest is None:
        return
    page.run("memq.zoom(arguments[0])", deepest)
    page.settle()
    box = page.run("memq.boxOf(arguments[0])", deepest)
    height = page.run("document.getElementById('scroll').clientHeight")
    page.check(f"the deepest of {rows} rows is in sight", 0 <= box["y"] <= height, str(box))
    page.run("memq.zoom(0)")


def check(page, expected):
    check_totals(page, expected)
    if expected.get("total") == 0:
        check_empty(page)
        return
    check_zoom(page)
    check_keyboard(page)
    check_search(page, expected)
    check_views(page, expected)
    check_choices(page)
    check_still(page)
    check_address(page)
    check_ranking(page)
    check_legend(page)
    check_announced(page)
    check_paper(page)
    check_theme(page)
    check_narrow(page)
    check_depth(page)
    check_speed(page, expected)
    page.check("no dialog opened by a name", page.run("document.title") != "")
