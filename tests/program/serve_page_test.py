"""The page at / with 100,000 devices, used as a person would: a real browser, driven.

Usage: serve_page_test.py PATH_OF_TERSE FOLDER_FOR_NPM
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from serve_process import Server, make_model

DEVICES = 100_000


def driver(folder):
    """The folder of the driver, with what npm puts there."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for file in (Path(__file__).parent / "page").iterdir():
        shutil.copy(file, folder)
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True,
                   timeout=300)
    return folder


def fill(server, messages):
    """One message of each device; the first one has a history."""
    for begin in range(0, DEVICES, 1000):
        status, answers = server.post("/v1/models/pump/payloads", [
            {"device": f"pump-{number:06}", "hex": messages[number % len(messages)][0]}
            for number in range(begin, begin + 1000)])
        assert status == 200 and all(each["status"] == "stored" for each in answers), answers[:3]
    for number in range(150):
        server.json(f"/v1/models/pump/payloads?device=pump-000000&counter={number}",
                    data=bytes.fromhex(messages[number][0]))


def check(seen):
    assert not seen["errors"], seen["errors"]
    first = [f"pump-{number:06}" for number in range(20)]
    assert seen["first"] == {"names": first, "shown": "1 to 20 of 100,000"}, seen["first"]
    assert seen["later"] == first, "the order is stable"
    # In 11 seconds the page asks for the rows that it shows, not for the fleet.
    paths = [path for path, _ in seen["quiet"]]
    assert 1 <= paths.count("/v1/devices") <= 4 and sum(size for _, size in seen["quiet"]) < 200_000, seen["quiet"]
    assert seen["second"]["names"][0] == "pump-000020" and seen["second"]["shown"] == "21 to 40 of 100,000"
    assert all("0999" in name for name in seen["found"]["names"]) and seen["found"]["shown"].startswith("1 to 20 of ")
    assert seen["rising"] == sorted(seen["rising"]) and seen["falling"] == sorted(seen["falling"], reverse=True)
    assert seen["falling"][0] > seen["rising"][-1]
    assert seen["silent"] == []
    assert len(seen["ticks"]) >= 5, f"both axes are labelled: {seen['ticks']}"
    states = [each for each in seen["drift"] if each["text"] in ("as trained", "has moved", "has drifted")]
    assert states and all(each["lines"] == 1 and not each["cut"] for each in states), seen["drift"]


def drive(work, server, *arguments):
    done = subprocess.run(["node", work / "drive.js", server.url, *arguments], capture_output=True, text=True,
                          timeout=300, env={**os.environ, "HOME": arguments[0]})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def check_restricted(work, program, folder):
    """Somebody who may read some devices alone sees them, and no complaint about what is not theirs."""
    (Path(folder) / "tokens").write_text("secret-of-two-pumps rights=read devices=pump-000001,pump-000002 name=two\n")
    with Server(program, folder, "pump.terse", "--tokens", "tokens") as server:
        seen = drive(work, server, folder, "secret-of-two-pumps")
    assert seen["names"] == ["pump-000001", "pump-000002"], seen
    assert seen["hidden"] == ["tiles"] and seen["state"] == "live" and not seen["errors"], seen
    assert seen["metrics"] <= 2, f"refused once, not asked again: {seen}"


if __name__ == "__main__":
    program = str(Path(sys.argv[1]).resolve())
    work = driver(sys.argv[2])
    with tempfile.TemporaryDirectory() as temporary:
        messages = make_model(program, temporary)
        with Server(program, temporary, "pump.terse") as server:
            fill(server, messages)
            check(drive(work, server, temporary))
        check_restricted(work, program, temporary)
