"""The codec in JavaScript respects its caller: bytes of every kind that an engine has decode alike, twice in a row, and
are what they were afterwards; what holds no bytes is refused.

Usage: check_js_input.py --write PATH_OF_WRITE_DECODERS --quickjs FOLDER
"""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import js_engines

WRITE = ""
ENGINES = {}
# Kinds that an engine must have been tried with, besides those that every one has.
KINDS = {"Node.js": {"Buffer", "part of a Buffer", "shared memory"}, "Duktape": {"plain buffer", "Buffer"},
         "QuickJS": {"part of a view", "view 6"}}
FORMS = ("exact", "compact", "network", "flat", "flat network")


class Input(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        subprocess.run([WRITE, cls.temporary.name], check=True)
        cls.folders = sorted(path for path in Path(cls.temporary.name).iterdir() if path.name.isdigit())

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def test_bytes_of_every_kind_decode_alike_and_what_holds_none_is_refused(self):
        statuses = set()
        for folder in self.folders:
            messages = json.loads((folder / "facts.json").read_text())["messages"]
            # Of every status one, and some that are good.
            chosen = {m["status"]: m for m in messages}
            some = [*chosen.values(), *[m for m in messages if m["status"] == 0][:5]]
            statuses |= set(chosen)
            expression = f"[{json.dumps([m['bytes'] for m in some])}.map(checkInput), " \
                f"checkRefusals({json.dumps(chosen[0]['bytes'])}), " \
                "[decodeUplink(), decodeUplink(null), decodeUplink({})]]"
            for form in FORMS:
                script = (folder / form / "codec.js").read_text() + (js_engines.HERE / "codec_input.js").read_text()
                for engine, command in ENGINES.items():
                    with self.subTest(model=folder.name, form=form, engine=engine):
                        found = js_engines.result(command, engine, folder / "run.js", script, expression)
                        self.check(engine, some, *found)
        self.assertEqual(statuses, set(range(5)))

    def check(self, engine, messages, taken, refused, without_input):
        for message, kinds in zip(messages, taken):
            self.assertEqual(set(kinds.values()), {"same"}, (message, kinds))
            self.assertLessEqual(KINDS[engine] | {"array", "array-like", "view 0"}, set(kinds))
        self.assertGreater(len(refused), 20)
        for kind, answers in refused.items():
            self.assertEqual(answers, ["not_bytes"] * 2, kind)
        self.assertEqual(without_input, [{"errors": ["not_bytes"]}] * 3)

    def test_a_tag_and_both_packings_were_among_them(self):
        forms = set()
        for folder in self.folders:
            script = (folder / "exact" / "codec.js").read_text()
            forms.add(("wrong_tag" in script, "Math.floor" in script))
        self.assertEqual(len(forms), 4)


if __name__ == "__main__":
    sys.argv.remove("--write")
    WRITE = sys.argv.pop(1)
    sys.argv.remove("--quickjs")
    ENGINES = js_engines.commands(Path(sys.argv.pop(1)))
    unittest.main()
