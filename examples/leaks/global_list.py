"""A service that keeps an audit trail in a module's list and never cuts it."""

import hashlib
import time

AUDIT = []


def read_body(number):
    return number.to_bytes(8, "big") * 500


def audit(number, body):
    excerpt = body[:2000]
    AUDIT.append((number, excerpt))


def handle(number):
    body = read_body(number)
    audit(number, body)
    return ("<li>%s</li>" % hashlib.sha256(body).hexdigest()) * 60


def main():
    for number in range(1500):
        handle(number)
        time.sleep(0.002)


main()
