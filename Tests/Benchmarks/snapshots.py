"""Writes a snapshot of tracemalloc: snapshots.py COUNT PATH, of COUNT blocks at 20,000 stacks of up to eight frames.

The traces are made up, the file is the standard library's own `Snapshot.dump`.
"""

import random
import sys
import tracemalloc


def main():
    count, path = int(sys.argv[1]), sys.argv[2]
    numbers = random.Random(1)
    files = [f"/srv/app/package/module{n}.py" for n in range(400)]
    stacks = [
        tuple((files[numbers.randrange(400)], numbers.randrange(1, 900)) for _ in range(numbers.randint(1, 8)))
        for _ in range(20000)
    ]
    traces = []
    for _ in range(count):
        frames = numbers.choice(stacks)
        traces.append((0, numbers.randrange(16, 100000), frames, len(frames)))
    tracemalloc.Snapshot(traces, 8).dump(path)


main()
