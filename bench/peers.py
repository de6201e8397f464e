#!/usr/bin/env python3
"""Terse beside what people use instead, on the same rows, payload against error against device.

    bench/peers.py --terse build/release/terse -o results/peers wine_quality=wine_quality.csv.gz sulfur=sulfur.csv.gz

Tables are CSV with the target last. Of each a fifth of the rows, drawn with seed 0, is kept for the errors. Writes
OUTPUT/peers.csv; tests/structure/peers_test.py writes the table of docs/benchmarks.md from it.

Who decides where:

- Terse: codes on the device, what decodes on the server (`terse train --decoder best`), 2 and 4 bits a feature.
- KBinsDiscretizer (scikit-learn): quantile codes of as many bits, thresholds and packing in C as a person would
  write them, XGBoost on the codes at the server.
- XGBoost: float32 readings are sent, XGBoost predicts at the server.
- m2cgen: XGBoost of 10 trees of depth 4 in C on the device, which sends its prediction as float32.
- emlearn: a forest of 10 trees of depth 6 in C on the device, on readings as int16, which sends the same.

Error is the mean squared error on the standardised target. Flash and static RAM are those of an ATmega328P
(avr-gcc -Os) beyond an empty program; cycles are simavr's, the mean of 64 rows. Floats of the device are software.
Needs emlearn, m2cgen, xgboost, scikit-learn; avr-gcc and simavr: scripts/install-packages test.
"""

import argparse
import csv
import gzip
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "peers" / "device"))
import cores  # noqa: E402

FIELDS = ("set", "peer", "on_device", "bytes", "error", "flash", "ram", "cycles")
ROWS = 64
MAIN = """
#include <avr/io.h>
#include <stdint.h>
float readings[%(features)d];
uint8_t payload[%(bytes)d];
#ifdef EMPTY
__attribute__((noinline)) void peer(const float *values, uint8_t *message) {
  __asm__ volatile("" : : "r"(values), "r"(message) : "memory");
}
#else
%(code)s
#endif
int main(void) {
  for (;;) {
    GPIOR0 = 0x10;
    GPIOR0 = 0x20;
    peer(readings, payload);
    GPIOR0 = 0x21;
  }
}
"""
SENT_AS_FLOAT = """
#include <string.h>
__attribute__((noinline)) void peer(const float *values, uint8_t *message) {
  const float found = %s;
  memcpy(message, &found, 4);
}
"""
BINS = """
#include <avr/pgmspace.h>
static const float edges[%(features)d][%(edges)d] PROGMEM = {%(numbers)s};
__attribute__((noinline)) void peer(const float *values, uint8_t *message) {
  uint16_t held = 0;
  uint8_t bits = 0;
  for (uint8_t f = 0; f < %(features)d; ++f) {
    uint8_t code = 0;
    while (code < %(edges)d && values[f] >= pgm_read_float(&edges[f][code])) ++code;
    held = (uint16_t)(held << %(bits)d | code);
    bits += %(bits)d;
    if (bits >= 8) {
      bits -= 8;
      *message++ = (uint8_t)(held >> bits);
    }
  }
  if (bits > 0) *message = (uint8_t)(held << (8 - bits));
}
"""


class Table:
    def __init__(self, name, path):
        with (gzip.open if str(path).endswith(".gz") else open)(path, "rt") as file:
            rows = list(csv.reader(file))
        numbers = np.array(rows[1:], np.float64)
        order = np.random.default_rng(0).permutation(len(numbers))
        test = order[: len(order) // 5]
        train = order[len(order) // 5 :]
        self.name, self.names = name, rows[0]
        self.train, self.test = numbers[train], numbers[test]
        self.mean, self.deviation = self.train[:, -1].mean(), self.train[:, -1].std()
        self.X, self.y = self.train[:, :-1].astype(np.float32), self.train[:, -1]
        self.unseen, self.truth = self.test[:, :-1].astype(np.float32), self.test[:, -1]

    def write(self, path, rows):
        with open(path, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(self.names)
            writer.writerows(rows.tolist())

    def error(self, predictions):
        return float(np.mean(((np.asarray(predictions, np.float64) - self.truth) / self.deviation) ** 2))


def boosted(trees=300, depth=6, rate=0.05):
    import xgboost
    return xgboost.XGBRegressor(n_estimators=trees, max_depth=depth, learning_rate=rate, subsample=0.8,
                                n_jobs=1, random_state=0)


def measured(avr, folder, code, table, payload_bytes):
    """(flash, RAM, cycles, payloads) of a device's part in C, on the first rows of the test part."""
    source, sizes = folder / "peer.c", {}
    source.write_text(MAIN % {"features": table.X.shape[1], "bytes": payload_bytes, "code": code})
    for name, flags in (("peer", []), ("empty", ["-DEMPTY"])):
        cores.call([cores.need("avr-gcc"), "-mmcu=atmega328p", "-Os", "-std=gnu99", *cores.SECTIONS, *flags, source,
                    "-lm", "-o", folder / f"{name}.elf"])
        sizes[name] = avr.size(folder / f"{name}.elf")
    at = cores.symbols("avr-nm", folder / "peer.elf")
    rows = [row.astype("<f4").tobytes() for row in table.unseen[:ROWS]]
    done = cores.call([avr.host(), folder / "peer.elf", hex(at["readings"]), len(rows[0]), hex(at["payload"]),
                       payload_bytes], input=b"".join(rows))
    facts = json.loads(re.findall(rb"\{.*\}", done.stderr)[-1])
    return (sizes["peer"].flash - sizes["empty"].flash, sizes["peer"].ram - sizes["empty"].ram, facts["cycles"],
            cores.split(done.stdout, payload_bytes))


def terse_row(terse, avr, folder, table, bits):
    def call(*arguments):
        return subprocess.run([terse, *map(str, arguments)], check=True, capture_output=True, text=True).stdout

    table.write(folder / "train.csv", table.train)
    table.write(folder / "test.csv", table.test)
    model = folder / "m.terse"
    call("train", folder / "train.csv", "--target", table.names[-1], "--task", "regression", "--bits", bits,
         "--test-fraction", "0", "--quiet", "-o", model)
    facts = json.loads(call("evaluate", model, folder / "test.csv", "--json"))
    out = folder / "m"
    exported = json.loads(call("export", model, "--to", "c", "--prefix", "m", "-o", out, "--json"))
    firmware = avr.build(out, out)
    whole, empty = avr.size(firmware), avr.size(avr.build(out, out, empty=True))
    rows = [row.astype("<f4").tobytes() for row in table.unseen[:ROWS]]
    run = avr.run(firmware, rows, exported["payload_bytes"])
    expected = call("encode", model, folder / "test.csv").split()[:ROWS]
    assert [payload.hex() for payload in run.payloads] == expected, "the device's payloads are others"
    predicted = [line.split(",")[-1] for line in call("predict", model, folder / "test.csv").splitlines()[1:]]
    assert facts["payload_bytes"] == exported["payload_bytes"]
    return {"peer": f"Terse, {bits} bits", "on_device": "codes", "bytes": exported["payload_bytes"],
            "error": table.error([float(number) for number in predicted]), "flash": whole.flash - empty.flash,
            "ram": whole.ram - empty.ram, "cycles": run.cycles}


def bins_row(avr, folder, table, bits):
    from sklearn.preprocessing import KBinsDiscretizer
    bins = KBinsDiscretizer(2**bits, encode="ordinal", strategy="quantile", quantile_method="averaged_inverted_cdf",
                            subsample=None).fit(table.X)
    edges = [own[1:-1].astype(np.float32) for own in bins.bin_edges_]
    most = max(map(len, edges))
    # Equal quantiles are one edge: the places left are never reached.
    padded = [np.concatenate([own, np.full(most - len(own), np.float32(3e38))]) for own in edges]
    codes = [np.stack([np.searchsorted(own, column, "right") for own, column in zip(edges, rows.T)], axis=1)
             for rows in (table.X, table.unseen)]
    payload_bytes = -(-bits * table.X.shape[1] // 8)
    numbers = ",".join("{" + ",".join(f"{value:.9g}f" if "." in f"{value:.9g}" or "e" in f"{value:.9g}" else
                                      f"{value:.9g}.0f" for value in own) + "}" for own in padded)
    flash, ram, cycles, payloads = measured(
        avr, folder, BINS % {"features": len(edges), "edges": most, "bits": bits, "numbers": numbers}, table,
        payload_bytes)
    for payload, own in zip(payloads, codes[1]):
        text = "".join(f"{code:0{bits}b}" for code in own).ljust(8 * payload_bytes, "0")
        assert payload == int(text, 2).to_bytes(payload_bytes, "big"), "the device's payloads are others"
    return {"peer": f"KBinsDiscretizer, {bits} bits, XGBoost", "on_device": "codes", "bytes": payload_bytes,
            "error": table.error(boosted().fit(codes[0], table.y).predict(codes[1])), "flash": flash, "ram": ram,
            "cycles": cycles}


def readings_row(avr, folder, table):
    payload_bytes = 4 * table.X.shape[1]
    code = f"""
#include <string.h>
__attribute__((noinline)) void peer(const float *values, uint8_t *message) {{
  memcpy(message, values, {payload_bytes});
}}
"""
    flash, ram, cycles, payloads = measured(avr, folder, code, table, payload_bytes)
    assert payloads[0] == table.unseen[0].astype("<f4").tobytes()
    return {"peer": "XGBoost, float32", "on_device": "readings", "bytes": payload_bytes,
            "error": table.error(boosted().fit(table.X, table.y).predict(table.unseen)), "flash": flash, "ram": ram,
            "cycles": cycles}


def check_floats(payloads, expected, tolerance):
    found = np.array([struct.unpack("<f", payload)[0] for payload in payloads])
    assert np.abs(found - expected[:ROWS]).max() <= tolerance, "the device predicts otherwise"


def m2cgen_row(avr, folder, table):
    import m2cgen
    model = boosted(10, 4, 0.3)
    model.set_params(base_score=float(table.mean))
    model.fit(table.X, table.y)
    code = m2cgen.export_to_c(model).replace("double", "float")
    expected = model.predict(table.unseen)
    flash, ram, cycles, payloads = measured(avr, folder, code + SENT_AS_FLOAT % "score((float *)values)", table, 4)
    check_floats(payloads, expected, 1e-3 * max(1.0, np.abs(expected).max()))
    return {"peer": "m2cgen, XGBoost 10 x 4", "on_device": "prediction", "bytes": 4, "error": table.error(expected),
            "flash": flash, "ram": ram, "cycles": cycles}


def emlearn_row(avr, folder, table):
    import emlearn
    from sklearn.ensemble import RandomForestRegressor
    low, high = table.X.min(axis=0), table.X.max(axis=0)
    scale = (60000.0 / np.maximum(high - low, 1e-12)).astype(np.float32)
    offset = ((low + high) / 2).astype(np.float32)

    def integers(rows):
        return np.clip((rows - offset) * scale, -32000, 32000).astype(np.int16)

    model = RandomForestRegressor(10, max_depth=6, random_state=0, n_jobs=1).fit(integers(table.X), table.y)
    converted = emlearn.convert(model, method="inline", dtype="int16_t")
    header = folder / "forest.h"
    converted.save(file=str(header), name="forest")
    forest = header.read_text()
    count = table.X.shape[1]
    lists = [",".join(f"{float(value):.9e}f" for value in own) for own in (offset, scale)]
    code = forest + f"""
static const float offsets[] = {{{lists[0]}}}, scales[] = {{{lists[1]}}};
static float predicted(const float *values) {{
  int16_t held[{count}];
  for (uint8_t f = 0; f < {count}; ++f) {{
    float own = (values[f] - offsets[f]) * scales[f];
    if (own < -32000.0f) own = -32000.0f;
    if (own > 32000.0f) own = 32000.0f;
    held[f] = (int16_t)own;
  }}
  return forest_predict(held, {count});
}}
""" + SENT_AS_FLOAT % "predicted(values)"
    flash, ram, cycles, payloads = measured(avr, folder, code, table, 4)
    expected = model.predict(integers(table.unseen))
    check_floats(payloads, expected, 1e-3 * max(1.0, np.abs(expected).max()))
    return {"peer": "emlearn, forest 10 x 6", "on_device": "prediction", "bytes": 4, "error": table.error(expected),
            "flash": flash, "ram": ram, "cycles": cycles}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--terse", required=True)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("tables", nargs="+", help="NAME=FILE")
    arguments = parser.parse_args()
    terse, output = Path(arguments.terse).resolve(), arguments.output.resolve()
    tables = [Table(*text.split("=", 1)) for text in arguments.tables]
    found = []
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)  # emlearn leaves files where it is
        avr = cores.Avr(Path(name))
        for table in tables:
            rows = [lambda: readings_row(avr, Path(name), table)]
            for bits in (2, 4):
                rows += [lambda bits=bits: terse_row(terse, avr, Path(name), table, bits),
                         lambda bits=bits: bins_row(avr, Path(name), table, bits)]
            rows += [lambda: m2cgen_row(avr, Path(name), table), lambda: emlearn_row(avr, Path(name), table)]
            for make in rows:
                row = {"set": table.name, **make()}
                row["error"], row["cycles"] = f"{row['error']:.4f}", round(row["cycles"])
                print(row, flush=True)
                found.append(row)
        os.chdir("/")
    output.mkdir(parents=True, exist_ok=True)
    with open(output / "peers.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)


if __name__ == "__main__":
    main()
