"""Golden files: what the program makes of the same tables with the same seeds, as one SHA-256 for each artefact.

Usage: golden_test.py PATH_OF_TERSE [--write] [--keep FOLDER] [--only PREFIX]

code.json   models, exports without their comments, JSON, predictions, messages: they stay to the byte
words.json  comments and READMEs of exports, help, what is printed for a person: they change with the language alone

Each holds, by the name of an artefact, its bytes and its hash. --write writes both anew from this program. --keep
leaves what was hashed in FOLDER/code and FOLDER/words, so that `diff -r` shows what two programs do differently.
--only compares names that begin with PREFIX (everything is made all the same).

One thread, TERSE_SIMD=avx2 and ONEDNN_MAX_CPU_ISA=AVX2; times, command lines, the machine and the version are masked.
Numbers depend besides on the release build by GCC (kernels fuse multiply and add as the optimiser finds them), on
glibc's exp and log (its FMA variants, which every CPU with AVX2 gets), on oneDNN's products for AVX2 and on XGBoost,
all as Debian 12 has them. Elsewhere the test skips itself, or is not declared (CMakeLists.txt).
"""

import argparse
import json
import platform
import re
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import commands
import exports
import refusals
import searches
import server
import tables
import trainings
from workplace import Workplace

HERE = Path(__file__).parent
PROCESSES = 2
SHOWN_MAX = 60


def reason_to_skip():
    if platform.machine() not in ("x86_64", "AMD64"):
        return f"the expectations are those of x86-64, not of {platform.machine()}"
    flags = re.search(r"(?m)^flags\s*:(.*)$", Path("/proc/cpuinfo").read_text())
    missing = {"avx2", "fma"} - set(flags.group(1).split() if flags else ())
    if missing:
        return "this CPU has no " + " and no ".join(sorted(missing))
    return ""


def first_jobs():
    """Those that need no model: trainings, studies, help."""
    for name, options in searches.studies():
        yield searches.study, name, options
    yield (searches.study_in_parts,)
    yield (searches.reproduce,)
    for name, arguments, options in searches.allocations():
        yield searches.allocate, name, arguments, options
    yield searches.allocate_curve, "curve", searches.ALLOCATE, ("--budgets", "18,12,6")
    yield searches.allocate_curve, "curve-rooms", searches.ROOMS, ("--budgets", "7,5", "--decoder", "network")
    yield (searches.allocate_text,)
    for name, data, options in trainings.all_trainings():
        yield trainings.train, name, data, options
    for job in (commands.tables, commands.helps, commands.printed_trainings):
        yield (job,)


def second_jobs():
    """Those that make models of models."""
    for name, model, table, options in searches.compressions():
        yield searches.compress, name, model, table, options
    yield (searches.compress_text,)
    yield (searches.pictures,)


def third_jobs():
    """Those that only use models."""
    for table, models in commands.MODELS.items():
        for model in models:
            yield commands.one_model, model, table
    for job in (commands.closer_looks, commands.airtimes, refusals.all_refusals, exports.choices, exports.refusals,
                exports.full_precision, server.answers):
        yield (job,)
    for model in (*exports.ENCODERS, *exports.TREES):
        yield exports.encoders, model
    for model in ("plain", "base-radix", "base-rooms", "compress-tagged"):
        yield exports.packages, model
    for model in ("plain", "base-radix", "base-rooms"):
        yield exports.inputs, model
    for model in exports.COMPRESSED:
        yield exports.compressed, model
    for model in exports.WITH_NETWORK:
        yield exports.networks, model
    for model in exports.KEPT:
        yield exports.kept, model


def do(place, job):
    function, *arguments = job
    try:
        function(place, *arguments)
    except Exception as error:  # the other jobs tell more about what is wrong
        with place.lock:
            place.failures.append(f"{function.__name__} {arguments[:1]}: {type(error).__name__}: {error}")


def make_everything(place):
    for name in ("trained", "models", "sent", "traces", "drawn", "served"):
        (place.folder / name).mkdir()
    tables.write_tables(place.folder)
    for model in exports.KEPT:
        shutil.copy(HERE / f"{model}.terse", place.folder / "models")
    with ThreadPoolExecutor(PROCESSES) as pool:
        for jobs in (first_jobs, second_jobs, third_jobs):
            list(pool.map(lambda job: do(place, job), jobs()))
            if jobs is not third_jobs:
                exports.make_changed(place)


def differences(kind, expected, found, only):
    for name in sorted({*expected, *found}):
        if not name.startswith(only) or expected.get(name) == found.get(name):
            continue
        told = []
        for what, value in (("expected", expected.get(name)), ("found", found.get(name))):
            told.append(f"{what} {value[0]} bytes, {value[1]}" if value else f"{what} nothing")
        yield f"{kind} {name}: {'; '.join(told)}"


def written(hashes):
    """By folder, one line for each artefact."""
    folders = {}
    for name, value in sorted(hashes.items()):
        folder, _, last = name.rpartition("/")
        folders.setdefault(folder, []).append(f" {json.dumps(last)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(f"{json.dumps(folder)}: {{\n" + ",\n".join(lines) + "\n}"
                             for folder, lines in folders.items()) + "\n}\n"


def read(path):
    folders = json.loads(path.read_text())
    return {f"{folder}/{last}": value for folder, files in folders.items() for last, value in files.items()}


def expected_sets(place):
    sets = {kind: read(HERE / f"{kind}.json") for kind in place.sets}
    if not shutil.which("node"):
        print("skipped: the drawn pictures, for Node is not installed")
        for hashes in sets.values():
            for name in [name for name in hashes if name.startswith("drawn/")]:
                del hashes[name]
    return sets


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--keep")
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    reason = reason_to_skip()
    if reason:
        print(f"skipped: {reason}")
        return 0
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        place = Workplace(arguments.program, temporary, arguments.keep)
        make_everything(place)
    counts = ", ".join(f"{len(hashes)} of {kind}" for kind, hashes in place.sets.items())
    print(f"{counts} in {time.monotonic() - begin:.0f} s")
    problems = list(place.failures)
    if arguments.write and not problems:
        for kind, hashes in place.sets.items():
            (HERE / f"{kind}.json").write_text(written(hashes))
        return 0
    if not arguments.write:
        expected = expected_sets(place)
        for kind, hashes in place.sets.items():
            problems += differences(kind, expected[kind], hashes, arguments.only)
    for problem in problems[:SHOWN_MAX]:
        print(problem)
    if len(problems) > SHOWN_MAX:
        print(f"and {len(problems) - SHOWN_MAX} more")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
