"""Devices that send on change, from compiled C through the server (docs/device/send-on-change.md).

Usage: serve_send_on_change_test.py PATH_OF_TERSE
"""

import json
import math
import random
import re
import subprocess
import sys
import unittest
from pathlib import Path

from serve_process import Server, wait_until
from shared_folder import SharedFolder

MAIN = """#include <stdio.h>
#include "dev_send.h"
/* Prints a message a row, and whether it is sent: 0, 1, or 2 if the radio failed (of each seventh one). */
int main(int count, char **arguments) {
  static dev_sender_t sender;
  dev_reading_t readings[DEV_FEATURES];
  uint8_t payload[DEV_PAYLOAD_BYTES];
  unsigned f = 0, tried = 0;
  const int fails = count > 1 && arguments[1][0] == 'f';
  dev_sender_begin(&sender);
  while (scanf("%f", &readings[f]) == 1) {
    unsigned sent = 0;
    if (++f < DEV_FEATURES) continue;
    dev_encode(readings, payload);
    if (dev_due(&sender, payload)) {
      sent = fails && ++tried % 7 == 0 ? 2 : 1;
      if (sent == 1) dev_sent(&sender, payload);
    }
    for (f = 0; f < DEV_PAYLOAD_BYTES; ++f) printf("%02x", payload[f]);
    printf(" %u\\n", sent);
    f = 0;
  }
  return 0;
}
"""


LEVELS = """#include <stdio.h>
#include "dev_network.h"
#include "dev_send.h"
/* The level of the prediction a row, in steps of 0.5, and whether it is due. */
int main(void) {
  static dev_level_sender_t sender;
  dev_reading_t readings[DEV_FEATURES];
  int32_t step = 1, level;
  unsigned f, due;
  for (f = 0; f < DEV_PREDICTION_DECIMALS; ++f) step *= 10;
  dev_level_begin(&sender);
  for (f = 0; scanf("%f", &readings[f]) == 1;) {
    if (++f < DEV_FEATURES) continue;
    level = dev_predict(readings) * 2 / step;
    due = dev_level_due(&sender, level);
    if (due) dev_level_sent(&sender, level);
    printf("%ld %u\\n", (long)level, due);
    f = 0;
  }
  return 0;
}
"""


class SendOnChangeTest(SharedFolder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        draw = random.Random(11)
        cls.rows, slow = [], 0.0
        for i in range(1200):  # a day's wave, a slow drift, and a valve that is open or not
            slow += draw.gauss(0, 0.02)
            cls.rows.append((round(10 + 8 * math.sin(i / 60) + draw.gauss(0, 0.1), 3), round(slow, 4),
                             float(i // 150 % 2)))
        lines = ["temperature,drift,valve,wear"]
        lines += [f"{a},{b},{c:g},{a / 2 + 3 * b + 4 * c + draw.gauss(0, 0.2):.4f}" for a, b, c in cls.rows]
        (cls.folder / "t.csv").write_text("\n".join(lines) + "\n")
        cls.terse("train", "t.csv", "--target", "wear", "--hidden", "1x8", "--epochs", "4", "--bits", "3", "--quiet",
                  "--decoder", "network", "--split", "last", "--tag", "auto", "-o", "pump.terse")
        cls.terse("export", "pump.terse", "--to", "c", "--prefix", "dev", "--send-on-change", "-o", "c")
        (cls.folder / "c/main.c").write_text(MAIN)
        subprocess.run(["cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "dev.c", "dev_send.c", "main.c", "-o",
                        "device"], cwd=cls.folder / "c", check=True)

    def course(self, *options):
        """[(message, 0 held, 1 sent or 2 failed)] of the firmware."""
        text = "\n".join(" ".join(map(str, row)) for row in self.rows)
        done = subprocess.run([self.folder / "c/device", *options], input=text, capture_output=True, text=True,
                              check=True)
        return [(line.split()[0], int(line.split()[1])) for line in done.stdout.splitlines()]

    def test_inspect_tells_what_the_firmware_saves(self):
        sent = sum(state for _, state in self.course())
        said = json.loads(self.terse("inspect", "pump.terse", "--data", "t.csv", "--send-on-change",
                                     "--json").stdout)["send_on_change"]
        self.assertEqual((said["messages"], said["sent"]), (1200, sent))
        self.assertTrue(1200 / 13 <= sent < 600, sent)
        self.assertGreater(said["heartbeats"], 0)
        # The last message holds: its error is close to that of every message.
        self.assertLess(said["loss_held"], 1.5 * said["loss"] + 0.05)
        text = self.terse("inspect", "pump.terse", "--data", "t.csv", "--send-on-change").stdout
        self.assertRegex(text, rf"sent on change: {sent} of 1200 messages \([0-9.]+ %\), \d+ of them heartbeats")
        fewer = json.loads(self.terse("inspect", "pump.terse", "--data", "t.csv", "--send-on-change", "--change-levels",
                                      "2", "--heartbeat-messages", "50", "--json").stdout)["send_on_change"]
        self.assertLess(fewer["sent"], sent)
        for wrong in (["--change-levels", "0"], ["--heartbeat-messages", "0"]):
            self.terse("inspect", "pump.terse", "--data", "t.csv", "--send-on-change", *wrong, expect=2)
        self.terse("inspect", "pump.terse", "--send-on-change", expect=2)

    def test_a_device_with_the_network_sends_when_its_answer_changes(self):
        self.terse("compress", "pump.terse", "--data", "t.csv", "--max-loss", "400", "--epochs", "1", "--quiet", "-o",
                   "small.terse")
        self.terse("export", "small.terse", "--to", "c", "--prefix", "dev", "--send-on-change", "--with-network", "-o",
                   "answers")
        (self.folder / "answers/main.c").write_text(LEVELS)
        subprocess.run(["cc", "-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Werror", "dev.c", "dev_network.c",
                        "dev_send.c", "main.c", "-o", "device"], cwd=self.folder / "answers", check=True)
        text = "\n".join(" ".join(map(str, row)) for row in self.rows)
        done = subprocess.run([self.folder / "answers/device"], input=text, capture_output=True, text=True, check=True)
        last = before = None
        held, sent, flutters = 0, 0, 0
        for line in done.stdout.splitlines():
            level, due = map(int, line.split())
            back = last is not None and level == before and abs(level - last) == 1
            expected = last is None or held >= 12 or level != last and not back
            self.assertEqual(due, int(expected), line)
            flutters += back
            held = 0 if expected else held + 1
            if expected:
                before, last = (level if last is None else before if level == last else last), level
                sent += 1
        self.assertTrue(1200 / 13 < sent < 500 and flutters > 20, (sent, flutters))

    def test_a_message_that_fails_is_due_again(self):
        course = self.course("f")
        failed = [i for i, (_, state) in enumerate(course[:-1]) if state == 2]
        self.assertGreater(len(failed), 10)
        again = [i for i in failed if course[i + 1][0] == course[i][0]]
        self.assertGreater(len(again), 5)
        self.assertEqual([course[i + 1][1] for i in again], [1] * len(again))

    def test_the_server_holds_the_last_message_and_a_lost_one_heals_at_the_heartbeat(self):
        course = self.course()
        with Server(self.program, self.folder, "pump.terse", "--store", "held.sqlite", "--heartbeat", "1h") as server:
            sent = [(i, text) for i, (text, state) in enumerate(course) if state == 1]
            # A message is lost that is followed by a silence until the heartbeat, with nothing changed.
            place = next(n for n in range(20, len(sent) - 1) if sent[n + 1][0] - sent[n][0] == 13 and
                         sent[n + 1][1] == sent[n][1])
            number, lost = sent[place]
            delivered = [each for each in sent[:place + 2] if each[0] != number]
            everything = [text for text, _ in course]
            (self.folder / "all.hex").write_text("\n".join(everything) + "\n")
            predictions = [float(line.rsplit(",", 1)[1]) for line in
                           self.terse("decode", "pump.terse", "all.hex").stdout.splitlines()[1:]]

            def deliver(messages):
                body = [{"device": "d", "counter": i, "hex": text} for i, text in messages]
                status, answers = server.post("/v1/models/pump/payloads", body)
                self.assertEqual((status, {a["status"] for a in answers}), (200, {"stored"}))
                return server.json("/v1/devices/d/latest")[1]

            before = deliver(delivered[:-1])
            self.assertEqual(before["payload"], sent[place - 1][1])  # held, although the device has moved on
            self.assertNotEqual(before["payload"], lost)
            healed = deliver(delivered[-1:])
            self.assertEqual(healed["payload"], lost)
            self.assertAlmostEqual(healed["prediction"], predictions[number], 4)
            _, devices = server.json("/v1/devices")
            self.assertEqual([(d["device"], d["overdue"]) for d in devices], [("d", False)])
            metrics = server.curl("/metrics")[1]
            self.assertIn('terse_devices{model="pump"} 1\n', metrics)
            self.assertIn('terse_devices_overdue{model="pump"} 0\n', metrics)

    def latest(self, server):
        """What the last messages say of being overdue."""
        def of_coap(path):
            done = subprocess.run(["coap-client-notls", "-B", "5", "-A", "50",
                                   f"coap://127.0.0.1:{server.addresses['coap_port']}/{path}"],
                                  capture_output=True, text=True, check=True)
            return json.loads(done.stdout).get("overdue")

        devices = {"of pump": "of%20pump", "of fan": "of%20fan"}
        return {"http": {name: server.json(f"/v1/devices/{path}/latest")[1].get("overdue")
                         for name, path in devices.items()},
                "coap": {name: of_coap(f"d/{path}") for name, path in devices.items()},
                "model": of_coap("m/pump")}

    def test_a_device_that_stays_silent_is_overdue(self):
        message = self.course()[0][0]
        with Server(self.program, self.folder, "pump.terse", "fan=pump.terse", "--store", "silent.sqlite",
                    "--heartbeat", "pump=1s", "--coap", "127.0.0.1:0") as server:
            for model in ("pump", "fan"):
                server.post(f"/v1/models/{model}/payloads", {"device": f"of {model}", "hex": message})
            overdue = lambda: re.findall(r"terse_devices_overdue\{model=\"(\w+)\"\} (\d+)", server.curl("/metrics")[1])
            self.assertEqual([name for name, _ in overdue()], ["pump"])
            wait_until(lambda: overdue() == [("pump", "1")], 20)
            _, devices = server.json("/v1/devices")
            self.assertEqual({d["device"]: d.get("overdue") for d in devices}, {"of pump": True, "of fan": None})
            self.assertEqual(self.latest(server), {"http": {"of pump": True, "of fan": None},
                                                   "coap": {"of pump": True, "of fan": None},
                                                   "model": None})
            server.post("/v1/models/pump/payloads", {"device": "of pump", "hex": message})
            self.assertEqual(overdue(), [("pump", "0")])
            held = self.latest(server)
            self.assertEqual((held["http"]["of pump"], held["coap"]["of pump"]), (False, False))
        for heartbeat, store in (("1", "x"), ("0h", "x"), ("=1h", "x"), ("x=1h", "x"), ("1h", "none")):
            told = self.terse("serve", "pump.terse", "--store", store, "--heartbeat", heartbeat, expect=2).stderr
            self.assertIn("--heartbeat", told)


if __name__ == "__main__":
    SharedFolder.program = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
