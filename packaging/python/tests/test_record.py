import os

import pytest

import memq


def test_a_block_of_code_becomes_a_capture():
    kept = []
    with memq.record() as recording:
        kept.append(bytearray(5_000_000))
        with pytest.raises(memq.MemqError, match="after the `with` block"):
            recording.ask("top 1 by lineno")
    top = recording.ask("top 1 peak by lineno")[0]
    assert top["lineno"].endswith(f"test_record.py:{test_a_block_of_code_becomes_a_capture.__code__.co_firstlineno + 3}")
    assert 5_000_000 <= top["size"] < 5_100_000
    folder = os.path.dirname(recording.store.path)
    assert os.path.isdir(folder)
    recording._finalizer()
    assert not os.path.exists(folder)


def test_kept_files_named_captures_and_marks(tmp_path):
    store = memq.open(tmp_path / "memq.db")
    path = tmp_path / "kept.bin"
    kept = []
    with memq.record(path, store=store, name="warm", memory_interval_ms=1) as recording:
        import time

        time.sleep(0.01)
        recording.mark("loaded")
        time.sleep(0.01)
        kept.append(bytearray(3_000_000))
        time.sleep(0.01)
    assert path.exists() and recording.name == "warm" and store.captures() == ["warm"]
    before = store.ask('live at mark("loaded") size').rows
    assert sum(row["size"] for row in before) < 3_000_000
    assert store.check("assert leaked size > 3MB").notes


def test_an_exception_passes_and_the_capture_stays(tmp_path):
    store = memq.open(tmp_path / "memq.db")
    with pytest.raises(ZeroDivisionError):
        with memq.record(store=store) as recording:
            bytearray(1_000_000)
            1 / 0
    assert store.captures() == [recording.name]


def test_one_recording_at_a_time():
    with memq.record() as outer:
        with pytest.raises(memq.MemqError, match="cannot record here"):
            with memq.record():
                pass
    assert outer.name


def test_a_place_that_cannot_be_written(tmp_path):
    with pytest.raises(memq.MemqError, match="cannot record into"):
        with memq.record(tmp_path / "nowhere" / "out.bin"):
            pass
