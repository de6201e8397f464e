"""Outputs never destroy: what stands at the path of -o, inputs, a standard output that is full, signals.

Usage: outputs_test.py PATH_OF_TERSE
"""

import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from serve_process import make_model


def run(program, folder, *arguments, **options):
    options = {"stdout": subprocess.PIPE, **options}
    return subprocess.run([program, *map(str, arguments)], cwd=folder, stderr=subprocess.PIPE, text=True, timeout=120,
                          stdin=subprocess.DEVNULL, **options)


def refuses(done, code, *parts):
    assert done.returncode == code, (done.args, done.returncode, done.stderr)
    lines = done.stderr.splitlines()
    assert lines and lines[-1].startswith("terse: "), done.stderr
    for part in parts:
        assert part in lines[-1], (part, lines[-1])


def leftovers(folder):
    return [each.name for each in Path(folder).rglob("*") if each.name.endswith(".part")]


# What prints on standard output, with a model pump.terse and its table pump.csv.
PRINTING = [
    "evaluate pump.terse pump.csv", "evaluate pump.terse pump.csv --json", "inspect pump.terse",
    "inspect pump.terse --json", "predict pump.terse pump.csv", "predict pump.terse pump.csv -o -",
    "encode pump.terse pump.csv", "decode pump.terse pump.hex", "airtime 12", "airtime 12 --json", "data list",
    "data list --json", "data get fried:50", "train pump.csv --target wear --hidden 1x4 --epochs 1 -o new.terse",
    "train pump.csv --target wear --hidden 1x4 --epochs 1 -o new.terse --json",
    "export pump.terse --to c -o exported --json", "encode pump.terse pump.csv -o new.hex --json", "--help",
    "train --help", "--version",
]

# Each would replace one of its inputs.
DESTROYING = [
    "train pump.csv --target wear --hidden 1x4 --epochs 1 -o pump.csv",
    "train pump.csv --target wear --hidden 1x4 --epochs 1 -o ./link.csv",
    "predict pump.terse pump.csv -o pump.csv", "predict pump.terse pump.csv -o pump.terse",
    "predict pump.terse pump.csv -o hard.csv", "encode pump.terse pump.csv -o pump.csv",
    "decode pump.terse pump.hex -o pump.hex", "decode pump.terse pump.hex -o pump.terse",
    "data get pump.csv -o pump.csv", "compress pump.terse --data pump.csv --memory 2000 -o pump.terse",
    "allocate pump.csv --target wear --payload 1 --hidden 1x4 --epochs 1 -o pump.csv",
]

# Each writes what its last run has written.
REPEATED = [
    "train pump.csv --target wear --hidden 1x4 --epochs 1 -o again.terse",
    "compress pump.terse --data pump.csv --search-epochs 1 --epochs 1 --memory 2000 -o small.terse --trace trace.json "
    "--figure search.svg",
    "allocate pump.csv --target wear --payload 1 --hidden 1x4 --epochs 1 -o spread.terse --curve curve --budgets 3,6",
    "predict pump.terse pump.csv -o again.csv", "encode pump.terse pump.csv -o again.hex",
    "decode pump.terse pump.hex -o decoded.csv", "export pump.terse --to c -o again", "data get fried:50 -o fried.csv",
]


def check_full(program, folder):
    for line in PRINTING:
        with open("/dev/full", "w") as full:
            refuses(run(program, folder, *line.split(), stdout=full), 1, "tandard output cannot be written")
        done = subprocess.run(["bash", "-c", f'exec "{program}" {line} >&-'], cwd=folder, capture_output=True,
                              text=True, timeout=120)
        refuses(done, 1, "tandard output cannot be written")
    # What prints nothing there does not care.
    with open("/dev/full", "w") as full:
        done = run(program, folder, "predict", "pump.terse", "pump.csv", "-o", "quiet.csv", stdout=full)
    assert done.returncode == 0, done.stderr


def check_inputs(program, folder):
    (folder / "link.csv").symlink_to("pump.csv")
    os.link(folder / "pump.csv", folder / "hard.csv")
    before = {name: (folder / name).read_bytes() for name in ("pump.csv", "pump.terse", "pump.hex")}
    for line in DESTROYING:
        refuses(run(program, folder, *line.split()), 2, "is an input of this command")
        assert before == {name: (folder / name).read_bytes() for name in before}, line
    assert (folder / "link.csv").is_symlink() and not leftovers(folder)


def check_again(program, folder):
    for line in REPEATED:
        for _ in range(2):
            done = run(program, folder, *line.split())
            assert done.returncode == 0, (line, done.stderr)


def check_what_stands_there(program, folder):
    def predict(output):
        return run(program, folder, "predict", "pump.terse", "pump.csv", "-o", output)

    expected = run(program, folder, "predict", "pump.terse", "pump.csv").stdout
    assert predict("/dev/null").returncode == 0 and stat.S_ISCHR(os.stat("/dev/null").st_mode)
    refuses(predict("/dev/full"), 1, "/dev/full")
    assert predict("/dev/stdout").stdout == expected
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    assert predict("pipe").returncode == 0
    reader.join()
    assert read == [expected] and stat.S_ISFIFO(os.stat(pipe).st_mode)
    (folder / "deep").mkdir()
    (folder / "deep/old.csv").write_text("old")
    (folder / "deep/old.csv").chmod(0o600)
    (folder / "to-old.csv").symlink_to("deep/old.csv")
    assert predict("to-old.csv").returncode == 0
    assert (folder / "to-old.csv").is_symlink() and (folder / "deep/old.csv").read_text() == expected
    assert stat.S_IMODE(os.stat(folder / "deep/old.csv").st_mode) == 0o600
    refuses(predict("deep"), 1, "folder")
    refuses(run(program, folder, "train", "pump.csv", "--target", "wear", "-o", "-"), 2, "standard output")
    if os.geteuid() == 0:
        as_other = dict(user="nobody", group="nogroup", extra_groups=[])
        for path in (folder, *folder.iterdir()):
            path.chmod(0o755 if path.is_dir() else 0o644)
        done = run(program, folder, "predict", "pump.terse", "pump.csv", "-o", "/dev/null", **as_other)
        assert done.returncode == 0, done.stderr
        # A file that may be written in a folder that may not.
        (folder / "shared.csv").write_text("old")
        (folder / "shared.csv").chmod(0o666)
        done = run(program, folder, "predict", "pump.terse", "pump.csv", "-o", "shared.csv", **as_other)
        assert done.returncode == 0 and (folder / "shared.csv").read_text() == expected, done.stderr
        (folder / "locked.csv").write_text("old")
        refuses(run(program, folder, "predict", "pump.terse", "pump.csv", "-o", "locked.csv", **as_other), 1, "locked")
        assert (folder / "locked.csv").read_text() == "old"
    exported = folder / "exported"
    exported.mkdir(exist_ok=True)
    assert run(program, folder, "export", "pump.terse", "--to", "c", "-o", "exported").returncode == 0
    header = next(exported.glob("*.h"))
    text = header.read_text()
    header.rename(folder / "kept.h")
    header.symlink_to("../kept.h")
    (folder / "kept.h").write_text("old")
    assert run(program, folder, "export", "pump.terse", "--to", "c", "-o", "exported").returncode == 0
    assert header.is_symlink() and (folder / "kept.h").read_text() == text
    assert not leftovers(folder)


def check_ends(program, folder):
    work = folder / "ends"
    work.mkdir()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        process = subprocess.Popen([program, "data", "get", "fried:5000000", "-o", "big.csv"], cwd=work,
                                   stderr=subprocess.DEVNULL)
        while not leftovers(work) and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(number)
        assert process.wait(60) == -number, "the parent sees how it ended"
        assert list(work.iterdir()) == [], number
    done = subprocess.run(["bash", "-c", f'ulimit -f 8; exec "{program}" data get fried:100000 -o big.csv'], cwd=work,
                          capture_output=True, text=True, timeout=60)
    refuses(done, 1, "big.csv")
    assert list(work.iterdir()) == []


if __name__ == "__main__":
    program = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        make_model(program, work)
        check_full(program, work)
        check_inputs(program, work)
        check_again(program, work)
        check_what_stands_there(program, work)
        check_ends(program, work)
