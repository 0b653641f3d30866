import collections, gc, io, logging, os, queue, socket, sqlite3, sys, tempfile, threading, time, weakref
STEPS, PAUSE = 240, 0.006
kept = []
def work(i):
    buffer = bytearray(3000 + i % 700)
    return len(bytes(buffer))
sessions = {}
def handle(i):
    user = 'user-%d' % i
    body = ''.join('line %d ' % n for n in range(60))
    sessions[user] = {'body': body * 4, 'seen': [i]}  # LEAK
    return user
def step(i): handle(i)
for i in range(STEPS):
    step(i)
    work(i)
    time.sleep(PAUSE)
import itertools
def let_go():
    for one in (kept, globals().get('callbacks'), globals().get('trail'), globals().get('batch')):
        while one:
            del one[:max(1, len(one) // 8)]
            time.sleep(PAUSE * STEPS * 0.03)
    for one in (globals().get('cache'), globals().get('sessions')):
        while one:
            for key in list(one)[:max(1, STEPS // 10)]: del one[key]
            time.sleep(PAUSE * STEPS * 0.03)
let_go()
sessions.clear()
