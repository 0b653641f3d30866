import collections, gc, io, logging, os, queue, socket, sqlite3, sys, tempfile, threading, time, weakref
STEPS, PAUSE = 240, 0.006
kept = []
def work(i):
    buffer = bytearray(3000 + i % 700)
    return len(bytes(buffer))
class Bus:
    listeners = []
class View:
    def __init__(self, bus):
        self.pixels = bytearray(2600)  # LEAK
        bus.listeners.append(self.changed)
    def changed(self): pass
def step(i): View(Bus)
for i in range(STEPS):
    step(i)
    work(i)
    time.sleep(PAUSE)
time.sleep(STEPS * PAUSE * 0.3)
Bus.listeners.clear()
