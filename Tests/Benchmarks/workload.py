"""A program worth recording: parses the standard library and encodes what it finds as JSON.

python3 -m memray run --trace-python-allocators -o one.bin workload.py FILES
python3 -m memray run --trace-python-allocators -o five.bin workload.py FILES THREADS

With THREADS, each thread keeps some of what it made for a random while, so that blocks are
freed late, out of order and by other threads. FILES counts files of the library.
"""

import ast
import json
import pathlib
import random
import sys
import sysconfig
import threading


def library(count):
    """Some files of the standard library, always the same ones, small and large."""
    folder = pathlib.Path(sysconfig.get_paths()["stdlib"])
    found = (path for path in folder.rglob("*.py") if not {"test", "tests", "site-packages"} & set(path.parts))
    files = sorted(found, key=lambda path: (path.stat().st_size % 1009, path.as_posix()))
    return [files[index % len(files)] for index in range(count)]


def plain(node):
    """An AST as dictionaries and lists."""
    if isinstance(node, ast.AST):
        fields = {name: plain(value) for name, value in ast.iter_fields(node)}
        return {"type": type(node).__name__, **fields}
    if isinstance(node, list):
        return [plain(item) for item in node]
    return node if isinstance(node, (str, int, float, bool, type(None))) else repr(node)


def encode(path):
    tree = ast.parse(path.read_bytes())
    return json.dumps(plain(tree), indent=1).encode()


def alone(files):
    kept = []
    for index, path in enumerate(files):
        text = encode(path)
        if index % 7 == 0:
            kept.append(json.loads(text))
        if len(kept) > 12:
            kept.pop(index % len(kept))
    return len(kept)


def together(files, threads):
    """Threads that leave what they made to whoever comes by."""
    sys.setswitchinterval(2e-4)
    shelf, lock = [], threading.Lock()

    def work(number):
        choice = random.Random(number)
        for path in files[number::threads]:
            made = plain(ast.parse(path.read_bytes()))
            json.dumps(made)
            with lock:
                shelf.append(made)
                out = shelf.pop(choice.randrange(len(shelf))) if len(shelf) > 25 else None
            del made, out

    workers = [threading.Thread(target=work, args=(n,), name=f"worker-{n}") for n in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def main():
    files = library(int(sys.argv[1]))
    if len(sys.argv) > 2:
        together(files, int(sys.argv[2]))
    else:
        alone(files)


main()
