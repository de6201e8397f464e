"""A server of the Open Inference Protocol (REST, version 2) that does as told: well, badly, slowly, not at all.

Its model predicts the sum of a row's codes times 0.5.
"""

import json
import socket
import threading
import time


def read_request(peer):
    """(path, body) of a POST, or None."""
    received = b""
    while b"\r\n\r\n" not in received:
        part = peer.recv(65536)
        if not part:
            return None
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    size = next(int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length:"))
    while len(body) < size:
        body += peer.recv(65536)
    assert lines[0].startswith("POST ") and len(body) == size
    return lines[0].split()[1], json.loads(body)


def predictions(question):
    (tensor,) = question["inputs"]
    rows, features = tensor["shape"]
    assert tensor["name"] == "codes" and tensor["datatype"] == "FP32" and len(tensor["data"]) == rows * features
    return [0.5 * sum(tensor["data"][row * features : (row + 1) * features]) for row in range(rows)]


def answer(question, **changed):
    numbers = predictions(question)
    tensor = {"name": "prediction", "shape": [len(numbers), 1], "datatype": "FP32", "data": numbers} | changed
    return json.dumps({"model_name": "fan", "outputs": [tensor]}).encode()


def reply(body, status="200 OK", more=""):
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


def behave_well(peer, question):
    peer.sendall(reply(answer(question)))


class InferenceServer:
    """behave(peer, question): writes what it likes; asked: [(path, question)]."""

    def __init__(self, behave=None):
        self.behave = behave or behave_well
        self.asked = []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer):
        with peer:
            try:
                question = read_request(peer)
                if question is not None:
                    self.asked.append(question)
                    self.behave(peer, question[1])
            except OSError:
                pass  # it hung up

    def close(self):
        self.listener.close()


def drip(peer, question):
    """Byte after byte, each well within every time-out."""
    for byte in reply(answer(question)):
        peer.sendall(bytes([byte]))
        time.sleep(0.2)


def endless(peer, question):
    peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        peer.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")


def endless_head(peer, question):
    peer.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        peer.sendall(b"X-More: " + b"x" * 1000 + b"\r\n")


HOSTILE = {
    "nothing": lambda peer, question: None,
    "silence": lambda peer, question: time.sleep(30),
    "no HTTP": lambda peer, question: peer.sendall(b"\x00\xff" * 500),
    "half an answer": lambda peer, question: peer.sendall(reply(answer(question))[:-5]),
    "drip": drip,
    "endless": endless,
    "endless head": endless_head,
    "huge": lambda peer, question: peer.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 100_000),
    "redirect": lambda peer, question: peer.sendall(reply(b"", "302 Found", "Location: http://127.0.0.1:1/\r\n")),
    "not found": lambda peer, question: peer.sendall(reply(b'{"error":"no"}', "404 Not Found")),
    "error": lambda peer, question: peer.sendall(reply(b'{"error":"no"}', "500 Internal Server Error")),
    "no JSON": lambda peer, question: peer.sendall(reply(b"<html>")),
    "deep": lambda peer, question: peer.sendall(reply(b'{"outputs":' + b"[" * 50_000)),
    "NaN": lambda peer, question: peer.sendall(
        reply(answer(question, data=[float("nan")] * len(predictions(question))))),
    "infinite": lambda peer, question: peer.sendall(reply(answer(question, data=[1e300] * len(predictions(question))))),
    "wrong shape": lambda peer, question: peer.sendall(reply(answer(question, shape=[1, 1, 1]))),
    "too few": lambda peer, question: peer.sendall(reply(answer(question, data=predictions(question)[1:]))),
    "too many": lambda peer, question: peer.sendall(reply(answer(question, data=predictions(question) + [1.0]))),
    "text": lambda peer, question: peer.sendall(reply(answer(question, data=["1"] * len(predictions(question))))),
    "integers": lambda peer, question: peer.sendall(reply(answer(question, datatype="BYTES"))),
}
