import collections, gc, io, logging, os, queue, socket, sqlite3, sys, tempfile, threading, time, weakref
STEPS, PAUSE = 240, 0.006
kept = []
def work(i):
    buffer = bytearray(3000 + i % 700)
    return len(bytes(buffer))
done = [threading.Event() for _ in range(4)]
def worker(number):
    mine = []
    i = 0
    while not done[number].is_set():
        mine.append(bytearray(2000))  # LEAK
        work(i)
        i += 1
        time.sleep(PAUSE * 2)
    mine.clear()
threads = [threading.Thread(target=worker, args=(n,)) for n in range(4)]
for one in threads: one.start()
time.sleep(STEPS * PAUSE)
for n in range(4):
    done[n].set()
    threads[n].join()
    time.sleep(STEPS * PAUSE * 0.08)
