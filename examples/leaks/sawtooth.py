"""Batches of 20 MB come and go; beside them, 650 bytes a request stay."""

import time

BATCH = []
TRAIL = []


def decode(number):
    return bytearray(60_000 + number % 9000)


def remember(number):
    TRAIL.append("request %06d " % number + "." * 590)


def handle(number):
    BATCH.append(decode(number))
    remember(number)
    if len(BATCH) == 320:
        BATCH.clear()


for number in range(2000):
    handle(number)
    time.sleep(0.002)
