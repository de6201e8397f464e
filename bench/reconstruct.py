#!/usr/bin/env python3
"""Readings given back: bytes and LoRa airtime beside other formats, and what readings tell of each other.

    bench/reconstruct.py                         the table of formats, in Markdown
    bench/reconstruct.py --check                 the sizes again, by cbor2 and protobuf of PyPI
    bench/reconstruct.py --tolerance 5% california=california.csv.gz cpu_act=cpu_act.csv.gz

Formats: a message of 8, 10 and 21 readings, uniform over their range and independent, the worst case for Terse.
Sizes of SenML-CBOR and protobuf depend on the values: the median of 1,000 messages. With data sets, one training of
`terse train --reconstruct` for each: bits that equal steps alone need for this tolerance, bits that were chosen because
other readings tell, and for how many readings 95 of 100 test rows are within the tolerance. The target of other
benchmarks is a reading like all others.
"""

import argparse
import json
import math
import random
import statistics
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

COUNTS = (8, 10, 21)
SHARES = (1 / 510, 0.01, 0.05)  # of the range: what 8 bits keep, 1 %, 5 %
RADIO = "lorawan-eu868-dr2"  # SF10 at 125 kHz
SHORT_LIMIT = 11  # bytes of US915 DR0, SF10 as well
MESSAGES = 1000
NAMES = "abcdefghijklmnopqrstu"


def cbor(value):
    """RFC 8949 of what SenML needs; numbers as half floats, the smallest there are."""
    def head(kind, count):
        assert count < 256
        return bytes([kind << 5 | count]) if count < 24 else bytes([kind << 5 | 24, count])
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    if isinstance(value, dict):
        return head(5, len(value)) + b"".join(cbor(key) + cbor(own) for key, own in value.items())
    if isinstance(value, str):
        return head(3, len(value)) + value.encode()
    if isinstance(value, int):
        return head(0, value)
    return b"\xf9" + struct.pack(">e", value)


def senml(values):
    """RFC 8428: a record per reading, name (0) and value (2), names of one letter, no units, no time."""
    return [{0: name, 2: half(value)} for name, value in zip(NAMES, values)]


def half(value):
    return struct.unpack(">e", struct.pack(">e", value))[0]


def varint(value):
    text = b""
    while value > 127:
        text += bytes([value & 127 | 128])
        value >>= 7
    return text + bytes([value])


def protobuf(codes):
    """`repeated uint32 readings = 1`, packed: the shortest for readings that are all there."""
    packed = b"".join(map(varint, codes))
    return b"\x0a" + varint(len(packed)) + packed


def median_size(encode, draw):
    generator = random.Random(0)
    return round(statistics.median(len(encode(draw(generator))) for _ in range(MESSAGES)))


def levels_of(share):
    """Equal steps of twice the tolerance, the first and the last half as wide."""
    return math.ceil(0.5 / share - 1e-9) + 1


def terse_bytes(count, share):
    """All codes as one number (radix packing)."""
    return ((levels_of(share) ** count - 1).bit_length() + 7) // 8


def sizes(count):
    """(format, bytes) of a message with `count` readings."""
    def values(generator):
        return [round(100 * generator.random(), 1) for _ in range(count)]

    def codes(generator):
        return [generator.randrange(256) for _ in range(count)]
    return [
        ("SenML-CBOR, half floats", median_size(lambda own: cbor(senml(own)), values)),
        ("Cayenne LPP, analog inputs", 4 * count),  # channel, type, 16 bits
        ("protobuf, packed, 8 bits", median_size(protobuf, codes)),
        ("struct of 16 bits", 2 * count),
        ("struct of 8 bits", count),
        *((f"Terse, within {100 * share:.3g} % of the range", terse_bytes(count, share)) for share in SHARES),
    ]


def airtime(terse, size):
    done = subprocess.run([terse, "airtime", str(size), "--radio", RADIO, "--json"], capture_output=True, text=True,
                          check=True)
    return json.loads(done.stdout)["radios"][0]["seconds_on_air"] * 1000


def formats_table(terse):
    lines = ["| format | " + " | ".join(f"{count} readings" for count in COUNTS) + " | readings in 11 bytes |",
             "|---|" + "---:|" * (len(COUNTS) + 1)]
    tables = [sizes(count) for count in COUNTS]
    for place, (name, _) in enumerate(tables[0]):
        cells = [f"{table[place][1]} B, {airtime(terse, table[place][1]):.0f} ms" for table in tables]
        lines.append(f"| {name} | " + " | ".join(cells) + f" | {readings_within(place)} |")
    return "\n".join(lines)


def readings_within(place):
    count = 0
    while count < len(NAMES) and sizes(count + 1)[place][1] <= SHORT_LIMIT:
        count += 1
    if count < len(NAMES):
        return count
    share = SHARES[place - len(sizes(1))]  # more than there are names: Terse alone
    while terse_bytes(count + 1, share) <= SHORT_LIMIT:
        count += 1
    return count


def measured(terse, name, data, tolerance, folder):
    model = str(Path(folder) / "m.terse")
    done = subprocess.run([terse, "train", data, "--reconstruct", "--tolerance", tolerance, "--threads", "1", "--json",
                           "--quiet", "-o", model], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    said = json.loads(done.stdout)
    shown = json.loads(subprocess.run([terse, "inspect", model, "--json"], capture_output=True, text=True,
                                      check=True).stdout)
    levels = [feature["levels"] for feature in shown["features"]]
    alone = levels_of(float(tolerance.rstrip("%")) / 100)
    kept = [own["kept"] for own in said["targets"].values() if "kept" in own]
    return (f"| {name} | {len(levels)} | {len(levels) * math.log2(alone):.1f} | {sum(map(math.log2, levels)):.1f} | "
            f"{levels.count(1)} | {said['payload_bytes']} | {sum(kept)} of {len(kept)} |")


def check():
    import cbor2
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
    generator = random.Random(1)
    file = descriptor_pb2.FileDescriptorProto(name="readings.proto", syntax="proto3")
    message = file.message_type.add(name="Readings")
    field = message.field.add(name="readings", number=1)
    field.type, field.label = field.TYPE_UINT32, field.LABEL_REPEATED
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    readings = message_factory.GetMessageClass(pool.FindMessageTypeByName("Readings"))
    for count in (*range(1, 22), *COUNTS):
        codes = [generator.randrange(256) for _ in range(count)]
        assert readings(readings=codes).SerializeToString() == protobuf(codes)
        records = senml([100 * generator.random() for _ in range(count)])
        assert cbor2.dumps(records, canonical=True) == cbor(records)
    return "the sizes are those of cbor2 and protobuf"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="*", help="NAME=DATA")
    parser.add_argument("--tolerance", default="5%", help="of every reading, in percent of its range")
    parser.add_argument("--terse", default=str(Path(__file__).parent.parent / "build/release/terse"))
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    if arguments.check:
        return print(check())
    if not arguments.data:
        return print(formats_table(arguments.terse))
    print("| data | readings | bits alone | bits | not sent | bytes | kept |\n|---|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for pair in arguments.data:
            name, data = pair.split("=", 1)
            print(measured(arguments.terse, name, data, arguments.tolerance, folder), flush=True)


if __name__ == "__main__":
    main()
