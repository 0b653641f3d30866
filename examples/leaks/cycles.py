"""Sessions and their requests refer to each other; the collector is off "for speed"."""

import gc
import time

gc.disable()


class Session:
    def __init__(self, user):
        self.user = user
        self.buffer = bytearray(4096)
        self.current = Request(self)


class Request:
    def __init__(self, session):
        self.session = session
        self.headers = {"host": "shop.example", "user": session.user}


def handle(number):
    session = Session("user %d" % number)
    return len(session.current.headers)


for number in range(1500):
    handle(number)
    time.sleep(0.002)
