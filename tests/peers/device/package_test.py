"""Packages of the exported encoder, used as somebody else would: self-tests compiled and run, the README's sketch built
against the Arduino core and run on a simulated Uno, examples compiled (against stand-ins for the headers that Debian
does not have: the LMIC library's, Zephyr's).

Usage: package_test.py TERSE WRITE_MODELS [TEST...]
"""

import json
import os
import re
import select
import socket
import subprocess
import sys
import time
import unittest
from pathlib import Path

import cores
import encoder_test
import reference

sys.path.insert(0, str(Path(__file__).parents[2] / "program"))
import serve_process  # noqa: E402

CORE = Path("/usr/share/arduino/hardware/arduino/avr")
AVR = ["-mmcu=atmega328p", "-DF_CPU=16000000L", "-DARDUINO=10808", "-DARDUINO_AVR_UNO", "-DARDUINO_ARCH_AVR", "-Os",
       "-w", "-DDECIMAL_DIG=17", "-ffunction-sections", "-fdata-sections", f"-I{CORE}/cores/arduino",
       f"-I{CORE}/variants/standard"]
CXX = ["-std=gnu++11", "-fpermissive", "-fno-exceptions", "-fno-threadsafe-statics", "-x", "c++"]

LMIC = """
#pragma once
#include <stdint.h>
#define OP_TXRXPEND 0x0080
struct lmic_t { uint16_t opmode; };
extern struct lmic_t LMIC;
extern "C" { void os_init(void); void os_runloop_once(void); void LMIC_reset(void);
int LMIC_setTxData2(uint8_t port, uint8_t *data, uint8_t bytes, uint8_t confirmed); }
"""
BLUETOOTH = """
#include <stddef.h>
#include <stdint.h>
struct bt_data { uint8_t type; uint8_t data_len; const uint8_t *data; };
struct bt_le_adv_param { int any; };
#define BT_DATA(kind, bytes, length) { .type = (kind), .data_len = (length), .data = (const uint8_t *)(bytes) }
#define BT_DATA_MANUFACTURER_DATA 0xff
#define BT_LE_ADV_NCONN (&(const struct bt_le_adv_param){0})
int bt_enable(void *ready);
int bt_le_adv_start(const struct bt_le_adv_param *how, const struct bt_data *data, size_t count,
                    const struct bt_data *scan, size_t scan_count);
int bt_le_adv_stop(void);
"""
KERNEL = """
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define K_SECONDS(seconds) (seconds)
int k_sleep(int seconds);
"""


class PackageTest(encoder_test.EncoderTest):
    def export(self, kind, case, form="size"):
        """The package of a case, below the test's folder; CASES as in encoder_test.py."""
        exported = encoder_test.Exported(self.folder, case, form)
        target = self.folder / kind
        command = [encoder_test.TERSE, "export", exported.model, "--to", kind, "--prefix", "m", "--form", form,
                   "-o", target]
        for value in encoder_test.CASES[case][4]:
            command += ["--input", value]
        cores.call(command)
        return exported, target

    def stand_in(self, name, text):
        path = self.folder / "stand_ins" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return f"-I{self.folder / 'stand_ins'}"


class SelfTest(PackageTest):
    def test_every_case_passes_the_command_of_its_readme(self):
        for case in encoder_test.CASES:
            for form in ("size", "speed"):
                _, folder = self.export("c", case, form)
                command = re.findall(r"(?m)^    cc (.*)$", (folder / "README.md").read_text())[0]
                strict = " ".join(flag for flag in cores.STRICT if flag != "-ffreestanding")
                done = cores.call(["sh", "-c", f"cc {strict} {command}"], cwd=folder)
                self.assertIn(b"32 of 32 messages are right", done.stdout, case)

    def test_it_fails_when_a_message_is_wrong(self):
        _, folder = self.export("c", "3 bits")
        path = folder / "m_test.c"
        path.write_text(path.read_text().replace("  {\n    0xFF", "  {\n    0xFE", 1))
        cores.call(["cc", "-I.", "m.c", "m_test.c", "-o", "m_test"], cwd=folder)
        done = subprocess.run([folder / "m_test"], capture_output=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"31 of 32", done.stdout)

    def test_the_csv_holds_messages_of_the_definition(self):
        for case in ("levels, radix", "float", "kinds", "sentinels, mixed", "sentinel, gaps"):
            exported, folder = self.export("c", case)
            lines = (folder / "vectors.csv").read_text().splitlines()
            self.assertEqual(len(lines), 33)
            for line in lines[1:]:
                *held, payload = line.split(",")
                wanted = exported.payload([float(value or 0) for value in held], [value == "" for value in held])
                refused = wanted == reference.refused(len(wanted))
                self.assertEqual("" if refused else wanted.hex(), payload, case)


class Arduino(PackageTest):
    def core_objects(self):
        objects = []
        for source in sorted((CORE / "cores" / "arduino").glob("*.c*")) + sorted((CORE / "cores/arduino").glob("*.S")):
            target = self.folder / f"{source.name}.o"
            language = CXX if source.suffix == ".cpp" else []
            cores.call([cores.need("avr-gcc"), *AVR, *language, "-c", source, "-o", target])
            objects.append(target)
        return objects

    def build_sketch(self, text, folder, extra=(), link=True):
        sketch = self.folder / "sketch.cpp"
        sketch.write_text("#include <Arduino.h>\n" + text)
        cores.call(["avr-gcc", *AVR, *CXX, f"-I{folder}/src", *extra, "-c", sketch, "-o", self.folder / "sketch.o"])
        if not link:
            return None
        cores.call(["avr-gcc", *AVR, "-std=gnu99", "-c", folder / "src" / "m.c", "-o", self.folder / "library.o"])
        firmware = self.folder / "sketch.elf"
        cores.call(["avr-gcc", "-mmcu=atmega328p", "-Os", "-Wl,--gc-sections", self.folder / "sketch.o",
                    self.folder / "library.o", *self.core_objects(), "-lm", "-o", firmware])
        return firmware

    def first_line(self, firmware):
        """What the sketch prints first, in hexadecimal; the simulated Uno runs on until it is stopped."""
        program = subprocess.Popen([cores.need("simavr"), "-m", "atmega328p", "-f", "16000000", firmware],
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output, end = b"", time.monotonic() + 60
        try:
            while time.monotonic() < end:
                if select.select([program.stdout], [], [], 1)[0]:
                    output += os.read(program.stdout.fileno(), 4096)
                plain = re.sub(rb"\x1b\[[0-9;]*m", b"", output)
                found = re.search(rb"(?m)^([0-9A-F]{2,})\.*\r?\n", plain)
                if found:
                    return found.group(1).decode()
        finally:
            program.kill()
            program.wait()
            program.stdout.close()
        raise AssertionError(f"no line of hexadecimal in {output!r}")

    def test_the_sketch_of_the_readme_prints_a_payload_that_decodes_to_the_prediction(self):
        for case in ("3 bits", "levels, radix"):
            exported, folder = self.export("arduino", case)
            sketch = re.findall(r"```cpp\n(.*?)```", (folder / "README.md").read_text(), re.S)[0]
            self.assertEqual(sketch, (folder / "examples/print_payload/print_payload.ino").read_text())
            line = self.first_line(self.build_sketch(sketch, folder))
            (self.folder / "payloads.hex").write_text(line + "\n")
            decoded = json.loads(cores.call([encoder_test.TERSE, "decode", exported.model,
                                             self.folder / "payloads.hex", "--json"]).stdout)
            held = (folder / "extras" / "vectors.csv").read_text().splitlines()[1].split(",")[:-1]
            readings = [feature.reading(float(value)) for feature, value in zip(exported.features, held)]
            table = self.folder / "one.csv"
            table.write_text(",".join(f"feature {f}" for f in range(len(readings))) + "\n"
                             + ",".join(f"{value:.9g}" for value in readings) + "\n")
            predicted = cores.call([encoder_test.TERSE, "predict", exported.model, table]).stdout.decode().split()
            self.assertAlmostEqual(float(predicted[-1]), decoded["predictions"][0], places=6)

    def test_the_lorawan_example_compiles_against_a_stand_in(self):
        _, folder = self.export("arduino", "2 bits")
        text = (folder / "examples/send_lorawan/send_lorawan.ino").read_text()
        self.build_sketch(text, folder, [self.stand_in("lmic.h", LMIC)], link=False)


class Others(PackageTest):
    def coap_sender(self, folder):
        caller = folder / "caller.c"
        caller.write_text('#include <stdlib.h>\n#include "m.h"\n'
                          "int m_put_readings(int, const m_reading_t *, const char *, const char *);\n"
                          "int main(int n, char **a) { m_reading_t r[M_FEATURES] = {0}; (void)n;\n"
                          "return m_put_readings(atoi(a[1]), r, a[2], a[3]) == 0 ? 0 : 1; }\n")
        program = folder / "caller"
        cores.call(["cc", "-Wall", "-Wextra", "-Wconversion", "-Werror", f"-I{folder}", folder / "m.c",
                    folder / "examples/put_readings/put_readings.c", caller, "-o", program])
        return program

    def test_the_coap_message_reaches_the_server(self):
        exported, folder = self.export("esp-idf", "3 bits")
        program = self.coap_sender(folder)
        name = "a_model_of_more_than_twelve_letters"[:32]
        payload = exported.payload([0] * 9).hex()
        (self.folder / "payload.hex").write_text(payload + "\n")
        decoded = json.loads(cores.call([encoder_test.TERSE, "decode", exported.model, self.folder / "payload.hex",
                                         "--json"]).stdout)
        with serve_process.Server(encoder_test.TERSE, self.folder, f"{name}={exported.model}", "--coap",
                                  "127.0.0.1:0") as server:
            for who in ("p1", "p" * 32):
                # Each program counts messages from 1: a port of its own keeps the second from being a repetition.
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
                    device.connect(("127.0.0.1", server.addresses["coap_port"]))
                    subprocess.run([program, str(device.fileno()), name, who], pass_fds=[device.fileno()], check=True)
                    serve_process.wait_until(lambda who=who: server.curl(f"/v1/devices/{who}/latest")[0] == 200)
                latest = server.json(f"/v1/devices/{who}/latest")[1]
                self.assertEqual(latest["payload"], payload)
                self.assertAlmostEqual(latest["prediction"], decoded["predictions"][0], places=5)
                self.assertEqual(latest["model"], name)
        for wrong in (("", "p"), ("m", ""), ("m" * 33, "p"), ("m", "p" * 33)):
            self.assertEqual(subprocess.run([program, "0", *wrong], check=False).returncode, 1)

    def test_the_zephyr_sample_compiles_against_a_stand_in(self):
        _, folder = self.export("zephyr", "3 bits")
        self.stand_in("zephyr/bluetooth/bluetooth.h", BLUETOOTH)
        include = self.stand_in("zephyr/kernel.h", KERNEL)
        cores.call(["cc", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", include, f"-I{folder}/include",
                    folder / "samples/advertise/src/main.c"])
        self.assertIn("CONFIG_M_ENCODER=y", (folder / "samples/advertise/prj.conf").read_text())
        self.assertIn("config M_ENCODER", (folder / "Kconfig").read_text())

    def test_platformio_knows_the_library(self):
        _, folder = self.export("platformio", "3 bits")
        facts = json.loads((folder / "library.json").read_text())
        self.assertEqual(facts["name"], "m")
        self.assertTrue((folder / facts["build"]["srcDir"] / facts["headers"]).exists())


if __name__ == "__main__":
    encoder_test.TERSE, encoder_test.WRITE_MODELS = map(os.path.abspath, sys.argv[1:3])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
