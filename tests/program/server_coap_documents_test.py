"""Runs the commands of docs/server/coap.md, with the ports replaced by free ones.

Usage: server_coap_documents_test.py PATH_OF_TERSE DOCUMENT
"""

import json
import re
import sys
from pathlib import Path

from server_documents_test import run


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
