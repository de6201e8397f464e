"""Measures one exported encoder on one simulated processor."""

import json
import random

import cores
import reference

ROWS = 64
BITS_OF = {"uint8": 8, "uint10": 10, "int16": 16, "uint16": 16, "float32": 32}


def exported(terse, model, folder, options):
    """The facts of an export, and the model's features by their definition."""
    facts = json.loads(cores.call([terse, "export", model, "--to", "c", "--prefix", "m", *options, "-o", folder,
                                   "--json"]).stdout)
    inspected = json.loads(cores.call([terse, "inspect", model, "--json"]).stdout)["features"]
    return facts, [reference.Feature(f, i) for f, i in zip(facts["features"], inspected)]


def measure_rows(core, folder, facts, columns, rows, what):
    """The exported encoder on rows of held values, whose payloads are compared with their definition."""
    inputs = [reference.row_bytes(row, facts["reading_type"], columns) for row in rows]
    more = {"rows": inputs} if isinstance(core, cores.Bare) else {}
    firmware = core.build(folder, folder, **more)
    whole, empty = core.size(firmware), core.size(core.build(folder, folder, empty=True, **more))
    run = core.run(firmware, inputs, facts["payload_bytes"])
    levels = [column.levels() for column in columns]
    if run.payloads != [reference.payload_of([c.code(h) for c, h in zip(columns, row)], levels, "bits", None)
                        for row in rows]:
        raise SystemExit(f"{core.name}, {what}: wrong payloads")
    compared = sum(f["thresholds"] - f["out_of_reach"] for f in facts["features"])
    floor = (compared * BITS_OF[facts["features"][0]["type"]] + 7) // 8
    return {"flash": whole.flash - empty.flash, "floor": floor, "ram": whole.ram - empty.ram, "run": run,
            "expected": facts["expected_costs"]}


def measure_random(terse, write_models, folder, core, features, bits, form, held, scale, inside=False, levels=None):
    """Of distinct random thresholds and random readings; inside: readings that are not the least or largest ones;
    levels: of each feature, instead of 2^bits."""
    model = folder / "m.terse"
    cores.call([write_models, features, ",".join(map(str, levels)) if levels else 2**bits, "bits", "none", 1, model])
    facts, columns = exported(terse, model, folder,
                              ["--form", form, "--input", f"{held},{scale}" if scale else held])
    rows = reference.rows_of(columns, ROWS, random.Random(1), hard=False)
    if inside:
        _, low, high = reference.TYPES[held]
        rows = [[min(max(value, low + 1), high - 1) for value in row] for row in rows]
    return measure_rows(core, folder, facts, columns, rows, f"{features} features, {bits} bits, {form}")
