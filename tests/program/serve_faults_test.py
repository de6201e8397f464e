"""terse serve while its disk, its database, its broker and its network fail: nothing that it acknowledged is
lost or stored twice, senders are told to come again, and it goes on by itself.

Usage: serve_faults_test.py PATH_OF_TERSE
"""

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from counting_sender import CoapSender, HttpSender, check_stored_once, stop
from mqtt_broker import Broker
from mqtt_publisher import Publisher
from private_system import Cable, enter, mount_small_disk
from serve_process import Server, make_model, wait_until

PROGRAM = ""
needs_namespaces = unittest.skipUnless(os.environ.get("TERSE_TEST_NAMESPACES"), "namespaces are forbidden here")


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.models = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.models.cleanup)
        cls.messages = make_model(PROGRAM, cls.models.name)
        cls.shim = Path(cls.models.name) / "faulty_disk.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", cls.shim,
                        Path(__file__).with_name("faulty_disk.c"), "-ldl"], check=True)

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def server(self, *arguments):
        server = Server(PROGRAM, self.folder, Path(self.models.name) / "pump.terse", "--coap", "127.0.0.1:0",
                        *arguments)
        self.addCleanup(lambda: server.__exit__())
        return server

    def senders(self, server):
        """Two devices at each front end, already sending."""
        senders = []
        for number in range(2):
            senders.append(HttpSender(f"h{number}", self.messages, lambda: server.addresses["http"]))
            senders.append(CoapSender(f"c{number}", self.messages,
                                      lambda: ("127.0.0.1", server.addresses["coap_port"])))
        for sender in senders:
            sender.start()
        return senders

    def log(self):
        return (self.folder / "serve.log").read_text()

    @staticmethod
    def counts(senders):
        return [len(sender.acknowledged) for sender in senders]

    def wait_for_more(self, senders, more=20):
        before = self.counts(senders)
        wait_until(lambda: all(now >= then + more for now, then in zip(self.counts(senders), before)), 60)

    def check_fault(self, begin, end, problem):
        """Load; a fault begins, all are refused with the reason; it ends, all go on; nothing is lost."""
        server = self.server()
        senders = self.senders(server)
        self.wait_for_more(senders)
        begin(server)
        wait_until(lambda: all(sender.refusals for sender in senders), 60)
        during = self.counts(senders)
        self.assertEqual(server.curl("/readyz")[0], 503)
        self.assertEqual(server.curl("/healthz")[0], 200)
        time.sleep(0.5)
        for now, then in zip(self.counts(senders), during):
            # One may have been answered between the two looks at it.
            self.assertLessEqual(now, then + 1)
        end(server)
        self.wait_for_more(senders)
        stop(senders)
        # Nothing arrives any more, and it is ready all the same.
        wait_until(lambda: server.curl("/readyz")[0] == 200)
        for sender in senders:
            for status, reason in sender.refusals:
                self.assertEqual(status, 503 if isinstance(sender, HttpSender) else "5.03")
                # Why is for the log.
                self.assertNotRegex(str(reason), problem)
        server.__exit__()
        check_stored_once(self.folder, self.messages, senders)
        told = [line for line in self.log().splitlines() if "no message is accepted until this ends" in line]
        self.assertRegex(told[0], problem)
        # Once, and again only if it ended or changed in between: not for every message.
        self.assertLessEqual(len(told), 5)
        self.assertEqual(self.log().count("messages are accepted again") >= 1, True)


class DiskTest(Faults):
    @needs_namespaces
    def test_a_full_disk(self):
        mount_small_disk(self.folder, 64)
        self.addCleanup(lambda: subprocess.run(["umount", "--lazy", self.folder], check=True))
        filler = self.folder / "filler"

        def fill(_):
            with open(filler, "wb", buffering=0) as file:
                try:
                    while True:
                        file.write(bytes(4096))
                except OSError as error:
                    self.assertEqual(error.errno, errno.ENOSPC)

        self.check_fault(fill, lambda _: filler.unlink(), "full")

    def test_a_limit_of_file_sizes(self):
        def limit(size):
            return lambda server: subprocess.run(
                ["prlimit", "--pid", str(server.process.pid), f"--fsize={size}:unlimited"], check=True)

        self.check_fault(limit(4096), limit("unlimited"), "full|I/O error")

    @needs_namespaces
    def test_a_read_only_disk_is_said_at_the_start(self):
        self.server().__exit__()
        subprocess.run(["mount", "--bind", self.folder, self.folder], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", self.folder], check=True)
        done = subprocess.run([PROGRAM, "serve", Path(self.models.name) / "pump.terse", "--http", "127.0.0.1:0"],
                              cwd=self.folder, capture_output=True, text=True, timeout=30)
        subprocess.run(["umount", self.folder], check=True)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertRegex(done.stderr, "store.*(read-?only|unable to open)")

    def with_faulty_disk(self, what, number, problem):
        fault = self.folder / "fault"
        saved = dict(os.environ)
        # The sanitizers want to be loaded first, and know how to do without.
        os.environ.update(LD_PRELOAD=str(self.shim), FAULT=str(fault),
                          ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0")
        try:
            self.check_fault(lambda _: fault.write_text(f"{what} {number}"), lambda _: fault.unlink(), problem)
        finally:
            os.environ.clear()
            os.environ.update(saved)

    def test_a_disk_that_becomes_read_only(self):
        self.with_faulty_disk("write", errno.EROFS, "the store refuses: .*(I/O error|read-?only)")

    def test_a_disk_that_cannot_write(self):
        self.with_faulty_disk("write", errno.EIO, "the store refuses: disk I/O error")

    def test_a_disk_that_cannot_flush(self):
        self.with_faulty_disk("flush", errno.EIO, "the store refuses: disk I/O error")

    def test_a_locked_database(self):
        other = sqlite3.connect(self.folder / "terse.sqlite", isolation_level=None, check_same_thread=False, timeout=20)
        self.addCleanup(other.close)
        self.check_fault(lambda _: other.execute("BEGIN EXCLUSIVE"), lambda _: other.execute("ROLLBACK"), "locked")


    def store_files(self, move):
        """Moves the store's files, or moves them back."""
        for path in self.folder.iterdir():
            if path.name.startswith("terse.sqlite"):
                move(path)

    def test_a_store_that_is_moved_away_and_back(self):
        away = self.folder / "away"
        away.mkdir()

        def move(_):
            self.store_files(lambda path: path.rename(away / path.name))

        def move_back(_):
            for path in away.iterdir():
                path.rename(self.folder / path.name)

        self.check_fault(move, move_back, "its file .* is gone")

    def test_a_store_that_is_replaced_and_restored(self):
        def replace(_):
            # In one step, or the log might say first that it is gone.
            os.link(self.folder / "terse.sqlite", self.folder / "kept")
            shutil.copy(self.folder / "kept", self.folder / "copy")
            (self.folder / "copy").rename(self.folder / "terse.sqlite")

        self.check_fault(replace, lambda _: (self.folder / "kept").rename(self.folder / "terse.sqlite"),
                         "its file .* was replaced")

    def test_a_store_that_is_deleted(self):
        server = self.server()
        senders = self.senders(server)
        self.wait_for_more(senders)
        self.store_files(lambda path: path.unlink())
        wait_until(lambda: all(sender.refusals for sender in senders), 60)
        self.assertEqual(server.curl("/readyz")[0], 503)
        during = self.counts(senders)
        time.sleep(0.5)
        self.assertEqual(self.counts(senders), during)
        stop(senders)
        self.assertRegex(self.log(), "no message is accepted until this ends: the store refuses: its file .* is gone")


class BrokerTest(Faults):
    total = 6000

    def payload(self, counter):
        return bytes.fromhex(self.messages[counter % len(self.messages)][0])

    def serve_at(self, broker):
        server = self.server("--mqtt", f"mqtt://{broker.host}:{broker.port}")
        wait_until(lambda: "terse_mqtt_connected 1" in server.curl("/metrics")[1])
        return server

    def publisher(self, broker):
        publisher = Publisher((broker.host, broker.port), "terse/up/pump/d", self.payload, self.total)
        publisher.start()
        return publisher

    def stored(self):
        database = sqlite3.connect(self.folder / "terse.sqlite", timeout=20)
        rows = database.execute("SELECT CAST(key AS INTEGER), payload FROM messages").fetchall()
        database.close()
        self.assertEqual(len(dict(rows)), len(rows), "a message is there twice")
        return dict(rows)

    def check_all_arrive(self, publisher):
        publisher.join(120)
        self.assertEqual(publisher.acknowledged, self.total)
        wait_until(lambda: len(self.stored()) == self.total, 60)
        for counter, payload in self.stored().items():
            self.assertEqual(payload, self.payload(counter))

    def test_a_broker_that_restarts_under_load(self):
        with Broker(self.folder) as broker:
            server = self.serve_at(broker)
            publisher = self.publisher(broker)
            for part in range(1, 5):
                wait_until(lambda: publisher.acknowledged > part * self.total // 6, 60)
                broker.stop()
                time.sleep(0.1)
                broker.start()
            self.check_all_arrive(publisher)
            self.assertIsNone(server.process.poll())
            self.assertIn("mqtt: no connection to", self.log())

    def test_a_broker_that_hangs(self):
        with Broker(self.folder) as broker:
            server = self.serve_at(broker)
            publisher = self.publisher(broker)
            wait_until(lambda: publisher.acknowledged > self.total // 4, 60)
            subprocess.run(["kill", "-STOP", str(broker.process.pid)], check=True)
            time.sleep(1)
            self.assertEqual(server.curl("/readyz")[0], 200)
            subprocess.run(["kill", "-CONT", str(broker.process.pid)], check=True)
            self.check_all_arrive(publisher)

    @needs_namespaces
    def test_a_cut_network(self):
        cable = Cable()
        self.addCleanup(cable.close)
        with Broker(self.folder, host=cable.there, inside=cable.inside) as broker:
            server = self.serve_at(broker)
            publisher = self.publisher(broker)
            for part in range(1, 4):
                wait_until(lambda: publisher.acknowledged > part * self.total // 5, 60)
                cable.cut()
                time.sleep(1)
                self.assertEqual(server.curl("/readyz")[0], 200)
                cable.join()
            self.check_all_arrive(publisher)

    @needs_namespaces
    def test_a_broker_that_restarts_behind_a_cut_network(self):
        cable = Cable()
        self.addCleanup(cable.close)
        with Broker(self.folder, host=cable.there, inside=cable.inside) as broker:
            server = self.serve_at(broker)
            publisher = self.publisher(broker)
            wait_until(lambda: publisher.acknowledged > self.total // 3, 60)
            cable.cut()
            broker.stop()
            cable.join()
            wait_until(lambda: "terse_mqtt_connected 0" in server.curl("/metrics")[1], 120)
            broker.start()
            self.check_all_arrive(publisher)


if __name__ == "__main__":
    enter()
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
