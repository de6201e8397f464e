"""`terse serve` from outside, by curl.

Usage: serve_test.py PATH_OF_TERSE
"""

import base64
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from datetime import datetime, timezone
from pathlib import Path

from serve_process import Server, make_model, wait_until

PROGRAM = ""


class ServeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.models = tempfile.TemporaryDirectory()
        cls.pump = make_model(PROGRAM, cls.models.name, "pump", 1)
        cls.fan = make_model(PROGRAM, cls.models.name, "fan", 2)

    @classmethod
    def tearDownClass(cls):
        cls.models.cleanup()

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)
        for name in ("pump", "fan"):
            shutil.copy(Path(self.models.name) / f"{name}.terse", self.folder)

    def tearDown(self):
        self.temporary.cleanup()

    def serve(self, *arguments):
        return Server(PROGRAM, self.folder, *(arguments or ("pump.terse", "fan.terse")))

    def stored(self, sql):
        return subprocess.run(["sqlite3", self.folder / "terse.sqlite", sql], check=True, capture_output=True,
                              text=True).stdout.split()

    def sends(self, server, row, path="/v1/models/pump/payloads?device=d"):
        return server.json(path, data=bytes.fromhex(self.pump[row][0]))

    def test_binary_payloads_get_the_prediction_of_terse_decode(self):
        with self.serve() as server:
            for row in range(20):
                status, answer = self.sends(server, row)
                self.assertEqual((status, answer["status"]), (200, "stored"))
                self.assertAlmostEqual(answer["prediction"], self.pump[row][1], delta=1e-6)
            self.assertEqual(answer["target"], "wear")
            status, latest = server.json("/v1/devices/d/latest")
            self.assertEqual((status, latest["payload"]), (200, self.pump[19][0]))
            self.assertEqual(server.json("/v1/devices")[1][0]["device"], "d")
            self.assertEqual(len(server.json("/v1/messages?device=d&limit=5")[1]), 5)
            self.assertEqual(server.curl("/v1/devices/e/latest")[0], 404)
        self.assertEqual(self.stored("SELECT count(*) FROM messages"), ["20"])

    def test_json_in_hexadecimal_and_base64_alone_and_many(self):
        with self.serve() as server:
            payload, prediction = self.fan[0]
            path = "/v1/models/fan/payloads"
            self.assertAlmostEqual(server.post(path, {"device": "d", "hex": payload})[1]["prediction"], prediction,
                                   delta=1e-6)
            many = [{"device": "d", "base64": base64.b64encode(bytes.fromhex(each)).decode(), "counter": number}
                    for number, (each, _) in enumerate(self.fan[:100])] + [{"device": "d", "hex": "00"}]
            status, answers = server.post(path, many)
            self.assertEqual(status, 200)
            self.assertEqual([each["status"] for each in answers], ["stored"] * 100 + ["refused"])
            for answer, (_, expected) in zip(answers[:100], self.fan):
                self.assertAlmostEqual(answer["prediction"], expected, delta=1e-6)
            for body in ("{", "{}", "[]", '{"device":"d","hex":"xx"}'):
                status, answer = server.json(path, "-H", "Content-Type: application/json", data=body.encode())
                self.assertEqual(status, 400)
                self.assertIn("body", answer["error"])

    def test_duplicates_are_stored_once_and_answered_alike(self):
        path = "/v1/models/pump/payloads?device=d&counter=7"
        with self.serve() as server:
            first = self.sends(server, 0, path)[1]
            again = self.sends(server, 0, path)[1]
            self.assertEqual((again["status"], again["prediction"]), ("duplicate", first["prediction"]))
            other = next(row for row, (payload, _) in enumerate(self.pump) if payload != self.pump[0][0])
            self.assertEqual(self.sends(server, other, path)[0], 409)
        with self.serve() as server:
            self.assertEqual(self.sends(server, 0, path)[1]["status"], "duplicate")
        self.assertEqual(self.stored("SELECT count(*) FROM messages"), ["1"])

    def test_what_is_refused_is_counted_and_in_quarantine(self):
        with self.serve() as server:
            self.assertEqual(server.json("/v1/models/pump/payloads?device=d", data=b"12345")[0], 422)
            self.assertEqual(server.json("/v1/models/nobody/payloads?device=d", data=b"12")[0], 404)
            self.assertEqual(server.json("/v1/models/pump/payloads", data=b"12")[0], 400)
            refused = server.json("/v1/quarantine")[1]
            self.assertEqual([each["payload"] for each in refused], ["3132", "3132333435"])
            self.assertEqual(refused[1]["reason"], "5 bytes instead of 2")
            metrics = server.curl("/metrics")[1]
            self.assertIn('terse_uplinks_total{verdict="refused"} 1\n', metrics)
            self.assertIn('terse_uplinks_total{verdict="unknown_model"} 1\n', metrics)

    def test_ports_of_webhooks_choose_the_model(self):
        payload, prediction = self.fan[3]
        data = base64.b64encode(bytes.fromhex(payload)).decode()
        body = {"deviceInfo": {"devEui": "0102030405060708"}, "devAddr": "01", "fPort": 9, "data": data}
        with self.serve("pump.terse", "fan.terse", "--port-model", "9=fan") as server:
            status, answer = server.post("/v1/webhooks/chirpstack?event=up", body)
            self.assertEqual((status, answer["status"], answer["model"]), (200, "stored", "fan"))
            self.assertAlmostEqual(answer["prediction"], prediction, delta=1e-6)

    def test_models_are_replaced_while_serving(self):
        with self.serve("m=pump.terse") as server:
            before = server.json("/v1/models")[1][0]
            self.assertEqual((before["name"], before["payload_bytes"], before["float_bytes"]), ("m", 2, 12))
            shutil.copy(self.folder / "fan.terse", self.folder / "pump.terse")
            status, cards = server.json("/v1/models", "-X", "PUT", data=b"")
            self.assertEqual(status, 200)
            self.assertNotEqual(cards[0]["version"], before["version"])
            shutil.copy(Path(self.models.name) / "pump.terse", self.folder)
            server.process.send_signal(signal.SIGHUP)
            wait_until(lambda: server.json("/v1/models")[1][0]["version"] == before["version"])
            (self.folder / "pump.terse").write_text("no model")
            self.assertEqual(server.json("/v1/models", "-X", "PUT", data=b"")[0], 400)
            self.assertEqual(server.json("/v1/models/m/payloads?device=d", data=bytes.fromhex(self.pump[0][0]))[0],
                             200)

    def test_tokens(self):
        (self.folder / "tokens").write_text("first\nsecond\n")
        with self.serve("pump.terse", "--tokens", "tokens") as server:
            for given, expected in (((), 401), (("-H", "Authorization: Bearer wrong"), 401),
                                    (("-H", "Authorization: Bearer second"), 200),
                                    (("-H", "Authorization: Bearer secondx"), 401)):
                self.assertEqual(server.curl("/v1/models", *given)[0], expected)
            self.assertEqual(server.curl("/metrics")[0], 401)
            self.assertEqual(server.curl("/healthz")[0], 200)

    def test_tokens_expire_and_are_replaced_while_serving(self):
        soon = time.time() + 3
        expiry = datetime.fromtimestamp(soon, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        tokens = self.folder / "tokens"
        tokens.write_text(f"old 2020-01-01\nsoon {expiry}\nkept\n")

        def ask(token, path="/v1/models"):
            return server.curl(path, "-H", f"Authorization: Bearer {token}")

        with self.serve("pump.terse", "--tokens", "tokens") as server:
            self.assertEqual(ask("soon")[0], 200)
            status, text = ask("old")
            self.assertEqual((status, json.loads(text)["error"]), (401, "this bearer token has expired"))
            wait_until(lambda: ask("soon")[0] == 401)
            self.assertGreaterEqual(time.time(), int(soon))
            sent = server.curl("/v1/models/pump/payloads?device=d", "-H", "Authorization: Bearer old",
                               data=bytes.fromhex(self.pump[0][0]))
            self.assertEqual(sent[0], 401)
            counted = re.search(r'terse_unauthorized_total\{token="expired"\} (\d+)', ask("kept", "/metrics")[1])
            self.assertGreaterEqual(int(counted.group(1)), 3)
            tokens.write_text("nonsense when\n")
            server.process.send_signal(signal.SIGHUP)
            wait_until(lambda: "the tokens are unchanged" in (self.folder / "serve.log").read_text())
            self.assertEqual(ask("kept")[0], 200)
            tokens.write_text("new\n")
            server.process.send_signal(signal.SIGHUP)
            wait_until(lambda: ask("new")[0] == 200)
            self.assertEqual(ask("kept")[0], 401)
        self.assertEqual(self.stored("SELECT count(*) FROM messages"), ["0"])
        self.assertNotIn("nonsense", (self.folder / "serve.log").read_text())

    def test_limits_health_and_description(self):
        with self.serve() as server:
            self.assertEqual(server.curl("/v1/models/pump/payloads?device=d", data=bytes(2 << 20))[0], 413)
            self.assertEqual(server.curl("/v1/messages?limit=0")[0], 400)
            self.assertEqual(server.curl("/nowhere")[0], 404)
            self.assertEqual(server.curl("/healthz"), (200, "ok\n"))
            self.assertEqual(server.curl("/readyz"), (200, "ok\n"))
            document = server.json("/openapi.json")[1]
            self.assertRegex(document["openapi"], r"^3\.")
            for path in document["paths"]:
                # Every path of the document is there: a GET is answered, or the method is another.
                if "get" in document["paths"][path]:
                    self.assertIn(server.curl(re.sub(r"\{\w+\}", "d", path))[0], (200, 404))
            self.assertEqual(server.curl("/v1/messages?device=d&limit=10")[1], "[]")

    def test_every_family_of_metrics_is_there_from_the_start(self):
        with self.serve() as server:
            text = server.curl("/metrics")[1]
        kinds = {"answer_seconds": "histogram", "queue_uplinks": "gauge", "observers": "gauge",
                 "feature_drift": "gauge"}
        families = ("uplinks_total", "answer_seconds", "batches_total", "batch_rows_total", "payload_bytes_total",
                    "float_bytes_total", "quarantine_dropped_total", "unauthorized_total", "queue_uplinks",
                    "dtls_handshakes_total", "observers", "notifications_total", "feature_drift")
        self.assertEqual(re.findall(r"(?m)^# TYPE terse_(\w+) (\w+)$", text),
                         [(name, kinds.get(name, "counter")) for name in families])
        for line in ("Requests without a valid bearer token.", 'total{token="unknown"} 0', 'total{outcome="refused"} 0',
                     'total{kind="non_confirmable"} 0', "observers 0"):
            self.assertIn(line, text)

    def test_a_locked_store_is_said_and_recovers(self):
        with self.serve() as server:
            lock = subprocess.Popen(["sqlite3", self.folder / "terse.sqlite"], stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE, text=True)
            lock.stdin.write("BEGIN IMMEDIATE;\nSELECT 'locked';\n")
            lock.stdin.flush()
            self.assertEqual(lock.stdout.readline(), "locked\n")
            status, answer = self.sends(server, 0)
            self.assertEqual((status, answer["status"]), (503, "unavailable"))
            self.assertEqual(server.curl("/readyz")[0], 503)
            lock.communicate("ROLLBACK;\n")
            self.assertEqual(self.sends(server, 0)[0], 200)
            self.assertEqual(server.curl("/readyz")[0], 200)
        self.assertEqual(self.stored("SELECT count(*) FROM messages"), ["1"])

    def test_bad_usage(self):
        for arguments, says in ((["gone.terse"], "gone.terse"), (["pump.terse", "--http", "x"], "--http"),
                                (["pump.terse", "--port-model", "x=pump"], "--port-model"),
                                (["pump.terse", "--tokens", "nowhere"], "nowhere")):
            done = subprocess.run([PROGRAM, "serve", *arguments], cwd=self.folder, capture_output=True, text=True,
                                  timeout=30)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(says, done.stderr)

    def test_without_a_store(self):
        with self.serve("pump.terse", "--store", "none") as server:
            self.assertEqual(self.sends(server, 0)[0], 200)
            self.assertEqual(server.json("/v1/devices")[0], 404)
        self.assertFalse((self.folder / "terse.sqlite").exists())


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
