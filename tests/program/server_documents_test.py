"""Runs the commands of docs/server/start.md, with the ports replaced by free ones.

Usage: server_documents_test.py PATH_OF_TERSE DOCUMENT
"""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
from pathlib import Path


def free_port(kind):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def run(program, commands):
    """What a block of commands prints, in a folder of its own."""
    commands = commands.replace("8080", free_port(socket.SOCK_STREAM))
    for port in ("5683", "5684"):
        commands = commands.replace(port, free_port(socket.SOCK_DGRAM))
    environment = dict(os.environ, PATH=f"{program.parent}:{os.environ['PATH']}")
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["bash", "-e", "-o", "pipefail", "-m", "-c", commands + "wait"], cwd=folder,
                              env=environment, capture_output=True, text=True, timeout=120)
    print(done.stdout, done.stderr)
    assert done.returncode == 0, done.returncode
    return done.stdout


if __name__ == "__main__":
    program, document = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).read_text()
    printed = run(program, re.search(r"(?s)```sh\n(.*?)```", document).group(1))
    answers = [json.loads(each) for each in re.findall(r"\{.*?\}", printed)]
    assert answers[0]["status"] == "stored" and answers[0]["model"] == "pump", answers
    assert answers[1]["device"] == "p2" and answers[1]["key"] == "1", answers
    by_coap = re.search(r"\}([-+\d.e]+)\n\{", printed).group(1)
    assert abs(float(by_coap) - answers[1]["prediction"]) < 1e-5, printed
