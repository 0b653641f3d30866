"""Fails when a request leaves memory behind. Needs memray and memq; run it with `python -m unittest`."""

import os
import subprocess
import tempfile
import time
import unittest

import memray
import shop

QUESTION = 'mark on frame handle; assert rate by lineno < 100B per mark("handle")'


class RequestsLeaveNothing(unittest.TestCase):
    def test_handle(self):
        app = shop.Shop()
        for number in range(50):  # Caches fill first; what they hold is no leak.
            app.handle(number)
        with tempfile.TemporaryDirectory() as folder:
            capture = os.environ.get("CAPTURE") or os.path.join(folder, "requests.bin")
            with memray.Tracker(capture):
                for number in range(600):
                    app.handle(number)
                    time.sleep(0.001)
            store = os.path.join(folder, "memq.db")
            subprocess.run(["memq", "import", capture, "--db", store], check=True)
            answer = subprocess.run(["memq", QUESTION, "--db", store], capture_output=True, text=True)
        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)


if __name__ == "__main__":
    unittest.main()
