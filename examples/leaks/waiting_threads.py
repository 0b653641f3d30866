"""Every tenth order gets a thread that waits for a payment which never comes."""

import threading
import time


class PaymentWatcher(threading.Thread):
    def __init__(self, order):
        super().__init__(name="payment-%d" % order, daemon=True)
        self.paid = threading.Event()

    def run(self):
        answer = bytearray(65_536)
        self.paid.wait()
        answer.clear()


def handle(order):
    lines = ["item %d" % item for item in range(order % 40)]
    if order % 10 == 0:
        PaymentWatcher(order).start()
    return "\n".join(lines)


threading.stack_size(256 * 1024)
for order in range(1000):
    handle(order)
    time.sleep(0.003)
