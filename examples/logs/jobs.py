"""Works through batches of orders, remembers too much, and logs its memory as many services do."""

import gc
import time

import psutil
from loguru import logger

HISTORY = []


def memory():
    logger.info("Mem Usage: {:.2f} MB", psutil.Process().memory_info().rss / 1024**2)


def collect():
    before = gc.get_count()
    gc.collect()
    logger.info("gc count: {} -> {}", before, gc.get_count())


def orders(batch):
    return [{"batch": batch, "number": number, "lines": list(range(number % 40))} for number in range(4000)]


def work(batch):
    found = orders(batch)
    HISTORY.append([dict(order) for order in found if order["number"] % 4 == 0])
    time.sleep(0.05)


def main():
    for batch in range(1, 25):
        logger.info("batch {} begins", batch)
        work(batch)
        memory()
        if batch % 4 == 0:
            collect()


main()
