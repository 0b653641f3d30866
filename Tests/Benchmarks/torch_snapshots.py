"""Snapshots of PyTorch's GPU allocator.

torch_snapshots.py write COUNT PATH: a snapshot of COUNT events, made by repeating one of the fixtures.
torch_snapshots.py total PATH: what Python takes to load one and add it up: allocated, live, at the peak.
"""

import pathlib
import pickle
import sys

FIXTURE = pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "pytorch" / "fake215-all.pickle"


def write(count, path):
    snapshot = pickle.loads(FIXTURE.read_bytes())
    events = [event for event in snapshot["device_traces"][0] if event["action"] != "oom"]
    span = events[-1]["time_us"] - events[0]["time_us"] + 1000
    repeated = []
    while len(repeated) < count:
        turn = len(repeated) // len(events)
        for event in events:
            # Lists of frames are an event's own, frames are shared, as the allocator writes them.
            repeated.append(dict(
                event, addr=event["addr"] + (turn << 44), time_us=event["time_us"] + turn * span,
                frames=list(event.get("frames", []))))
    # A program has more than 256 frames, so that references to them take five bytes.
    names = [f"frame {number}" for number in range(300)]
    snapshot = {"names": names, **snapshot, "device_traces": [repeated[:count]]}
    with open(path, "wb") as file:
        pickle.dump(snapshot, file, protocol=4)


def total(path):
    with open(path, "rb") as file:
        snapshot = pickle.load(file)
    live, heap, peak = {}, 0, 0
    for event in snapshot["device_traces"][0]:
        if event["action"] == "alloc":
            live[event["addr"]] = event["size"]
            heap += event["size"]
            peak = max(peak, heap)
        elif event["action"] == "free_completed":
            heap -= live.pop(event["addr"], 0)
    print(peak, heap, len(live))


if sys.argv[1] == "write":
    write(int(sys.argv[2]), sys.argv[3])
else:
    total(sys.argv[2])
