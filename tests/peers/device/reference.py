"""Codes and payloads from their definitions in docs/payload-format.md, sharing nothing with the library; and rows
of readings that are hard to get right."""

import math
import struct

TYPES = {
    "uint8": ("B", 0, 255),
    "uint10": ("H", 0, 1023),
    "int16": ("h", -32768, 32767),
    "uint16": ("H", 0, 65535),
    "int32": ("i", -(2**31), 2**31 - 1),
}
C_TYPES = {"uint8_t": "B", "uint16_t": "H", "int16_t": "h", "int32_t": "i", "float": "f"}


def float32(value):
    try:
        return struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)


def neighbour(value, steps):
    """The float32 that many places up or down in their order."""
    bits = struct.unpack("<i", struct.pack("<f", value))[0]
    place = (bits if bits >= 0 else -(2**31) - 1 - bits) + steps
    return struct.unpack("<f", struct.pack("<i", place if place >= 0 else -(2**31) - 1 - place))[0]


class Feature:
    """facts: of terse export --json; of_model: of terse inspect --json."""

    def __init__(self, facts, of_model):
        self.type, self.scale, self.offset = facts["type"], facts["scale"], facts["offset"]
        self.thresholds = [float32(threshold) for threshold in of_model["thresholds"]]
        self.categories = len(of_model.get("categories", []))
        self.missing_code = of_model.get("missing_code")
        self.unseen_code = of_model.get("unseen_code")
        self.sent = of_model["levels"] > 1
        self.sentinel, self.min, self.max = (facts.get(name) for name in ("missing", "min", "max"))

    def levels(self):
        return (self.kinds() or len(self.thresholds) + 1) + (self.missing_code is not None)

    def kinds(self):
        return self.categories + (self.unseen_code is not None)

    def is_none(self, held):
        """Whether a held value says that there is no reading."""
        if math.isnan(held) or held == self.sentinel:
            return True
        return self.min is not None and held < self.min or self.max is not None and held > self.max

    def refuses(self, held, missing=False):
        """Whether a message would need a reading that is not there."""
        return self.sent and self.missing_code is None and (missing or self.is_none(held))

    def reading(self, held):
        return math.nan if self.is_none(held) else float32(self.scale * held + self.offset)

    def takes(self, held):
        """Whether the library takes the reading; what a device makes of others is nobody's business."""
        reading = self.reading(held)
        if math.isnan(reading):
            return self.missing_code is not None
        if self.categories:
            return reading in range(self.kinds())
        return math.isfinite(reading)

    def code(self, held, missing=False):
        reading = self.reading(held)
        if self.missing_code is not None and (missing or math.isnan(reading)):
            return self.missing_code
        if self.categories:
            return int(reading)
        return sum(reading > threshold for threshold in self.thresholds)  # a NaN is above none

    def limited(self, held):
        _, low, high = TYPES[self.type]
        return max(low, min(high, round(held)))

    def edges(self):
        """Held values around those that say that there is no reading."""
        given = [value for value in (self.sentinel, self.min, self.max) if value is not None]
        if self.type == "float32":
            return [neighbour(value, steps) for value in given for steps in (-1, 0, 1)]
        return [self.limited(value + step) for value in given for step in (-1, 0, 1)]

    def hard_values(self):
        if self.categories:
            gap = [math.nan] if self.type == "float32" and self.missing_code is not None else []
            return list(range(self.kinds())) + gap + [value for value in self.edges() if self.is_none(value)]
        if self.type == "float32":
            values = [math.nan, -math.nan, math.inf, -math.inf, 0.0, -0.0, 3.4e38, -3.4e38, 1e-45, -1e-45]
            for threshold in self.thresholds:
                near = float32((threshold - self.offset) / self.scale)
                values += [neighbour(near, steps) for steps in (-2, -1, 0, 1, 2)]
            return values + self.edges()
        _, low, high = TYPES[self.type]
        values = [low, low + 1, high - 1, high, self.limited(0), self.limited(-1)]
        for threshold in self.thresholds:
            near = (threshold - self.offset) / self.scale
            values += [self.limited(round(near) + steps) for steps in (-1, 0, 1)]
        return values + self.edges()

    def ordinary_value(self, draw):
        if self.categories:
            return draw.randrange(self.kinds())
        held = (draw.gauss(0, 1.3) - self.offset) / self.scale
        return float32(held) if self.type == "float32" else self.limited(held)


def rows_of(features, count, draw, hard=True):
    """count rows; if hard, every hard value of every feature stands in some row when there are rows enough, and there
    are more rows in which a single feature has no reading that must have one."""
    columns, more = [], []
    for place, feature in enumerate(features):
        values = feature.hard_values() if hard else []
        more += [(place, value) for value in values if feature.refuses(value)]
        values = [value for value in values if not feature.refuses(value)]
        draw.shuffle(values)
        values = values[:count] + [ordinary_reading(feature, draw) for _ in range(count - len(values))]
        draw.shuffle(values)
        columns.append(values)
    rows = [list(row) for row in zip(*columns)]
    draw.shuffle(more)
    for row, (place, value) in zip(range(count // 2), more):
        rows.append([value if at == place else held for at, held in enumerate(rows[row])])
    return rows


def ordinary_reading(feature, draw):
    while True:
        value = feature.ordinary_value(draw)
        if not feature.refuses(value):
            return value


def row_bytes(row, c_type, features):
    if c_type.startswith("union"):
        types = "".join("f" if feature.type == "float32" else "i" for feature in features)
        return struct.pack(f"<{types}", *row)
    return struct.pack(f"<{len(row)}{C_TYPES[c_type]}", *row)


def mask_bytes(mask):
    bits = [sum(bit << place for place, bit in enumerate(mask[at:at + 8])) for at in range(0, len(mask), 8)]
    return bytes(bits)


def refused(payload_bytes):
    """What the programs of these tests make of a message that must not be sent."""
    return b"\xFE" * payload_bytes


def payload_of(codes, levels, packing, tag):
    head = b"" if tag is None else bytes([tag])
    if packing == "radix":
        value, largest = 0, 1
        for code, level in zip(codes, levels):
            value, largest = value * level + code, largest * level
        return head + value.to_bytes(((largest - 1).bit_length() + 7) // 8, "big")
    digits = "".join(f"{code:0{(level - 1).bit_length()}b}" for code, level in zip(codes, levels) if level > 1)
    digits += "0" * (-len(digits) % 8)
    return head + int(digits or "0", 2).to_bytes(len(digits) // 8, "big")
