"""What the tests look at: a shop that answers requests. FORGETFUL=0 makes it remember too much."""

import os

FORGETFUL = os.environ.get("FORGETFUL", "1") == "1"


class Shop:
    def __init__(self):
        self.recent = []

    def page(self, number):
        return ("<li>product %d</li>" % number) * 50

    def handle(self, number):
        page = self.page(number)
        self.recent.append(page)
        if FORGETFUL and len(self.recent) > 20:
            self.recent.pop(0)
        return page
