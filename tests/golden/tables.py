"""The tables that the golden files are made from: whole numbers by plain arithmetic, the same everywhere."""

ROWS = 360


def hundredths(number):
    """A decimal text of a whole number of hundredths, without floating point."""
    return f"{'-' if number < 0 else ''}{abs(number) // 100}.{abs(number) % 100:02d}"


def machine_rows():
    """Five numbers that decide a sixth, and one that does not."""
    for i in range(ROWS):
        temperature = i * 7919 % 6007 - 2000
        humidity = i * 104729 % 10007
        noise = i * 1299709 % 101
        load = (i * i + 3 * i) * 37 % 499
        speed = i * 15485863 % 3001
        idle = i * 49979687 % 1009
        product = temperature * humidity // 10000 + 20 * noise
        wear = product + (load - 250) * (load - 250) // 40 + (2000 if speed > 1400 else 0)
        yield [hundredths(temperature), hundredths(humidity), str(noise), str(load), hundredths(10 * speed),
               hundredths(idle), hundredths(wear)]


MACHINE_HEADER = 'temperature,"humidity, %",noise,load,speed,idle,wear'


def machine(header=MACHINE_HEADER):
    lines = [header] if header else []
    return "\n".join(lines + [",".join(row) for row in machine_rows()]) + "\n"


def machine_arff():
    names = ("temperature", "'humidity, %'", "noise", "load", "speed", "idle", "wear")
    lines = ["% made by plain arithmetic", "@relation machine"]
    lines += [f"@attribute {name} numeric" for name in names] + ["@data"]
    return "\n".join(lines + [",".join(row) for row in machine_rows()]) + "\n"


def rooms(places=("hall", "kitchen", "bath, small", "attic"), rows=ROWS, gap_each=7):
    """Comfort by temperature (with gaps), kind of room, and number of the floor; two other targets beside it."""
    lines = ["temperature,room,floor,light,comfort,degree,open"]
    warmth = {"hall": 0, "kitchen": 600, "bath, small": -600, "attic": 300}
    for i in range(rows):
        temperature = i * 7919 % 3001 + 500
        place = places[i * 31 % 17 % len(places)]
        floor = (1, 2, 7)[i * 13 % 11 % 3]
        light = i * 104729 % 997
        felt = temperature + warmth.get(place, 900) + {1: 0, 2: 800, 7: -800}[floor]
        comfort = "cold" if felt < 1500 else "fine" if felt < 2500 else "warm, or hot"
        shown = "" if gap_each and i % gap_each == 0 else hundredths(temperature)
        dim = "" if gap_each and i % (3 * gap_each) == 5 else str(light)
        lines.append(f'{shown},"{place}",{floor},{dim},"{comfort}",{hundredths(felt)},'
                     f"{'yes' if felt > 2600 and light > 300 else 'no'}")
    return "\n".join(lines) + "\n"


def marks():
    """Classes that are numbers."""
    lines = ["a,b,mark"]
    lines += [f"{i % 17},{i * 7 % 23},{int(i % 17 > 8) + int(i * 7 % 23 > 15)}" for i in range(240)]
    return "\n".join(lines) + "\n"


def kept_numbers():
    """Readings for model_v1.terse, around its thresholds."""
    lines = [",".join(f"feature {f}" for f in range(6))]
    for i in range(80):
        lows = (-4400, -7000, -3450, -9300, -6000, 13300)
        spans = (300, 300, 150, 300, 1700, 600)
        held = [low + i * 7919 % (span + f) for f, (low, span) in enumerate(zip(lows, spans))]
        lines.append(",".join(map(hundredths, held)))
    return "\n".join(lines) + "\n"


def kept_names():
    """Readings for model_v2.terse and model_v3.terse, with gaps and an unknown name."""
    lines = ["feature 0,feature 1,feature 2,feature 3"]
    for i in range(80):
        first = "" if i % 7 == 3 else hundredths(800 + i * 7919 % 501)
        last = "" if i % 5 == 1 else hundredths(i * 104729 % 901 - 700)
        lines.append(f"{first},{('blue', 'grün', 'violet', '')[i * 31 % 17 % 4]},{i * 13 % 11 % 2 + 1},{last}")
    return "\n".join(lines) + "\n"


FILES = {
    "machine.csv": machine,
    "machine.arff": machine_arff,
    "columns.csv": lambda: machine(header=""),
    "rooms.csv": rooms,
    "whole.csv": lambda: rooms(gap_each=0),
    # A kind of room that training does not know, and readings beyond those of training.
    "other.csv": lambda: rooms(places=("kitchen", "cellar", "hall"), rows=60, gap_each=4),
    "marks.csv": marks,
    "inputs.csv": lambda: 'feature,type,scale,offset\n"humidity, %",uint8,0.5,-10\nnoise,uint16,,2\nload,int32\n',
    "few.csv": lambda: 'temperature,"humidity, %",noise,load,speed,idle\n-20,0,0,0,0,0\n40,100,100,500,300,10\n',
    "portfolio.json": lambda: '[{"hidden": "1x4"}, {"hidden": "2x12", "dropout": "0.1"}]\n',
    "space.json": lambda: '{"units": [8, 12], "dropout": [0, 0.2], "learning_rate": [0.001, 0.01]}\n',
    "node.json": lambda: '{"name": "node", "supply_volts": 2, "battery_milliampere_hours": 100,'
                         ' "sleep_microamperes": 1, "transmit_milliamperes": 50, "message_millijoules": 7}\n',
    "model_v1-readings.csv": kept_numbers,
    "model_v2-readings.csv": kept_names,
    "model_v3-readings.csv": kept_names,
    "gap.csv": lambda: MACHINE_HEADER + "\n1,2,,4,5,6,7\n",
    "setting.json": lambda: '[{"hidden": "1x4", "speed": 3}]\n',
    "code.hex": lambda: "ffff\n",
    "bad.hex": lambda: "00\nzz\n",
    "long.hex": lambda: "000000000000000000000000\n",
    "empty.csv": lambda: "",
    "text.csv": lambda: "a,b\n1,x\n2,y\n",
    "mixed.csv": lambda: "a,b\n1,x\n2,3\n",
}


def write_tables(folder):
    for name, text in FILES.items():
        (folder / name).write_text(text())
