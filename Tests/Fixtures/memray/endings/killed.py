import collections, gc, io, logging, os, queue, socket, sqlite3, sys, tempfile, threading, time, weakref
STEPS, PAUSE = 240, 0.006
kept = []
def work(i):
    buffer = bytearray(3000 + i % 700)
    return len(bytes(buffer))
gc.disable()
class Node:
    def __init__(self):
        self.me = self
        self.data = bytearray(2200)  # LEAK
def step(i): Node()
for i in range(STEPS):
    step(i)
    work(i)
    time.sleep(PAUSE)
os.kill(os.getpid(), 9)
