"""Measures exported encoders on simulated processors and prints the tables of docs/device/benchmarks.md.

Usage: bench.py TERSE WRITE_MODELS [SETS | --costs | --send]
SETS: see trained_bench.py. --costs prints the rows of src/terse/export/c/cost.cpp instead, from which export estimates
what an encoder costs; --send the table of sending on change alone.
"""

import sys
import tempfile
from pathlib import Path

import cores
import send_cases
import trained_bench
from measure import measure_random

FEATURES = (6, 81)
BITS = (2, 3, 4)
MHZ = {"ATmega328P": 16, "Cortex-M0": 16}

# Table 3 of the paper: features, bits -> microseconds of an ESP32-S3 at 240 MHz.
PUBLISHED_MHZ = 240
PUBLISHED = {(6, 2): 10, (6, 3): 10, (6, 4): 10, (81, 2): 50, (81, 3): 70, (81, 4): 70}


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
                    few, many = (measure_random(terse, write_models, folder, core, features, bits, form, held,
                                                SCALES[held]) for features in FEATURES)
                    print(f'{{"{core.name}", Form::{form}, ReadingType::{held}, {bits}, {few["flash"]}, '
                          f'{many["flash"]}, {few["run"].cycles:.0f}, {many["run"].cycles:.0f}, '
                          f'{max(few["run"].stack, many["run"].stack)}}},')


SEND_SHAPES = [(6, "4", "bits"), (6, "3", "radix"), (20, "8", "bits"), (20, "5", "radix"), (81, "4", "bits"),
               (81, "3", "radix")]


def send(terse, write_models, all_cores, folder):
    print("\n## Sending on change\n\n`terse export --send-on-change`, compiled with `-Os`: what `PREFIX_due` and "
          "`PREFIX_sent` add to the encoder, and what\na question costs, and the update if the message is sent. 400 "
          "messages whose readings stay, flutter beside a threshold,\ndrift and jump; which of them are sent was "
          "compared with the rule ([send on change](send-on-change.md)).\n")
    print("| processor | features | levels | packing | flash, bytes | static RAM | stack | mean | least to most | |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for core in all_cores:
        for features, levels, packing in SEND_SHAPES:
            m = send_cases.measure(terse, write_models, folder, core, features, levels, packing)
            run = m["run"]
            print(f"| {core.name} | {features} | {levels} | {packing} | {m['flash']:,} | {m['ram']} | {run.stack} | "
                  f"{run.cycles:,.0f} | {run.cycles_min:,} to {run.cycles_max:,} | {core.counts} |")


def main(terse, write_models, *sets):
    cases = [(f, b, "int16", form) for f in FEATURES for b in BITS for form in ("size", "speed")]
    cases += [(81, b, held, "size") for held in ("uint8", "uint10", "float32") for b in BITS]
    print("\n## Measured\n\nEvery payload of the runs below was compared with its definition. Each feature has its own"
          "\nthresholds, whose bytes alone are the lower limit. Static RAM is the memory that the encoder keeps"
          "\nbetween calls.")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for core in (cores.Avr(folder), cores.CortexM0(folder), cores.RiscV(folder)):
            table(core, [(case, measure_random(terse, write_models, folder, core, case[0], case[1], case[3], case[2],
                                        SCALES[case[2]])) for case in cases])
        trained_bench.report(terse, write_models, folder, *sets)
        send(terse, write_models, (cores.Avr(folder), cores.CortexM0(folder), cores.RiscV(folder)), folder)
    published()


if __name__ == "__main__":
    if sys.argv[3:] == ["--costs"]:
        costs(*sys.argv[1:3])
    elif sys.argv[3:] == ["--send"]:
        with tempfile.TemporaryDirectory() as tools:
            send(*sys.argv[1:3], [core(Path(tools)) for core in (cores.Avr, cores.CortexM0, cores.RiscV)], Path(tools))
    else:
        main(*sys.argv[1:])
