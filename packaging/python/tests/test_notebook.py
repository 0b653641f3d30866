import nbclient
import nbformat
import pytest

from memq.notebook import is_picture


def run(folder, *cells):
    """The outputs of cells in a real kernel: for each cell the last output's data, or its text."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
    nbclient.NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    return [[output for output in cell.outputs] for cell in notebook.cells]


def data(outputs):
    return next(o["data"] for o in outputs if o["output_type"] == "execute_result")


def test_magics_in_a_kernel(tmp_path, capture):
    outputs = run(
        tmp_path,
        "%load_ext memq\nimport memq",
        f"memq.open().import_({str(capture)!r}).names",
        "%memq top 2 peak by function",
        "%memq flame peak",
        "%memq top 2 by lineo",
        "%%memq top 1 peak by lineno\nblock = bytearray(7_000_000)",
        "frame = %memq top 3 by function\nlen(frame), bool(frame['size'].sum() > 0)",
        "block is not None",
        "%%memq --name failed\n1/0",
    )
    assert data(outputs[1])["text/plain"] == "['program']"
    assert "grow" in data(outputs[2])["text/html"]
    assert "<iframe srcdoc=" in data(outputs[3])["text/html"]
    assert "Ask instead" in data(outputs[4])["text/html"]
    assert "top 2 by lineno" in data(outputs[4])["text/html"]
    assert "7000" in data(outputs[5])["text/plain"]
    assert data(outputs[6])["text/plain"] == "(3, True)"
    assert data(outputs[7])["text/plain"] == "True"
    text = "".join(o.get("text", "") for o in outputs[8])
    assert "its capture is failed" in text


@pytest.mark.parametrize(
    "question, picture",
    [("flame peak", True), ("Timeline rss", True), ("top 5 by lineno", False), ("", False)],
)
def test_pictures(question, picture):
    assert is_picture(question) == picture
