"""A real mosquitto broker on a free port, for the tests of the server."""

import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

PROGRAM = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin")


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Broker:
    """Keeps its sessions in `folder` over restarts; use as a context. `inside`: what runs it elsewhere."""

    def __init__(self, folder, *lines, access=("allow_anonymous true",), host="127.0.0.1", inside=()):
        self.folder, self.port, self.process = Path(folder), free_port(), None
        self.host, self.inside = host, inside
        self.settings = self.folder / "mosquitto.conf"
        self.settings.write_text("\n".join(
            [f"listener {self.port} {host}", "persistence true", f"persistence_location {self.folder}/",
             "max_queued_messages 0", "max_inflight_messages 1000", "user root", *access, *lines]) + "\n")
        self.start()

    def start(self):
        with open(self.folder / "mosquitto.log", "a") as log:
            self.process = subprocess.Popen([*self.inside, PROGRAM, "-c", str(self.settings)], stdout=log, stderr=log)
        end = time.monotonic() + 20
        while True:
            try:
                socket.create_connection((self.host, self.port), 1).close()
                return
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)

    def stop(self):
        self.process.terminate()
        self.process.wait(20)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def publish(self, topic, payload, *arguments):
        """By the real mosquitto_pub, QoS 1: returns when the broker has it."""
        subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(self.port), "-q", "1", "-t", topic, "-s",
                        *arguments], input=payload, check=True, timeout=30)

    def publish_json(self, topic, value, *arguments):
        self.publish(topic, json.dumps(value).encode(), *arguments)
