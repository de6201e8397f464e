"""Runs a notebook with this interpreter's kernel, and fails where a cell does.

Usage: run_notebook.py NOTEBOOK FOLDER OUTPUT
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def values_of(notebook, interpreter=sys.executable):
    """The last values of its cells as texts, in order. It runs in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "run.ipynb"
        done = subprocess.run([interpreter, "-B", "-W", "ignore", __file__, notebook, folder, written],
                              env={**os.environ, "HOME": folder}, capture_output=True, text=True, timeout=500)
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr)
        cells = json.loads(written.read_text("utf-8"))["cells"]
    return ["".join(output["data"]["text/plain"]) for cell in cells for output in cell.get("outputs", [])
            if output["output_type"] == "execute_result"]


def main():
    import nbclient
    import nbformat

    notebook = nbformat.read(sys.argv[1], as_version=4)
    try:
        nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3",
                                resources={"metadata": {"path": sys.argv[2]}}).execute()
    except nbclient.exceptions.CellExecutionError as error:
        sys.exit(str(error))
    nbformat.write(notebook, sys.argv[3])


if __name__ == "__main__":
    main()
