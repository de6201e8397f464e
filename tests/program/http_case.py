"""A running `terse serve` with two models, for the tests of HTTP."""

import shutil
import socket
import tempfile
import unittest
from pathlib import Path

from serve_process import Server, make_model

HOST = b"Host: localhost\r\n"
POST = b"POST /v1/models/pump/payloads?device=raw HTTP/1.1\r\n" + HOST


class HttpCase(unittest.TestCase):
    program = ""  # set by main

    @classmethod
    def setUpClass(cls):
        cls.models = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.models.cleanup)
        cls.messages = make_model(cls.program, cls.models.name, "pump", 1)
        make_model(cls.program, cls.models.name, "fan", 2)
        cls.payload = bytes.fromhex(cls.messages[0][0])

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        for name in ("pump", "fan"):
            shutil.copy(Path(self.models.name) / f"{name}.terse", self.folder)

    def server(self, *arguments):
        server = Server(self.program, self.folder, "pump.terse", "fan.terse", *arguments)
        self.addCleanup(server.__exit__)
        return server

    def connect(self, server):
        host, port = server.addresses["http"].split(":")
        connection = socket.create_connection((host, int(port)), 20)
        self.addCleanup(connection.close)
        return connection
