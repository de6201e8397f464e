"""What decides in C about sending, on simulated processors and this machine, against the rule in words.

Usage: send_test.py TERSE WRITE_MODELS
"""

import random
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import cores
import reference
import send_cases

CASES = [(6, "4", "bits", "none"), (7, "8,3,2,256", "bits", "126"), (5, "5,3,17", "radix", "none"),
         (9, "4,5c,8m,6cum,1", "bits", "none"), (9, "7,3c,5m,4cum", "radix", "9"), (40, "3", "radix", "none"),
         (9, "2", "bits", "none"), (9, "2,4", "radix", "none"), (9, "2,3m", "bits", "none")]
HOST = """#include <stdio.h>
#include "m_send.h"
int main(void) {
  static m_sender_t sender;
  uint8_t message[M_PAYLOAD_BYTES], last[M_PAYLOAD_BYTES];
  unsigned begun = 0, i;
  m_sender_begin(&sender);
  while (fread(message, 1, sizeof message, stdin) == sizeof message) {
    const unsigned changed = begun ? m_changed(message, last) : 2, due = m_due(&sender, message);
    printf("%u%u", due, changed);
    if (!due) continue;
    m_sent(&sender, message);
    for (i = 0; i < M_PAYLOAD_BYTES; ++i) last[i] = message[i];
    begun = 1;
  }
  return 0;
}
"""


class SendTest(cores.OnEveryCore, unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def on(self, core):
        for case in CASES:
            with self.subTest(case):
                measured = send_cases.measure(TERSE, WRITE_MODELS, self.folder, core, *case)
                self.assertTrue(0 < measured["sent"] < measured["of"], measured)

    def test_other_levels_and_heartbeats(self):
        for features, levels, packing, tag in CASES:
            model = self.folder / "m.terse"
            cores.call([WRITE_MODELS, features, levels, packing, tag, 1, model])
            _, columns = send_cases.exported(TERSE, model, self.folder, ["--send-on-change"])
            counts = [column.levels() for column in columns]
            codes = list(send_cases.walk(counts, 600, random.Random(4)))
            rows = [reference.payload_of(c, counts, packing, None if tag == "none" else int(tag)) for c in codes]
            (self.folder / "host.c").write_text(HOST)
            for change, heartbeat in ((1, 12), (2, 5), (3, 1), (255, 40)):
                with self.subTest(levels=levels, packing=packing, change=change):
                    flags = [f"-DM_CHANGE={change}", f"-DM_HEARTBEAT={heartbeat}"]
                    strict = [flag for flag in cores.STRICT if flag != "-ffreestanding"]
                    cores.call(["cc", *strict, "-fsanitize=address,undefined", *flags, f"-I{self.folder}",
                                self.folder / "host.c", self.folder / "m_send.c", "-o", self.folder / "host"])
                    done = subprocess.run([self.folder / "host"], input=b"".join(rows), capture_output=True, check=True)
                    sender = send_cases.Sender(send_cases.highest_of(columns), change, heartbeat)
                    expected = ""
                    for each in codes:
                        last = sender.last
                        plain = 2 if last is None else int(any(
                            c != b and (max(c, b) > h or h == 1 or abs(c - b) >= change)
                            for c, b, h in zip(each, last, sender.highest)))
                        expected += f"{int(sender.sends(each))}{plain}"
                    self.assertEqual(done.stdout.decode(), expected)


if __name__ == "__main__":
    TERSE, WRITE_MODELS = (str(Path(each).resolve()) for each in sys.argv[1:3])
    unittest.main(argv=sys.argv[:1])
