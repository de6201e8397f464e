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
STRICT = ["-std=c99", "-ffreestanding", "-Wall", "-Wextra", "-Wconversion", "-Wsign-conversion",
          "-Wdouble-promotion", "-pedantic", "-Werror"]
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
    words_read: int = 0
    words_misread: int = 0


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


def refusal_flags(folder):
    """For programs around an encoder that may refuse: its function has a status."""
    return ["-DREFUSES"] if "\nm_status_t m_encode(" in (folder / "m.h").read_text() else []


def firmware_flags(folder, empty, masked, network):
    """masked: which way of several to encode; network: flags of network_main.h, which puts the network in the
    encoder's place; "send": what decides about sending (send_main.h); None: the encoder."""
    flags = {False: [], True: ["-DMASKED"], "streamed": ["-DSTREAMED"]}[masked]
    if network is None:
        flags += refusal_flags(folder)
    sources = [] if empty else [folder / "m.c"]
    if network == "send":
        flags = ["-DSEND"]
        sources = [] if empty else [folder / "m_send.c"]
    elif network is not None:
        flags += ["-DNETWORK", *network]
        sources += [] if empty else [folder / "m_network.c"]
    return [*flags, "-DEMPTY"] if empty else [*flags, *sources]


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

    def build(self, folder, out, empty=False, level="-Os", masked=False, network=None):
        firmware = out / ("avr_empty.elf" if empty else "avr.elf")
        call([need("avr-gcc"), "-mmcu=atmega328p", level, *STRICT, *SECTIONS, f"-I{folder}",
              f"-I{HERE}", *firmware_flags(folder, empty, masked, network), HERE / "avr_main.c", "-o", firmware])
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


class Bare:
    """A board without operating system in qemu; rows of readings are part of the firmware."""

    tool = machine = script = name = counts = plugin = ""
    flags = qemu = ()
    words = None  # symbols between which memory is read by whole words alone

    def __init__(self, tools):
        self.tools = tools

    def build(self, folder, out, empty=False, level="-Os", rows=(b"",), masked=False, network=None):
        (out / "rows.bin").write_bytes(b"".join(rows))
        firmware = out / f"{self.machine}{'_empty' if empty else ''}.elf"
        call([need(f"{self.tool}-gcc"), *self.flags, level, *STRICT, *SECTIONS, f"-I{folder}", f"-Wa,-I{out}",
              f"-I{HERE}", *firmware_flags(folder, empty, masked, network), HERE / "bare_main.c",
              "-nostartfiles", "-T", HERE / self.script, "-o", firmware])
        return firmware

    def size(self, firmware):
        return size(f"{self.tool}-size", firmware)

    def run(self, firmware, rows, payload_bytes):
        source = HERE / "count_plugin.c"
        plugin = once(self.tools / "count.so", [source],
                      ["cc", "-O2", "-shared", "-fPIC", source, "-o", self.tools / "count.so"])
        at = symbols(f"{self.tool}-nm", firmware)
        encode = next(at[name] for name in ("m_run_network", "m_run_send", "m_encode_masked", "m_encode") if name in at)
        counting = f"{plugin},begin={encode & ~1:#x},end={at['done'] & ~1:#x},core={self.plugin}"
        if self.words is not None:
            counting += ",words=" + ":".join(hex(at[name]) for name in self.words)
        done = call([need(self.qemu[0]), *self.qemu[1:], "-nographic", "-monitor", "none", "-kernel", firmware,
                     "-plugin", counting])
        text = done.stdout.decode() + done.stderr.decode()
        payloads = [bytes.fromhex(line) for line in re.findall(r"(?m)^([0-9a-f]+)\r?$", text)]
        facts = json.loads(re.findall(r"\{.*\}", text)[-1])
        stack = int(re.findall(r"(?m)^=([0-9a-f]{4})", text)[-1], 16)
        return Run(payloads, facts["cycles"], facts["cycles_min"], facts["cycles_max"], stack, facts["words_read"],
                   facts["words_misread"])


class CortexM0(Bare):
    name, counts, plugin = "Cortex-M0", "cycles", "m0"
    tool, machine, script = "arm-none-eabi", "m0", "microbit.ld"
    flags = ("-mcpu=cortex-m0", "-mthumb", "--specs=nano.specs")
    qemu = ("qemu-system-arm", "-M", "microbit", "-serial", "none", "-semihosting-config", "enable=on,target=native")


class RiscV(Bare):
    name, counts, plugin = "RV32IMAC", "instructions", "other"
    tool, machine, script = "riscv64-unknown-elf", "rv32", "riscv_virt.ld"
    flags = ("-march=rv32imac", "-mabi=ilp32", "-mcmodel=medany", "--specs=picolibc.specs")
    qemu = ("qemu-system-riscv32", "-M", "virt", "-bios", "none", "-serial", "stdio")


class Esp8266(Bare):
    """Its core is little measured, but its flash is a thing of its own: what is not read by words is not read."""

    name, counts, plugin = "ESP8266", "instructions", "other"
    tool, machine, script = "xtensa-lx106-elf", "lx106", "esp8266.ld"
    flags = ("-DESP8266", "-mlongcalls")
    qemu = ("qemu-system-xtensa", "-M", "sim", "-cpu", "lx106", "-semihosting", "-serial", "stdio")
    words = ("flash_begin", "flash_end")


class OnEveryCore:
    """For a test case with a `folder`: what its on() says holds on each simulated processor."""

    def test_atmega328p(self):
        self.on(Avr(self.folder))

    def test_cortex_m0(self):
        self.on(CortexM0(self.folder))

    def test_rv32(self):
        self.on(RiscV(self.folder))
