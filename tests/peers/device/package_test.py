"""Packages of the exported encoder, used as somebody else would: self-tests compiled and run, the README's sketch built
against the Arduino core and run on a simulated Uno, examples compiled, and the sketches linked, with what declarations/
declares of the libraries that Debian does not have.

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
import yaml

sys.path.insert(0, str(Path(__file__).parents[2] / "program"))
import serve_process  # noqa: E402

CORE = Path("/usr/share/arduino/hardware/arduino/avr")
AVR = ["-mmcu=atmega328p", "-DF_CPU=16000000L", "-DARDUINO=10808", "-DARDUINO_AVR_UNO", "-DARDUINO_ARCH_AVR", "-Os",
       "-w", "-DDECIMAL_DIG=17", "-ffunction-sections", "-fdata-sections", f"-I{CORE}/cores/arduino",
       f"-I{CORE}/variants/standard"]
CXX = ["-std=gnu++11", "-fpermissive", "-fno-exceptions", "-fno-threadsafe-statics", "-x", "c++"]

DECLARATIONS = Path(__file__).parent / "declarations"


class PackageTest(encoder_test.EncoderTest):
    def export(self, kind, case, form="size"):
        """The package of a case, below the test's folder; CASES as in encoder_test.py."""
        exported = encoder_test.Exported(self.folder, case, form)
        target = self.folder / kind
        command = [encoder_test.TERSE, "export", exported.model, "--to", kind, "--prefix", "m", "--form", form,
                   "-o", target]
        for value in exported.inputs:
            command += ["--input", value]
        cores.call(command)
        return exported, target


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

    def build_sketch(self, text, folder, extra=(), more=()):
        sketch = self.folder / "sketch.cpp"
        sketch.write_text("#include <Arduino.h>\n" + text)
        cores.call(["avr-gcc", *AVR, *CXX, f"-I{folder}/src", *extra, "-c", sketch, "-o", self.folder / "sketch.o"])
        cores.call(["avr-gcc", *AVR, "-std=gnu99", "-c", folder / "src" / "m.c", "-o", self.folder / "library.o"])
        firmware = self.folder / "sketch.elf"
        cores.call(["avr-gcc", "-mmcu=atmega328p", "-Os", "-Wl,--gc-sections", self.folder / "sketch.o",
                    self.folder / "library.o", *more, *self.core_objects(), "-lm", "-o", firmware])
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

    def linked_with(self, library, example, case):
        """The sketch, and a library that is declared and defined for these tests, as one firmware."""
        _, folder = self.export("arduino", case)
        include = [f"-I{DECLARATIONS / library}", f"-I{CORE}/libraries/SPI/src"]
        cores.call(["avr-gcc", *AVR, *CXX, *include, "-c", DECLARATIONS / f"{library}.cpp", "-o",
                    self.folder / "radio.o"])
        text = (folder / f"examples/{example}/{example}.ino").read_text()
        return self.build_sketch(text, folder, include, more=[self.folder / "radio.o"])

    def test_the_lorawan_sketches_link(self):
        for case in ("2 bits", "sentinel", "float", "levels, radix"):
            self.linked_with("lmic", "send_lmic", case)
            self.linked_with("radiolib", "send_radiolib", case)

    def test_a_sketch_that_leaves_something_out_does_not_link(self):
        _, folder = self.export("arduino", "2 bits")
        sketch = folder / "examples/send_lmic/send_lmic.ino"
        for part in ("void os_getArtEui", "void os_getDevKey", "void onEvent", "const lmic_pinmap lmic_pins"):
            text = sketch.read_text()
            self.assertIn(part, text)
            kept = sketch.read_text().replace(part, part + "_of_mine")
            include = [f"-I{DECLARATIONS / 'lmic'}", f"-I{CORE}/libraries/SPI/src"]
            cores.call(["avr-gcc", *AVR, *CXX, *include, "-c", DECLARATIONS / "lmic.cpp", "-o",
                        self.folder / "radio.o"])
            with self.assertRaisesRegex(RuntimeError, "undefined reference"):
                self.build_sketch(kept, folder, include, more=[self.folder / "radio.o"])


class Others(PackageTest):
    def coap_sender(self, folder):
        caller = folder / "caller.c"
        caller.write_text('#include <stdlib.h>\n#include "m.h"\n'
                          "int m_put_readings(int, const m_reading_t *, const char *, const char *);\n"
                          "int main(int n, char **a) { m_reading_t r[M_FEATURES] = {0}; (void)n;\n"
                          "return m_put_readings(atoi(a[1]), r, a[2], a[3]) == 0 ? 0 : 1; }\n")
        program = folder / "caller"
        cores.call(["cc", "-Wall", "-Wextra", "-Wconversion", "-Werror", f"-I{folder}", folder / "m.c",
                    folder / "examples/put_readings/main/put_readings.c", caller, "-o", program])
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

    def test_the_esp_idf_project_compiles(self):
        for case in ("3 bits", "float"):
            _, folder = self.export("esp-idf", case)
            main = folder / "examples/put_readings/main"
            kconfig = (main / "Kconfig.projbuild").read_text()
            settings = re.findall(r'config (\w+)\n\t(string|int) ".*"\n\tdefault (.*)\n', kconfig)
            self.assertEqual(len(settings), 5)
            (self.folder / "protocol_examples_common.h").write_text('#include "example_connect.h"\n')
            (self.folder / "sdkconfig.h").write_text("".join(f"#define CONFIG_{n} {d}\n" for n, _, d in settings))
            cores.call(["cc", "-std=gnu17", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-fsyntax-only",
                        f"-I{DECLARATIONS / 'esp_idf'}", "-include", DECLARATIONS / "esp_idf/freertos/FreeRTOS.h",
                        f"-I{self.folder}", f"-I{folder}", main / "main.c"])
            sources = re.findall(r'"(.*?\.c)"', (main / "CMakeLists.txt").read_text())
            self.assertEqual(sorted(sources), sorted(path.name for path in main.glob("*.c")))
            project = (folder / "examples/put_readings/CMakeLists.txt").read_text()
            self.assertIn("tools/cmake/project.cmake", project)
            component = yaml.safe_load((folder / "idf_component.yml").read_text())
            self.assertTrue((folder / component["examples"][0]["path"]).is_dir())
            self.assertEqual(component["license"], "MIT-0")

    def test_the_zephyr_sample_compiles(self):
        for case in ("3 bits", "float"):
            _, folder = self.export("zephyr", case)
            sample = folder / "samples/advertise"
            cores.call(["cc", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", f"-I{DECLARATIONS / 'zephyr'}",
                        f"-I{folder}/include", sample / "src/main.c"])
            self.assertIn("CONFIG_M_ENCODER=y", (sample / "prj.conf").read_text())
            self.assertIn("config M_ENCODER", (folder / "Kconfig").read_text())
            module = yaml.safe_load((folder / "zephyr/module.yml").read_text())
            self.assertEqual([(folder / path).is_dir() for path in module["samples"]], [True])
            described = yaml.safe_load((sample / "sample.yaml").read_text())
            self.assertEqual(set(described), {"sample", "tests"})
            self.assertEqual(set(described["sample"]), {"name", "description"})
            for name, test in described["tests"].items():
                self.assertRegex(name, r"^sample(\.[a-z0-9_]+)+$")
                self.assertTrue(test["build_only"])
                self.assertIsInstance(test["platform_allow"], str)

    def test_platformio_knows_the_library(self):
        _, folder = self.export("platformio", "3 bits")
        facts = json.loads((folder / "library.json").read_text())
        self.assertEqual((facts["name"], facts["license"]), ("m", "MIT-0"))
        for example in facts["examples"]:
            self.assertTrue((folder / example["base"] / example["files"][0]).exists())
        self.assertTrue((folder / facts["build"]["srcDir"] / facts["headers"]).exists())


if __name__ == "__main__":
    encoder_test.TERSE, encoder_test.WRITE_MODELS = map(os.path.abspath, sys.argv[1:3])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
