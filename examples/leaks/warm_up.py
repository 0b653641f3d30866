"""A least-recently-used cache fills; the service imports late; then nothing grows."""

import functools
import random
import time

CHOICE = random.Random(7)


@functools.lru_cache(maxsize=300)
def thumbnail(image):
    return bytes(8000 + image % 100)


def export(number):
    import csv
    import io
    import json

    text = io.StringIO()
    csv.writer(text).writerow([number, json.dumps({"number": number})])
    return text.getvalue()


def handle(number):
    thumbnail(CHOICE.randrange(600))
    if number > 300:
        export(number)


for number in range(2000):
    handle(number)
    time.sleep(0.002)
