"""Asks DuckDB what memq is asked, within one process: database.py ROWS.csv < SQL, one a line.

Prints median wall and CPU seconds of each. A process of its own, because what a process has
held counts as the greatest resident set of those it starts.
"""

import json
import sys

import duckdb

from measure import repeated


def main():
    base = duckdb.connect(sys.argv[1] + ".duckdb")
    base.execute("set threads = 2")
    base.execute(
        "create table rows as select place::integer place, thread::integer thread, "
        f"size::bigint size, lifetime::integer lifetime from read_csv('{sys.argv[1]}')")
    base.execute("checkpoint")
    for sql in sys.stdin:
        result = repeated(lambda: base.execute(sql).fetchall())
        print(json.dumps([result.wall, result.cpu]))


main()
