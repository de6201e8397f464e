"""A running `terse serve` and a model for it, for the tests of the server."""

import csv
import json
import random
import subprocess
import time
from pathlib import Path

from openapi_check import check_curl


def make_model(program, folder, name="pump", seed=1):
    """Trains a small model; gives [(payload, prediction)] as `terse encode` and `terse decode` say."""
    folder = Path(folder)
    draw = random.Random(seed)
    lines = ["a,b,c,wear"]
    for _ in range(300):
        a, b, c = (draw.uniform(0, 10) for _ in range(3))
        lines.append(f"{a:.4f},{b:.4f},{c:.4f},{a + 2 * b:.4f}")
    table, model = folder / f"{name}.csv", folder / f"{name}.terse"
    table.write_text("\n".join(lines) + "\n")

    def terse(*arguments):
        return subprocess.run([program, *map(str, arguments)], check=True, capture_output=True, text=True).stdout

    terse("train", table, "--target", "wear", "--hidden", "1x8", "--epochs", "2", "--bits", "3", "--quiet",
          "--decoder", "network", "--seed", seed, "-o", model)
    payloads = folder / f"{name}.hex"
    terse("encode", model, table, "-o", payloads)
    rows = list(csv.DictReader(terse("decode", model, payloads).splitlines()))
    return list(zip(payloads.read_text().split(), (float(row["wear"]) for row in rows)))


class Server:
    """Starts on any free port; use as a context."""

    def __init__(self, program, folder, *arguments):
        with open(Path(folder) / "serve.log", "a") as log:
            self.process = subprocess.Popen(
                [program, "serve", *map(str, arguments), "--http", "127.0.0.1:0", "--json"],
                cwd=folder, stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline()
        self.addresses = json.loads(line) if line else {}
        self.url = f"http://{self.addresses.get('http')}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self.process.stdout.close()

    def curl(self, path, *arguments, data=None):
        """(status, body) by the real curl; every answer is compared with openapi.json."""
        done = subprocess.run(
            ["curl", "--silent", "--show-error", "--max-time", "20", "--write-out", "\n%{http_code} %{content_type}",
             *arguments, *(["--data-binary", "@-"] if data is not None else []), self.url + path],
            input=data, capture_output=True, timeout=30)
        body, _, last = done.stdout.decode().rpartition("\n")
        status, _, media_type = last.partition(" ")
        if int(status) != 0:
            check_curl(arguments, path, data, int(status), media_type, body)
        return int(status), body

    def json(self, path, *arguments, data=None):
        status, body = self.curl(path, *arguments, data=data)
        return status, json.loads(body)

    def post(self, path, value):
        return self.json(path, "-H", "Content-Type: application/json", data=json.dumps(value).encode())


def is_sanitized(program):
    """Whether it was built with the address or the thread sanitizer, which cost memory and time."""
    code = Path(program).read_bytes()
    return b"__asan_init" in code or b"__tsan_init" in code


def wait_until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} seconds")
        time.sleep(0.02)
