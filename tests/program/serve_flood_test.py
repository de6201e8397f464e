"""terse serve with peers that are slow, loud, rude or broken: the others are served, and memory stays bounded.

Usage: serve_flood_test.py PATH_OF_TERSE
"""

import json
import random
import re
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

from counting_sender import coap_put
from serve_process import Server, is_sanitized, make_model, wait_until

PROGRAM = ""
HEAD = b"POST /v1/models/pump/payloads?device=slow HTTP/1.1\r\nHost: localhost\r\n"


def client_hello(cookie):
    """The first message of DTLS 1.2 (RFC 6347, section 4.2): TLS_PSK_WITH_AES_128_CCM_8."""
    body = b"\xfe\xfd" + bytes(range(32)) + b"\0" + bytes([len(cookie)]) + cookie + b"\0\2\xc0\xa8" + b"\1\0"
    sequence = bytes([0, 1 if cookie else 0])
    message = b"\1" + len(body).to_bytes(3, "big") + sequence + bytes(3) + len(body).to_bytes(3, "big") + body
    return b"\x16\xfe\xff" + bytes(6) + sequence + len(message).to_bytes(2, "big") + message


class FloodTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.models = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.models.cleanup)
        cls.messages = make_model(PROGRAM, cls.models.name)

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        shutil.copy(Path(self.models.name) / "pump.terse", self.folder)

    def server(self, *arguments):
        server = Server(PROGRAM, self.folder, "pump.terse", *arguments)
        self.addCleanup(lambda: server.__exit__())
        return server

    def connect(self, server):
        host, port = server.addresses["http"].split(":")
        connection = socket.create_connection((host, int(port)), 20)
        self.addCleanup(connection.close)
        return connection

    def sends(self, server, device, counter, *arguments):
        return server.json(f"/v1/models/pump/payloads?device={device}&counter={counter}", *arguments,
                           data=bytes.fromhex(self.messages[counter % 100][0]))

    @staticmethod
    def memory(server, what="VmRSS"):
        status = Path(f"/proc/{server.process.pid}/status").read_text()
        return int(re.search(rf"{what}:\s+(\d+) kB", status).group(1)) << 10

    def stays_below(self, used, limit):
        """A sanitizer's own memory, of freed blocks for one, is not the server's: no limit then."""
        if not is_sanitized(PROGRAM):
            self.assertLess(used, limit)

    def drip(self, slow, server, *arguments):
        """While each of `slow` sends its bytes one by one, others are served."""
        stopping = threading.Event()

        def drip():
            position = 0
            while not stopping.wait(0.2):
                for connection, data in slow:
                    try:
                        connection.send(data[position % len(data):][:1])
                    except OSError:
                        pass
                position += 1

        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            for counter in range(10):
                self.assertEqual(self.sends(server, "quick", counter, *arguments)[0], 200)
                time.sleep(0.1)
        finally:
            stopping.set()
            dripping.join()

    def test_slow_heads_and_bodies_do_not_keep_others_out(self):
        server = self.server()
        for beginning, rest in ((b"", HEAD), (HEAD, b"X: y\r\n"), (HEAD + b"Content-Length: 100000\r\n\r\n", b"z")):
            slow = []
            # More than there are threads, and more than may queue.
            for _ in range(450):
                connection = self.connect(server)
                connection.send(beginning)
                slow.append((connection, rest))
            self.drip(slow, server)
            for connection, _ in slow:
                connection.close()
        self.assertEqual([each["device"] for each in server.json("/v1/devices")[1]], ["quick"])
        self.assertEqual(server.curl("/readyz")[0], 200)

    def test_slow_handshakes_do_not_keep_others_out(self):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", self.folder / "key.pem",
             "-out", self.folder / "certificate.pem"], check=True, capture_output=True)
        server = self.server("--tls-certificate", "certificate.pem", "--tls-key", "key.pem")
        server.url = server.url.replace("http:", "https:")
        slow = [(self.connect(server), b"\x16\x03\x01\x01\x00") for _ in range(300)]
        context = ssl.create_default_context(cafile=self.folder / "certificate.pem")
        for _ in range(50):
            connection = context.wrap_socket(self.connect(server), server_hostname="localhost")
            connection.send(HEAD)
            slow.append((connection, b"X: y\r\n"))
        self.drip(slow, server, "--cacert", self.folder / "certificate.pem")
        large = [{"device": "d", "hex": payload} for payload, _ in self.messages] * 3
        status, answers = server.json("/v1/models/pump/payloads", "--cacert", self.folder / "certificate.pem", "-H",
                                      "Content-Type: application/json", data=json.dumps(large).encode())
        self.assertEqual((status, len(answers)), (200, len(large)))
        # Neither plain text nor noise is taken for TLS.
        for noise in (b"GET / HTTP/1.1\r\n\r\n", bytes(1000)):
            connection = self.connect(server)
            connection.send(noise)
            self.assertNotIn(b"200", connection.recv(1000))

    def test_broken_requests_store_nothing(self):
        server = self.server()
        payload = bytes.fromhex(self.messages[0][0])
        draw = random.Random(3)
        whole = HEAD + b"Content-Length: 2\r\n\r\n" + payload
        for cut in range(len(whole)):
            connection = self.connect(server)
            connection.send(whole[:cut])
            connection.close()
        for _ in range(300):
            noisy = bytearray(whole[:-2])
            for _ in range(draw.randrange(1, 6)):
                noisy[draw.randrange(len(noisy))] = draw.randrange(256)
            connection = self.connect(server)
            connection.send(bytes(noisy))
            connection.shutdown(socket.SHUT_WR)
            connection.close()
        for head, expected in ((b"GET /" + b"x" * 20000 + b" HTTP/1.1\r\n\r\n", b"HTTP/1.1 4"),
                               (b"GET / HTTP/1.1\r\nX: " + b"y" * 20000 + b"\r\n\r\n", b"HTTP/1.1 4"),
                               (HEAD + b"Content-Length: 99999999999\r\n\r\n", b"HTTP/1.1 413")):
            connection = self.connect(server)
            connection.send(head)
            self.assertTrue(connection.recv(1000).startswith(expected))
        # The body of a refused request is not the next request.
        connection = self.connect(server)
        connection.send(HEAD + b"Content-Length: 2000000\r\n\r\n" + whole)
        answers = b""
        while more := connection.recv(1000):
            answers += more
        self.assertEqual(answers.count(b"HTTP/1.1 "), 1, answers)
        connection = self.connect(server)
        connection.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(100):
                connection.send(b"8000\r\n" + bytes(0x8000) + b"\r\n")
        except OSError:
            pass
        self.assertEqual(server.json("/v1/devices")[1], [])
        self.assertEqual(self.sends(server, "after", 1)[0], 200)
        self.stays_below(self.memory(server), 200 << 20)

    def test_one_loud_device_leaves_room_for_the_others(self):
        server = self.server()
        loud = json.dumps([{"device": "loud", "hex": self.messages[0][0]}] * 1000).encode()
        statuses, stopping = set(), threading.Event()

        def shout():
            while not stopping.is_set():
                answers = server.json("/v1/models/pump/payloads", "-H", "Content-Type: application/json", data=loud)[1]
                statuses.update(each["status"] for each in answers)

        shouting = [threading.Thread(target=shout) for _ in range(12)]
        for thread in shouting:
            thread.start()
        quiet = []
        while "busy" not in statuses or len(quiet) < 50:
            # For half a second nothing is written, so that the queue grows.
            lock = sqlite3.connect(self.folder / "terse.sqlite", isolation_level=None, timeout=20)
            lock.execute("BEGIN IMMEDIATE")
            waiting = [threading.Thread(target=lambda number=number: quiet.append(
                self.sends(server, f"quiet{number}", 0)[0])) for number in range(5)]
            for thread in waiting:
                thread.start()
            time.sleep(0.5)
            lock.execute("ROLLBACK")
            lock.close()
            for thread in waiting:
                thread.join()
        stopping.set()
        for thread in shouting:
            thread.join()
        self.assertEqual(set(quiet), {200})
        # A busy machine may leave the lock longer than the store waits for it.
        self.assertLessEqual({"stored", "busy"}, statuses)
        self.assertLessEqual(statuses, {"stored", "busy", "unavailable"})

    def test_memory_stays_bounded_under_a_flood_of_datagrams(self):
        server = self.server("--coap", "127.0.0.1:0", "--store", "none")
        address = ("127.0.0.1", server.addresses["coap_port"])
        peers = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(200)]
        for peer in peers:
            self.addCleanup(peer.close)
            peer.connect(address)
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        payload = bytes.fromhex(self.messages[0][0])

        def answered():
            return int(re.search(r'verdict="stored"} (\d+)', server.curl("/metrics")[1]).group(1))

        after, number = [], 0
        # Each with its own token: none is taken for a repetition, and 100,000 answers are kept for retransmissions.
        for wanted in (100000, 200000, 300000):
            while answered() < wanted:
                for number in range(number + 1, number + 5001):
                    peers[number % len(peers)].send(coap_put(
                        0, number & 0xFFFF, number.to_bytes(4, "big"), ["m", "pump"], [f"d=x{number}"], payload))
            after.append(self.memory(server))
        print(f"MiB after 100,000, 200,000 and 300,000 datagrams: {[each >> 20 for each in after]}", file=sys.stderr)
        self.stays_below(max(after), 200 << 20)
        self.stays_below(after[2] - after[1], 20 << 20)

    def test_memory_stays_bounded_under_floods_of_dtls(self):
        """Hellos without a cookie, from many ports; then handshakes that stop before their end, full of records."""
        (self.folder / "keys").write_text("dev1 secret1\n")
        server = self.server("--coaps", "127.0.0.1:0", "--coap-keys", "keys", "--store", "none")
        address = ("127.0.0.1", server.addresses["coaps_port"])
        before = self.memory(server)
        for _ in range(20000):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
                peer.sendto(client_hello(b""), address)
        self.stays_below(self.memory(server) - before, 5 << 20)
        # Whoever returns the cookie gets a session; of what it sends then only a little is kept.
        record = b"\x16\xfe\xfd\0\1" + bytes(6) + b"\0\x30" + bytes(48)
        peers = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(900)]
        for peer in peers:
            self.addCleanup(peer.close)
            peer.settimeout(5)
            peer.connect(address)
            peer.send(client_hello(b""))
            try:
                peer.send(client_hello(peer.recv(2000)[-32:]))
            except socket.timeout:
                continue  # Lost, as datagrams may be.
            for _ in range(10):
                peer.send(record * 20)
            # Parts of a message that is never whole.
            for sequence in range(2, 12):
                fragment = b"\x10" + (16000).to_bytes(3, "big") + sequence.to_bytes(2, "big") + bytes(3) + \
                    (1000).to_bytes(3, "big") + bytes(1000)
                head = b"\x16\xfe\xfd" + bytes(7) + bytes([sequence])
                peer.send(head + len(fragment).to_bytes(2, "big") + fragment)
        after = self.memory(server, "VmHWM")
        print(f"MiB before and after: {before >> 20}, {after >> 20}", file=sys.stderr)
        self.stays_below(after, 200 << 20)
        # Devices are still heard.
        (self.folder / "message.bin").write_bytes(bytes.fromhex(self.messages[0][0]))
        heard = subprocess.run(["coap-client-openssl", "-B", "9", "-m", "put", "-f", self.folder / "message.bin", "-u",
                                "dev1", "-k", "secret1", f"coaps://127.0.0.1:{address[1]}/m/pump"],
                               capture_output=True, timeout=60)
        self.assertAlmostEqual(float(heard.stdout), self.messages[0][1], delta=1e-5)

    def test_datagrams_that_are_too_long_are_refused(self):
        server = self.server("--coap", "127.0.0.1:0")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.settimeout(20)
            peer.connect(("127.0.0.1", server.addresses["coap_port"]))
            for size, code in ((1400, 0x80 | 22), (1473, 0x80 | 13), (60000, 0x80 | 13)):
                whole = coap_put(0, size & 0xFFFF, b"t", ["m", "pump"], ["d=d"], b"")
                peer.send(whole + bytes(size - len(whole)))
                self.assertEqual(peer.recv(2000)[1], code, size)


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
