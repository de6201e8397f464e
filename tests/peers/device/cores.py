"""Builds an exported encoder for a processor and runs it there (in a simulator) on rows of readings.

Every core has build(folder, out, empty) -> firmware and run(firmware, rows) -> Run.
"""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
STRICT = ["-std=c99", "-ffreestanding", "-Wall", "-Wextra", "-Wconversion", "-Wdouble-promotion", "-Werror"]
SECTIONS = ["-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections"]


class Missing(RuntimeError):
    """A compiler or simulator is not installed."""


@dataclass
class Run:
    payloads: list
    cycles: float = 0.0
    cycles_min: int = 0
    cycles_max: int = 0
    stack: int = 0


@dataclass
class Size:
    flash: int
    ram: int


def need(program):
    if shutil.which(program) is None:
        raise Missing(f"{program} is missing: scripts/install-packages test")
    return program


def call(command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, timeout=300, **options)
    if done.returncode != 0:
        text = done.stderr.decode(errors="replace") + done.stdout.decode(errors="replace")
        raise RuntimeError(f"{' '.join(map(str, command))}\nexit {done.returncode}\n{text}")
    return done


def split(output, payload_bytes):
    return [output[at : at + payload_bytes] for at in range(0, len(output), payload_bytes)]


def symbols(tool, firmware):
    lines = call([need(tool), firmware]).stdout.decode().splitlines()
    return {line.split()[-1]: int(line.split()[0], 16) for line in lines if len(line.split()) == 3}


def size(tool, firmware):
    text, data, bss = map(int, call([need(tool), firmware]).stdout.decode().splitlines()[1].split()[:3])
    return Size(text + data, data + bss)


def once(target, sources, command):
    """Builds `target` unless it is newer than its sources."""
    if not target.exists() or any(target.stat().st_mtime < source.stat().st_mtime for source in sources):
        call(command)
    return target


class Avr:
    name = "ATmega328P"
    counts = "cycles"

    def __init__(self, tools):
        self.tools = tools

    def build(self, folder, out, empty=False, level="-Os"):
        firmware = out / ("avr_empty.elf" if empty else "avr.elf")
        call([need("avr-gcc"), "-mmcu=atmega328p", level, *STRICT, *SECTIONS, f"-I{folder}",
              *(["-DEMPTY"] if empty else [folder / "m.c"]), HERE / "avr_main.c", "-o", firmware])
        return firmware

    def size(self, firmware):
        return size("avr-size", firmware)

    def host(self):
        source = HERE / "avr_run.c"
        flags = call([need("pkg-config"), "--cflags", "--libs", "simavr"]).stdout.decode().split()
        target = self.tools / "avr_run"
        return once(target, [source], ["cc", "-O2", source, "-o", target, *flags])

    def run(self, firmware, rows, payload_bytes):
        at = symbols("avr-nm", firmware)
        done = call([self.host(), firmware, hex(at["readings"]), len(rows[0]), hex(at["payload"]), payload_bytes],
                    input=b"".join(rows))
        facts = json.loads(re.findall(rb"\{.*\}", done.stderr)[-1])
        return Run(split(done.stdout, payload_bytes), facts["cycles"], facts["cycles_min"], facts["cycles_max"],
                   facts["stack"])
