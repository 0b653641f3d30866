"""A C library hands out records that nobody gives back; Python never sees their bytes."""

import ctypes
import time
import tracemalloc

LIBRARY = ctypes.CDLL("./librecords.so")
LIBRARY.record_parse.restype = ctypes.c_void_p
LIBRARY.record_length.argtypes = [ctypes.c_void_p]


def parse(line):
    record = LIBRARY.record_parse(line, len(line))
    return LIBRARY.record_length(record)


def handle(number):
    return parse(b"%06d;" % number * 300)


tracemalloc.start()
for number in range(1500):
    handle(number)
    time.sleep(0.002)
tracemalloc.take_snapshot().dump("native.pickle")
