"""The trainings: every method, option and kind of table that changes a model. Each gives NAME.terse and NAME.json."""

METHODS = ("fp", "po-mq", "po-qq", "pr-mq", "pr-qq", "sq", "bw-mq", "bw-qq", "bw-sq", "lsq", "llt4", "llt9", "xgb",
           "xgb-qq")
QUICK = ("--hidden", "2x12", "--epochs", "2", "--batch", "64", "--threads", "1", "--quiet")

FRIED = ("fried:400:3",)
MACHINE = ("machine.csv", "--target", "wear")
COLUMNS = ("columns.csv", "--no-header", "--target", "c7")
ROOMS = ("rooms.csv", "--target", "comfort", "--ignore", "degree,open", "--missing", "level")
DEGREE = ("rooms.csv", "--target", "degree", "--ignore", "comfort,open", "--missing", "level")
WHOLE = ("whole.csv", "--target", "degree", "--ignore", "comfort,open")
OPEN = ("rooms.csv", "--target", "open", "--ignore", "comfort,degree", "--missing", "level")
FEW_LEVELS = "temperature=5,noise=1,load=3,speed=6,idle=2"


def methods():
    for method in METHODS:
        yield f"method-{method}", FRIED, ("--method", method, "--bits", "3")
        yield f"machine-{method}", MACHINE, ("--method", method, "--bits", "2", "--lr", "0.01")
        if not method.startswith("xgb"):
            yield f"rooms-{method}", ROOMS, ("--method", method, "--bits", "3", "--unseen", "level", "--lr", "0.01")
            yield f"degree-{method}", DEGREE, ("--method", method, "--bits", "2", "--categorical", "floor")
        if method not in ("fp", "xgb"):
            yield f"boosted-{method}", FRIED, ("--method", method, "--bits", "2", "--decoder", "boosted")
        yield f"paper-{method}", FRIED, ("--method", method, "--bits", "2", "--protocol", "paper")


def widths():
    for bits in range(1, 9):
        for method in ("bw-sq", "sq", "lsq", "llt4"):
            if (method, bits) != ("llt4", 1):  # which needs more levels
                yield f"{method}-{bits}-bits", MACHINE, ("--method", method, "--bits", bits)
    yield "levels", MACHINE, ("--levels", FEW_LEVELS)
    yield "levels-256", MACHINE, ("--levels", "temperature=256,load=200,idle=1", "--bits", "1")
    yield "levels-pr-qq", MACHINE, ("--levels", FEW_LEVELS, "--method", "pr-qq")
    yield "levels-boosted", MACHINE, ("--levels", FEW_LEVELS, "--decoder", "boosted")
    yield "radix", MACHINE, ("--levels", FEW_LEVELS, "--packing", "radix")
    yield "radix-equal", COLUMNS, ("--levels", ",".join(f"c{c}=5" for c in range(1, 7)), "--packing", "radix")
    yield "radix-4", MACHINE, ("--bits", "2", "--packing", "radix")
    yield "radix-rooms", ROOMS, ("--bits", "2", "--packing", "radix", "--unseen", "level")
    yield "radix-boosted", MACHINE, ("--levels", FEW_LEVELS, "--packing", "radix", "--decoder", "boosted")


def thresholds():
    for start in ("quantile", "minmax", "kmeans", "tree"):
        for method in ("bw-sq", "sq"):
            yield f"start-{start}-{method}", MACHINE, ("--start", start, "--method", method, "--bits", "3")
        yield f"start-{start}-rooms", ROOMS, ("--start", start, "--bits", "3")
    for schedule in ("exponential", "linear", "warmup", "cosine", "cyclical"):
        for method in ("bw-sq", "sq", "llt9"):
            yield (f"schedule-{schedule}-{method}", FRIED,
                   ("--schedule", schedule, "--method", method, "--bits", "2", "--epochs", "5"))
    yield "tau-end", FRIED, ("--tau-end", "0.05", "--bits", "3")
    yield "tau-end-1", FRIED, ("--tau-end", "1", "--bits", "6")
    yield "threshold-rate", FRIED, ("--threshold-rate", "10", "--bits", "3")
    yield "threshold-rate-0", FRIED, ("--threshold-rate", "0", "--bits", "3")


def networks():
    for method in ("fp", "bw-sq", "sq", "lsq", "llt4"):
        yield f"dropout-{method}", FRIED, ("--dropout", "0.3", "--method", method, "--bits", "2")
        yield (f"average-{method}", FRIED, ("--average", "1", "--method", method, "--bits", "2", "--epochs", "3"))
    yield "average-0", FRIED, ("--average", "0", "--bits", "2", "--epochs", "4")
    yield "average-half", FRIED, ("--average", "0.5", "--bits", "2", "--epochs", "4")
    yield "default-network", FRIED, ("--hidden", "5x128", "--epochs", "1", "--bits", "4")
    yield "wide", FRIED, ("--hidden", "1x300", "--epochs", "1", "--bits", "2")
    yield "uneven", FRIED, ("--hidden", "24,7,16", "--bits", "2", "--dropout", "0.1")
    yield "one-unit", FRIED, ("--hidden", "1x1", "--bits", "2")
    yield "batch-1000", FRIED, ("--batch", "1000", "--bits", "5")
    yield "batch-17", FRIED, ("--batch", "17", "--bits", "5")
    yield "rate", FRIED, ("--lr", "0.05", "--bits", "2")
    yield "seed", FRIED, ("--seed", "7", "--bits", "2")
    yield "all-rows", FRIED, ("--test-fraction", "0", "--bits", "2")
    yield "half-the-rows", FRIED, ("--test-fraction", "0.5", "--bits", "2")


def tasks():
    for method in ("fp", "bw-sq", "sq"):
        yield f"two-classes-{method}", OPEN, ("--method", method, "--bits", "3", "--lr", "0.02")
        yield (f"balanced-{method}", OPEN, ("--method", method, "--bits", "3", "--class-weights", "balanced"))
        yield f"drop-rate-{method}", MACHINE, ("--method", method, "--bits", "2", "--drop-rate", "0.2")
    yield "drop-rate-rooms", ROOMS, ("--drop-rate", "0.3", "--bits", "2", "--unseen", "level", "--dropout", "0.1")
    yield "marks", ("marks.csv", "--target", "mark", "--task", "classification"), ("--bits", "3", "--lr", "0.02")
    yield "marks-as-numbers", ("marks.csv", "--target", "mark"), ("--bits", "3")
    yield "names", WHOLE, ("--bits", "3")
    yield "names-unseen", WHOLE, ("--bits", "3", "--unseen", "level", "--categorical", "floor")
    yield "names-alone", WHOLE, ("--features", "room,floor", "--categorical", "floor", "--bits", "2")
    yield "one-name", WHOLE, ("--ignore", "room", "--categorical", "floor", "--bits", "2")
    yield "best", MACHINE, ("--decoder", "best", "--bits", "2")
    yield "best-rooms", ROOMS, ("--decoder", "best", "--bits", "2", "--unseen", "level")
    yield "features", MACHINE, ("--features", "load,temperature", "--bits", "4")
    yield "arff", ("machine.arff", "--target", "wear"), ("--bits", "2")
    yield "columns", COLUMNS, ("--bits", "2")


def bases():
    """Those that the other parts go on with: good enough to be worth compressing and exporting."""
    longer = ("--hidden", "2x16", "--epochs", "6", "--batch", "32", "--lr", "0.005")
    yield "plain", MACHINE, ("--bits", "3", *longer)
    yield "mixed", MACHINE, ("--levels", FEW_LEVELS, *longer)
    yield "base-fried", FRIED, ("--bits", "2", *longer)
    yield "base-radix", MACHINE, ("--levels", FEW_LEVELS, "--packing", "radix", *longer)
    yield "base-rooms", ROOMS, ("--bits", "3", "--unseen", "level", *longer)
    yield "base-degree", DEGREE, ("--bits", "2", "--packing", "radix", *longer)
    yield "base-open", OPEN, ("--bits", "2", *longer)
    yield "base-deep", FRIED, ("--bits", "2", *longer, "--hidden", "16,6,12")


def all_trainings():
    for group in (methods, widths, thresholds, networks, tasks, bases):
        yield from group()


def train(place, name, data, options):
    quick = list(QUICK)
    for option in ("--hidden", "--epochs", "--batch"):
        if option in options:
            at = quick.index(option)
            del quick[at : at + 2]
    arguments, taken = [], {}
    for option, value in zip(options[::2], options[1::2]):
        taken[option] = value  # the last of several counts
    if "--decoder" not in taken:
        taken["--decoder"] = "network"
    for option, value in taken.items():
        arguments += [option, value]
    model = f"trained/{name}.terse"
    place.json(f"train/{name}", "train", *data, *quick, *arguments, "-o", model)
    place.model(name, model)
