"""A real PostgreSQL server of Debian on a free port, for the tests of the server."""

import os
import pwd
import subprocess
from pathlib import Path

from mqtt_broker import free_port

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]


class Database:
    """Its files are in `folder`; use as a context. As root it runs as the user postgres, as it wants to."""

    def __init__(self, folder):
        self.folder, self.port = Path(folder) / "database", free_port()
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self.prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self.folder.mkdir()
        if os.geteuid() == 0:
            os.chmod(folder, 0o755)
            os.chown(self.folder, pwd.getpwnam("postgres").pw_uid, -1)
        self.run("initdb", "-A", "trust", "--no-sync", "-E", "UTF8", "-D", self.folder / "data")
        self.start()
        self.url = f"postgresql://{self.user}@127.0.0.1:{self.port}/postgres"

    def run(self, program, *arguments):
        return subprocess.run([*self.prefix, PROGRAMS / program, *arguments], check=True, capture_output=True,
                              cwd="/", timeout=60)

    def start(self):
        settings = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        self.run("pg_ctl", "-D", self.folder / "data", "-w", "-o", settings, "-l", self.folder / "log", "start")

    def stop(self, mode="immediate"):
        self.run("pg_ctl", "-D", self.folder / "data", "-w", "-m", mode, "stop")

    def ask(self, sql):
        done = subprocess.run(["psql", "-X", "-A", "-t", "-c", sql, self.url], check=True, capture_output=True,
                              text=True, timeout=30)
        return done.stdout.strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
