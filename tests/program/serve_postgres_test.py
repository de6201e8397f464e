"""terse serve with a store in a real PostgreSQL, which this test starts.

Usage: serve_postgres_test.py PATH_OF_TERSE
"""

import csv
import json
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

from postgres_database import Database
from serve_process import Server, is_sanitized, make_model, wait_until

PROGRAM = ""


class PostgresTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        cls.messages = make_model(PROGRAM, cls.folder)
        cls.database = Database(cls.folder)

    @classmethod
    def tearDownClass(cls):
        cls.database.__exit__()
        cls.temporary.cleanup()

    def setUp(self):
        self.database.ask("DROP TABLE IF EXISTS messages, refusals, devices, counters, retention, terse_store")

    def server(self, *arguments):
        server = Server(PROGRAM, self.folder, "pump.terse", "--store", self.database.url, *arguments)
        self.addCleanup(lambda: server.__exit__())
        return server

    def payloads(self, count, device="d"):
        return [{"device": device, "counter": counter, "hex": self.messages[counter % 100][0]}
                for counter in range(count)]

    def test_what_was_stored_is_told_again(self):
        server = self.server()
        status, answers = server.post("/v1/models/pump/payloads", self.payloads(600))
        self.assertEqual((status, {each["status"] for each in answers}), (200, {"stored"}))
        for counter in range(0, 600, 50):
            self.assertAlmostEqual(answers[counter]["prediction"], self.messages[counter % 100][1], delta=1e-5)
        again = server.post("/v1/models/pump/payloads", self.payloads(600))[1]
        self.assertEqual({each["status"] for each in again}, {"duplicate"})
        self.assertEqual([each["prediction"] for each in again], [each["prediction"] for each in answers])
        other = [{"device": "d", "counter": 5, "hex": "0000"}, {"device": "e'\\%", "hex": self.messages[0][0]}]
        self.assertEqual([each["status"] for each in server.post("/v1/models/pump/payloads", other)[1]],
                         ["conflict", "stored"])
        self.assertEqual(server.curl("/v1/models/pump/payloads?device=d", data=b"\0long")[0], 422)
        self.assertEqual(self.database.ask("SELECT count(*), count(DISTINCT key) FROM messages"), "601|600")
        self.assertEqual([each["payload"] for each in server.json("/v1/quarantine")[1]], ["006c6f6e67", "0000"])
        self.assertEqual([each["device"] for each in server.json("/v1/devices")[1]], ["e'\\%", "d"])
        latest = server.json("/v1/devices/d/latest")[1]
        self.assertEqual((latest["key"], latest["payload"]), ("599", self.messages[99][0]))
        self.assertEqual(len(server.json("/v1/messages?limit=700")[1]), 601)
        done = subprocess.run([PROGRAM, "replay", self.database.url, "--json", "-o", self.folder / "history.csv"],
                              check=True, capture_output=True, text=True)
        self.assertEqual(json.loads(done.stdout)["messages"], 601)
        rows = list(csv.DictReader((self.folder / "history.csv").read_text().splitlines()))
        self.assertEqual(rows[600]["device"], "e'\\%")
        self.assertAlmostEqual(float(rows[7]["prediction"]), self.messages[7][1], delta=1e-5)

    def test_two_servers_store_each_message_once(self):
        servers = [self.server() for _ in range(2)]
        answers = [[], []]

        def send(number):
            for begin in range(0, 800, 40):
                body = self.payloads(800)[begin:begin + 40]
                status, answered = 503, []
                while status == 503:
                    status, answered = servers[number].post("/v1/models/pump/payloads", body[::-1 if number else 1])
                answers[number] += answered[::-1 if number else 1]

        threads = [threading.Thread(target=send, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.database.ask("SELECT count(*) FROM messages"), "800")
        for one, two in zip(*answers):
            self.assertEqual(one["prediction"], two["prediction"])
            self.assertNotIn("conflict", (one["status"], two["status"]))

    def test_the_database_comes_back(self):
        server = self.server()
        self.assertEqual(server.post("/v1/models/pump/payloads", self.payloads(3))[0], 200)
        self.database.stop()
        self.assertEqual(server.post("/v1/models/pump/payloads", self.payloads(4))[0], 503)
        self.assertEqual(server.curl("/readyz")[0], 503)
        self.database.start()
        wait_until(lambda: server.curl("/readyz")[0] == 200)
        self.assertEqual(server.post("/v1/models/pump/payloads", self.payloads(4))[0], 200)
        self.assertEqual(self.database.ask("SELECT count(*) FROM messages"), "4")

    def test_kill_9_loses_nothing(self):
        server, acknowledged = self.server(), 0
        for kill in range(5):
            # Connected, before it may die.
            wait_until(lambda: server.curl("/readyz")[0] == 200)
            stop = threading.Timer(2 if is_sanitized(PROGRAM) else 0.2, server.process.kill)
            stop.start()
            try:
                while True:
                    answer = server.post("/v1/models/pump/payloads", self.payloads(acknowledged + 5)[acknowledged:])
                    if answer[0] == 200:
                        acknowledged += 5
            except (ValueError, subprocess.SubprocessError):
                pass
            stop.join()
            server = self.server()
            count = int(self.database.ask("SELECT count(*) FROM messages"))
            # Of the five that were under way some may be stored without their answer having arrived.
            self.assertIn(count - acknowledged, range(6), f"after kill {kill}")
        self.assertGreater(acknowledged, 5)

    def test_old_messages_are_forgotten(self):
        server = self.server("--keep-days", "2")
        server.post("/v1/models/pump/payloads", self.payloads(3))
        self.database.ask("UPDATE messages SET received_ms = received_ms - 3 * 86400000 WHERE key < '2'")
        server.__exit__()
        self.server("--keep-days", "2")
        wait_until(lambda: self.database.ask("SELECT string_agg(key, ',') FROM messages") == "2")

    def test_a_database_that_comes_after_the_server(self):
        self.database.stop()
        try:
            server = self.server()
            self.assertEqual(server.curl("/readyz")[0], 503)
            self.assertEqual(server.post("/v1/models/pump/payloads", self.payloads(3))[0], 503)
            self.assertRegex((self.folder / "serve.log").read_text(), "no message is accepted until this ends: "
                             "the store refuses: connection to server .* failed")
        finally:
            self.database.start()
        wait_until(lambda: server.curl("/readyz")[0] == 200)
        self.assertEqual(server.post("/v1/models/pump/payloads", self.payloads(3))[0], 200)

    def test_nobody_else_waits_for_a_database(self):
        done = subprocess.run([PROGRAM, "replay", "postgresql://127.0.0.1:1/x"], cwd=self.folder, capture_output=True,
                              text=True, timeout=30)
        self.assertEqual(done.returncode, 1)
        self.assertIn("the store refuses", done.stderr)

    def test_tables_of_another_program(self):
        self.database.ask("CREATE TABLE messages (text text); INSERT INTO messages VALUES ('mine')")
        done = subprocess.run([PROGRAM, "serve", "pump.terse", "--store", self.database.url], cwd=self.folder,
                              capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn("a database of its own", done.stderr)
        self.assertEqual(self.database.ask("SELECT * FROM messages"), "mine")

    def test_a_socket(self):
        database = self.database
        url = f"postgresql:///postgres?host={database.folder}&port={database.port}&user={database.user}"
        with Server(PROGRAM, self.folder, "pump.terse", "--store", url) as server:
            self.assertEqual(server.post("/v1/models/pump/payloads", self.payloads(3))[0], 200)
        self.assertEqual(self.database.ask("SELECT count(*) FROM messages"), "3")

    def test_acknowledged_is_durable_whatever_the_database_is_set_to(self):
        self.database.ask("ALTER SYSTEM SET synchronous_commit = off")
        self.database.ask("ALTER SYSTEM SET wal_writer_delay = '10s'")
        self.database.stop("fast")
        self.database.start()
        try:
            server = self.server()
            self.assertEqual(server.post("/v1/models/pump/payloads", self.payloads(50))[0], 200)
            self.database.stop("immediate")
            self.database.start()
            self.assertEqual(self.database.ask("SELECT count(*) FROM messages"), "50")
        finally:
            self.database.ask("ALTER SYSTEM RESET ALL")
            self.database.stop("fast")
            self.database.start()


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
