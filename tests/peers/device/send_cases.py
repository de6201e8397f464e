"""The rule of sending on change by its words in docs/device/send-on-change.md, sharing nothing with the library; and
measuring what decides in C on a simulated processor."""

import random

import cores
import reference
from measure import exported

HEARTBEAT = 12
# features, levels, packing, tag
CASES = [(6, "4", "bits", "none"), (7, "8,3,2,256", "bits", "126"), (5, "5,3,17", "radix", "none"),
         (9, "4,5c,8m,6cum,1", "bits", "none"), (9, "7,3c,5m,4cum", "radix", "9"), (40, "3", "radix", "none"),
         (9, "2", "bits", "none"), (9, "2,4", "radix", "none"), (9, "2,3m", "bits", "none")]
RULES = ((1, 12), (2, 5), (3, 1), (255, 40))  # levels, and messages until the heartbeat
# Of each message: whether it is due, and has changed; a byte in front says whether sending it fails.
HOST = """#include <stdio.h>
#include "m_send.h"
int main(void) {
  static m_sender_t sender;
  uint8_t message[M_PAYLOAD_BYTES], last[M_PAYLOAD_BYTES];
  unsigned begun = 0, i;
  int fails;
  m_sender_begin(&sender);
  while ((fails = getchar()) != EOF && fread(message, 1, sizeof message, stdin) == sizeof message) {
    const unsigned changed = begun ? m_changed(message, last) : 2, due = m_due(&sender, message);
    printf("%u%u", due, changed);
    if (!due || fails) continue;
    m_sent(&sender, message);
    for (i = 0; i < M_PAYLOAD_BYTES; ++i) last[i] = message[i];
    begun = 1;
  }
  return 0;
}
"""


class Sender:
    """highest: of each feature its highest code that is in an order."""

    def __init__(self, highest, change=1, heartbeat=HEARTBEAT):
        self.highest, self.change, self.heartbeat = highest, change, heartbeat
        self.last = self.before = None
        self.held = 0

    def changed(self, codes):
        for code, last, before, highest in zip(codes, self.last, self.before, self.highest):
            if code == last:
                continue
            if max(code, last) > highest or highest == 1:
                return True
            if abs(code - last) >= self.change and not (abs(code - last) == 1 and code == before):
                return True
        return False

    def sends(self, codes, fails=False):
        """Whether the message is due; if so, it is sent, unless that fails."""
        if self.last is not None and not self.changed(codes) and self.held < self.heartbeat:
            self.held += 1
            return False
        if fails:
            return True
        first = self.last is None
        self.before = list(codes) if first else [b if c == last else last for c, last, b in
                                                 zip(codes, self.last, self.before)]
        self.last, self.held = list(codes), 0
        return True


def highest_of(columns):
    return [0 if column.categories else len(column.thresholds) for column in columns]


def walk(levels, count, draw):
    """Codes of readings that stay, flutter beside a threshold, drift and jump."""
    codes = [draw.randrange(each) for each in levels]
    fluttering = 0
    for number in range(count):
        if number % 40 == 0:
            fluttering = draw.randrange(len(levels))
        if number % 3 == 0:
            codes[fluttering] = min(levels[fluttering] - 1, codes[fluttering] + 1)
        elif number % 3 == 1:
            codes[fluttering] = max(0, codes[fluttering] - 1)
        if draw.random() < 0.08:
            place = draw.randrange(len(levels))
            codes[place] = draw.randrange(levels[place])
        yield list(codes)


class Walk:
    """A model of a case, its messages, and which of them cannot be sent. Answers are two digits a message: whether it
    is due, and whether it has changed (2: nothing was sent before)."""

    def __init__(self, terse, write_models, folder, case, count=600):
        self.folder = folder
        features, levels, packing, tag = case
        self.model = folder / "m.terse"
        cores.call([write_models, features, levels, packing, tag, 1, self.model])
        _, self.columns = exported(terse, self.model, folder, ["--send-on-change"])
        counts = [column.levels() for column in self.columns]
        draw = random.Random(4)
        self.codes = list(walk(counts, count, draw))
        self.messages = [reference.payload_of(each, counts, packing, None if tag == "none" else int(tag))
                         for each in self.codes]
        self.fails = [draw.random() < 0.15 for _ in self.codes]

    def in_c(self, change, heartbeat):
        (self.folder / "host.c").write_text(HOST)
        flags = [f"-DM_CHANGE={change}", f"-DM_HEARTBEAT={heartbeat}", "-fsanitize=address,undefined"]
        strict = [flag for flag in cores.STRICT if flag != "-ffreestanding"]
        cores.call(["cc", *strict, *flags, f"-I{self.folder}", self.folder / "host.c", self.folder / "m_send.c",
                    "-o", self.folder / "host"])
        given = b"".join(bytes([fails]) + message for fails, message in zip(self.fails, self.messages))
        return cores.call([self.folder / "host"], input=given).stdout.decode()

    def by_the_rule(self, change, heartbeat):
        sender = Sender(highest_of(self.columns), change, heartbeat)
        answers = ""
        for codes, fails in zip(self.codes, self.fails):
            last = sender.last
            plain = 2 if last is None else int(any(
                c != b and (max(c, b) > h or h == 1 or abs(c - b) >= change)
                for c, b, h in zip(codes, last, sender.highest)))
            answers += f"{int(sender.sends(codes, fails))}{plain}"
        return answers


def measure(terse, write_models, folder, core, features, levels, packing="bits", tag="none", count=400):
    """Builds, runs and compares with the rule; bytes and cycles."""
    model = folder / "m.terse"
    cores.call([write_models, features, levels, packing, tag, 1, model])
    _, columns = exported(terse, model, folder, ["--send-on-change"])
    counts = [column.levels() for column in columns]
    codes = list(walk(counts, count, random.Random(3)))
    rows = [reference.payload_of(each, counts, packing, None if tag == "none" else int(tag)) for each in codes]
    more = {"rows": rows} if isinstance(core, cores.Bare) else {}
    firmware = core.build(folder, folder, network="send", **more)
    whole = core.size(firmware)
    empty = core.size(core.build(folder, folder, empty=True, network="send", **more))
    run = core.run(firmware, rows, 1)
    sender = Sender(highest_of(columns))
    expected = [sender.sends(each) for each in codes]
    if [payload == b"\x01" for payload in run.payloads] != expected:
        raise SystemExit(f"{core.name}, {features} features of {levels} levels, {packing}: other messages are sent")
    return {"flash": whole.flash - empty.flash, "ram": whole.ram - empty.ram, "run": run, "sent": sum(expected),
            "of": count}
