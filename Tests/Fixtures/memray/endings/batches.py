import collections, gc, io, logging, os, queue, socket, sqlite3, sys, tempfile, threading, time, weakref
STEPS, PAUSE = 240, 0.006
kept = []
def work(i):
    buffer = bytearray(3000 + i % 700)
    return len(bytes(buffer))
for job in range(6):
    rows = []
    for i in range(STEPS // 6):
        rows.append(bytes(5000))
        work(i)
        time.sleep(PAUSE)
    rows.clear()
for name in [n for n in globals() if n in ('cache', 'batch', 'pool', 'rows', 'live', 'jobs', 'warm')]:
    del globals()[name]
    time.sleep(PAUSE * STEPS * 0.05)
gc.collect()
time.sleep(PAUSE * STEPS * 0.1)
