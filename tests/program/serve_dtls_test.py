"""`terse serve --coaps`, datagram by datagram: openssl s_client speaks DTLS, the test speaks CoAP inside it.

Usage: serve_dtls_test.py PATH_OF_TERSE
"""

import os
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from counting_sender import coap_put
from datagram_relay import Relay
from serve_certificates_test import Authority
from serve_observe_test import Message, get
from serve_process import Server, make_model, wait_until

PROGRAM = ""
HANDSHAKE, ALERT, APPLICATION = 22, 21, 23  # RFC 6347, section 4.3.1
TOKEN = b"abcd"  # Of two bytes it would make the message begin with an R, a command to s_client.
CONFIRMABLE, NON_CONFIRMABLE, ACKNOWLEDGEMENT = 0, 1, 2


class Device:
    """A session of `openssl s_client`; use as a context. What is written is a record, what comes is read raw."""

    def __init__(self, port, *proof):
        self.process = subprocess.Popen(
            ["openssl", "s_client", "-dtls1_2", "-quiet", "-no_ign_eof", "-nbio", *map(str, proof), "-connect",
             f"127.0.0.1:{port}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

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


def with_key(number):
    return "-psk_identity", f"dev{number}", "-psk", f"secret{number}".encode().hex()


def put(kind, message_id, payload, no_response=None, token=TOKEN, queries=()):
    return coap_put(kind, message_id, token, ["m", "pump"], queries, payload, no_response)


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
        return Device(port or self.port, *with_key(number))

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

    def check_resumption(self, server, proof, own, other):
        """What a session has proven is not lost when it is offered again: by a ticket, or by its number."""
        port, session, sent = server.addresses["coaps_port"], self.folder / f"{own}.{server.process.pid}", 0
        for message_id, offered in ((1, ["-sess_out", session]), (3, ["-sess_in", session])):
            if offered[0] == "-sess_in" and not session.is_file():
                continue  # The server gave nothing that could be offered.
            sent += 1
            with Device(port, *proof, *offered) as device:
                device.send(put(CONFIRMABLE, message_id, self.payload))
                self.check_response(device.receive(), ACKNOWLEDGEMENT)
                device.send(put(CONFIRMABLE, message_id + 1, self.payload, queries=[f"d={other}"]))
                self.assertEqual(device.receive()[1] >> 5, 4)
                device.say_goodbye()
        self.assertEqual(len(server.json(f"/v1/messages?device={own}")[1]), sent)
        self.assertEqual(server.json(f"/v1/messages?device={other}")[1], [])

    def test_a_session_that_is_offered_again_proves_the_same_device(self):
        self.check_resumption(self.server, with_key(6), "dev6", "dev7")
        authority = Authority(self.folder, "plant")
        for name in ("localhost", "dev6", "dev7"):
            authority.sign(name, f"/CN={name}")
        with Server(PROGRAM, self.folder, "pump.terse", "--store", "certificates.sqlite", "--coaps", "127.0.0.1:0",
                    "--coaps-certificate", "localhost.crt", "--coaps-key", "localhost.key", "--coaps-ca",
                    "plant.crt") as server:
            proof = ("-cert", self.folder / "dev6.crt", "-key", self.folder / "dev6.key")
            self.check_resumption(server, proof, "dev6", "dev7")

    def test_what_dtls_has_proven_is_not_open_to_plain_coap(self):
        """Nor to any other sender that has not proven it; names that no key is for are open as before."""
        with Server(PROGRAM, self.folder, "pump.terse", "--store", "both.sqlite", "--coap", "127.0.0.1:0", "--coaps",
                    "127.0.0.1:0", "--coap-keys", "keys") as server:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
                peer.settimeout(20)
                peer.connect(("127.0.0.1", server.addresses["coap_port"]))
                for message_id, device, code in ((1, "dev8", 4 << 5 | 3), (2, "other", 2 << 5 | 4)):
                    peer.send(put(CONFIRMABLE, message_id, self.payload, queries=[f"d={device}", "n=1"]))
                    self.assertEqual(peer.recv(2000)[1], code)
            with self.device(8, server.addresses["coaps_port"]) as device:
                device.send(put(CONFIRMABLE, 3, self.payload, queries=["n=1"]))
                self.check_response(device.receive(), ACKNOWLEDGEMENT)
            rows = server.json("/v1/messages?device=dev8")[1]
            self.assertEqual([row["key"] for row in rows], ["1"])

    def test_keys_are_read_again(self):
        keys = self.folder / "changing"
        keys.write_text("dev1 secret1\ndev2 secret2\n")
        with Server(PROGRAM, self.folder, "pump.terse", "--store", "reload.sqlite", "--coaps", "127.0.0.1:0",
                    "--coap-keys", "changing") as server, \
                self.device(1, server.addresses["coaps_port"]) as gone, \
                self.device(2, server.addresses["coaps_port"]) as stays:
            for message_id, device in ((1, gone), (1, stays)):
                device.send(put(CONFIRMABLE, message_id, self.payload))
                self.check_response(device.receive(), ACKNOWLEDGEMENT)

            def reload(text, said):
                keys.write_text(text)
                log = self.folder / "serve.log"
                before = log.read_text().count(said)
                server.process.send_signal(signal.SIGHUP)
                wait_until(lambda: log.read_text().count(said) > before)

            reload("dev2 secret2\nnonsense\n", "changing: line 2: is not DEVICE KEY")
            gone.send(put(CONFIRMABLE, 2, self.payload))
            self.check_response(gone.receive(), ACKNOWLEDGEMENT)
            reload("dev2 secret2\ndev3 secret3\n", "keys and certificates of CoAP reloaded")
            with self.device(3, server.addresses["coaps_port"]) as new:
                new.send(put(CONFIRMABLE, 1, self.payload))
                self.check_response(new.receive(), ACKNOWLEDGEMENT)
            stays.send(put(CONFIRMABLE, 2, self.payload))
            self.check_response(stays.receive(), ACKNOWLEDGEMENT)
            gone.send(put(CONFIRMABLE, 3, self.payload))
            self.assertIsNone(gone.receive(1))

    def test_blocks_and_observation(self):
        """What plain UDP has (RFC 7959, RFC 7641), by the same engine; no Echo: a session proves its address."""
        with self.device(9) as device:
            device.send(put(CONFIRMABLE, 1, self.payload))
            self.check_response(device.receive(), ACKNOWLEDGEMENT)
            device.send(get(2, TOKEN, ["d", "dev9"], accept=50))
            whole = Message(device.receive())
            body = b""
            for number in range(20):
                device.send(get(10 + number, TOKEN, ["d", "dev9"], accept=50, block2=number << 4 | 1))
                block = Message(device.receive())
                body += block.payload
                if not int.from_bytes(block.options[23], "big") & 8:
                    break
            self.assertEqual((whole.code, body), ("2.05", whole.payload))
            device.send(get(40, b"obs1", ["d", "dev9"], observe=0))
            self.assertIsNotNone(Message(device.receive()).observe)
            for path in (["d", "dev0"], ["m", "pump"]):
                device.send(get(41 + len(path[1]), TOKEN, path, observe=0))
                self.assertEqual(Message(device.receive()).code, "4.03")
            device.send(put(CONFIRMABLE, 50, self.payload))
            told = {}
            for _ in range(2):
                message = Message(device.receive())
                told[message.token] = message
            self.assertEqual((told[b"obs1"].kind, told[b"obs1"].code), (CONFIRMABLE, "2.05"))
            device.say_goodbye()
        wait_until(lambda: "\nterse_observers 0\n" in self.server.curl("/metrics")[1])

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
