"""Every third report returns early and leaves its database connection open."""

import sqlite3
import time

OPEN = {}


def connect(number):
    connection = sqlite3.connect(":memory:")
    OPEN[number] = connection
    return connection


def report(number):
    connection = connect(number)
    if number % 3 == 0:
        return 0
    total = connection.execute("select %d + 1" % number).fetchone()
    OPEN.pop(number).close()
    return total[0]


for number in range(600):
    report(number)
    time.sleep(0.005)
