"""Keeps a megabyte, says so, and waits for a signal; `waits.py end` ends by itself."""
import sys
import time

kept = [bytearray(10_000) for _ in range(100)]
print("ready", flush=True)
if "end" in sys.argv:
    sys.stdout.write(sys.stdin.read())
    sys.exit(0)
try:
    time.sleep(60)
except KeyboardInterrupt:
    print("told", flush=True)
    sys.exit(9)
