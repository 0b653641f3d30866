"""Pages are cached under their whole URL, the visitor's session included."""

import time


class Pages:
    def __init__(self):
        self.cache = {}

    def render(self, url):
        rows = ["<tr><td>%s</td><td>%d</td></tr>" % (url, row) for row in range(40)]
        return "<table>%s</table>" % "".join(rows)

    def get(self, url):
        if url not in self.cache:
            self.cache[url] = self.render(url)
        return self.cache[url]


PAGES = Pages()


def handle(number):
    return PAGES.get("/item/%03d?session=%06d" % (number % 100, number))


for number in range(1500):
    handle(number)
    time.sleep(0.002)
