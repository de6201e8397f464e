"""Servers that share one subscription, when one of them stops, dies, or the broker restarts: each row of the table in
docs/server/mqtt.md.

Usage: serve_mqtt_failover_test.py PATH_OF_TERSE
"""

import re
import subprocess
import sys
import unittest
from pathlib import Path

import mqtt_broker
from mqtt_case import MqttCase
from serve_process import wait_until

TOTAL = 40


def broker_version():
    done = subprocess.run([mqtt_broker.PROGRAM, "-h"], capture_output=True, text=True)
    return done.stdout.split()[2]


class FailoverTest(MqttCase):
    def member(self, broker, name, *arguments):
        return self.server(broker, "--mqtt-share", "terse", "--mqtt-id", name, *arguments, store=f"{name}.sqlite")

    def publish(self, broker, first):
        """TOTAL messages with counters from `first`: returns when the broker has them."""
        lines = "".join(f'{{"hex": "{self.messages[0][0]}", "counter": {first + i}}}\n' for i in range(TOTAL))
        subprocess.run(["mosquitto_pub", "-p", str(broker.port), "-q", "1", "-l", "-V", "5", "-t", "terse/up/pump/d",
                        "-D", "publish", "content-type", "application/json"], input=lines, text=True, check=True,
                       timeout=30)

    def kept(self, name, first):
        counters = {int(key) for _, key in self.stored(f"{name}.sqlite")}
        return len(counters & set(range(first, first + TOTAL)))

    def test_a_stopped_member_leaves_its_share_to_the_others(self):
        broker = self.broker()
        one = self.member(broker, "one")
        self.member(broker, "two")
        self.publish(broker, 0)
        wait_until(lambda: self.kept("one", 0) + self.kept("two", 0) == TOTAL)
        self.assertGreater(self.kept("one", 0), TOTAL // 4)
        one.process.terminate()
        self.assertEqual(one.process.wait(20), 0)
        self.publish(broker, 1000)
        wait_until(lambda: self.kept("two", 1000) == TOTAL)
        # Back, it takes its share again.
        self.member(broker, "one")
        self.publish(broker, 2000)
        wait_until(lambda: self.kept("one", 2000) + self.kept("two", 2000) == TOTAL)
        self.assertGreater(self.kept("one", 2000), TOTAL // 4)

    def test_a_member_that_stops_takes_what_the_broker_had_set_aside_for_it(self):
        broker = self.broker("max_inflight_messages 5")
        one = self.member(broker, "one")
        two = self.member(broker, "two")
        for first in range(0, 5000, 1000):
            self.publish(broker, first)
            if first == 2000:
                one.process.terminate()
        self.assertEqual(one.process.wait(20), 0)
        wait_until(lambda: sum(self.kept(name, first) for name in ("one", "two")
                               for first in range(0, 5000, 1000)) == 5 * TOTAL)
        self.assertEqual(two.json("/v1/quarantine")[1], [])

    def test_a_killed_member_gets_its_share_when_it_is_back(self):
        broker = self.broker()
        one = self.member(broker, "one")
        self.member(broker, "two")
        one.process.kill()
        one.process.wait()
        self.publish(broker, 0)
        wait_until(lambda: self.kept("two", 0) > 0)
        # What the broker does not give to the survivor waits in the session of the dead one.
        self.member(broker, "one")
        wait_until(lambda: self.kept("one", 0) + self.kept("two", 0) == TOTAL)

    def test_without_a_session_nothing_waits_for_a_killed_member(self):
        broker = self.broker()
        one = self.member(broker, "one", "--mqtt-session-minutes", "0")
        self.member(broker, "two")
        one.process.kill()
        one.process.wait()
        log = self.folder / "mosquitto.log"
        wait_until(lambda: re.search("(?i)client one (closed|disconnected|has)", log.read_text()))
        self.publish(broker, 0)
        wait_until(lambda: self.kept("two", 0) == TOTAL)

    def test_the_last_member_that_leaves_takes_the_subscription_along(self):
        broker = self.broker()
        for name, arguments, expected in (("leaves", (), 0), ("stays", ("--mqtt-stay",), TOTAL)):
            server = self.member(broker, name, *arguments)
            server.process.terminate()
            server.process.wait(20)
            self.publish(broker, 0)
            server = self.member(broker, name, *arguments)
            self.publish(broker, 1000)
            wait_until(lambda: self.kept(name, 1000) == TOTAL)
            self.assertEqual(self.kept(name, 0), expected)
            server.process.terminate()
            server.process.wait(20)

    def test_the_broker_forgets_groups_when_it_restarts(self):
        """mosquitto 2.0.11 does; a subscription without a group it keeps."""
        broker = self.broker()
        for name, arguments, expected in (("alone", (), TOTAL), ("shared", ("--mqtt-share", "terse"), 0)):
            settings, store = ("--mqtt-id", name, *arguments), f"{name}.sqlite"
            server = self.server(broker, *settings, store=store)
            server.process.kill()
            server.process.wait()
            broker.stop()
            broker.start()
            self.publish(broker, 0)
            server = self.server(broker, *settings, store=store)
            self.publish(broker, 1000)
            wait_until(lambda: self.kept(name, 1000) == TOTAL)
            if broker_version() == "2.0.11":
                self.assertEqual(self.kept(name, 0), expected, name)
            server.process.terminate()
            server.process.wait(20)


if __name__ == "__main__":
    MqttCase.program = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
