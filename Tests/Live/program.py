"""A program for `memq live` to watch: steady work, some of it kept, for a number of seconds.

program.py SECONDS [LOG]: writes a line with the number of rounds to LOG when it ends.
"""
import sys
import time


class Request:
    def __init__(self, number):
        self.body = bytearray(1000 + number % 500)
        self.parts = [str(number + i) for i in range(20)]


def handle(number):
    return Request(number)


def cache(kept, request):
    kept.append(request)
    if len(kept) > 2000:
        del kept[0]


def main(seconds, log):
    kept, rounds, end = [], 0, time.monotonic() + seconds
    while time.monotonic() < end:
        for number in range(50):
            cache(kept, handle(rounds * 50 + number))
        rounds += 1
        time.sleep(0.002)
    if log:
        with open(log, "w") as file:
            file.write(f"{rounds}\n")


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
