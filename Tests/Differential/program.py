"""A program to record: threads, growing containers, caches, frees on other threads, mappings."""
import json
import mmap
import queue
import random
import sys
import threading

random.seed(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
kept = []
cache = {}


def parse(count):
    rows = [{"id": i, "name": "row %d" % i, "values": list(range(i % 50))} for i in range(count)]
    return json.loads(json.dumps(rows))


def remember(key):
    if key not in cache:
        cache[key] = bytes(random.randrange(100, 5000))
    return cache[key]


def producer(work):
    for _ in range(200):
        work.put(bytearray(random.randrange(1, 20000)))
    work.put(None)


def consumer(work):
    while True:
        block = work.get()
        if block is None:
            return
        if random.random() < 0.1:
            kept.append(block)


def mappings():
    pages = [mmap.mmap(-1, 4096 * random.randrange(1, 50)) for _ in range(20)]
    for page in pages[::2]:
        page.close()
    return pages


def main():
    parse(300)
    for i in range(2000):
        remember(i % 300)
    work = queue.Queue(maxsize=10)
    threads = [threading.Thread(target=producer, args=(work,), name="producer"),
               threading.Thread(target=consumer, args=(work,), name="consumer")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept.append(mappings())
    parse(100)


main()
