"""A shop whose sessions end, but not for everyone: an index of visitors still knows them."""

import memq_probe


class Product:
    def __init__(self, number):
        self.title = "product %d" % number
        self.pictures = [bytes(2000) for _ in range(3)]


class Session:
    def __init__(self, visitor, products):
        self.visitor = visitor
        self.cart = list(products)
        self.page = "<ul>%s</ul>" % "".join("<li>%s" % each.title for each in products)


class Shop:
    def __init__(self):
        self.products = [Product(number) for number in range(20)]
        self.sessions = {}
        self.by_visitor = {}

    def visit(self, number):
        session = Session("visitor %d" % number, self.products[number % 18 : number % 18 + 3])
        self.sessions[number] = session
        self.by_visitor[session.visitor] = session

    def leave(self, number):
        del self.sessions[number]


def main():
    shop = Shop()
    for number in range(60):
        shop.visit(number)
        if number >= 10:
            shop.leave(number - 10)
    memq_probe.Probe("carts").objects(shop)


main()
