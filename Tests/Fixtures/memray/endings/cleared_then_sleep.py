import collections, gc, io, logging, os, queue, socket, sqlite3, sys, tempfile, threading, time, weakref
STEPS, PAUSE = 240, 0.006
kept = []
def work(i):
    buffer = bytearray(3000 + i % 700)
    return len(bytes(buffer))
cache = {}
def page(i):
    return ('<p>%d</p>' % i) * 300  # LEAK
def step(i):
    if i not in cache: cache[i] = page(i)
for i in range(STEPS):
    step(i)
    work(i)
    time.sleep(PAUSE)
cache.clear()
time.sleep(STEPS * PAUSE * 0.4)
