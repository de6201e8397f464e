"""The rules of Arduino's library specification (revision 2.2) and of arduino-lint that need no network, restated here,
on exported libraries; and that each rule finds what breaks it.

Usage: arduino_library_test.py PATH_OF_TERSE
"""

import os
import re
import sys
import unittest

import program_test

CATEGORIES = {"Display", "Communication", "Signal Input/Output", "Sensors", "Device Control", "Timing", "Data Storage",
              "Data Processing", "Other"}
FIELDS = {"name", "version", "author", "maintainer", "sentence", "paragraph", "category", "url", "architectures",
          "depends", "includes", "dot_a_linkage", "precompiled", "ldflags"}
REQUIRED = FIELDS - {"depends", "includes", "dot_a_linkage", "precompiled", "ldflags"}
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. -]*")
SEMVER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
DEPENDENCY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. -]*( ?\((<|<=|=|>=|>)\d+(\.\d+)*\))?")


def properties_of(text):
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def wrong_with_properties(properties):
    for field in sorted(REQUIRED - set(properties)):
        yield f"LP: {field} is missing"
        properties = {**properties, field: ""}
    for field in set(properties) - FIELDS:
        yield f"LP006: {field}"
    name = properties["name"]
    if not NAME.fullmatch(name) or len(name) > 63:
        yield "LP011: name"
    if "arduino" in name.lower() or "library" in name.lower():
        yield "LP014: name"
    if not SEMVER.fullmatch(properties["version"]):
        yield "LP021: version"
    for field in ("author", "maintainer", "sentence", "paragraph"):
        if not properties[field].strip():
            yield f"LP: {field} is empty"
    if "arduino" in properties["maintainer"].lower():
        yield "LP057: maintainer"
    if properties["sentence"] in properties["paragraph"]:
        yield "LP036: paragraph"
    if properties["category"] not in CATEGORIES:
        yield "LP038: category"
    if not re.fullmatch(r"https?://[^\s/]+\.[^\s/]+(/\S*)?", properties["url"]) or "example.com" in properties["url"]:
        yield "LP041: url"
    if not re.fullmatch(r"\*|[a-z0-9_]+(,[a-z0-9_]+)*", properties["architectures"]):
        yield "LP044: architectures"
    for dependency in filter(None, properties.get("depends", "").split(",")):
        if not DEPENDENCY.fullmatch(dependency.strip()):
            yield "LP047: depends"


def wrong_with_folder(folder):
    """What the rules forbid of a library in a folder that has its name."""
    text = (folder / "library.properties").read_text()
    properties = properties_of(text)
    yield from wrong_with_properties(properties)
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}", folder.name):
        yield "LS003: folder name"
    headers = {path.name for path in (folder / "src").glob("*.h")}
    for include in filter(None, properties.get("includes", "").split(",")):
        if include.strip() not in headers:
            yield "LP052: includes"
    if properties["name"] + ".h" not in headers:
        yield "LS008: header"
    paths = list(folder.rglob("*"))
    if any(path.is_symlink() or path.suffix == ".exe" or path.name == ".development" for path in paths):
        yield "LS005: files"
    names = {path.name for path in folder.iterdir()}
    if not any(re.fullmatch(r"readme(\.\w+)?", name, re.I) for name in names):
        yield "LD001: readme"
    if not any(re.match(r"(licen[cs]e|copying)", name, re.I) for name in names):
        yield "LD002: licence"
    if not (folder / "examples").is_dir():
        yield "LD004: examples"
    for name in names:
        if name.lower() in ("src", "examples", "extras") and name != name.lower() or name in ("example", "extra"):
            yield "LS009: folder case"
    for sketch in folder.rglob("*.ino"):
        if sketch.stem != sketch.parent.name or "examples" not in sketch.relative_to(folder).parts:
            yield "LD003: sketch"
        if re.search(r"#include\s*[<\"]arduino\.h", sketch.read_text()):
            yield "LC001: Arduino.h"


class ArduinoLibrary(program_test.ProgramTest):
    def library(self, *options):
        self.terse("export", self.model(), "--to", "arduino", "--prefix", "probe", "-o", "probe", *options)
        return self.folder / "probe"

    def test_exported_libraries_follow_the_rules(self):
        for options in ((), ("--form", "speed"), ("--input", "int16,0.01,missing=-127")):
            self.assertEqual(list(wrong_with_folder(self.library(*options))), [])

    def test_each_rule_finds_what_breaks_it(self):
        folder = self.library()
        file = folder / "library.properties"
        text = file.read_text()
        for line, instead in (("name=probe", "name=Arduino probe"), ("name=probe", "name=pro!be"),
                              ("version=1.0.0", "version=1"), ("author=terse", "author="),
                              ("author=terse", "authors=terse"), ("category=Data Processing", "category=Things"),
                              ("architectures=*", "architectures="), ("includes=probe.h", "includes=other.h"),
                              ("depends=", "depends=a;b,"), ("maintainer=terse", "maintainer=Arduino")):
            self.assertIn(line, text)
            file.write_text(text.replace(line, instead, 1))
            self.assertNotEqual(list(wrong_with_folder(folder)), [], instead)
        file.write_text(re.sub(r"url=.*", "url=nowhere", text))
        self.assertNotEqual(list(wrong_with_folder(folder)), [])
        file.write_text(text)
        for name in ("LICENSE", "README.md", "src/probe.h"):
            (folder / name).rename(folder / "kept")
            self.assertNotEqual(list(wrong_with_folder(folder)), [], name)
            (folder / "kept").rename(folder / name)
        (folder / "examples/print_payload").rename(folder / "examples/other")
        self.assertNotEqual(list(wrong_with_folder(folder)), [])


if __name__ == "__main__":
    program_test.PROGRAM = os.path.abspath(sys.argv[1])
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
