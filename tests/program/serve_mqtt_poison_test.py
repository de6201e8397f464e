"""Messages that no store can keep: each is refused alone, acknowledged, and never comes again.

Usage: serve_mqtt_poison_test.py PATH_OF_TERSE
"""

import subprocess
import sys
import unittest
from pathlib import Path

from mqtt_case import MqttCase
from postgres_database import Database
from serve_process import wait_until

JSON = ("-V", "5", "-D", "publish", "content-type", "application/json")


class PoisonTest(MqttCase):
    def terse(self, *arguments):
        return subprocess.run([self.program, *map(str, arguments)], cwd=self.folder, check=True, capture_output=True,
                              text=True).stdout

    def make_float_model(self):
        """full.terse, which sends float32; gives the payloads of a usual and of the largest finite reading."""
        lines = ["a,b,wear"] + [f"{i % 7 / 1000},{i % 5 / 1000},{i % 7 + i % 5}" for i in range(300)]
        (self.folder / "full.csv").write_text("\n".join(lines) + "\n")
        (self.folder / "two.csv").write_text("a,b,wear\n0.001,0.002,3\n3.4e38,-3.4e38,0\n")
        self.terse("train", "full.csv", "--target", "wear", "--method", "fp", "--hidden", "1x8", "--epochs", "1",
                   "--quiet", "-o", "full.terse")
        self.terse("encode", "full.terse", "two.csv", "-o", "two.hex")
        return [bytes.fromhex(line) for line in (self.folder / "two.hex").read_text().split()]

    def check(self, store, count):
        good, poison = self.make_float_model()
        broker = self.broker()
        server = self.server(broker, "full.terse", store=store)
        # A prediction that is not finite, keys that a database would cut or refuse, names that hide what follows.
        broker.publish("terse/up/full/d/1", poison)
        text = self.messages[0][0]
        broker.publish_json("terse/up/pump/d", [{"hex": text, "key": "a\0b"}, {"hex": text, "key": "a\0c"},
                                                {"hex": text, "key": "k" * 6000}, {"hex": text, "key": "good"}], *JSON)
        broker.publish_json("terse/up/pump/d", [{"hex": text, "device": "d\u202egnp", "key": "x"}], *JSON)
        broker.publish("terse/up/pump/d\u202egnp", self.payload(0))
        broker.publish("terse/up/" + "m" * 6000 + "/d", self.payload(0))
        broker.publish("terse/up/full/d/2", good)
        wait_until(lambda: count() == 2, 30)
        refused = server.json("/v1/quarantine")[1]
        self.assertEqual(len(refused), 7, refused)
        self.assertEqual(server.curl("/readyz")[0], 200)
        for each in refused:
            self.assertNotRegex(each["reason"].lower(), "sqlite|constraint|postgres|utf8|encoding")
        # Acknowledged: nothing of it comes again.
        server.process.kill()
        server.process.wait()
        server = self.server(broker, "full.terse", store=store)
        broker.publish("terse/up/full/d/3", good)
        wait_until(lambda: count() == 3, 30)
        metrics = server.curl("/metrics")[1]
        self.assertIn('terse_uplinks_total{verdict="refused"} 0\n', metrics)
        self.assertIn('terse_uplinks_total{verdict="stored"} 1\n', metrics)

    def test_sqlite(self):
        self.check("terse.sqlite", lambda: len(self.stored()))

    def test_postgresql(self):
        database = self.enter(Database(self.folder))
        self.check(database.url, lambda: int(database.ask("SELECT count(*) FROM messages")))


if __name__ == "__main__":
    MqttCase.program = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
