"""terse airtime, from outside: times and energies against formulas written anew here.

Usage: airtime_test.py PATH_OF_TERSE
"""

import json
import math
import sys
import unittest
from fractions import Fraction

import program_test

# LoRaWAN Regional Parameters RP002-1.0.4: payload N with room for a repeater, uplink, RX1 at offset 0, RX2.
# LoRa as (spreading factor, kHz), LR-FHSS as its code rate.
THIRD, TWO_THIRDS = Fraction(1, 3), Fraction(2, 3)
SLOW = {0: (51, (12, 125)), 1: (51, (11, 125)), 2: (51, (10, 125)), 3: (115, (9, 125)), 4: (222, (8, 125)),
        5: (222, (7, 125))}
DWELL = {2: (11, (10, 125)), 3: (53, (9, 125)), 4: (125, (8, 125)), 5: (222, (7, 125))}
REGIONS = {
    "eu868": (0.01, (12, 125), SLOW | {6: (222, (7, 250)), 8: (50, THIRD, (11, 125)), 9: (115, TWO_THIRDS, (10, 125)),
                                       10: (50, THIRD, (11, 125)), 11: (115, TWO_THIRDS, (10, 125))}),
    "us915": (1, (12, 500), {0: (11, (10, 125), (10, 500)), 1: (53, (9, 125), (9, 500)), 2: (125, (8, 125), (8, 500)),
                             3: (222, (7, 125), (7, 500)), 4: (222, (8, 500), (7, 500)), 5: (50, THIRD, (10, 500)),
                             6: (125, TWO_THIRDS, (9, 500))}),
    "au915": (1, (12, 500), {dr: (*row, (row[1][0], 500)) for dr, row in DWELL.items()} | {
        6: (222, (8, 500), (7, 500)), 7: (50, THIRD, (11, 500))}),
    "as923": (0.01, (10, 125), DWELL | {6: (222, (7, 250))}),
    "in865": (1, (10, 125), SLOW),
    "kr920": (1, (12, 125), SLOW),
    "cn470": (1, (11, 125), {1: (23, (11, 125)), 2: (86, (10, 125)), 3: (184, (9, 125)), 4: (222, (8, 125)),
                             5: (222, (7, 125))}),
    "ru864": (0.01, (12, 125), SLOW | {6: (222, (7, 250))}),
}


def symbol(rate):
    return Fraction(2 ** rate[0], rate[1] * 1000)


def lora_seconds(bytes_, rate):
    """As LoRa puts bits into symbols: a first block of 8 symbols that holds 4 * (SF - 2) bits, header of 20 among
    them, then blocks of 5 symbols (4/5) of 4 * SF bits, or 4 * (SF - 2) where symbols take more than 16 ms."""
    bits = 8 * bytes_ + 16 + 20 - 4 * (rate[0] - 2)
    held = 4 * (rate[0] - 2 if symbol(rate) > Fraction(16, 1000) else rate[0])
    blocks = max(0, -(-bits // held))
    return (8 + Fraction(17, 4) + 8 + 5 * blocks) * symbol(rate)


def lr_fhss_seconds(bytes_, code):
    """Bit by bit: each header 2 + 40 + 32 + 40; each fragment 2 and up to 48 coded bits."""
    bits = (3 if code == THIRD else 2) * (2 + 40 + 32 + 40)
    for place in range(int((8 * (bytes_ + 2) + 6) / code)):
        bits += 3 if place % 48 == 0 else 1
    return bits / Fraction(48828125, 100000)


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

    def test_every_region_by_another_formula(self):
        for bytes_ in (0, 1, 4, 11, 21, 50, 115):
            costs = {name: cost for name, cost in self.costs(bytes_).items() if name.startswith("lorawan-")}
            self.assertEqual(set(costs), {f"lorawan-{region}-dr{dr}" for region, (_, _, rates) in REGIONS.items()
                                          for dr in rates})
            for region, (duty_cycle, _, rates) in REGIONS.items():
                for dr, (limit, rate, *_) in rates.items():
                    cost = costs[f"lorawan-{region}-dr{dr}"]
                    self.assertEqual(cost["payload_limit"], limit, cost)
                    time = lora_seconds if isinstance(rate, tuple) else lr_fhss_seconds
                    parts = [limit] * (bytes_ // limit) + [bytes_ % limit] * (bytes_ % limit > 0 or bytes_ == 0)
                    seconds = float(sum(time(part + 13, rate) for part in parts))
                    self.assertAlmostEqual(cost["seconds_on_air"], seconds, 9, cost)
                    self.assertEqual(cost["bytes_sent"], bytes_ + 13 * len(parts))
                    self.assertAlmostEqual(cost["interval_seconds_min"], 0 if duty_cycle == 1 else seconds / duty_cycle,
                                           6, cost)

    def test_listening_in_every_region(self):
        """Two windows of eight symbols after each frame, by the energy of a radio that only listens."""
        self.write("ear.json", '{"supply_volts": 1, "battery_milliampere_hours": 100, "sleep_microamperes": 0,'
                   ' "transmit_milliamperes": 0, "receive_milliamperes": 1000}')
        for network, own in (("standard", {}), ("ttn", {"eu868": (9, 125)})):
            costs = self.costs("4", "--profile", "ear.json", "--network", network)
            for region, (_, second, rates) in REGIONS.items():
                for dr, (_, rate, *first) in rates.items():
                    windows = [first[0] if first else rate, own.get(region, second)]
                    self.assertAlmostEqual(costs[f"lorawan-{region}-dr{dr}"]["joules"],
                                           float(8 * sum(map(symbol, windows))), 9, (network, region, dr))
            self.assertEqual(costs["sigfox-rc1"]["joules"], 0)

    def test_sigfox_in_every_zone(self):
        costs = self.costs("12")
        for zone, bits in enumerate((100, 600, 100, 600, 100, 100, 100), 1):
            cost = costs[f"sigfox-rc{zone}"]
            self.assertAlmostEqual(cost["seconds_on_air"], 3 * 26 * 8 / bits, 9)
            least = 624 if zone in (1, 7) else 86400 / 140
            self.assertAlmostEqual(cost["interval_seconds_min"], least, 6)

    def test_listening_costs_more_than_sending_where_rx2_is_slow(self):
        """4 bytes at 13 dBm: what listening costs at each data rate."""
        costs = self.costs("4", "--profile", "sx1276-13dbm")
        for dr, millijoules in ((5, 14.6), (3, 26.3), (0, 144.9)):
            self.assertAlmostEqual(1000 * costs[f"lorawan-eu868-dr{dr}"]["joules"], millijoules, delta=0.05)

    def test_a_model_in_place_of_bytes(self):
        model = self.model("--bits", "4")
        answer = json.loads(self.terse("airtime", model, "--json").stdout)
        self.assertEqual(answer["payload_bytes"], 2)
        # 4 header, 2 token, the options "m", its name and "n=1000", the marker.
        self.assertEqual(answer["envelope"]["coap"], 4 + 2 + 2 + 1 + len(model.removesuffix(".terse")) + 7 + 1)

    def test_envelopes(self):
        def sent(*options):
            return self.costs("4", "--radio", "nb-iot", *options)["nb-iot"]["bytes_sent"]

        self.assertEqual(sent("--path", "m/pump?n=1000"), 82)
        self.assertEqual(sent("--path", "/m/pump?n=1000", "--ip", "6"), 102)
        self.assertEqual(sent("--envelope", "coaps-short"), 4 + 7 + 29 + 28)
        self.assertEqual(sent("--envelope", "coap", "--path", "m/pump?d=p1"), 4 + 7 + 2 + 5 + 5 + 28)
        self.assertEqual(sent("--envelope", "udp"), 32)
        self.assertEqual(sent("--envelope", "none"), 4)
        text = self.terse("airtime", "4", "--radio", "nb-iot", "--path", "m/pump?n=1000").stdout
        self.assertIn("82 bytes = 4 payload + 21 CoAP + 29 DTLS + 8 UDP + 20 IPv4", text)
        text = self.terse("airtime", "3000", "--radio", "lte-m").stdout
        self.assertIn(f"a full datagram: {1200 + 22 + 29 + 28} bytes = 1200 payload + 22 CoAP + 29 DTLS", text)

    def test_energy_from_a_file(self):
        self.write("node.json", '{"supply_volts": 2, "battery_milliampere_hours": 100, "self_discharge_percent": 0,'
                   ' "sleep_microamperes": 0, "transmit_milliamperes": 50}')
        cost = self.costs("0", "--radio", "lorawan-eu868-dr3", "--profile", "node.json", "--interval", "20")
        joules = 0.164864 * 0.050 * 2
        self.assertAlmostEqual(cost["lorawan-eu868-dr3"]["joules"], joules, 9)
        self.assertAlmostEqual(cost["lorawan-eu868-dr3"]["battery_days"], 720 / (joules / 20) / 86400, 6)

    def test_no_battery_outlives_its_own_discharge(self):
        costs = self.costs("4", "--profile", "sx1276-13dbm", "--interval", "1000000000")
        for cost in costs.values():
            if cost["battery_days"] is not None:
                self.assertLess(cost["battery_days"], 0.8 / 0.02 * 366)

    def test_an_interval_that_the_rules_forbid(self):
        for radio, bytes_, network, rule in (
                ("lorawan-eu868-dr0", 21, "standard", "a duty cycle of 1 %"),
                ("lorawan-us915-dr0", 11, "ttn", "fair use of The Things Network"),
                ("sigfox-rc2", 12, "standard", "140 messages a day")):
            options = [str(bytes_), "--radio", radio, "--network", network, "--profile", "sx1276-13dbm", "--interval"]
            said = self.refused("airtime", *options, "1", says=["--interval", radio, rule])
            least = said.split("give ")[1].split(" or more")[0]
            allowed = self.costs(*options, least)[radio]
            self.assertTrue(allowed["interval_allowed"])
            self.assertLess(float(least) - allowed["interval_seconds_min"], 0.11)
            self.refused("airtime", *options, str(float(least) - 0.2), says=[rule])
        # Among all radios one that may not do it says so.
        costs = self.costs("21", "--interval", "60", "--profile", "sx1276-13dbm")
        self.assertFalse(costs["lorawan-eu868-dr0"]["interval_allowed"])
        self.assertIsNone(costs["lorawan-eu868-dr0"]["battery_days"])
        self.assertGreater(costs["lorawan-us915-dr3"]["battery_days"], 100)
        self.assertIn("too often", self.terse("airtime", "21", "--interval", "60").stdout)

    def test_refusals(self):
        self.refused("airtime", says=["BYTES"])
        self.refused("airtime", "many", says=["many"])
        self.refused("airtime", "99999999", says=["'99999999'"])
        self.refused("airtime", "2", "--radio", "smoke", says=["--radio", "'smoke'", "sigfox-rc1"])
        self.refused("airtime", "2", "--profile", "absent.json", says=["'absent.json'"])
        self.refused("airtime", "2", "--interval", "-1", says=["--interval"])
        for interval in ("0", "nan", "inf"):
            self.refused("airtime", "2", "--interval", interval, says=["--interval: is not a time above 0"])
        self.refused("airtime", "2", "--network", "ether", says=["--network", "'ether'", "ttn"])
        self.refused("airtime", "2", "--envelope", "pigeon", says=["--envelope", "pigeon"])
        self.refused("airtime", "2", "--ip", "5", says=["--ip"])
        self.refused("airtime", "2", "--path", "m/" + "x" * 256, says=["--path", "256 bytes"])
        self.write("bad.json", '{"volts": 3}')
        self.refused("airtime", "2", "--profile", "bad.json", says=["bad.json", "'volts'"])
        self.write("leaking.json", '{"supply_volts": 3, "battery_milliampere_hours": 1, "sleep_microamperes": 0,'
                   ' "transmit_milliamperes": 1, "self_discharge_percent": 101}')
        self.refused("airtime", "2", "--profile", "leaking.json", says=["leaking.json", "'self_discharge_percent'"])


if __name__ == "__main__":
    program_test.PROGRAM = sys.argv.pop(1)
    unittest.main()
