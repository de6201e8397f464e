"""terse airtime, from outside.

Usage: airtime_test.py PATH_OF_TERSE
"""

import json
import sys
import unittest

import program_test


class Airtime(program_test.ProgramTest):
    def costs(self, *options):
        answer = json.loads(self.terse("airtime", *options, "--json").stdout)
        return {radio["radio"]: radio for radio in answer["radios"]}

    def test_bytes_on_every_radio(self):
        costs = self.costs("21")
        self.assertAlmostEqual(costs["lorawan-eu868-dr3"]["seconds_on_air"], 0.246784, 9)
        self.assertEqual(costs["lorawan-us915-dr0"]["frames"], 2)
        self.assertIsNone(costs["nb-iot"]["seconds_on_air"])
        self.assertIsNone(costs["lorawan-eu868-dr3"]["joules"])
        self.assertIn("hardly depends on its size", self.terse("airtime", "21").stdout)

    def test_a_model_in_place_of_bytes(self):
        answer = json.loads(self.terse("airtime", self.model("--bits", "4"), "--json").stdout)
        self.assertEqual(answer["payload_bytes"], 2)

    def test_energy_from_a_file(self):
        self.write("node.json", '{"supply_volts": 2, "battery_milliampere_hours": 100,'
                   ' "sleep_microamperes": 0, "transmit_milliamperes": 50}')
        cost = self.costs("0", "--radio", "lorawan-eu868-dr3", "--profile", "node.json", "--interval", "20")
        joules = 0.164864 * 0.050 * 2
        self.assertAlmostEqual(cost["lorawan-eu868-dr3"]["joules"], joules, 9)
        self.assertAlmostEqual(cost["lorawan-eu868-dr3"]["battery_days"], 720 / (joules / 20) / 86400, 6)

    def test_more_often_than_allowed_has_no_life(self):
        options = ["21", "--radio", "lorawan-eu868-dr0", "--profile", "sx1276-13dbm", "--interval"]
        self.assertIsNone(self.costs(*options, "60")["lorawan-eu868-dr0"]["battery_days"])
        self.assertGreater(self.costs(*options, "200")["lorawan-eu868-dr0"]["battery_days"], 100)

    def test_refusals(self):
        self.refused("airtime", says=["BYTES"])
        self.refused("airtime", "many", says=["many"])
        self.refused("airtime", "99999999", says=["'99999999'"])
        self.refused("airtime", "2", "--radio", "smoke", says=["--radio", "'smoke'", "sigfox-rc1"])
        self.refused("airtime", "2", "--profile", "absent.json", says=["'absent.json'"])
        self.refused("airtime", "2", "--interval", "-1", says=["--interval"])
        self.write("bad.json", '{"volts": 3}')
        self.refused("airtime", "2", "--profile", "bad.json", says=["bad.json", "'volts'"])


if __name__ == "__main__":
    program_test.PROGRAM = sys.argv.pop(1)
    unittest.main()
