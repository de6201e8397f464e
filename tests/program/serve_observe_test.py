"""Observation of predictions over CoAP (RFC 7641): by coap-client of libcoap3-bin, and by raw datagrams.

Usage: serve_observe_test.py PATH_OF_TERSE
"""

import json
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from counting_sender import coap_put
from serve_process import Server, make_model, wait_until

PROGRAM = ""
CONFIRMABLE, NON_CONFIRMABLE, ACKNOWLEDGEMENT, RESET = range(4)


def get(message_id, token, path, observe=None, kind=CONFIRMABLE, accept=None):
    """A GET (RFC 7252, section 3)."""
    data = bytes([0x40 | kind << 4 | len(token), 1]) + message_id.to_bytes(2, "big") + token
    options = [] if observe is None else [(6, bytes([observe]) if observe else b"")]
    options += [(11, part.encode()) for part in path] + ([] if accept is None else [(17, bytes([accept]))])
    last = 0
    for number, value in options:
        assert len(value) < 13
        data += bytes([number - last << 4 | len(value)]) + value
        last = number
    return data


class Message:
    """What the server sent, read by a second reader of the format."""

    def __init__(self, data):
        self.kind, self.code = data[0] >> 4 & 3, f"{data[1] >> 5}.{data[1] & 31:02}"
        self.message_id, token_end = int.from_bytes(data[2:4], "big"), 4 + (data[0] & 15)
        self.token, self.options, self.payload = data[4:token_end], {}, b""
        at, number = token_end, 0
        while at < len(data):
            if data[at] == 0xFF:
                self.payload = data[at + 1:]
                break
            delta, size = data[at] >> 4, data[at] & 15
            assert delta < 14 and size < 13
            at += 1
            if delta == 13:
                delta, at = 13 + data[at], at + 1
            number += delta
            self.options[number] = data[at:at + size]
            at += size

    @property
    def observe(self):
        return int.from_bytes(self.options[6], "big") if 6 in self.options else None


class Peer:
    def __init__(self, port):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(("127.0.0.1", port))

    def send(self, data):
        self.socket.send(data)

    def receive(self, seconds=5):
        """The next message, or None."""
        self.socket.settimeout(seconds)
        try:
            return Message(self.socket.recv(2000))
        except socket.timeout:
            return None

    def ask(self, *arguments, **options):
        self.send(get(*arguments, **options))
        return self.receive()

    def empty(self, kind, message):
        self.send(bytes([0x40 | kind << 4, 0]) + message.message_id.to_bytes(2, "big"))


class ObserveTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        cls.messages = make_model(PROGRAM, cls.folder)
        cls.server = Server(PROGRAM, cls.folder, "pump.terse", "--coap", "127.0.0.1:0")
        cls.port = cls.server.addresses["coap_port"]
        cls.address = f"coap://127.0.0.1:{cls.port}"
        cls.sender = Peer(cls.port)
        cls.message_id = 0

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()
        cls.temporary.cleanup()

    def peer(self):
        peer = Peer(self.port)
        self.addCleanup(peer.socket.close)
        return peer

    def put(self, device, row):
        """Stored when it returns; gives the prediction."""
        type(self).message_id += 1
        self.sender.send(coap_put(0, self.message_id, b"p", ["m", "pump"], [f"d={device}"],
                                  bytes.fromhex(self.messages[row][0])))
        answer = self.sender.receive()
        self.assertEqual(answer.code, "2.04")
        return answer.payload

    def metric(self, name):
        return int(re.search(rf"(?m)^{re.escape(name)} (\d+)$", self.server.curl("/metrics")[1]).group(1))

    def observers(self):
        return self.metric("terse_observers")

    def client(self, path, *arguments):
        return subprocess.Popen(["coap-client-notls", "-v", "6", "-w", *arguments, f"{self.address}/{path}"],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def test_the_last_prediction_of_a_device(self):
        peer = self.peer()
        self.assertEqual(peer.ask(1, b"a", ["d", "last"]).code, "4.04")
        self.put("last", 0)
        expected = self.put("last", 1)
        answer = peer.ask(2, b"b", ["d", "last"])
        self.assertEqual((answer.code, answer.payload, answer.observe, answer.token), ("2.05", expected, None, b"b"))
        row = json.loads(peer.ask(3, b"c", ["d", "last"], accept=50).payload)
        self.assertEqual((row["device"], row["model"], row["key"]), ("last", "pump", None))
        self.assertAlmostEqual(row["prediction"], self.messages[1][1], delta=1e-6)
        self.assertNotIn("payload", row)
        cbor = peer.ask(4, b"d", ["d", "last"], accept=60)
        self.assertEqual((cbor.options[12], cbor.payload[0] & 0xE0), (bytes([60]), 0xA0))
        self.assertEqual(peer.ask(5, b"e", ["d", "last"], accept=41).code, "4.06")
        self.assertEqual(peer.ask(6, b"f", ["m", "nobody"]).code, "4.04")
        self.assertEqual(peer.ask(7, b"g", ["d"]).code, "4.04")
        peer.send(coap_put(0, 8, b"h", ["d", "last"], [], b"x"))
        self.assertEqual(peer.receive().code, "4.05")
        # Unknown devices are not observed.
        self.assertIsNone(peer.ask(9, b"i", ["d", "nobody"], observe=0).observe)
        not_confirmable = peer.ask(10, b"j", ["d", "last"], kind=NON_CONFIRMABLE)
        self.assertEqual((not_confirmable.kind, not_confirmable.payload), (NON_CONFIRMABLE, expected))

    def test_coap_client_observes_a_device_and_its_model(self):
        links = self.peer().ask(1, b"", [".well-known", "core"]).payload
        self.assertIn(b'</m/pump>;rt="terse.payload";obs', links)
        self.put("seen", 0)
        before = self.observers()
        of_device = self.client("d/seen", "-s", "3")
        of_model = self.client("m/pump", "-s", "3", "-A", "50")
        wait_until(lambda: self.observers() == before + 2)
        expected = []
        for row in range(1, 9):
            expected.append(self.put("seen", row).decode())
            self.put("unseen", row)
            time.sleep(0.05)
        told = of_device.communicate(timeout=20)[0]
        values = [line for line in told.splitlines() if re.fullmatch(r"-?[\d.]+", line)]
        self.assertEqual(values[1:1 + len(expected)], expected)
        self.assertEqual(re.findall(r"t:(CON|NON) c:2.05", told),
                         ["CON", "NON", "NON", "NON", "NON", "CON", "NON", "NON"])
        numbers = [int(each) for each in re.findall(r"Observe:(\d+), Content", told)]
        self.assertEqual(len(numbers), 10 if "Observe:1," in told else 9)
        self.assertTrue(all(0 < (after - now) % (1 << 24) < 1 << 23 for now, after in zip(numbers, numbers[1:9])))
        rows = [json.loads(each) for each in re.findall(r"(?m)^\{.*\}$", of_model.communicate(timeout=20)[0])]
        self.assertEqual({row["device"] for row in rows[1:]}, {"seen", "unseen"})
        self.assertTrue(all(row["received_ms"] <= later["received_ms"] for row, later in zip(rows, rows[1:])))
        self.assertAlmostEqual(rows[-1]["prediction"], self.messages[8][1], delta=1e-6)
        # coap-client says goodbye (Observe 1).
        wait_until(lambda: self.observers() == before)

    def test_a_reset_ends_it(self):
        self.put("reset", 0)
        before = self.observers()
        peer = self.peer()
        first = peer.ask(1, b"r", ["d", "reset"], observe=0)
        self.assertIsNotNone(first.observe)
        expected = self.put("reset", 1)
        told = peer.receive()
        self.assertEqual((told.kind, told.code, told.token, told.payload), (CONFIRMABLE, "2.05", b"r", expected))
        peer.empty(RESET, told)
        wait_until(lambda: self.observers() == before)
        self.put("reset", 2)
        self.assertIsNone(peer.receive(1))

    def test_deregistration_by_the_same_token(self):
        self.put("bye", 0)
        before = self.observers()
        peer = self.peer()
        for message_id in (1, 2):
            self.assertIsNotNone(peer.ask(message_id, b"t", ["d", "bye"], observe=0).observe)
            self.assertEqual(self.observers(), before + 1)
        self.assertIsNone(peer.ask(3, b"other", ["d", "bye"], observe=1).observe)
        self.assertEqual(self.observers(), before + 1)
        self.assertIsNone(peer.ask(4, b"t", ["d", "bye"], observe=1).observe)
        self.assertEqual(self.observers(), before)
        self.put("bye", 1)
        self.assertIsNone(peer.receive(1))

    def test_who_does_not_acknowledge_is_told_again_and_then_forgotten(self):
        self.put("silent", 0)
        before, again = self.observers(), self.metric('terse_notifications_total{kind="again"}')
        peer = self.peer()
        peer.ask(1, b"s", ["d", "silent"], observe=0)
        self.put("silent", 1)
        at = [time.monotonic()]
        original = peer.receive()
        # What comes meanwhile waits: the newest is sent with the next retransmission.
        self.put("silent", 2)
        newest = self.put("silent", 3)
        told = []
        while len(told) < 4:
            told.append(peer.receive(30))
            at.append(time.monotonic())
        self.assertNotEqual(told[0].message_id, original.message_id)
        self.assertEqual({(each.message_id, each.payload, each.kind) for each in told},
                         {(told[0].message_id, newest, CONFIRMABLE)})
        waits = [after - now for now, after in zip(at, at[1:])]
        self.assertTrue(1.9 < waits[0] < 3.3, waits)
        for now, after in zip(waits, waits[1:]):
            self.assertTrue(1.8 < after / now < 2.2, waits)
        self.assertEqual(self.observers(), before + 1)
        wait_until(lambda: self.observers() == before, seconds=60)
        self.assertEqual(self.metric('terse_notifications_total{kind="again"}'), again + 4)
        self.put("silent", 4)
        self.assertIsNone(peer.receive(1))

    def test_a_flood_of_observers_is_bounded(self):
        self.put("flood", 0)
        before = self.observers()
        peer, taken = self.peer(), 0
        for number in range(1300):
            taken += peer.ask(number, number.to_bytes(2, "big"), ["d", "flood"], observe=0).observe is not None
        self.assertTrue(900 <= taken <= 1000, taken)
        self.assertLessEqual(self.observers(), 1000)
        self.put("flood", 1)
        # More than the peer's socket holds: what is lost comes again.
        told = {}
        while len(told) < taken:
            each = peer.receive(30)
            told[each.token] = each.message_id
            peer.empty(RESET, each)
        self.assertEqual(len(set(told.values())), taken)
        wait_until(lambda: self.observers() <= before)


class OtherServersTest(unittest.TestCase):
    def test_without_a_store_and_with_tokens(self):
        with tempfile.TemporaryDirectory() as folder:
            messages = make_model(PROGRAM, folder)
            with Server(PROGRAM, folder, "pump.terse", "--coap", "127.0.0.1:0", "--store", "none") as server:
                peer = Peer(server.addresses["coap_port"])
                self.assertEqual(peer.ask(1, b"a", ["d", "x"]).code, "5.01")
                self.assertEqual(peer.ask(2, b"b", ["m", "pump"], observe=0).payload, b"")
                peer.send(coap_put(1, 3, b"c", ["m", "pump"], ["d=x"], bytes.fromhex(messages[0][0])))
                both = {each.token: each.payload for each in (peer.receive(), peer.receive())}
                self.assertEqual(both[b"b"], b"x " + both[b"c"])
                peer.socket.close()
            (Path(folder) / "tokens").write_text("secret\n")
            for arguments in (("--tokens", "tokens"), ("--coap-write-only",)):
                with Server(PROGRAM, folder, "pump.terse", "--coap", "127.0.0.1:0", *arguments) as server:
                    peer = Peer(server.addresses["coap_port"])
                    refused = peer.ask(1, b"a", ["m", "pump"], observe=0)
                    self.assertEqual((refused.code, refused.observe), ("4.01", None))
                    peer.socket.close()


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
