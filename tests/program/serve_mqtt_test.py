"""terse serve at a real mosquitto broker.

Usage: serve_mqtt_test.py PATH_OF_TERSE
"""

import base64
import json
import sqlite3
import subprocess
import sys
import time
import unittest
from pathlib import Path

from mqtt_case import MqttCase
from serve_process import wait_until


class MqttTest(MqttCase):
    def test_plain_topics_and_results(self):
        broker = self.broker()
        server = self.server(broker, "--mqtt-results", "terse/results")
        with subprocess.Popen(["stdbuf", "-oL", "mosquitto_sub", "-p", str(broker.port), "-t", "terse/results/#", "-v",
                               "-C", "4", "-W", "20", "-d"], stdout=subprocess.PIPE, text=True) as listening:
            while "SUBACK" not in listening.stdout.readline():
                pass
            broker.publish("terse/up/pump/d1/7", self.payload(0))
            broker.publish("terse/up/pump/d1/7", self.payload(0))
            broker.publish("terse/up/pump/d2", self.payload(1), "-V", "5", "-D", "publish", "user-property",
                           "counter", "9")
            broker.publish("terse/up/pump/d3", b"far too long")
            output = [line for line in listening.stdout.read().splitlines() if line.startswith("terse/results")]
        results = [(line.split(" ", 1)[0], json.loads(line.split(" ", 1)[1])) for line in output]
        self.assertEqual([(topic, answer["status"]) for topic, answer in results],
                         [("terse/results/d1", "stored"), ("terse/results/d1", "duplicate"),
                          ("terse/results/d2", "stored"), ("terse/results/d3", "refused")])
        self.assertAlmostEqual(results[0][1]["prediction"], self.messages[0][1], delta=1e-5)
        self.assertEqual(set(self.stored()), {("d1", "7"), ("d2", "9")})
        broker.publish_json("terse/up/pump/gateway", [{"hex": self.messages[2][0], "counter": 1},
                                                      {"device": "d4", "hex": self.messages[3][0]}],
                            "-V", "5", "-D", "publish", "content-type", "application/json")
        wait_until(lambda: len(self.stored()) == 4)
        broker.publish("terse/up/nothing", b"x")
        wait_until(lambda: len(server.json("/v1/quarantine")[1]) == 2)
        reasons = sorted(each["reason"] for each in server.json("/v1/quarantine")[1])
        self.assertEqual(reasons[0], "12 bytes instead of 2")
        self.assertIn("the topic is not terse/up/MODEL/DEVICE", reasons[1])

    def test_identity_comes_by_topic_or_property(self):
        broker = self.broker()
        server = self.server(broker)
        broker.publish("terse/up/pump/d/007", self.payload(0))
        broker.publish("terse/up/pump/d/7", self.payload(0))
        broker.publish("terse/up/pump/e", self.payload(0), "-V", "5", "-D", "publish", "user-property", "key", "a b")
        for counter in ("-8", "8.0", "x"):
            broker.publish(f"terse/up/pump/bad/{counter}", self.payload(0))
        broker.publish("terse/up/pump/bad", self.payload(0), "-V", "5", "-D", "publish", "user-property", "counter",
                       "+8")
        wait_until(lambda: len(server.json("/v1/quarantine")[1]) == 4)
        self.assertEqual(set(self.stored()), {("d", "7"), ("e", "a b")})
        self.assertTrue(all("frame counter" in each["reason"] for each in server.json("/v1/quarantine")[1]))

    def test_network_servers(self):
        broker = self.broker()
        # All events of the device, as an operator may well subscribe.
        self.server(broker, "--mqtt-format", "chirpstack", "--mqtt-id", "one",
                    "--mqtt-topic", "application/+/device/+/event/+")
        text = base64.b64encode(self.payload(0)).decode()
        topic, device = "application/1/device/0101010101010101/event/", {"devEui": "0101010101010101"}
        for event, body in (("join", {"devAddr": "00189440"}), ("txack", {"fCntDown": 1}),
                            ("ack", {"acknowledged": True, "data": text}), ("up", {"fCnt": 3, "rxInfo": []}),
                            # The first uplink of a session: no fCnt, because it is 0.
                            ("up", {"devAddr": "00189440", "fPort": 2, "data": text,
                                    "rxInfo": [{"gatewayId": "0016c001f153a14c", "rssi": -48}]})):
            broker.publish_json(topic + event, {"deviceInfo": device, **body})
        wait_until(lambda: set(self.stored()) == {("0101010101010101", "00189440:0")})
        server = self.server(broker, "--mqtt-format", "things-stack", "--mqtt-id", "two", store="two.sqlite")
        identity = {"device_id": "dev1", "application_ids": {"application_id": "app"}}
        broker.publish_json("v3/app@tenant/devices/dev1/up", {"end_device_ids": identity, "uplink_message": {
            "session_key_id": "AXA=", "f_cnt": 2, "rx_metadata": []}})
        broker.publish_json("v3/app@tenant/devices/dev1/up", {"end_device_ids": identity, "uplink_message": {
            "session_key_id": "AXA=", "f_port": 1, "f_cnt": 3, "frm_payload": text}})
        wait_until(lambda: ("app/dev1", "AXA=:3") in self.stored("two.sqlite"))
        self.assertAlmostEqual(self.stored("two.sqlite")[("app/dev1", "AXA=:3")][1], self.messages[0][1], delta=1e-5)
        self.assertEqual(server.json("/v1/quarantine")[1], [])

    def test_acknowledged_only_after_the_store(self):
        broker = self.broker()
        server = self.server(broker)
        database = sqlite3.connect(self.folder / "terse.sqlite", isolation_level=None)
        database.execute("BEGIN IMMEDIATE")
        for counter in range(20):
            broker.publish(f"terse/up/pump/d/{counter}", self.payload(counter))
        # The server has read them by now, and its store refuses: a second of the locked store's patience.
        wait_until(lambda: server.curl("/readyz")[0] == 503)
        self.assertIn("locked", (self.folder / "serve.log").read_text())
        server.process.kill()
        server.process.wait()
        database.execute("ROLLBACK")
        database.close()
        self.assertEqual(len(self.stored()), 0)
        self.server(broker)
        wait_until(lambda: len(self.stored()) == 20)

    def test_a_locked_store_holds_messages_back_and_goes_on(self):
        broker = self.broker()
        server = self.server(broker)
        database = sqlite3.connect(self.folder / "terse.sqlite", isolation_level=None)
        database.execute("BEGIN IMMEDIATE")
        broker.publish("terse/up/pump/d/1", self.payload(1))
        wait_until(lambda: server.curl("/readyz")[0] == 503)
        database.execute("ROLLBACK")
        database.close()
        wait_until(lambda: len(self.stored()) == 1)
        wait_until(lambda: server.curl("/readyz")[0] == 200)

    def test_kill_9_loses_nothing(self):
        broker = self.broker()
        total, kills = 20000, 15
        lines = b"".join(b"%d\n" % counter for counter in range(total))
        server = self.server(broker)
        # Payloads are one line of text: two bytes cannot be a line, so JSON carries them.
        script = "".join(json.dumps({"hex": self.messages[int(c) % len(self.messages)][0], "counter": int(c)}) + "\n"
                         for c in lines.split())
        with subprocess.Popen(["mosquitto_pub", "-p", str(broker.port), "-q", "1", "-l", "-V", "5", "-t",
                               "terse/up/pump/d", "-D", "publish", "content-type", "application/json"],
                              stdin=subprocess.PIPE, text=True) as publisher:
            half = len(script) // 2
            half = script.index("\n", half) + 1
            publisher.stdin.write(script[:half])
            publisher.stdin.flush()
            for _ in range(kills):
                time.sleep(0.1)
                server.process.kill()
                server.process.wait()
                server = self.server(broker)
            publisher.stdin.write(script[half:])
            publisher.stdin.close()
            self.assertEqual(publisher.wait(60), 0)
        wait_until(lambda: len(self.stored()) == total, 60)
        for (_, key), (payload, _) in self.stored().items():
            self.assertEqual(payload, self.payload(int(key)))

    def test_the_broker_comes_back(self):
        broker = self.broker()
        server = self.server(broker)
        broker.publish("terse/up/pump/d/1", self.payload(1))
        wait_until(lambda: len(self.stored()) == 1)
        for counter in (2, 3):
            broker.stop()
            wait_until(lambda: not self.connected(server))
            self.assertEqual(server.curl("/healthz")[0], 200)
            broker.start()
            # Published before the server is back: the broker kept its session.
            broker.publish(f"terse/up/pump/d/{counter}", self.payload(counter))
            wait_until(lambda: ("d", str(counter)) in self.stored())
        self.assertIn("trying again", (self.folder / "serve.log").read_text())

    def test_a_shared_subscription_splits_the_messages(self):
        broker = self.broker()
        for name in ("one", "two"):
            self.server(broker, "--mqtt-share", "terse", "--mqtt-id", name, store=f"{name}.sqlite")
        total = 400
        with subprocess.Popen(["mosquitto_pub", "-p", str(broker.port), "-q", "1", "-l", "-V", "5", "-t",
                               "terse/up/pump/d", "-D", "publish", "content-type", "application/json"],
                              stdin=subprocess.PIPE, text=True) as publisher:
            for counter in range(total):
                publisher.stdin.write(json.dumps({"hex": self.messages[0][0], "counter": counter}) + "\n")
        wait_until(lambda: len(self.stored("one.sqlite")) + len(self.stored("two.sqlite")) == total)
        one, two = set(self.stored("one.sqlite")), set(self.stored("two.sqlite"))
        self.assertFalse(one & two)
        self.assertGreater(min(len(one), len(two)), total // 4)

    def test_tls_and_password(self):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost", "-keyout", self.folder / "key.pem",
             "-out", self.folder / "certificate.pem"], check=True, capture_output=True)
        subprocess.run(["mosquitto_passwd", "-b", "-c", self.folder / "passwords", "gate", "secret"], check=True,
                       capture_output=True)
        (self.folder / "right").write_text("secret\n")
        (self.folder / "wrong").write_text("guess\n")
        broker = self.broker(f"certfile {self.folder}/certificate.pem", f"keyfile {self.folder}/key.pem",
                             access=("allow_anonymous false", f"password_file {self.folder}/passwords"))
        url = f"mqtts://gate@localhost:{broker.port}"
        log = self.folder / "serve.log"
        self.server(broker, "--mqtt-password", "wrong", "--mqtt-ca", "certificate.pem", url=url, connected=False)
        wait_until(lambda: "the broker refuses: " in log.read_text())
        self.server(broker, "--mqtt-password", "right", "--mqtt-id", "no-ca", url=url, connected=False)
        wait_until(lambda: log.read_text().count("trying again") > 1)
        self.server(broker, "--mqtt-password", "right", "--mqtt-ca", "certificate.pem", "--mqtt-id", "good", url=url)
        subprocess.run(["mosquitto_pub", "-h", "localhost", "-p", str(broker.port), "--cafile",
                        self.folder / "certificate.pem", "-u", "gate", "-P", "secret", "-q", "1", "-s", "-t",
                        "terse/up/pump/d/1"], input=self.payload(0), check=True, timeout=30)
        wait_until(lambda: set(self.stored()) == {("d", "1")})

    def test_bad_options(self):
        for arguments in (("--mqtt", "http://x"), ("--mqtt", "mqtt://u:p@x"), ("--mqtt-share", "g"),
                          ("--mqtt", "mqtt://x", "--mqtt-format", "lora"),
                          ("--mqtt", "mqtt://x", "--mqtt-results", "terse/up/r")):
            done = subprocess.run([self.program, "serve", "pump.terse", "--store", "none", *arguments], cwd=self.folder,
                                  capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn("--mqtt", done.stderr)


if __name__ == "__main__":
    MqttCase.program = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
