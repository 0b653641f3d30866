import subprocess

import pytest

import memq


def test_imports_once(tmp_path, capture):
    store = memq.open(tmp_path / "memq.db")
    assert store.captures() == []
    assert store.import_(capture, name="first").names == ["first"]
    again = store.import_(capture)
    assert again.names == [] and store.captures() == ["first"]
    assert any("first" in line for line in again.messages)


def test_answers_are_those_of_the_command_line(store):
    answer = store.ask("top 3 peak by lineno")
    assert [column.name for column in answer.columns] == ["lineno", "size", "count"]
    assert answer.columns[1].unit == "bytes"
    assert answer[0]["lineno"].endswith("program.py:6") and answer[0]["count"] == 10
    csv = subprocess.run(
        [memq.find_program(), "--db", store.path, "top 3 peak by lineno as csv"],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout
    expected = [line.split(",") for line in csv.splitlines()[1:4]]
    assert [[row["lineno"], str(row["size"]), str(row["count"])] for row in answer] == expected
    assert answer.total["size"] >= sum(answer.column("size"))
    with pytest.raises(KeyError, match="there is lineno, size, count"):
        answer.column("sise")


def test_frames_of_other_libraries(store):
    answer = store.ask("top 5 by function")
    sizes = answer.column("size")
    pandas = answer.pandas()
    assert list(pandas["size"]) == sizes and pandas.attrs["units"]["size"] == "bytes"
    assert answer.polars()["size"].to_list() == sizes
    table = answer.arrow()
    assert table.column("size").to_pylist() == sizes
    assert table.schema.field("size").metadata == {b"unit": b"bytes"}
    assert "<table>" in answer._repr_html_() and "top 5 by function" in answer._repr_html_()


def test_a_refused_question_says_where_and_what_instead(store):
    with pytest.raises(memq.QueryError) as caught:
        store.ask("top 5 by lineo")
    error = caught.value
    assert "^^^^^" in str(error) and error.reason == "`lineo` is not a key"
    assert error.question[slice(*error.range)] == "lineo"
    assert error.proposals == ["top 5 by lineno"] and error.status == 3
    for proposal in error.proposals:
        store.ask(proposal)


def test_ranges_count_characters(store):
    with pytest.raises(memq.QueryError) as caught:
        store.ask('top 5 by lineo where function = "größer"')
    assert caught.value.question[slice(*caught.value.range)] == "lineo"
    with pytest.raises(memq.QueryError) as caught:
        store.ask('top 5 where function = "größer" by lineo')
    assert caught.value.question[slice(*caught.value.range)] == "lineo"


def test_assertions(store):
    assert store.check("assert peak size < 1GB").notes[0].startswith("holds")
    with pytest.raises(memq.AssertionFailed) as caught:
        store.check("assert peak size < 1kB")
    assert isinstance(caught.value, AssertionError) and caught.value.answer.rows


def test_sql_and_pages(store):
    rows = store.sql("SELECT count(*) AS n FROM captures")
    assert rows == [{"n": 1}]
    with pytest.raises(memq.QueryError):
        store.sql("SELECT nothing FROM nowhere")
    page = store.page("flame peak")
    assert page.lstrip().lower().startswith("<!doctype html>") and "grow" in page
    assert "scan" in store.explain("top 3 by lineno").lower()


def test_questions_that_look_like_options(store):
    with pytest.raises(memq.QueryError):
        store.ask("--db nothing")


def test_files_that_are_none(tmp_path):
    store = memq.open(tmp_path / "memq.db")
    with pytest.raises(memq.MemqError, match="No such file"):
        store.import_(tmp_path / "missing.bin")
    with pytest.raises(memq.MemqError, match="no store"):
        store.ask("top 5 by lineno")
    text = tmp_path / "text.bin"
    text.write_text("hello\n")
    with pytest.raises(memq.MemqError):
        store.import_(text)
    assert store.captures() == []


def test_several_answers_are_refused(store):
    with pytest.raises(memq.MemqError, match="ask one question"):
        store.ask("top 3 by lineno; top 3 by function")


def test_a_missing_program_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setattr(memq._program, "_candidates", lambda: iter([None, str(tmp_path / "memq")]))
    with pytest.raises(memq.ProgramMissing, match="pip install memq"):
        memq.open(tmp_path / "memq.db").sql("SELECT 1")
