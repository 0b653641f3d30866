import collections, gc, io, logging, os, queue, socket, sqlite3, sys, tempfile, threading, time, weakref
STEPS, PAUSE = 240, 0.006
kept = []
def work(i):
    buffer = bytearray(3000 + i % 700)
    return len(bytes(buffer))
stop = threading.Event()
def wait(i):
    data = bytearray(20000)
    stop.wait()
threads = []
for i in range(60):
    one = threading.Thread(target=wait, args=(i,), daemon=True)
    one.start()  # LEAK
    threads.append(one)
    for n in range(5):
        work(n)
        time.sleep(PAUSE)
stop.set()
for one in threads: one.join()
time.sleep(0.6)
