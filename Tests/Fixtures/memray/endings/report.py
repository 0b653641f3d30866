import collections, gc, io, logging, os, queue, socket, sqlite3, sys, tempfile, threading, time, weakref
STEPS, PAUSE = 240, 0.006
kept = []
def work(i):
    buffer = bytearray(3000 + i % 700)
    return len(bytes(buffer))
log = logging.getLogger('app')
log.setLevel(logging.ERROR)
def step(i):
    stream = io.BytesIO(bytes(2100))  # LEAK
    log.addHandler(logging.StreamHandler(stream))
for i in range(STEPS):
    step(i)
    work(i)
    time.sleep(PAUSE)
import json, statistics, decimal
report = json.dumps({'n': [len(str(n)) for n in range(3000)]})
log.handlers.clear(); gc.collect(); logging.shutdown()
print(statistics.mean([1, 2, 3]), len(report), file=sys.stderr)
time.sleep(PAUSE * STEPS * 0.1)
