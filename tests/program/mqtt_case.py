"""What the tests of `terse serve` at a real broker share."""

import sqlite3
import tempfile
import unittest
from pathlib import Path

from mqtt_broker import Broker
from serve_process import Server, make_model, wait_until


class MqttCase(unittest.TestCase):
    program = ""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.messages = make_model(self.program, self.folder)

    def payload(self, row):
        return bytes.fromhex(self.messages[row % len(self.messages)][0])

    def broker(self, *lines, **options):
        return self.enter(Broker(self.folder, *lines, **options))

    def enter(self, context):
        self.addCleanup(lambda: context.__exit__(None, None, None))
        return context

    def server(self, broker, *arguments, store="terse.sqlite", url=None, connected=True):
        server = Server(self.program, self.folder, "pump.terse", "--store", store,
                        "--mqtt", url or f"mqtt://127.0.0.1:{broker.port}", *arguments)
        self.enter(server)
        if connected:
            wait_until(lambda: self.connected(server))
        return server

    @staticmethod
    def connected(server):
        return "terse_mqtt_connected 1" in server.curl("/metrics")[1]

    def stored(self, store="terse.sqlite"):
        """{(device, key): (payload, prediction)}; fails if one is there twice."""
        database = sqlite3.connect(self.folder / store, timeout=10)
        rows = database.execute("SELECT device, key, payload, prediction FROM messages").fetchall()
        database.close()
        kept = {(device, key): (payload, prediction) for device, key, payload, prediction in rows}
        self.assertEqual(len(kept), len(rows), "a message is there twice")
        return kept
