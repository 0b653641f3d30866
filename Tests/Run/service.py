"""Keeps some, frees some, for as many seconds as it is told: `service.py SECONDS`."""
import sys
import time

cache = {}


def render(number):
    return "<p>%d</p>" % number * 400


def handle(number):
    page = render(number)
    if number % 3 == 0:
        cache[number] = page
    return [bytearray(5_000) for _ in range(4)]


def main():
    end = time.monotonic() + float(sys.argv[1])
    number = 0
    while time.monotonic() < end:
        handle(number)
        number += 1
        time.sleep(0.002)
    print("served", flush=True)


if __name__ == "__main__":
    main()
