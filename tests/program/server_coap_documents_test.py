"""Runs the commands of docs/server/coap.md, with the ports replaced by free ones.

Usage: server_coap_documents_test.py PATH_OF_TERSE DOCUMENT
"""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from server_documents_test import free_port


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
    blocks = re.findall(r"(?s)```sh\n(.*?)```", document)
    observed = run(program, blocks[0])
    numbers = re.findall(r"(?m)^(?:[^-\d]*)(-?\d+\.\d+)$", observed)
    # The answers to both messages; then what the observer saw: the same two.
    assert len(numbers) >= 4 and numbers[2:4] == numbers[:2] and numbers[0] != numbers[1], numbers
    # By certificate: the device got its answer, and the store has it under the certificate's name.
    answers = run(program, blocks[1])
    latest = json.loads(re.search(r"\{.*\}", answers).group(0))
    assert latest["device"] == "pump-7" and latest["model"] == "pump", latest
    assert abs(float(re.search(r"(?m)^(-?\d+\.\d+)", answers).group(1)) - latest["prediction"]) < 1e-5, answers
