"""The rule of sending on change by its words in docs/device/send-on-change.md, sharing nothing with the library; and
measuring what decides in C on a simulated processor."""

import random

import cores
import reference
from measure import exported

HEARTBEAT = 12


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

    def sends(self, codes):
        """Whether the message is sent; it never gets lost."""
        if self.last is not None and not self.changed(codes) and self.held < self.heartbeat:
            self.held += 1
            return False
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
