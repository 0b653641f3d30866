"""Sends 1200 requests of 600 visitors to the shop, then stops it."""

import http.client
import time


def send(method, path):
    connection = http.client.HTTPConnection("127.0.0.1", 8765)
    connection.request(method, path)
    connection.getresponse().read()
    connection.close()


for attempt in range(50):
    try:
        send("GET", "/0/visitor-0")
        break
    except ConnectionRefusedError:
        time.sleep(0.1)
for number in range(1, 1200):
    send("GET", "/%d/visitor-%d" % (number, number // 2))
    time.sleep(0.002)
send("POST", "/")
