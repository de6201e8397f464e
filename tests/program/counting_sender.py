"""Devices that send their counters one after the other, and what a store must hold of them."""

import http.client
import json
import socket
import sqlite3
import threading
import time
from pathlib import Path


class Sender(threading.Thread):
    """A device; gives each counter until it is acknowledged, whatever happens to the server in between.

    acknowledged: {counter: prediction}; refusals: {(status, reason)} of the answers that were none.
    """

    def __init__(self, name, payloads, address, model="pump"):
        super().__init__(daemon=True)
        self.device, self.payloads, self.address, self.model = name, payloads, address, model
        self.acknowledged, self.refusals, self.stopping = {}, set(), False

    def run(self):
        counter = 0
        while not self.stopping:
            prediction = self.send(counter, bytes.fromhex(self.payloads[counter % len(self.payloads)][0]))
            if prediction is None:
                time.sleep(0.01)
            else:
                self.acknowledged[counter] = prediction
                counter += 1
        self.close()


class HttpSender(Sender):
    """address(): HOST:PORT now."""

    connection = None

    def send(self, counter, payload):
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection(self.address(), timeout=5)
            self.connection.request("POST", f"/v1/models/{self.model}/payloads?device={self.device}&counter={counter}",
                                    payload)
            response = self.connection.getresponse()
            answer = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError):
            self.close()
            self.connection = None
            return None
        if response.status == 200:
            return answer["prediction"]
        self.refusals.add((response.status, answer.get("reason") or answer["error"]))
        return None

    def close(self):
        if self.connection is not None:
            self.connection.close()


class CoapSender(Sender):
    """address(): (HOST, PORT) now. Retransmits twice, then tries with a new message id: the counter alone tells
    that it is the same message."""

    message_id = 0
    peer = None

    def send(self, counter, payload):
        if self.peer is None:
            self.peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.peer.settimeout(1.5)
        self.message_id = (self.message_id + 1) % 0x10000
        request = coap_put(0, self.message_id, b"t", ["m", self.model], [f"d={self.device}", f"n={counter}"], payload)
        for _ in range(3):
            try:
                self.peer.sendto(request, self.address())
                answer = self.peer.recv(2000)
                while int.from_bytes(answer[2:4], "big") != self.message_id:
                    answer = self.peer.recv(2000)
            except OSError:
                continue
            body = answer[5:].split(b"\xff", 1)[-1].decode()
            if answer[1] == 0x44:
                return float(body)
            self.refusals.add((f"{answer[1] >> 5}.{answer[1] & 31:02}", body))
            break
        return None

    def close(self):
        if self.peer is not None:
            self.peer.close()


def coap_put(kind, message_id, token, path, queries, payload, no_response=None):
    """A PUT (RFC 7252, section 3). kind: 0 confirmable, 1 not. no_response: RFC 7967."""
    data = bytes([0x40 | kind << 4 | len(token), 3]) + message_id.to_bytes(2, "big") + token
    last = 0
    for number, value in [(11, part) for part in path] + [(15, query) for query in queries]:
        value = value.encode()
        assert len(value) < 13
        data += bytes([(number - last) << 4 | len(value)]) + value
        last = number
    if no_response is not None:
        data += bytes([13 << 4 | 1, 258 - last - 13, no_response])
    return data + b"\xff" + payload


def stop(senders):
    for sender in senders:
        sender.stopping = True
    for sender in senders:
        sender.join(30)
        assert not sender.is_alive()


def check_stored_once(folder, payloads, senders):
    """Every acknowledged message is in the store exactly once, as it was sent; gives how many there are."""
    database = sqlite3.connect(Path(folder) / "terse.sqlite", timeout=20)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
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
    database.close()
    return sum(len(sender.acknowledged) for sender in senders)
