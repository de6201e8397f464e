"""Trains two small networks, compresses and exports them, measures them on simulated processors and prints the tables
of docs/compress.md: what a decision on the board costs, and what a message costs instead.

Usage: network_bench.py TERSE
"""

import json
import random
import struct
import sys
import tempfile
from pathlib import Path

import cores
import network_test

DATA = "fried:20000"
SCALE = 0.0001
ROWS = 48
# name: hidden, bits a feature, bits a weight on average (the memory budget)
NETWORKS = {"small": ("2x16", 2, 4), "larger": ("3x64", 3, 4)}
# Core: volts, milliamperes, MHz, and who says so.
CURRENTS = {
    "ATmega328P": (3.0, 1.7, 4, "data sheet 8271D, table 29-9: 1.7 mA active at 4 MHz and 3 V, typical"),
    "Cortex-M0": (2.957, 4.71, 16, "nRF51822, 4.71 mA in a loop at 16 MHz and 2.957 V, measured: Nordic DevZone, "
                                   "Current vs Voltage for nRF51 CPU"),
}
RADIOS = ["lorawan-eu868-dr5", "lorawan-eu868-dr3", "lorawan-eu868-dr0"]
PROFILE = "sx1276-13dbm"


def told(*command):
    return json.loads(cores.call([*command, "--json"]).stdout)


class Network:
    def __init__(self, terse, folder, name):
        hidden, bits, weight_bits = NETWORKS[name]
        self.name, self.folder = name, folder
        full, self.model = folder / "full.terse", folder / "m.terse"
        trained = told(terse, "train", DATA, "--hidden", hidden, "--bits", bits, "--epochs", 30, "--protocol", "paper",
                       "--threads", 1, "--quiet", "-o", full)
        compress = [terse, "compress", full, "--data", DATA, "--quiet", "-o", self.model]
        widest = told(*compress, "--memory", 10**9, "--policy", "uniform", "--epochs", 1)
        memory = int(widest["memory_bytes"] - widest["weight_bytes"] * (1 - weight_bits / 8) + 8)
        self.compressed = told(*compress, "--memory", memory)
        self.mse = trained["mse"]
        self.facts = told(terse, "export", self.model, "--to", "c", "--with-network", "--prefix", "m", "--input",
                          f"int16,{SCALE}", "-o", folder)
        self.shape = f"10 features of {bits} bits, {hidden.replace('x', ' layers of ')} units"
        inspected = told(terse, "inspect", self.model)["features"]
        document, tensors = network_test.check_model.read(self.model)
        network = network_test.integer_network.IntegerNetwork(document, tensors)
        fixed = network_test.integer_network.FixedPoint(document, network)
        draw = random.Random(1)
        held = [[draw.randrange(10000) for _ in inspected] for _ in range(ROWS)]
        self.rows = [struct.pack(f"<{len(row)}h", *row) for row in held]
        self.expected = []
        for row in held:
            readings = [struct.unpack("<f", struct.pack("<f", SCALE * value))[0] for value in row]
            codes = [sum(reading > threshold for threshold in feature["thresholds"])
                     for reading, feature in zip(readings, inspected)]
            self.expected.append(struct.pack("<i", *fixed.results(network.sums_of_codes(codes))))

    def on(self, core):
        """Flash of encoder and network, flash of the encoder alone, the run."""
        more = {"rows": self.rows} if isinstance(core, cores.Bare) else {}
        flags = ["-DREADINGS"]
        firmware = core.build(self.folder, self.folder, network=flags, **more)
        empty = core.build(self.folder, self.folder, network=flags, empty=True, **more)
        sizes = core.size(firmware), core.size(empty)
        run = core.run(firmware, self.rows, 4)
        if run.payloads != self.expected:
            raise SystemExit(f"{core.name}, {self.name}: wrong predictions")
        encoder = core.size(core.build(self.folder, self.folder, **more)).flash
        without = core.size(core.build(self.folder, self.folder, empty=True, **more)).flash
        return sizes[0].flash - sizes[1].flash, sizes[0].ram - sizes[1].ram, encoder - without, run


def decisions(networks, folder):
    print("| network | bits a weight | MSE, float32 | MSE | processor | flash | encoder alone | static RAM |"
          " stack | cycles | ms | energy of a decision |\n|" + "---|" * 12)
    for network in networks:
        for core in (cores.Avr(folder), cores.CortexM0(folder)):
            flash, ram, encoder, run = network.on(core)
            volts, current, mhz, _ = CURRENTS[core.name]
            seconds = run.cycles / (mhz * 1e6)
            cells = [network.shape, " ".join(map(str, network.compressed["bits"])), f"{network.mse:.4f}",
                     f"{network.compressed['metrics']['mse']:.4f}", f"{core.name}, {mhz} MHz", f"{flash:,}",
                     f"{encoder:,}", ram, run.stack, f"{run.cycles:,.0f}", f"{seconds * 1e3:.2f}",
                     f"{seconds * volts * current * 1e3:.0f} µJ"]
            print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def messages(terse, networks):
    print("\n| network | message | " + " | ".join(RADIOS) + " |\n|" + "---|" * (2 + len(RADIOS)))
    for network in networks:
        payload = network.facts["payload_bytes"]
        command = [terse, "airtime", payload, "--profile", PROFILE]
        for radio in RADIOS:
            command += ["--radio", radio]
        costs = [f"{radio['joules'] * 1e6:,.0f} µJ" for radio in told(*command)["radios"]]
        print(f"| {network.shape} | {payload} bytes | " + " | ".join(costs) + " |")


def main(terse):
    with tempfile.TemporaryDirectory() as temporary:
        networks = []
        for name in NETWORKS:
            folder = Path(temporary) / name
            folder.mkdir()
            networks.append(Network(terse, folder, name))
        decisions(networks, Path(temporary))
        messages(terse, networks)
    print("\nCurrents: " + "; ".join(f"{core}: {source}" for core, (_, _, _, source) in CURRENTS.items())
          + f". Radio: profile `{PROFILE}` of docs/airtime.md.")


if __name__ == "__main__":
    main(sys.argv[1])
