"""A shop that remembers every search; takes a snapshot before and after 300 of them."""
import tracemalloc

searches = {}


class Item:
    def __init__(self, number):
        self.name = "item %d" % number
        self.tags = ["tag %d" % (number % 7), "all"]


def load(count):
    return [Item(number) for number in range(count)]


def search(items, text):
    if text not in searches:
        searches[text] = [item.name.upper() for item in items if text in item.name]
    return searches[text]


def serve(items, first, last):
    for number in range(first, last):
        search(items, "%d" % number)


tracemalloc.start(10)
items = load(500)
serve(items, 0, 20)
tracemalloc.take_snapshot().dump("before.pickle")
serve(items, 20, 320)
tracemalloc.take_snapshot().dump("after.pickle")
