import pathlib
import subprocess
import sys
import textwrap

import pytest

import memq

pytest_plugins = ["pytester"]

RECORDED = textwrap.dedent(
    """
    kept = []

    def grow(times):
        for _ in range(times):
            kept.append(bytearray(100_000))

    def churn():
        return sum(len(bytearray(50_000)) for _ in range(20))

    grow(10)
    churn()
    """
)


@pytest.fixture(scope="session")
def capture(tmp_path_factory) -> pathlib.Path:
    """A capture of a small program, recorded by memray just now."""
    folder = tmp_path_factory.mktemp("capture")
    script, capture = folder / "program.py", folder / "program.bin"
    script.write_text(RECORDED)
    recorder = [sys.executable, "-m", "memray", "run", "-q", "-o", str(capture), str(script)]
    subprocess.run(recorder, check=True, stdout=subprocess.DEVNULL)
    return capture


@pytest.fixture
def store(tmp_path, capture) -> memq.Store:
    """A store with the capture."""
    store = memq.open(tmp_path / "memq.db")
    store.import_(capture)
    return store
