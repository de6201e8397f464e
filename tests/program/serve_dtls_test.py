"""`terse serve --coaps`, datagram by datagram: openssl s_client speaks DTLS, the test speaks CoAP inside it.

Usage: serve_dtls_test.py PATH_OF_TERSE
"""

import os
import select
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from counting_sender import coap_put
from datagram_relay import Relay
from serve_process import Server, make_model, wait_until

PROGRAM = ""
HANDSHAKE, ALERT, APPLICATION = 22, 21, 23  # RFC 6347, section 4.3.1
TOKEN = b"abcd"  # Of two bytes it would make the message begin with an R, a command to s_client.
CONFIRMABLE, NON_CONFIRMABLE, ACKNOWLEDGEMENT = 0, 1, 2


class Device:
    """A session of `openssl s_client`; use as a context. What is written is a record, what comes is read raw."""

    def __init__(self, port, identity, key):
        self.process = subprocess.Popen(
            ["openssl", "s_client", "-dtls1_2", "-quiet", "-no_ign_eof", "-nbio", "-psk_identity", identity, "-psk",
             key.encode().hex(), "-connect", f"127.0.0.1:{port}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(20)
        self.process.stdin.close()
        self.process.stdout.close()

    def send(self, message):
        self.process.stdin.write(message)
        self.process.stdin.flush()

    def receive(self, seconds=20):
        """The next message; None if none comes."""
        if not select.select([self.process.stdout], [], [], seconds)[0]:
            return None
        return os.read(self.process.stdout.fileno(), 4096) or None

    def say_goodbye(self):
        self.process.stdin.close()
        self.process.wait(20)


def put(kind, message_id, payload, no_response=None, token=TOKEN):
    return coap_put(kind, message_id, token, ["m", "pump"], [], payload, no_response)


class DtlsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        cls.payload, cls.prediction = [(bytes.fromhex(payload), prediction)
                                       for payload, prediction in make_model(PROGRAM, cls.folder)][0]
        (cls.folder / "keys").write_text("".join(f"dev{i} secret{i}\n" for i in range(10)))
        cls.server = Server(PROGRAM, cls.folder, "pump.terse", "--store", "store.sqlite", "--coaps", "127.0.0.1:0",
                            "--coap-keys", "keys")
        cls.port = cls.server.addresses["coaps_port"]

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()
        cls.temporary.cleanup()

    def device(self, number, port=None):
        return Device(port or self.port, f"dev{number}", f"secret{number}")

    def count(self, number):
        return len(self.server.json(f"/v1/messages?device=dev{number}")[1])

    def check_response(self, answer, kind, token=TOKEN):
        self.assertIsNotNone(answer)
        self.assertEqual((answer[0] >> 4 & 3, answer[1]), (kind, 2 << 5 | 4))
        self.assertEqual(answer[4:4 + len(token)], token)
        self.assertAlmostEqual(float(answer[answer.index(b"\xff", 4 + len(token)) + 1:]), self.prediction, delta=1e-5)

    def test_the_acknowledgement_carries_the_response(self):
        with Relay(("127.0.0.1", self.port)) as relay, self.device(0, relay.port) as device:
            device.send(put(CONFIRMABLE, 0x1234, self.payload))
            answer = device.receive()
            self.check_response(answer, ACKNOWLEDGEMENT)
            self.assertEqual(answer[2:4], b"\x12\x34")
            self.assertIsNone(device.receive(0.3))
            records = [from_client for from_client, datagram in relay.seen if datagram[0] == APPLICATION]
            self.assertEqual(records, [True, False])
            # The same message again: the same answer, stored once.
            device.send(put(CONFIRMABLE, 0x1234, self.payload))
            self.assertEqual(device.receive(), answer)
        self.assertEqual(self.count(0), 1)

    def test_what_is_not_confirmable_is_answered_likewise(self):
        with self.device(1) as device:
            for message_id, token in ((1, b""), (2, b"12345678")):
                device.send(put(NON_CONFIRMABLE, message_id, self.payload, token=token))
                self.check_response(device.receive(), NON_CONFIRMABLE, token)
        self.assertEqual(self.count(1), 2)

    def test_a_device_may_not_want_to_hear_the_prediction(self):
        """No-Response, RFC 7967: 2 is 2.xx, 8 is 4.xx."""
        with self.device(2) as device:
            device.send(put(CONFIRMABLE, 7, self.payload, no_response=2))
            self.assertEqual(device.receive(), b"\x60\x00\x00\x07")
            device.send(put(NON_CONFIRMABLE, 8, self.payload, no_response=2))
            self.assertIsNone(device.receive(0.5))
            device.send(put(NON_CONFIRMABLE, 9, self.payload, no_response=8))
            self.check_response(device.receive(), NON_CONFIRMABLE)
            device.send(put(NON_CONFIRMABLE, 10, self.payload + b"more", no_response=8))
            self.assertIsNone(device.receive(0.5))
        self.assertEqual(self.count(2), 3)

    def test_whoever_leaves_before_the_answer_is_left_alone(self):
        database = sqlite3.connect(self.folder / "store.sqlite", isolation_level=None)
        with Relay(("127.0.0.1", self.port)) as relay:
            with self.device(3, relay.port) as device:
                device.send(put(CONFIRMABLE, 1, self.payload))
                self.check_response(device.receive(), ACKNOWLEDGEMENT)
                database.execute("BEGIN IMMEDIATE")
                device.send(put(CONFIRMABLE, 2, self.payload))
                wait_until(lambda: sum(datagram[0] == APPLICATION for _, datagram in relay.seen) == 3)
                device.say_goodbye()
                wait_until(lambda: relay.seen[-1][1][0] == ALERT)
            before = len(relay.seen)
            database.execute("ROLLBACK")
            database.close()
            wait_until(lambda: self.count(3) == 2)
            time.sleep(0.3)
            self.assertNotIn((False, HANDSHAKE), [(sender, data[0]) for sender, data in relay.seen[before:]])
            # The address is free for the next one.
            with self.device(4, relay.port) as device:
                device.send(put(CONFIRMABLE, 3, self.payload))
                self.check_response(device.receive(), ACKNOWLEDGEMENT)

    def test_a_device_that_restarted_without_a_goodbye_is_heard(self):
        """RFC 6347, section 4.2.8; a modem keeps its port."""
        def no_goodbye(from_client, datagram):
            return [] if from_client and datagram[0] == ALERT else [datagram]

        def forged(hello, *places):
            hello = bytearray(hello)
            for place in places:
                hello[place] ^= 1
            return bytes(hello)

        in_random, in_cookie = 30, 70
        # Answers leave from the second address of a server that listens at all of them.
        with Server(PROGRAM, self.folder, "pump.terse", "--store", "all.sqlite", "--coaps", "0.0.0.0:0", "--coap-keys",
                    "keys") as everywhere:
            for server, host in ((self.server, "127.0.0.1"), (everywhere, "127.0.0.2")):
                with Relay((host, server.addresses["coaps_port"]), no_goodbye) as relay:
                    for start in range(3):
                        before = len(relay.seen)
                        with self.device(5, relay.port) as device:
                            device.send(put(CONFIRMABLE, start, self.payload))
                            self.check_response(device.receive(5), ACKNOWLEDGEMENT)
                            hello, with_cookie = [datagram for from_client, datagram in relay.seen[before:]
                                                  if from_client and datagram[0] == HANDSHAKE][:2]
                            # Neither late copies of this session's hello nor those of an unknown peer end it.
                            for datagram in (hello, with_cookie, forged(hello, in_random),
                                             forged(hello, in_random)[:40], forged(with_cookie, in_random, in_cookie)):
                                relay.again(datagram)
                            time.sleep(0.3)
                            device.send(put(CONFIRMABLE, 100 + start, self.payload))
                            self.check_response(device.receive(5), ACKNOWLEDGEMENT)
                self.assertEqual(len(server.json("/v1/messages?device=dev5")[1]), 6)


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
