"""allocate, compress, study, report and reproduce: what they print, and the models and files they leave."""

import shutil

import trainings

ALLOCATE = ("fried:400:3", "--bits", "2", "--hidden", "1x12", "--epochs", "2", "--batch", "64", "--folds", "2",
            "--round-epochs", "1", "--final-epochs", "2", "--round-share", "0.4", "--threads", "1", "--quiet")
THREE_FOLDS = tuple("3" if before == "--folds" else own for before, own in zip(("", *ALLOCATE), ALLOCATE))
ROOMS = ("rooms.csv", "--target", "comfort", "--ignore", "degree,open", "--missing", "level", *ALLOCATE[1:])
STUDY = ("--hidden", "1x12", "--epochs", "2", "--batch", "64", "--jobs", "1", "--quiet")


def allocations():
    for policy in ("pruning", "sensitivity", "exact", "lasso"):
        yield f"policy-{policy}", ALLOCATE, ("--payload-bits", "7", "--policy", policy)
        if policy != "lasso":  # which knows numbers alone
            yield f"policy-{policy}-rooms", ROOMS, ("--payload-bits", "4", "--policy", policy)
    for decoder in ("network", "boosted"):
        yield f"decoder-{decoder}", ALLOCATE, ("--payload", "1", "--decoder", decoder)
    yield "radio", ALLOCATE, ("--radio", "sigfox-rc1")
    yield "max-loss", THREE_FOLDS, ("--max-loss", "400")
    yield "margin", THREE_FOLDS, ("--payload", "1", "--margin", "30")
    yield "start-bits-0", ALLOCATE, ("--payload", "1", "--start-bits", "0")
    yield "start-bits", ALLOCATE, ("--payload", "1", "--start-bits", "14", "--decoder", "network")
    yield "start-kmeans", ALLOCATE, ("--payload", "1", "--start", "kmeans", "--decoder", "network")
    yield "dropout", ALLOCATE, ("--payload", "1", "--dropout", "0.2", "--threshold-rate", "3", "--decoder", "network")
    yield "drop-rate", ALLOCATE, ("--payload", "1", "--drop-rate", "0.2")
    yield "names", ("whole.csv", "--target", "degree", "--ignore", "comfort,open", *ALLOCATE[1:]), (
        "--payload-bits", "5", "--unseen", "level", "--categorical", "floor")


def allocate(place, name, arguments, options):
    model = f"trained/allocate-{name}.terse"
    place.json(f"allocate/{name}", "allocate", *arguments, *options, "-o", model)
    place.model(f"allocate-{name}", model)


def allocate_curve(place, name, arguments, options):
    place.json(f"allocate/{name}", "allocate", *arguments, *options, "--curve", f"curves/{name}")
    place.files(f"allocate/{name}", f"curves/{name}")


def allocate_text(place):
    place.text("allocate/payload", "allocate", *ALLOCATE, "--payload", "1", "-o", "trained/allocate-text.terse")
    place.text("allocate/loss", "allocate", *THREE_FOLDS, "--max-loss", "400", "-o", "trained/allocate-text.terse")
    place.text("allocate/margin", "allocate", *THREE_FOLDS, "--payload", "1", "--margin", "30", "-o",
               "trained/allocate-text.terse")
    place.text("allocate/curve-text", "allocate", *ROOMS, "--curve", "curves/text", "--budgets", "6,4")
    one_bit = without_first((*ALLOCATE, "--bits", "1"), "--bits")
    place.refused("allocate-impossible", "allocate", *one_bit, "--max-loss", "0", "-o", "no.terse", expect=1)
    place.refused("allocate-not-told", "allocate", *ALLOCATE, "--max-loss", "60", "-o", "no.terse", expect=1)


# Bytes of the network with 2, 4, 6 and 8 bits a weight.
UNIFORM = {"plain": (532, 792, 1052, 1312), "base-rooms": (480, 672, 864, 1056), "base-deep": (497, 702, 907, 1112),
           "base-radix": (472, 672, 872, 1072)}


def compressions():
    """Name, the model, its table, what says how small."""
    quick = ("--epochs", "2", "--search-epochs", "1", "--quiet")
    tables = {"fried": ("--data", "fried:400:3", *quick), "machine": ("--data", "machine.csv", *quick),
              "rooms": ("--data", "rooms.csv", *quick)}
    for policy in ("sensitivity", "sigmaquant", "uniform"):
        for budget, value in (("--memory", "1000"), ("--max-loss", "20"), ("--energy", "75")):
            yield f"{policy}{budget[1:]}", "base-fried", tables["fried"], (budget, value, "--policy", policy)
        yield f"{policy}-deep", "base-deep", tables["fried"], ("--memory", "600", "--policy", policy)
        yield f"{policy}-rooms", "base-rooms", tables["rooms"], ("--memory", "700", "--policy", policy)
    tables_of = {"plain": "machine", "base-rooms": "rooms", "base-deep": "fried", "base-radix": "machine"}
    for model, table in tables_of.items():
        for bits, size in zip((2, 4, 6, 8), UNIFORM[model]):
            name = f"uniform-{model.removeprefix('base-')}-{bits}"
            yield name, model, tables[table], ("--memory", str(size), "--policy", "uniform")
    yield "mixed", "mixed", tables["machine"], ("--memory", "560", "--policy", "sigmaquant")
    yield "degree", "base-degree", tables["rooms"], ("--memory", "600", "--policy", "sigmaquant", "--seed", "3")
    yield "open", "base-open", tables["rooms"], ("--memory", "520", "--lr", "0.01")
    yield "wide", "wide", tables["fried"], ("--memory", "9000")
    yield "lsq", "method-lsq", tables["fried"], ("--memory", "900")


def compress(place, name, model, table, options):
    small = f"trained/compress-{name}.terse"
    place.json(f"compress/{name}", "compress", f"models/{model}.terse", *table, *options, "-o", small)
    place.model(f"compress-{name}", small)


def compress_text(place):
    quick = ("--data", "fried:400:3", "--epochs", "1", "--search-epochs", "1")
    place.text("compress/text", "compress", "models/base-fried.terse", *quick, "--memory", "900", "-o",
               "trained/compress-text.terse", "--trace", "trained/trace.json")
    place.file("compress/trace.json", "trained/trace.json")
    place.refused("compress-impossible", "compress", "models/base-fried.terse", *quick, "--quiet", "--memory", "100",
                  "-o", "no.terse", expect=1)


def studies():
    fried = ("fried:400:3", *STUDY, "--splits", "2")
    yield "methods", (*fried, "--methods", ",".join(trainings.METHODS), "--bits", "2")
    yield "widths", ("own=machine.csv", "--target", "wear", *STUDY, "--splits", "3", "--bits", "1,2,3,6", "--methods",
                     "fp,bw-sq", "--seed", "5")
    yield "paper", (*fried, "--protocol", "paper", "--bits", "2", "--schedule", "linear", "--dropout", "0.1")
    yield "portfolio", (*fried, "--portfolio", "portfolio.json", "--folds", "2", "--bits", "2")
    yield "search", (*fried, "--search", "3", "--space", "space.json", "--folds", "2", "--halving", "--epochs", "9",
                     "--bits", "2", "--methods", "bw-sq")
    yield "rooms", ("rooms.csv", "--target", "comfort", "--missing", "level", "--unseen", "level", *STUDY, "--splits",
                    "2", "--bits", "2,3", "--methods", "fp,bw-sq", "--class-weights", "balanced")


def without_first(options, name):
    """Of an option given twice the last one counts."""
    at = [i for i, option in enumerate(options) if option == name]
    if len(at) < 2:
        return options
    return options[: at[0]] + options[at[0] + 2 :]


def study(place, name, options):
    options = without_first(options, "--epochs")
    place.json(f"study/{name}", "study", *options, "-o", f"studies/{name}")
    place.files(f"study/{name}", f"studies/{name}")
    place.json(f"report/{name}", "report", f"studies/{name}", "-o", f"reports/{name}")
    place.files(f"report/{name}", f"reports/{name}")


def study_in_parts(place):
    options = ("fried:400:3", *STUDY, "--splits", "2", "--bits", "2,3", "--methods", "fp,bw-sq")
    for shard in (1, 2):
        place.text(f"study/part-{shard}", "study", *options, "--shard", f"{shard}/2", "-o", f"studies/part-{shard}")
        place.files(f"study/part-{shard}", f"studies/part-{shard}")
    place.text("study/merge-one", "study", "merge", "studies/part-1", "-o", "studies/one")
    place.json("study/merge", "study", "merge", "studies/part-1", "studies/part-2", "-o", "studies/merged")
    place.files("study/merged", "studies/merged")
    place.text("study/again", "study", *options, "-o", "studies/merged")
    place.text("report/text", "report", "studies/merged")


def reproduce(place):
    data = ("--data", "fried=fried:400", "--sets", "fried", "--search", "quick.json", "--jobs", "1", "--quiet")
    (place.folder / "quick.json").write_text('[{"hidden": "1x12", "epochs": 2}]')
    tables = ("reproduce", "table9", "table11", "-o", "reproduced", *data, "--splits", "2", "--bits", "2,3")
    place.json("reproduce/tables", *tables)
    place.files("reproduce/tables", "reproduced", leave_out=("hardware.txt",))
    place.text("reproduce/again", "reproduce", "table9", "table3", "-o", "reproduced", "--bits", "2,3", "--no-training")
    place.refused("reproduce-table", "reproduce", "table1", "-o", "no")
    place.refused("reproduce-set", "reproduce", "table9", "-o", "no", "--sets", "iris")
    place.refused("reproduce-method", "reproduce", "table9", "-o", "no", "--methods", "sq")
    place.refused("reproduce-bits", "reproduce", "table9", "-o", "no", "--bits", "9")
    place.refused("reproduce-nothing", "reproduce", "table9", "-o", "no", "--no-training")


def pictures(place):
    """SVG drawn by Node, where it is installed."""
    if not shutil.which("node"):
        return
    quick = ("--data", "fried:400:3", "--epochs", "1", "--search-epochs", "1", "--quiet", "--memory", "900")
    place.run("drawn/compress", "compress", "models/base-fried.terse", *quick, "--figure", "drawn/search.svg", "-o",
              "trained/drawn.terse")
    place.file("drawn/search.svg", "drawn/search.svg")
