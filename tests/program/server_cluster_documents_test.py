"""Runs the commands of docs/server/mqtt.md and docs/server/servers.md at a real broker and a real PostgreSQL:
only the addresses in them are replaced.

Usage: server_cluster_documents_test.py PATH_OF_TERSE MQTT_DOCUMENT SERVERS_DOCUMENT
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from mqtt_broker import Broker, free_port
from postgres_database import PROGRAMS, Database
from serve_process import make_model, wait_until

PROGRAM = DOCUMENTS = None


class DocumentsTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.messages = make_model(str(PROGRAM), self.folder)
        (self.folder / "payload.bin").write_bytes(bytes.fromhex(self.messages[0][0]))

    def broker(self):
        folder = self.folder / "broker"
        folder.mkdir()
        broker = Broker(folder)
        self.addCleanup(broker.stop)
        return broker

    @staticmethod
    def commands(document):
        text = re.search(r"(?s)```sh\n(.*?)```", document.read_text()).group(1)
        return text.replace("\\\n", " ").strip().splitlines()

    def run_command(self, command, replacements):
        """One that serves goes on beside the others; gives its process."""
        for old, new in replacements.items():
            self.assertIn(old, command)
            command = command.replace(old, new)
        environment = dict(os.environ, PATH=f"{PROGRAM.parent}:{PROGRAMS}:{os.environ['PATH']}")
        if not command.startswith("terse serve"):
            return subprocess.run(["bash", "-e", "-c", command], cwd=self.folder, env=environment, check=True,
                                  timeout=60)
        process = subprocess.Popen(["bash", "-c", "exec " + command], cwd=self.folder, env=environment,
                                   stderr=open(self.folder / "log", "a"))

        def end():
            process.terminate()
            process.wait(20)

        self.addCleanup(end)
        return process

    def log(self):
        return (self.folder / "log").read_text() if (self.folder / "log").exists() else ""

    def test_at_a_broker(self):
        broker = self.broker()
        serve, publish = self.commands(DOCUMENTS[0])
        with subprocess.Popen(["stdbuf", "-oL", "mosquitto_sub", "-p", str(broker.port), "-t", "terse/results/#", "-C",
                               "1", "-W", "60", "-d"], stdout=subprocess.PIPE, text=True) as listening:
            while "SUBACK" not in listening.stdout.readline():
                pass
            address = f"mqtt://127.0.0.1:{broker.port}"
            # Another server may be there already.
            self.run_command(serve + f" --http 127.0.0.1:{free_port()}", {"mqtt://broker.example.org": address})
            wait_until(lambda: "mqtt: subscribed" in self.log(), 60)
            self.run_command(publish, {"-h broker.example.org": f"-h 127.0.0.1 -p {broker.port}"})
            self.assertIn('"status":"stored"', listening.stdout.read())

    def test_several_servers(self):
        broker = self.broker()
        database = Database(self.folder)
        self.addCleanup(database.stop)
        create, one, two = self.commands(DOCUMENTS[1])
        self.run_command(create, {"createdb": f"createdb -h 127.0.0.1 -p {database.port} -U {database.user}"})
        for command, port in ((one, "8081"), (two, "8082")):
            self.run_command(command, {"terse@db.example.org": f"{database.user}@127.0.0.1:{database.port}",
                                       "mqtt://broker.example.org": f"mqtt://127.0.0.1:{broker.port}",
                                       f":{port}": f":{free_port()}"})
        wait_until(lambda: self.log().count("mqtt: subscribed") == 2, 60)
        for counter in range(20):
            broker.publish(f"terse/up/pump/d/{counter}", bytes.fromhex(self.messages[counter][0]))
        url = database.url.rsplit("/", 1)[0] + "/terse"

        def count():
            return subprocess.run(["psql", "-X", "-A", "-t", "-c", "SELECT count(*) FROM messages", url], check=True,
                                  capture_output=True, text=True, timeout=30).stdout.strip()

        wait_until(lambda: count() == "20", 60)


if __name__ == "__main__":
    PROGRAM, *DOCUMENTS = (Path(path).resolve() for path in (sys.argv.pop(1), sys.argv.pop(1), sys.argv.pop(1)))
    unittest.main()
