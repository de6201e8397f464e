"""Measures exported encoders on simulated processors and prints the tables of docs/device/benchmarks.md.

Usage: bench.py TERSE WRITE_MODELS [--costs]
--costs prints the rows of src/terse/export/c/cost.cpp instead, from which export estimates what an encoder costs.
"""

import json
import random
import sys
import tempfile
from pathlib import Path

import cores
import reference

FEATURES = (6, 81)
BITS = (2, 3, 4)
ROWS = 64
MHZ = {"ATmega328P": 16, "Cortex-M0": 16}

# Table 3 of the paper: features, bits -> microseconds of an ESP32-S3 at 240 MHz.
PUBLISHED_MHZ = 240
PUBLISHED = {(6, 2): 10, (6, 3): 10, (6, 4): 10, (81, 2): 50, (81, 3): 70, (81, 4): 70}


def measure(terse, write_models, folder, core, features, bits, form, held, scale):
    model = folder / "m.terse"
    cores.call([write_models, features, 2**bits, "bits", "none", 1, model])
    facts = json.loads(cores.call([terse, "export", model, "--to", "c", "--prefix", "m", "--form", form, "--input",
                                   f"{held},{scale}" if scale else held, "-o", folder, "--json"]).stdout)
    inspected = json.loads(cores.call([terse, "inspect", model, "--json"]).stdout)["features"]
    columns = [reference.Feature(f, i) for f, i in zip(facts["features"], inspected)]
    rows = reference.rows_of(columns, ROWS, random.Random(1), hard=False)
    inputs = [reference.row_bytes(row, facts["reading_type"], columns) for row in rows]
    more = {"rows": inputs} if isinstance(core, cores.Bare) else {}
    firmware = core.build(folder, folder, **more)
    whole, empty = core.size(firmware), core.size(core.build(folder, folder, empty=True, **more))
    run = core.run(firmware, inputs, facts["payload_bytes"])
    expected = [reference.payload_of([c.code(h) for c, h in zip(columns, row)], [2**bits] * features, "bits", None)
                for row in rows]
    if run.payloads != expected:
        raise SystemExit(f"{core.name}, {features} features, {bits} bits, {form}: wrong payloads")
    floor = (features * (2**bits - 1) * {"uint8": 8, "uint10": 10, "int16": 16, "float32": 32}[held] + 7) // 8
    return {"flash": whole.flash - empty.flash, "floor": floor, "ram": whole.ram - empty.ram, "run": run,
            "expected": facts["expected_costs"]}


def table(core, measured):
    unit = core.counts
    time = core.name in MHZ
    print(f"\n### {core.name}\n")
    if time:
        print(f"Compiled with `-Os`; microseconds at {MHZ[core.name]} MHz.\n")
    else:
        print("Compiled with `-Os`; instructions, as the simulator does not count cycles of this core.\n")
    print("| features | bits | held as | form | flash, bytes | thresholds | other | static RAM | stack |"
          f" {unit}, mean | least to most |" + (" µs |" if time else ""))
    print("|" + "---|" * (12 if time else 11))
    for (features, bits, held, form), m in measured:
        run = m["run"]
        cells = [features, bits, held, form, f"{m['flash']:,}", f"{m['floor']:,}" if form == "size" else "in the code",
                 m["flash"] - m["floor"] if form == "size" else "", m["ram"], run.stack, f"{run.cycles:,.0f}",
                 f"{run.cycles_min:,} to {run.cycles_max:,}"]
        if time:
            cells.append(f"{run.cycles / MHZ[core.name]:,.1f}")
        print("| " + " | ".join(map(str, cells)) + " |")


def published():
    print("\n## The published encoder\n")
    print(f"Table 3 of the paper, an ESP32-S3 at {PUBLISHED_MHZ} MHz; cycles = microseconds x {PUBLISHED_MHZ}.\n"
          "It is another processor, with one set of thresholds shared by all features: a yardstick for the order of\n"
          "magnitude only.\n")
    print("| features | bits | µs | cycles |")
    print("|---|---|---|---|")
    for (features, bits), microseconds in PUBLISHED.items():
        print(f"| {features} | {bits} | {microseconds} | {microseconds * PUBLISHED_MHZ:,} |")


SCALES = {"int16": "0.0002", "uint8": "0.025,-3.2", "uint10": "0.008,-4.1", "float32": ""}
ESTIMATED = [("int16", "size"), ("int16", "speed"), ("uint8", "size"), ("float32", "size")]


def costs(terse, write_models):
    """One line per core, form, type and bits: flash and cycles at 6 and 81 features, most stack."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for core in (cores.Avr(folder), cores.CortexM0(folder), cores.RiscV(folder)):
            for held, form in ESTIMATED:
                for bits in BITS:
                    few, many = (measure(terse, write_models, folder, core, features, bits, form, held, SCALES[held])
                                 for features in FEATURES)
                    print(f'{{"{core.name}", Form::{form}, ReadingType::{held}, {bits}, {few["flash"]}, '
                          f'{many["flash"]}, {few["run"].cycles:.0f}, {many["run"].cycles:.0f}, '
                          f'{max(few["run"].stack, many["run"].stack)}}},')


def main(terse, write_models):
    cases = [(f, b, "int16", form) for f in FEATURES for b in BITS for form in ("size", "speed")]
    cases += [(81, b, held, "size") for held in ("uint8", "uint10", "float32") for b in BITS]
    print("\n## Measured\n\nEvery payload of the runs below was compared with its definition. Each feature has its own"
          "\nthresholds, whose bytes alone are the lower limit. Static RAM is the memory that the encoder keeps"
          "\nbetween calls.")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for core in (cores.Avr(folder), cores.CortexM0(folder), cores.RiscV(folder)):
            table(core, [(case, measure(terse, write_models, folder, core, case[0], case[1], case[3], case[2],
                                        SCALES[case[2]])) for case in cases])
    published()


if __name__ == "__main__":
    if sys.argv[3:] == ["--costs"]:
        costs(*sys.argv[1:3])
    else:
        main(*sys.argv[1:])
