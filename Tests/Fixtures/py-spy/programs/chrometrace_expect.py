"""Seconds on top of each thread's stack in a chrometrace file, as JSON; an independent reading."""
import collections
import json
import sys

src, dst = sys.argv[1:3]
on_top = collections.Counter()
threads = collections.Counter()
stacks = collections.defaultdict(list)
last = {}
for e in json.load(open(src)):
    if e["ph"] not in "BE":
        continue
    key = (e["pid"], e["tid"])
    stack = stacks[key]
    if stack:
        on_top[stack[-1]] += e["ts"] - last[key]
        threads[str(e["tid"])] += e["ts"] - last[key]
    last[key] = e["ts"]
    frame = "%s (%s:%s)" % (e["name"], e["args"]["filename"], e["args"]["line"])
    if e["ph"] == "B":
        stack.append(frame)
    else:
        stack.pop()
json.dump({
    "total_us": sum(threads.values()),
    "threads_us": dict(threads),
    "self_top_us": [[k, v] for k, v in sorted(on_top.items(), key=lambda kv: (-kv[1], kv[0])) if v][:20],
}, open(dst, "w"), indent=1)
