"""Checks that a picture opens, follows the system's colours, and that its text is in its place."""

BOXES = """[...document.querySelectorAll('text')].map(text => {
  const box = text.getBBox();
  return [box.x, box.y, box.x + box.width, box.y + box.height, text.textContent.slice(0, 60),
    text.className.baseVal]; })"""


def colour(page, selector, property_name="fill"):
    return page.run("getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]",
                    selector, property_name)


def check(page, expected):
    page.check("it is a picture", page.run("document.documentElement.tagName") == "svg")
    page.check("it has a title", len(page.run("document.querySelector('title').textContent")) > 0)
    page.check("it has a description",
               len(page.run("document.querySelector('desc').textContent")) > 10)
    width = page.run("document.documentElement.viewBox.baseVal.width")
    height = page.run("document.documentElement.viewBox.baseVal.height")
    boxes = page.run(BOXES)
    outside = [box for box in boxes
               if box[0] < -1 or box[1] < -1 or box[2] > width + 1 or box[3] > height + 1]
    page.check("every text is inside", not outside, str(outside[:2]))
    # Texts of one line must not run into each other.
    lines = {}
    for box in boxes:
        lines.setdefault(round(box[3]), []).append(box)
    for line in lines.values():
        line.sort()
        meeting = [(left[4], right[4]) for left, right in zip(line, line[1:])
                   if left[2] > right[0] + 0.5]
        page.check("no texts meet", not meeting, str(meeting[:2]))
    light = colour(page, ".back"), colour(page, "text")
    page.scheme("dark")
    page.settle()
    dark = colour(page, ".back"), colour(page, "text")
    page.check("it follows the system's colours", light[0] != dark[0] and light[1] != dark[1])
    page.scheme("light")
