"""A publisher that knows which of its messages the broker has acknowledged, and gives them until it has."""

import socket
import threading
import time

WINDOW = 50


class Publisher(threading.Thread):
    """Publishes `payload(counter)` to `topic`/COUNTER for every counter below `total`, with QoS 1 (MQTT 3.1.1)."""

    def __init__(self, address, topic, payload, total):
        super().__init__(daemon=True)
        self.address, self.topic, self.payload, self.total, self.acknowledged = address, topic, payload, total, 0

    def run(self):
        while self.acknowledged < self.total:
            try:
                with socket.create_connection(self.address, 5) as connection:
                    connection.settimeout(5)
                    self.connect(connection)
                    while self.acknowledged < self.total:
                        self.publish_window(connection)
            except OSError:
                time.sleep(0.05)

    @staticmethod
    def packet(kind, body):
        length, rest = b"", len(body)
        while True:
            rest, digit = rest >> 7, rest & 127
            length += bytes([digit | (128 if rest else 0)])
            if not rest:
                return bytes([kind]) + length + body

    @staticmethod
    def read(connection, size):
        data = b""
        while len(data) < size:
            more = connection.recv(size - len(data))
            if not more:
                raise OSError("the broker hung up")
            data += more
        return data

    def connect(self, connection):
        name = b"publisher"
        connection.sendall(self.packet(0x10, b"\0\4MQTT\4\2\0\x3c" + len(name).to_bytes(2, "big") + name))
        if self.read(connection, 4) != b"\x20\2\0\0":
            raise OSError("the broker refuses")

    def publish_window(self, connection):
        first, last = self.acknowledged, min(self.acknowledged + WINDOW, self.total)
        for counter in range(first, last):
            topic = f"{self.topic}/{counter}".encode()
            identifier = (counter - first + 1).to_bytes(2, "big")
            connection.sendall(self.packet(0x32, len(topic).to_bytes(2, "big") + topic + identifier
                                           + self.payload(counter)))
        for counter in range(first, last):
            head = self.read(connection, 4)
            assert head[:2] == b"\x40\2" and int.from_bytes(head[2:], "big") == counter - first + 1, head
            self.acknowledged = counter + 1
