"""A shop over HTTP. It notes a mark per request, and it never forgets a visitor."""

import http.server
import json
import threading

import memq_probe

PROBE = memq_probe.Probe("service")
PRODUCTS = {number: "product %d" % number for number in range(200)}


class Visit:
    def __init__(self, visitor):
        self.visitor = visitor
        self.basket = []
        self.page = None


class Shop:
    def __init__(self):
        self.visits = {}

    def visit(self, visitor):
        if visitor not in self.visits:
            self.visits[visitor] = Visit(visitor)
        return self.visits[visitor]

    def show(self, visit, number):
        rows = ["<li>%s</li>" % PRODUCTS[(number + row) % 200] for row in range(120)]
        visit.basket.append(number)
        visit.page = "<ul>%s</ul>" % "".join(rows)
        return visit.page


SHOP = Shop()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        number, visitor = self.path.strip("/").split("/")
        PROBE.mark("request %s" % number)
        page = SHOP.show(SHOP.visit(visitor), int(number))
        body = json.dumps({"page": page}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
        threading.Thread(target=self.server.shutdown).start()

    def log_message(self, *arguments):
        pass


PROBE.start(every=0.25)
PROBE.types()
server = http.server.HTTPServer(("127.0.0.1", 8765), Handler)
server.serve_forever()
PROBE.types()
PROBE.objects(SHOP)
PROBE.stop()
