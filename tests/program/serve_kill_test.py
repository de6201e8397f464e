"""kill -9 under load: every acknowledged payload is in the store exactly once.

Usage: serve_kill_test.py PATH_OF_TERSE KILLS
"""

import http.client
import json
import random
import sqlite3
import sys
import tempfile
import threading
import time
from pathlib import Path

from serve_process import Server, make_model

SENDERS = 4


class Sender(threading.Thread):
    """Sends its counters one after the other, each until it is acknowledged, across restarts."""

    def __init__(self, name, payloads, address):
        super().__init__(daemon=True)
        self.device, self.payloads, self.address = name, payloads, address
        self.acknowledged, self.stopping = {}, False

    def run(self):
        counter, connection = 0, None
        while not self.stopping:
            try:
                if connection is None:
                    connection = http.client.HTTPConnection(self.address(), timeout=5)
                payload = self.payloads[counter % len(self.payloads)][0]
                connection.request("POST", f"/v1/models/pump/payloads?device={self.device}&counter={counter}",
                                   bytes.fromhex(payload))
                response = connection.getresponse()
                body = response.read()
                if response.status == 200:
                    self.acknowledged[counter] = json.loads(body)["prediction"]
                    counter += 1
            except (OSError, http.client.HTTPException, ValueError):
                connection = None
                time.sleep(0.01)


def kill_again_and_again(program, folder, kills):
    payloads = make_model(program, folder)
    server = Server(program, folder, "pump.terse")
    current = {"address": server.addresses["http"]}
    senders = [Sender(f"d{number}", payloads, lambda: current["address"]) for number in range(SENDERS)]
    for sender in senders:
        sender.start()
    draw = random.Random(5)
    for _ in range(kills):
        time.sleep(draw.uniform(0.02, 0.3))
        server.process.kill()
        server.process.wait()
        server.process.stdout.close()
        server = Server(program, folder, "pump.terse")
        current["address"] = server.addresses["http"]
    time.sleep(0.3)
    for sender in senders:
        sender.stopping = True
        sender.join(20)
    with server:
        pass
    return payloads, senders


def check(folder, payloads, senders):
    database = sqlite3.connect(Path(folder) / "terse.sqlite")
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    total = 0
    for sender in senders:
        rows = database.execute("SELECT CAST(key AS INTEGER), payload, prediction FROM messages WHERE device = ?",
                                (sender.device,)).fetchall()
        kept = {key: (payload, prediction) for key, payload, prediction in rows}
        assert len(kept) == len(rows), f"{sender.device}: a message is there twice"
        for counter, answered in sender.acknowledged.items():
            assert counter in kept, f"{sender.device}: {counter} was acknowledged and is lost"
            payload, prediction = kept[counter]
            assert payload.hex() == payloads[counter % len(payloads)][0]
            assert abs(prediction - answered) <= 1e-6 * max(1, abs(answered))
        # The last one may be stored without its answer having arrived.
        assert len(rows) - len(sender.acknowledged) in (0, 1), f"{len(rows)} stored, {len(sender.acknowledged)}"
        total += len(sender.acknowledged)
    database.close()
    return total


if __name__ == "__main__":
    program_path, kill_count = str(Path(sys.argv[1]).resolve()), int(sys.argv[2])
    with tempfile.TemporaryDirectory() as temporary:
        sent_payloads, all_senders = kill_again_and_again(program_path, temporary, kill_count)
        messages = check(temporary, sent_payloads, all_senders)
    assert messages > kill_count, f"only {messages} messages: no load"
    print(f"{kill_count} kills, {messages} acknowledged messages, each stored exactly once")
