"""`terse serve --coap` by coap-client of libcoap3-bin, and by raw datagrams.

Usage: serve_coap_test.py PATH_OF_TERSE
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from counting_sender import coap_put
from datagram_relay import Relay
from serve_process import Server, make_model

PROGRAM = ""


class CoapTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        cls.messages = make_model(PROGRAM, cls.folder)
        (cls.folder / "keys").write_text("dev1 secretkey\ndev2 otherkey\nreplay replaykey\nafter afterkey\n")
        cls.server = Server(PROGRAM, cls.folder, "pump.terse", "--coap", "127.0.0.1:0", "--coaps", "127.0.0.1:0",
                            "--coap-keys", "keys")
        cls.port = cls.server.addresses["coap_port"]

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()
        cls.temporary.cleanup()

    def client(self, path, row, *arguments, method="put", build="notls", scheme="coap"):
        port = self.port if scheme == "coap" else self.server.addresses["coaps_port"]
        message = self.folder / "message.bin"
        message.write_bytes(bytes.fromhex(self.messages[row][0]))
        done = subprocess.run(
            [f"coap-client-{build}", "-B", "4", "-m", method, "-f", message, *arguments,
             f"{scheme}://127.0.0.1:{port}/{path}"], capture_output=True, timeout=30)
        return done.stdout + done.stderr

    def count(self, device):
        return len(self.server.json(f"/v1/messages?device={device}")[1])

    def test_the_prediction_as_text_json_and_cbor(self):
        expected = self.messages[0][1]
        for method in ("put", "post"):
            text = self.client("m/pump?d=text", 0, method=method)
            self.assertAlmostEqual(float(text), expected, delta=1e-6)
        answer = json.loads(self.client("m/pump?d=text", 0, "-A", "50"))
        self.assertEqual((answer["status"], answer["model"]), ("stored", "pump"))
        self.assertAlmostEqual(answer["prediction"], expected, delta=1e-6)
        cbor = self.client("m/pump?d=text", 0, "-A", "60")
        # A map, the keys are texts (RFC 8949, section 3.1).
        self.assertEqual(cbor[0] & 0xE0, 0xA0)
        self.assertIn(b"\x6aprediction", cbor)
        self.assertIn(b"4.06", self.client("m/pump?d=text", 0, "-A", "41"))
        self.assertEqual(self.count("text"), 4)

    def test_answers_come_from_the_address_that_was_asked(self):
        """RFC 7252, section 5.3.2. coap-client hears only whom it asked; left alone, Linux answers from 127.0.0.1."""
        message = self.folder / "message.bin"
        message.write_bytes(bytes.fromhex(self.messages[0][0]))
        for host in ("0.0.0.0", "[::]", ""):
            with Server(PROGRAM, self.folder, "pump.terse", "--store", "none", "--coap", f"{host}:0") as server:
                url = f"coap://127.0.0.2:{server.addresses['coap_port']}/m/pump"
                command = ["coap-client-notls", "-B", "4", "-m", "put", "-f", message, url + "?d=here"]
                first = subprocess.run(command, capture_output=True, timeout=30)
                self.assertAlmostEqual(float(first.stdout), self.messages[0][1], delta=1e-6)
                with subprocess.Popen(["coap-client-notls", "-s", "3", "-w", url], stdout=subprocess.PIPE) as observer:
                    self.assertIn(b"here", observer.stdout.readline())
                    subprocess.run(command, capture_output=True, timeout=30)
                    self.assertIn(b"here", observer.stdout.readline())

    def test_a_port_alone_is_that_of_both_families(self):
        message = self.folder / "message.bin"
        message.write_bytes(bytes.fromhex(self.messages[0][0]))
        with Server(PROGRAM, self.folder, "pump.terse", "--coap", ":0", "--coaps", ":0", "--coap-keys", "keys",
                    "--store", "none") as server:
            for host in ("127.0.0.1", "[::1]"):
                for url, *proof in ((f"coap://{host}:{server.addresses['coap_port']}/m/pump?d=x",),
                                    (f"coaps://{host}:{server.addresses['coaps_port']}/m/pump", "-u", "dev1", "-k",
                                     "secretkey")):
                    done = subprocess.run(["coap-client-openssl", "-B", "4", "-m", "put", "-f", message, *proof, url],
                                          capture_output=True, timeout=30)
                    self.assertAlmostEqual(float(done.stdout), self.messages[0][1], delta=1e-6)

    def test_what_is_refused(self):
        self.assertIn(b"4.04", self.client("m/nobody?d=bad", 0))
        self.assertIn(b"4.04", self.client("elsewhere?d=bad", 0))
        self.assertIn(b"4.00", self.client("m/pump", 0))
        long = subprocess.run(["coap-client-notls", "-B", "4", "-m", "put", "-e", "toolong",
                               f"coap://127.0.0.1:{self.port}/m/pump?d=bad"], capture_output=True, timeout=30)
        self.assertIn(b"7 bytes instead of 2", long.stdout + long.stderr)
        reasons = [each["reason"] for each in self.server.json("/v1/quarantine")[1] if each["device"] == "bad"]
        self.assertEqual(sorted(reasons), ["7 bytes instead of 2", "there is no model with this name"])

    def batch(self, elements, block):
        """coap-client cuts the body into blocks of so many bytes (RFC 7959)."""
        body = self.folder / "batch.json"
        body.write_text(json.dumps(elements))
        done = subprocess.run(
            ["coap-client-notls", "-B", "9", "-m", "post", "-t", "50", "-b", str(block), "-f", body,
             f"coap://127.0.0.1:{self.port}/m/pump?d=gate"], capture_output=True, timeout=30)
        return (done.stdout + done.stderr).decode().strip()

    def test_batches_in_blocks(self):
        for block in (16, 64, 1024):
            elements = [{"device": f"b{block}", "counter": number, "hex": payload}
                        for number, (payload, _) in enumerate(self.messages[:40])] + [{"hex": self.messages[0][0]}]
            self.assertEqual(self.batch(elements, block), "41 stored")
            self.assertEqual(self.batch(elements, block), "1 stored, 40 duplicate")
            self.assertEqual(self.count(f"b{block}"), 40)
        self.assertEqual(self.count("gate"), 6)
        self.assertIn("1 stored, 1 refused", self.batch([{"hex": self.messages[0][0]}, {"hex": "00" * 70}], 64))
        self.assertIn("4.00", self.batch([{"hex": "nothing"}], 16))
        self.assertIn("4.13", self.batch([{"hex": "00" * 200000}], 1024))
        latest = self.server.json("/v1/devices/b64/latest")[1]
        self.assertEqual((latest["key"], latest["payload"]), ("39", self.messages[39][0]))

    def test_discovery(self):
        done = subprocess.run(["coap-client-notls", "-B", "4", f"coap://127.0.0.1:{self.port}/.well-known/core"],
                              capture_output=True, timeout=30)
        self.assertIn(b'</m/pump>;rt="terse.payload"', done.stdout)

    def test_keys_of_devices(self):
        def ask(identity, key, query=""):
            return self.client("m/pump" + query, 0, "-u", identity, "-k", key, build="openssl", scheme="coaps")

        self.assertAlmostEqual(float(ask("dev1", "secretkey")), self.messages[0][1], delta=1e-6)
        self.assertEqual(self.count("dev1"), 1)
        self.assertNotIn(b".", ask("dev1", "wrongkey").split(b"\n")[0][:3])
        ask("dev3", "secretkey")
        self.assertEqual((self.count("dev1"), self.count("dev3")), (1, 0))
        self.assertIn(b"4.03", ask("dev2", "otherkey", "?d=dev1"))
        self.assertEqual(self.count("dev1"), 1)

    def test_a_replayed_datagram_of_dtls_is_refused(self):
        alert, application = 21, 23  # RFC 6347, section 4.3.1

        # The session must outlive the client: its farewell goes nowhere.
        def keep_session(from_client, datagram):
            return [] if from_client and datagram[0] == alert else [datagram]

        with Relay(("127.0.0.1", self.server.addresses["coaps_port"]), keep_session) as relay:
            message = self.folder / "message.bin"
            message.write_bytes(bytes.fromhex(self.messages[0][0]))
            subprocess.run(["coap-client-openssl", "-B", "4", "-m", "put", "-f", message, "-u", "replay", "-k",
                            "replaykey", f"coaps://127.0.0.1:{relay.port}/m/pump"], capture_output=True, timeout=30)
            self.assertEqual(self.count("replay"), 1)
            records = [datagram for from_client, datagram in relay.seen if from_client and datagram[0] == application]
            self.assertGreaterEqual(len(records), 1)
            time.sleep(0.5)
            before = len(relay.seen)
            for record in records:
                relay.again(record)
                for changed in range(0, len(record), 7):
                    forged = bytearray(record)
                    forged[changed] ^= 1
                    relay.again(bytes(forged))
            time.sleep(1.5)
            # A replay that was taken for a message would have been answered: the answer of before is kept.
            self.assertEqual([datagram for from_client, datagram in relay.seen[before:] if datagram[0] == application],
                             [])
        self.assertEqual(self.count("replay"), 1)
        self.assertAlmostEqual(float(self.client("m/pump", 0, "-u", "after", "-k", "afterkey", build="openssl",
                                                 scheme="coaps")), self.messages[0][1], delta=1e-6)

    def exchange(self, peer, data):
        """Sends; gives the response, acknowledging it, whether piggy-backed or separate."""
        peer.send(data)
        for _ in range(20):
            try:
                answer = peer.recv(2000)
            except socket.timeout:
                peer.send(data)  # a full buffer loses datagrams: send again, as RFC 7252 says
                continue
            if answer[1] == 0:
                continue
            if answer[0] >> 4 & 3 == 0:
                peer.send(bytes([0x60, 0]) + answer[2:4])
            return answer
        raise AssertionError("no answer")

    def peer(self):
        peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(peer.close)
        peer.settimeout(2)
        peer.connect(("127.0.0.1", self.port))
        return peer

    def test_retransmissions_are_one_message(self):
        peer = self.peer()
        payload = bytes.fromhex(self.messages[0][0])
        data = coap_put(0, 77, b"tok", ["m", "pump"], ["d=again"], payload)
        bodies = {self.exchange(peer, data).split(b"\xff")[-1] for _ in range(5)}
        self.assertEqual(len(bodies), 1)
        self.assertEqual(self.count("again"), 1)
        for number in range(3):
            self.exchange(peer, coap_put(0, 100 + number, b"tok", ["m", "pump"], ["d=again", "n=5"], payload))
        self.assertEqual(self.count("again"), 2)
        self.exchange(peer, coap_put(1, 200, b"non", ["m", "pump"], ["d=again"], payload))
        self.assertEqual(self.count("again"), 3)

    def test_a_device_may_not_want_to_hear_the_prediction(self):
        """No-Response, RFC 7967: 2 is 2.xx, 8 is 4.xx, 26 all."""
        peer = self.peer()
        payload = bytes.fromhex(self.messages[0][0])

        def ask(kind, message_id, body, no_response):
            peer.send(coap_put(kind, message_id, b"quiet", ["m", "pump"], ["d=quiet"], body, no_response))

        confirmable, other = 0, 1
        ask(confirmable, 300, payload, 2)
        self.assertEqual(peer.recv(2000), b"\x60\x00" + (300).to_bytes(2, "big"))
        for message_id, body, no_response in ((301, payload, 2), (302, payload, 26), (303, b"too long", 26)):
            ask(other, message_id, body, no_response)
        # The next one that is heard is this one's.
        ask(other, 304, payload, 8)
        self.assertEqual(peer.recv(2000)[1], 2 << 5 | 4)
        ask(confirmable, 305, b"too long", 2)
        self.assertEqual(peer.recv(2000)[1] >> 5, 4)
        self.assertEqual(self.count("quiet"), 4)

    def test_an_option_that_must_be_understood(self):
        """RFC 7252, section 5.4.1: 4.02 if an acknowledgement is asked for, else no answer, and nothing is kept."""
        peer = self.peer()
        payload = bytes.fromhex(self.messages[0][0])

        def ask(kind, message_id, device):
            put = coap_put(kind, message_id, b"strict", ["m", "pump"], [f"d={device}"], b"")
            return put[:-1] + b"\xd2\x25xx\xff" + payload  # after Uri-Query, 15, comes 65: odd, and nobody's

        self.assertEqual(self.exchange(peer, ask(0, 400, "strict"))[1], 4 << 5 | 2)
        peer.send(ask(1, 401, "strict"))
        # The next answer is the next message's.
        self.assertEqual(self.exchange(peer, coap_put(0, 402, b"z", ["m", "pump"], ["d=strict"], payload))[1], 0x44)
        self.assertEqual(self.count("strict"), 1)

    def test_queries_that_say_two_things(self):
        peer = self.peer()
        payload = bytes.fromhex(self.messages[0][0])
        for number, queries in enumerate((["d=one", "d=two"], ["d=one", "n=1", "n=2"], ["d=one", "t=1", "t=1"])):
            answer = self.exchange(peer, coap_put(0, 500 + number, b"z", ["m", "pump"], queries, payload))
            self.assertEqual(answer[1], 4 << 5)
            self.assertIn(b"is given twice", answer)
        self.assertEqual(self.count("one"), 0)

    def test_malformed_datagrams_do_no_harm(self):
        peer = self.peer()
        draw = random.Random(11)
        good = coap_put(0, 1, b"abcd", ["m", "pump"], ["d=noise"], b"toolong")
        for _ in range(3000):
            data = bytearray(good[:draw.randrange(len(good) + 1)])
            for _ in range(draw.randrange(4)):
                if data:
                    data[draw.randrange(len(data))] = draw.randrange(256)
            peer.send(bytes(data))
        peer.send(bytes(1400))
        answer = self.exchange(self.peer(), coap_put(0, 2, b"z", ["m", "pump"], ["d=others"],
                                                     bytes.fromhex(self.messages[0][0])))
        self.assertEqual(answer[1], 0x44)
        self.assertIsNone(self.server.process.poll())


class StoppingTest(unittest.TestCase):
    def test_sigterm_ends_cleanly(self):
        with tempfile.TemporaryDirectory() as folder:
            make_model(PROGRAM, folder)
            server = Server(PROGRAM, folder, "pump.terse", "--coap", "127.0.0.1:0")
            os.kill(server.process.pid, signal.SIGTERM)
            self.assertEqual(server.process.wait(20), 0)
            server.process.stdout.close()


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
