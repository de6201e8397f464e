"""aiocoap, which shares nothing with libcoap, reads long answers of `terse serve` in blocks (RFC 7959).

Usage: blocks_test.py PATH_OF_TERSE WORK_FOLDER

It is installed into a virtual environment in the work folder, once.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "program"))

from serve_process import Server, make_model  # noqa: E402


def python_with_aiocoap(work):
    python, wanted, installed = work / "bin" / "python", HERE / "requirements.txt", work / "requirements.txt"
    if not installed.is_file() or installed.read_bytes() != wanted.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", work], check=True, timeout=120)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", wanted], check=True, timeout=300)
        shutil.copy(wanted, installed)
    return python


if __name__ == "__main__":
    program, work = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2])
    python = python_with_aiocoap(work)
    with tempfile.TemporaryDirectory() as folder:
        payload = make_model(program, folder)[0][0]
        models = ["pump.terse"] + [f"model{number:03}=pump.terse" for number in range(60)]
        with Server(program, folder, *models, "--coap", "127.0.0.1:0") as server:
            subprocess.run([python, HERE / "blocks_client.py", str(server.addresses["coap_port"]), "p1", payload],
                           check=True, timeout=120)
