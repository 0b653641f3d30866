import collections, gc, io, logging, os, queue, socket, sqlite3, sys, tempfile, threading, time, weakref
STEPS, PAUSE = 240, 0.006
kept = []
def work(i):
    buffer = bytearray(3000 + i % 700)
    return len(bytes(buffer))
trail = []
batch = []
def step(i):
    batch.append(bytearray(20000))
    if len(batch) >= 40: batch.clear()
    trail.append(bytes(900))  # LEAK
for i in range(STEPS):
    step(i)
    work(i)
    time.sleep(PAUSE)
batch.clear(); trail.clear()
time.sleep(STEPS * PAUSE * 0.4)
