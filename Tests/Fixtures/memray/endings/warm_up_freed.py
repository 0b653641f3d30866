import collections, gc, io, logging, os, queue, socket, sqlite3, sys, tempfile, threading, time, weakref
STEPS, PAUSE = 240, 0.006
kept = []
def work(i):
    buffer = bytearray(3000 + i % 700)
    return len(bytes(buffer))
warm = []
for i in range(STEPS // 2):
    warm.append(bytes(6000))
    time.sleep(PAUSE)
warm.clear()
for i in range(STEPS):
    work(i)
    time.sleep(PAUSE)
