"""node-coap, which shares nothing with libcoap, observes predictions of `terse serve`.

Usage: observe_test.py PATH_OF_TERSE WORK_FOLDER

Its packages are fetched into the work folder as package-lock.json says, once.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "program"))

from serve_process import Server, make_model, wait_until  # noqa: E402


def fetch(work):
    work.mkdir(parents=True, exist_ok=True)
    names = ("package.json", "package-lock.json", "observe.js")
    fresh = all((work / name).is_file() and (work / name).read_bytes() == (HERE / name).read_bytes() for name in names)
    if fresh and (work / "node_modules" / "coap").is_dir():
        return
    for name in names:
        shutil.copy(HERE / name, work)
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=work, check=True,
                   timeout=300)


def observe(server, path, count, wanted):
    """Starts an observer; gives it once the server has `wanted` observers."""
    process = subprocess.Popen(["node", "observe.js", str(server.addresses["coap_port"]), path, str(count)], cwd=work,
                               stdout=subprocess.PIPE, text=True)
    wait_until(lambda: f"\nterse_observers {wanted}\n" in server.curl("/metrics")[1])
    return process


if __name__ == "__main__":
    program, work = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2])
    fetch(work)
    with tempfile.TemporaryDirectory() as folder:
        messages = make_model(program, folder)[:12]
        with Server(program, folder, "pump.terse", "--coap", "127.0.0.1:0") as server:
            def send(payload):
                answer = server.post("/v1/models/pump/payloads", {"device": "p1", "hex": payload})[1]
                assert answer["status"] == "stored", answer

            send(messages[0][0])
            observers = [observe(server, "d/p1", len(messages), 1), observe(server, "m/pump", len(messages), 2)]
            for told, (payload, _) in enumerate(messages[1:], 1):
                send(payload)
                # All of them are to be seen, so the next one waits.
                wait_until(lambda: sum(int(line.split()[-1]) for line in server.curl("/metrics")[1].splitlines()
                                       if line.startswith("terse_notifications_total{")) >= 2 * told)
            for process, device in zip(observers, ("", "p1 ")):
                lines = process.communicate(timeout=30)[0].splitlines()
                assert process.returncode == 0 and len(lines) == len(messages), lines
                for line, (_, prediction) in zip(lines, messages):
                    assert line.startswith("2.05 " + device), line
                    assert abs(float(line.split()[-1]) - prediction) < 1e-5, (line, prediction)
    print(f"{len(messages)} predictions seen by two observers")
