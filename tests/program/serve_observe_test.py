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
BLOCK2, ECHO = 23, 252


def get(message_id, token, path, observe=None, kind=CONFIRMABLE, accept=None, block2=None, echo=None):
    """A GET (RFC 7252, section 3)."""
    data = bytes([0x40 | kind << 4 | len(token), 1]) + message_id.to_bytes(2, "big") + token
    options = [] if observe is None else [(6, bytes([observe]) if observe else b"")]
    options += [(11, part.encode()) for part in path] + ([] if accept is None else [(17, bytes([accept]))])
    options += ([] if block2 is None else [(23, bytes([block2]))]) + ([] if echo is None else [(ECHO, echo)])
    last = 0
    for number, value in options:
        delta = number - last
        assert len(value) < 13
        data += bytes([min(delta, 13) << 4 | len(value)]) + bytes([delta - 13] if delta >= 13 else []) + value
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
    def __init__(self, port, host="127.0.0.1"):
        self.socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect((host, port))

    def send(self, data):
        self.socket.send(data)

    def receive(self, seconds=5):
        """The next message, or None."""
        self.socket.settimeout(seconds)
        try:
            self.last = self.socket.recv(2000)
        except socket.timeout:
            return None
        return Message(self.last)

    def ask(self, *arguments, **options):
        """The answer; who is asked for an Echo (RFC 9175) asks again with it, under another message id."""
        self.send(get(*arguments, **options))
        answer = self.receive()
        if answer is None or ECHO not in answer.options:
            return answer
        assert answer.code == "4.01" and not answer.payload, answer.code
        self.send(get(arguments[0] ^ 0x8000, *arguments[1:], **options, echo=answer.options[ECHO]))
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

    def test_a_flood_of_observers_is_bounded_and_told_one_by_one(self):
        """16 of one address; NSTART of RFC 7252, section 4.7: one confirmable notification under way."""
        # A server of its own: others of 127.0.0.1 observe the one of all tests.
        with Server(PROGRAM, self.folder, "pump.terse", "--coap", "127.0.0.1:0", "--store", "none") as server:
            peer, other = (Peer(server.addresses["coap_port"]) for _ in range(2))
            taken = [number for number in range(1300) if
                     peer.ask(number, number.to_bytes(2, "big"), ["m", "pump"], observe=0).observe is not None]
            self.assertEqual(len(taken), 16)
            self.assertIsNone(other.ask(1, b"o", ["m", "pump"], observe=0).observe)
            other.send(coap_put(0, 2, b"p", ["m", "pump"], ["d=flood"], bytes.fromhex(self.messages[0][0])))
            self.assertEqual(other.receive().code, "2.04")
            tokens = set()
            for _ in taken:
                told = peer.receive()
                self.assertEqual(told.kind, CONFIRMABLE)
                self.assertIsNone(peer.receive(0.2), "one more before the acknowledgement")
                tokens.add(told.token)
                peer.empty(ACKNOWLEDGEMENT, told)
            self.assertEqual(len(tokens), 16)
            peer.socket.close()
            other.socket.close()

    def test_who_has_proven_nothing_hears_little_and_observes_nothing(self):
        """At most three times what was sent (RFC 9175), in every case."""
        device = "d" * 10
        self.put(device, 0)
        before = self.observers()
        requests = [get(1, b"", ["d", device]), get(2, b"", ["d", device], observe=0), get(3, b"", ["m", "pump"]),
                    get(4, b"", ["d", device], accept=50), get(5, b"t", ["m", "pump"], accept=60),
                    get(6, b"", ["m", "pump"], observe=0), get(7, b"", ["m", "pump"], observe=0, accept=50),
                    get(8, b"", [".well-known", "core"]), get(9, b"", ["d", "nobody"]), get(10, b"", ["m", "x"]),
                    get(11, b"", ["d", device], accept=50, block2=0), get(12, b"", ["d", device], accept=50, block2=6),
                    get(13, b"", ["d", device], accept=41), get(14, b"", []), get(15, b"", ["x"], kind=NON_CONFIRMABLE),
                    get(16, b"", ["d", device], echo=b"forged!!"), b"\x40\x00\x00\x11", b"\x40\x01\x00\x12\xf0",
                    coap_put(0, 19, b"", ["m", "x"], ["d=a"], b"\1"),
                    coap_put(0, 20, b"", ["m", "pump"], ["d=a"], b"\1"),
                    coap_put(0, 21, b"", ["m", "pump"], [], b"\1"), coap_put(0, 22, b"", ["d", "x"], [], b"\1"),
                    coap_put(0, 23, b"", ["m", "pump"], ["d=a", "n=x"], b"\1"),
                    get(24, b"", ["m", "pump"], accept=50).replace(b"\x40\1", b"\x40\2")]
        for request in requests:
            peer = self.peer()
            peer.send(request)
            heard = 0
            while peer.receive(0.3) is not None:
                heard += len(peer.last)
            self.assertLessEqual(heard, 3 * len(request), request)
        self.assertEqual(self.observers(), before)
        self.assertEqual(self.server.json("/v1/messages?device=a")[1], [])

    def test_a_message_that_is_challenged_is_kept_once(self):
        """An answer as JSON is long: the address is asked for before anything is kept."""
        peer = self.peer()
        body = bytes.fromhex(self.messages[0][0])
        message = get(1, b"j", ["m", "pump"], accept=50).replace(b"\x41\1", b"\x41\2")
        query = message[:-2] + b"\x44d=ch" + b"\x21\x32"
        peer.send(query + b"\xff" + body)
        challenged = peer.receive()
        self.assertEqual((challenged.code, len(challenged.options[ECHO])), ("4.01", 8))
        self.assertEqual(self.server.json("/v1/messages?device=ch")[1], [])
        echo = b"\xd8" + bytes([ECHO - 17 - 13]) + challenged.options[ECHO]
        peer.send(query.replace(b"\0\1j", b"\0\2j") + echo + b"\xff" + body)
        self.assertEqual(json.loads(peer.receive().payload)["status"], "stored")
        self.assertEqual(len(self.server.json("/v1/messages?device=ch")[1]), 1)

    def test_blocks_of_a_long_answer(self):
        """RFC 7959: early negotiation, and each block of one representation."""
        self.put("blocks", 0)
        peer = self.peer()
        whole = peer.ask(1, b"w", ["d", "blocks"], accept=50)
        self.assertNotIn(BLOCK2, whole.options)
        for exponent in range(7):
            body, tags, number, more = b"", set(), 0, True
            while more:
                block = peer.ask(100 * exponent + number + 2, bytes([number]), ["d", "blocks"], accept=50,
                                 block2=number << 4 | exponent)
                option = int.from_bytes(block.options[BLOCK2], "big")
                self.assertEqual((block.code, option >> 4, option & 7), ("2.05", number, exponent))
                body, more, number = body + block.payload, option & 8, number + 1
                tags.add(block.options.get(4))
                if number == 2:
                    self.put("blocks", exponent + 1)  # Those of before go on.
            self.assertEqual(len(tags), 1)
            self.assertEqual(body, whole.payload)
            whole = peer.ask(900 + exponent, b"w", ["d", "blocks"], accept=50)
        self.assertEqual(peer.ask(1000, b"z", ["d", "blocks"], block2=0x56).code, "4.00")
        self.assertEqual(peer.ask(1001, b"z", ["d", "blocks"], block2=7).code, "4.00")

    def test_names_that_are_none_are_not_looked_for(self):
        peer = self.peer()
        for number, name in enumerate((b"\xff", b"a\x01b", "\u202eabc".encode(), b"x\x00y")):
            request = bytearray(get(number, b"n", ["d", "?" * len(name)]))
            peer.send(bytes(request).replace(b"?" * len(name), name))
            self.assertEqual(peer.receive().code, "4.04")


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
