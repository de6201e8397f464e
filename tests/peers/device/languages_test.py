"""The encoder in Rust and in Python against the definitions of reference.py: on the vectors that come with it, and on
the same hard rows as the encoder in C. Python runs in MicroPython (an npm package) and in CPython.

Usage: languages_test.py TERSE WRITE_MODELS FOLDER_FOR_MICROPYTHON [TEST...]
"""

import csv
import math
import os
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

import cores
import encoder_test
import reference
import send_cases

MICROPYTHON = Path()
FIXTURE = Path(__file__).parents[2] / "export/micropython"
RUSTC = "/usr/bin/rustc"


def install_micropython(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "run.mjs"):
        shutil.copy(FIXTURE / name, folder)
    lock, installed = folder / "package-lock.json", folder / "installed"
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True)
        shutil.copy(lock, installed)


class Language(encoder_test.EncoderTest):
    def each(self, language, cases=tuple(encoder_test.CASES)):
        for case in cases:
            exported = encoder_test.Exported(self.folder, case, "size")
            target = self.folder / language
            shutil.rmtree(target, ignore_errors=True)
            command = [encoder_test.TERSE, "export", exported.model, "--to", language, "--prefix", "m", "-o", target]
            for value in exported.inputs:
                command += ["--input", value]
            cores.call(command)
            with self.subTest(case=case):
                yield exported, target

    def rows(self, exported):
        """Rows with and without marks of what is missing; a mark is for features that may be."""
        may = [feature.missing_code is not None for feature in exported.features]
        plain = [(row, [False] * len(row)) for row in exported.rows]
        marked = [(row, [bit and allowed for bit, allowed in zip(mask, may)])
                  for row, mask in zip(exported.rows, exported.masks)]
        return plain + (marked if any(may) else [])

    def compare(self, exported, rows, answers):
        expected = [exported.payload(row, mask) for row, mask in rows]
        self.same([bytes.fromhex(answer) for answer in answers], expected, exported)

    def odd_model(self):
        """Names that end lines, comments and texts, or turn the direction of what follows."""
        names = ["a\rb", 'x"""\\', "*/ } #", "\u202eabc\u0085d\u2028e", "// \\"]
        with open(self.folder / "odd.csv", "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[*names, "y"], *([i % 7, i % 5, i % 3, i % 11, i % 13, i] for i in range(200))])
        model = self.folder / 'q"""\\N \u2067.terse'
        cores.call([encoder_test.TERSE, "train", self.folder / "odd.csv", "--target", "y", "--bits", "2", "--epochs",
                    "1", "--hidden", "1x4", "--quiet", "-o", model])
        return model

    def odd(self, language):
        target = self.folder / f"odd_{language}"
        cores.call([encoder_test.TERSE, "export", self.odd_model(), "--to", language, "--prefix", "m", "-o", target])
        return target


class Sending(Language):
    """Which messages are due, step by step as in C and by the rule in words, some of them lost on their way."""

    PYTHON = """from m_send import Sender, changed
from walk import MESSAGES, RULES
for change, heartbeat in RULES:
    sender, last, answers = Sender(change, heartbeat), None, []
    for fails, text in MESSAGES:
        message = bytes(int(text[at:at + 2], 16) for at in range(0, len(text), 2))
        plain = 2 if last is None else int(changed(message, last, change))
        due = sender.due(message)
        answers.append("%d%d" % (due, plain))
        if due and not fails:
            sender.sent(message)
            last = message
    print("".join(answers))
for wrong in (b"", message + b"0"):
    try:
        sender.due(wrong)
        print("taken")
    except ValueError:
        pass
"""
    RUST = """
fn answers(change: u8, heartbeat: u16) {
    let mut sender = Sender::with(change, heartbeat);
    let mut last = None;
    for (fails, message) in MESSAGES.iter() {
        let plain = last.map_or(2, |last| changed(message, &last, change) as u8);
        let due = sender.due(message);
        print!("{}{}", due as u8, plain);
        if due && !fails {
            sender.sent(message);
            last = Some(*message);
        }
    }
    println!();
}
"""

    def each_walk(self, language):
        for case in send_cases.CASES:
            walk = send_cases.Walk(encoder_test.TERSE, encoder_test.WRITE_MODELS, self.folder, case)
            target = self.folder / language
            shutil.rmtree(target, ignore_errors=True)
            cores.call([encoder_test.TERSE, "export", walk.model, "--to", language, "--prefix", "m", "--send-on-change",
                        "-o", target])
            with self.subTest(case):
                yield walk, target

    def compare(self, walk, answers):
        self.assertEqual(len(answers), len(send_cases.RULES))
        for rule, answer in zip(send_cases.RULES, answers):
            self.assertEqual(answer, walk.in_c(*rule))
            self.assertEqual(answer, walk.by_the_rule(*rule))
            self.assertEqual({"0", "1"}, set(answer[::2]), "all are due, or none is: this tests nothing")

    def test_python(self):
        cpython = [sys.executable, "-B", "-c", "import runpy, sys; sys.path.insert(0, sys.argv[1]); "
                   "runpy.run_path(sys.argv[1] + '/' + sys.argv[2], run_name='__main__')"]
        for walk, folder in self.each_walk("micropython"):
            messages = [(fails, message.hex()) for fails, message in zip(walk.fails, walk.messages)]
            (folder / "walk.py").write_text(f"MESSAGES = {messages}\nRULES = {send_cases.RULES}\n")
            (folder / "driver.py").write_text(self.PYTHON)
            for command in (["node", MICROPYTHON / "run.mjs"], cpython):
                self.compare(walk, cores.call([*command, folder, "driver.py"]).stdout.decode().split())

    def test_rust(self):
        for walk, folder in self.each_walk("rust"):
            messages = "".join(f"    ({str(fails).lower()}, [{', '.join(map(str, message))}]),\n"
                               for fails, message in zip(walk.fails, walk.messages))
            calls = "".join(f"    answers({change}, {heartbeat});\n" for change, heartbeat in send_cases.RULES)
            (folder / "driver.rs").write_text(
                f"use m::*;\nconst MESSAGES: [(bool, [u8; PAYLOAD_BYTES]); {len(walk.messages)}] = [\n{messages}];\n"
                f"{self.RUST}\nfn main() {{\n{calls}}}\n")
            rustc = [cores.need(RUSTC), "--edition", "2018", "-D", "warnings"]
            cores.call([*rustc, "--crate-type", "lib", "--crate-name", "m", "src/lib.rs", "-o", "libm.rlib"],
                       cwd=folder)
            cores.call([*rustc, "driver.rs", "--extern", "m=libm.rlib", "-o", "driver"], cwd=folder)
            self.compare(walk, cores.call([folder / "driver"]).stdout.decode().split())


class Python(Language):
    DRIVER = """import m
nan, inf = float("nan"), float("inf")
for row in ROWS:
    try:
        message = m.encode(row)
    except m.NoReading:
        message = b"\\xFE" * m.PAYLOAD_BYTES
    print("".join("%02x" % byte for byte in message))
for row in (ROWS[0][:-1], list(ROWS[0]) + [0], []):
    try:
        m.encode(row)
        print("taken")
    except ValueError:
        pass
"""

    def value(self, feature, held, missing):
        if missing:
            return "None"
        if math.isnan(held) or math.isinf(held):
            return f"{'-' if math.copysign(1, held) < 0 else ''}{'nan' if math.isnan(held) else 'inf'}"
        return repr(float(held) if feature.type == "float32" else int(held))

    def check(self, command, cases=tuple(encoder_test.CASES)):
        for exported, folder in self.each("micropython", cases):
            done = cores.call([*command, folder, "m_test.py"])
            self.assertIn(b"32 of 32 messages are right", done.stdout)
            rows = self.rows(exported)
            text = "\n".join(f"  [{', '.join(map(self.value, exported.features, row, mask))}]," for row, mask in rows)
            (folder / "rows.py").write_text("nan, inf = float('nan'), float('inf')\nROWS = [\n" + text + "\n]\n")
            (folder / "driver.py").write_text("from rows import ROWS\n" + self.DRIVER)
            done = cores.call([*command, folder, "driver.py"])
            self.compare(exported, rows, done.stdout.decode().split())

    def test_micropython(self):
        """Every third case: what differs from CPython is the interpreter, not the module."""
        self.check(["node", MICROPYTHON / "run.mjs"], tuple(encoder_test.CASES)[::3])

    def test_cpython(self):
        run = "import runpy, sys; sys.dont_write_bytecode = True; sys.path.insert(0, sys.argv[1]); " \
            "runpy.run_path(sys.argv[1] + '/' + sys.argv[2], run_name='__main__')"
        self.check([sys.executable, "-c", run])

    def test_what_the_firmware_cannot_hold_is_an_error(self):
        for _, folder in self.each("micropython", ["kinds"]):
            (folder / "wrong.py").write_text(
                "import m\n"
                "for place, value in ((0, 1.5), (0, 40000), (1, -1), (3, 1024), (0, '5')):\n"
                "    row = [0] * m.FEATURES\n    row[place] = value\n"
                "    try:\n        m.encode(row)\n        print('taken', value)\n"
                "    except (TypeError, ValueError) as error:\n        print('refused')\n")
            done = cores.call(["node", MICROPYTHON / "run.mjs", folder, "wrong.py"])
            self.assertEqual(done.stdout.split(), [b"refused"] * 5)

    def test_names_of_modules_are_owned(self):
        """MicroPython's own modules, and what it takes them for instead of a file: ujson is json."""
        folder = self.folder / "names"
        folder.mkdir()
        (folder / "list.py").write_text("help('modules')\n")
        run = ["node", MICROPYTHON / "run.mjs", folder]
        listed = cores.call([*run, "list.py"]).stdout.decode()
        own = [name for name in re.findall(r"(?<![\w/.])[a-z][a-z0-9_]*(?![\w/.])", listed.partition("Plus")[0])]
        self.assertGreater(len(own), 20)
        for name in own:
            (folder / f"u{name}.py").write_text("FILE = 1\n")
        (folder / "hidden.py").write_text(f"for name in {['u' + name for name in own]}:\n"
                                          "    if not hasattr(__import__(name), 'FILE'):\n        print(name)\n")
        hidden = cores.call([*run, "hidden.py"]).stdout.decode().split()
        self.assertGreater(len(hidden), 5)
        model = encoder_test.Exported(self.folder, "1 bit", "size").model
        for name in own + hidden:
            done = cores.call([encoder_test.TERSE, "export", model, "--to", "micropython", "--prefix", name, "-o",
                               self.folder / "named"])
            self.assertIn(f"'{name}' is ", done.stderr.decode(), name)

    def test_odd_names(self):
        folder = self.odd("micropython")
        for command in (["node", MICROPYTHON / "run.mjs", folder, "m_test.py"],
                        [sys.executable, "-B", folder / "m_test.py"]):
            self.assertIn(b"32 of 32 messages are right", cores.call(command).stdout)


class C(Language):
    def test_odd_names(self):
        folder = self.odd("c")
        cores.call(["cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "m.c", "m_test.c", "-o", "m_test"], cwd=folder)
        self.assertIn(b"32 of 32 messages are right", cores.call([folder / "m_test"]).stdout)
        folder = self.odd("arduino")
        lines = (folder / "library.properties").read_text().splitlines()
        self.assertEqual([line.partition("=")[0] for line in lines[1:]],
                         ["name", "version", "author", "maintainer", "sentence", "paragraph", "category", "url",
                          "architectures", "depends", "includes"])


class Rust(Language):
    def value(self, field, feature, held, missing):
        optional, kind = field
        if missing:
            return "None"
        text = str(int(held)) if kind != "f32" else "f32::NAN" if math.isnan(held) else \
            ("-" if held < 0 else "") + "f32::INFINITY" if math.isinf(held) else f"{held!r}f32"
        return f"Some({text})" if optional else text

    def build(self, folder, *arguments):
        cores.call([cores.need(RUSTC), "--edition", "2018", "-D", "warnings", *arguments], cwd=folder)

    def driver(self, exported, rows, fields, crate):
        """A function that prints the message of each row, one a line."""
        lines = []
        for row, mask in rows:
            values = map(self.value, [field[1:] for field in fields], exported.features, row, mask)
            given = ", ".join(f"{name}: {value}" for (name, *_), value in zip(fields, values))
            lines.append(f"        show(Readings {{ {given} }});")
        answer = "encode(&readings).unwrap_or([0xFE; PAYLOAD_BYTES])" if exported.facts["refuses"] \
            else "encode(&readings)"
        return (f"mod of_{crate} {{\n    use {crate}::*;\n    fn show(readings: Readings) {{\n"
                f"        for byte in {answer}.iter() {{\n            print!(\"{{:02x}}\", byte);\n        }}\n"
                "        println!();\n    }\n    pub fn run() {\n" + "\n".join(lines) + "\n    }\n}\n")

    def test_rust(self):
        """Every case is a crate; one program and one test of them all, since linking takes longest."""
        place = self.folder / "crates"
        place.mkdir()
        cases, vectors, drivers, crates = [], "", "", []
        for index, (exported, folder) in enumerate(self.each("rust")):
            crate = f"m{index}"
            source = (folder / "src/lib.rs").read_text()
            self.assertIn("#![no_std]\n#![forbid(unsafe_code)]\n", source)
            self.build(folder, "--crate-type", "lib", "--crate-name", crate, "src/lib.rs",
                       "-o", place / f"lib{crate}.rlib")
            fields = re.findall(r"(?m)^    pub (\w+): (Option<)?(\w+)>?,$", source)
            self.assertEqual(len(fields), len(exported.features))
            rows = self.rows(exported)
            cases.append((exported, rows))
            text = (folder / "tests/vectors.rs").read_text()
            vectors += f"mod of_{crate} {{\n" + re.sub(r"\bm::", f"{crate}::", text) + "}\n"
            drivers += self.driver(exported, rows, fields, crate)
            crates += ["--extern", f"{crate}=lib{crate}.rlib"]
        (place / "vectors.rs").write_text(vectors)
        self.build(place, "--test", "vectors.rs", *crates, "-o", "vectors")
        self.assertIn(b"%d passed" % len(cases), cores.call([place / "vectors"]).stdout)
        calls = "\n".join(f"    of_m{index}::run();" for index in range(len(cases)))
        (place / "driver.rs").write_text(f"{drivers}fn main() {{\n{calls}\n}}\n")
        self.build(place, "driver.rs", *crates, "-o", "driver")
        answers = cores.call([place / "driver"]).stdout.decode().split()
        for exported, rows in cases:
            with self.subTest(case=exported.case):
                self.compare(exported, rows, answers[:len(rows)])
            del answers[:len(rows)]
        self.assertEqual(answers, [])

    def test_odd_names(self):
        folder = self.odd("rust")
        self.build(folder, "--crate-type", "lib", "--crate-name", "m", "src/lib.rs", "-o", "libm.rlib")
        self.build(folder, "--test", "tests/vectors.rs", "--extern", "m=libm.rlib", "-o", "vectors")
        self.assertIn(b"1 passed", cores.call([folder / "vectors"]).stdout)

    def test_fields_are_no_keywords(self):
        table = self.folder / "t.csv"
        rows = "".join(f"{i % 7},{i % 5},{i % 3},{i % 11},{i}\n" for i in range(200))
        table.write_text("type,self,Type,a b,y\n" + rows)
        model = self.folder / "t.terse"
        cores.call([encoder_test.TERSE, "train", table, "--target", "y", "--epochs", "1", "--hidden", "1x4", "--quiet",
                    "-o", model])
        cores.call([encoder_test.TERSE, "export", model, "--to", "rust", "--input", "int16", "-o", self.folder / "r"])
        fields = re.findall(r"(?m)^    pub (\w+):", (self.folder / "r/src/lib.rs").read_text())
        self.assertEqual(fields, ["type_", "self_", "type_2", "a_b"])
        self.build(self.folder / "r", "--crate-type", "lib", "--crate-name", "t", "src/lib.rs", "-o", "lib.rlib")


if __name__ == "__main__":
    encoder_test.TERSE, encoder_test.WRITE_MODELS = map(os.path.abspath, sys.argv[1:3])
    MICROPYTHON = Path(sys.argv[3]).absolute()
    install_micropython(MICROPYTHON)
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])
