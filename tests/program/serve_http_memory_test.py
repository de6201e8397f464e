"""Memory of `terse serve` under every attack on HTTP that once took gigabytes: at most 200 MiB, and others are served.

Usage: serve_http_memory_test.py PATH_OF_TERSE
"""

import gzip
import json
import re
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from serve_process import Server, is_sanitized, make_model

PROGRAM = ""
LIMIT = 200 << 20
CONNECTIONS = 128
HOST = b"Host: localhost\r\n"
POST = b"POST /v1/models/pump/payloads?device=flood HTTP/1.1\r\n" + HOST


class Peer:
    """A connection that sends its parts one after the other, the last one again and again."""

    def __init__(self, address, parts, reads=True):
        self.parts, self.reads, self.sent, self.received = list(parts), reads, 0, b""
        self.socket = socket.create_connection(address, 20)
        self.socket.setblocking(False)
        self.is_over = False

    def step(self, events):
        try:
            if events & selectors.EVENT_READ and self.reads:
                more = self.socket.recv(65536)
                self.received = (self.received + more)[:4096]
                self.is_over = not more
            if events & selectors.EVENT_WRITE and not self.is_over:
                part = self.parts[0]
                if not part:
                    return
                count = self.socket.send(part)
                self.sent += count
                if count < len(part):
                    self.parts[0:1] = [part[count:]] + ([part] if len(self.parts) == 1 else [])
                elif len(self.parts) > 1:
                    self.parts.pop(0)
        except BlockingIOError:
            pass
        except OSError:
            self.is_over = True


class MemoryTest(unittest.TestCase):
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
        self.server = Server(PROGRAM, self.folder, "pump.terse")
        self.addCleanup(self.server.__exit__)
        host, port = self.server.addresses["http"].split(":")
        self.address = (host, int(port))

    def peak(self):
        status = Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) << 10

    def attack(self, name, parts, bytes_each, seconds=20, connections=CONNECTIONS, reads=True):
        """Until each connection has sent so much or is closed; gives the peers."""
        peers = [Peer(self.address, parts, reads) for _ in range(connections)]
        end = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            for peer in peers:
                selector.register(peer.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, peer)
            left = set(peers)
            while left and time.monotonic() < end:
                for key, events in selector.select(0.2):
                    peer = key.data
                    peer.step(events)
                    # Who waits for the answer has sent all.
                    done = peer.sent >= bytes_each and (not reads or peer.received)
                    if peer.is_over or done:
                        selector.unregister(peer.socket)
                        left.discard(peer)
                    elif peer.sent >= bytes_each:
                        selector.modify(peer.socket, selectors.EVENT_READ, peer)
        # The others are served meanwhile.
        status = self.server.curl("/v1/models/pump/payloads?device=honest", "--retry", "10", "--retry-delay", "1",
                                  data=bytes.fromhex(self.messages[0][0]))[0]
        self.assertEqual(status, 200, name)
        print(f"{name}: {sum(peer.sent for peer in peers) >> 20} MiB sent, peak {self.peak() >> 20} MiB",
              file=sys.stderr)
        if not is_sanitized(PROGRAM):
            self.assertLess(self.peak(), LIMIT, name)
        for peer in peers:
            peer.socket.close()
        return peers

    def statuses(self, peers):
        return {peer.received[9:12] for peer in peers if peer.received}

    def test_heads_without_end(self):
        noise = b"x" * 65536
        for name, parts, status in (("request line", (b"GET /" + noise, noise), b"414"),
                                    ("field", (b"GET / HTTP/1.1\r\nX: " + noise, noise), b"431"),
                                    ("fields", (b"GET / HTTP/1.1\r\n", b"X: y\r\n" * 10000), b"431"),
                                    ("trailer", (POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: ", noise), b"431"),
                                    ("chunk header", (POST + b"Transfer-Encoding: chunked\r\n\r\n1;", noise), b"431")):
            peers = self.attack(name, parts, 4 << 20)
            self.assertLessEqual(self.statuses(peers), {status}, name)

    def test_bodies_without_end(self):
        piece = b"8000\r\n" + bytes(0x8000) + b"\r\n"
        peers = self.attack("chunks", (POST + b"Transfer-Encoding: chunked\r\n\r\n", piece * 4), 8 << 20)
        self.assertLessEqual(self.statuses(peers), {b"413", b"503"})
        tiny = b"1\r\nx\r\n" * 10000
        peers = self.attack("tiny chunks", (POST + b"Transfer-Encoding: chunked\r\n\r\n", tiny), 8 << 20,
                            connections=16)
        self.assertLessEqual(self.statuses(peers), {b"413", b"503"})

    def test_packed_bodies(self):
        packed = gzip.compress(bytes(200 << 20))
        head = POST + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
        self.assertEqual(self.statuses(self.attack("gzip", (head, packed, b""), len(packed), connections=16)), {b"415"})

    def test_ranges(self):
        ask = b"GET /openapi.json HTTP/1.1\r\n" + HOST + b"Range: bytes=" + b",".join([b"0-"] * 2000) + b"\r\n\r\n"
        self.assertEqual(self.statuses(self.attack("ranges", (ask, b""), len(ask))), {b"200"})

    def test_long_bodies_of_all_at_once(self):
        body = bytes(1 << 20)
        head = POST + b"Content-Length: %d\r\n\r\n" % len(body)
        for _ in range(3):
            peers = self.attack("1 MiB each", (head + body, b""), len(head) + len(body), seconds=30)
            self.assertLessEqual(self.statuses(peers), {b"422", b"503"})
        # Those that stop before the end do not keep the room that others need.
        peers = self.attack("1 MiB but a byte", (head + body[:-1], b""), 1 << 20, seconds=3, reads=False)
        self.assertEqual(self.server.curl("/v1/models/pump/payloads?device=d", data=body)[0], 422)

    def test_answers_that_nobody_reads(self):
        payload = bytes.fromhex(self.messages[0][0])
        many = json.dumps([{"device": f"d{number}", "hex": payload.hex()} for number in range(1000)]).encode()
        for _ in range(10):
            self.assertEqual(self.server.curl("/v1/models/pump/payloads", "-H", "Content-Type: application/json",
                                              data=many)[0], 200)
        ask = b"GET /v1/messages?limit=10000 HTTP/1.1\r\n" + HOST + b"\r\n"
        self.attack("long answers", (ask * 100, b""), len(ask) * 100, seconds=10, reads=False)
        ping = b"GET /openapi.json HTTP/1.1\r\n" + HOST + b"\r\n"
        self.attack("pipelined", (ping * 1000,), 1 << 20, seconds=10, reads=False)
        post = POST + b"Content-Length: 2\r\n\r\n" + payload
        self.attack("pipelined payloads", (post * 1000,), 1 << 20, seconds=10, reads=False)

    def test_slow_heads(self):
        peers = []
        for _ in range(400):
            peer = Peer(self.address, (POST, b""))
            peer.step(selectors.EVENT_WRITE)
            peers.append(peer)
        self.attack("slow heads", (POST, b""), 1 << 20, seconds=3, reads=False)
        for peer in peers:
            peer.socket.close()


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
