"""Keeps memory in a parent and in forked workers; `workers.py [kill]` lets one be killed."""
import multiprocessing
import os
import signal
import sys
import time

kept = []


def work(number):
    for index in range(100):
        kept.append(bytearray(10_000 * (number + 1)))
    if number == 1 and "kill" in sys.argv:
        os.kill(os.getpid(), signal.SIGKILL)


def main():
    kept.extend(bytearray(100_000) for _ in range(20))
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=work, args=(number,)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(" ".join(str(worker.pid) for worker in workers))
    sys.exit(5)


if __name__ == "__main__":
    main()
