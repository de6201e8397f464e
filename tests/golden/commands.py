"""What the commands for a model print and write, with and without --json; help texts; refusals."""

COMMANDS = ("train", "evaluate", "predict", "encode", "decode", "export", "airtime", "inspect", "serve", "replay",
            "data", "allocate", "compress", "study", "report", "reproduce")
SUBCOMMANDS = (("data", "list"), ("data", "get"), ("study", "merge"))
# Models, and tables that they take: the one they come from first.
MODELS = {
    "machine.csv": ("plain", "mixed", "base-radix", "machine-fp", "machine-xgb", "machine-xgb-qq", "machine-lsq",
                    "machine-llt9", "machine-sq", "machine-po-mq", "levels-256", "levels-boosted", "radix-boosted",
                    "drop-rate-bw-sq", "drop-rate-fp", "features", "compress-uniform-plain-2", "compress-mixed",
                    "compress-uniform-radix-6", "tagged", "tagged-radix", "compress-fine-steps"),
    "rooms.csv": ("base-rooms", "base-degree", "base-open", "rooms-fp", "rooms-sq", "radix-rooms", "drop-rate-rooms",
                  "compress-uniform-rooms-4", "compress-degree", "compress-open", "tagged-rooms",
                  "allocate-policy-exact-rooms"),
    "fried:50:9": ("base-fried", "method-xgb", "boosted-bw-sq", "default-network", "wide", "one-unit",
                   "compress-sensitivity-memory", "compress-uniform-deep-8", "allocate-radio", "compress-wide",
                   "compress-coarse-steps"),
    "whole.csv": ("names", "names-unseen", "names-alone", "allocate-names"),
}


def one_model(place, model, table):
    """Every command on one model."""
    path, name = f"models/{model}.terse", f"use/{model}"
    place.text(f"{name}/inspect", "inspect", path)
    place.json(f"{name}/inspect", "inspect", path)
    place.text(f"{name}/evaluate", "evaluate", path, table)
    place.json(f"{name}/evaluate", "evaluate", path, table)
    place.data(f"{name}/predictions.csv", "predict", path, table)
    place.json(f"{name}/predict", "predict", path, table)
    place.data(f"{name}/payloads.hex", "encode", path, table)
    for ending in ("hex", "bin"):
        place.run(f"{name}/encode-{ending}", "encode", path, table, "-o", f"sent/{model}.{ending}")
        place.file(f"{name}/sent.{ending}", f"sent/{model}.{ending}")
        place.data(f"{name}/decoded-{ending}.csv", "decode", path, f"sent/{model}.{ending}")
    place.json(f"{name}/decode", "decode", path, f"sent/{model}.hex")


def closer_looks(place):
    """Options that only some models need."""
    plain, rooms = "models/plain.terse", "models/base-rooms.terse"
    for name, model, table in (("plain", plain, "machine.csv"), ("rooms", rooms, "rooms.csv"),
                               ("fp", "models/machine-fp.terse", "machine.csv")):
        place.text(f"look/{name}/without-each", "evaluate", model, table, "--without-each")
        place.json(f"look/{name}/without-each", "evaluate", model, table, "--without-each")
        place.text(f"look/{name}/inspect-data", "inspect", model, "--data", table)
        place.json(f"look/{name}/inspect-data", "inspect", model, "--data", table)
        for part in ("test", "train"):
            place.json(f"look/{name}/{part}", "evaluate", model, table, "--part", part)
    for model in ("levels-256", "bw-sq-8-bits", "base-degree", "radix", "method-fp", "names-unseen"):
        place.text(f"look/{model}/all", "inspect", f"models/{model}.terse", "--all")
    place.data("look/rooms/other.csv", "predict", rooms, "other.csv")
    place.data("look/rooms/other.hex", "encode", rooms, "other.csv")
    place.text("look/rooms/target", "evaluate", rooms, "other.csv", "--target", "comfort")
    place.data("look/arff.csv", "predict", "models/arff.terse", "machine.arff")
    place.data("look/columns.csv", "predict", "models/columns.terse", "columns.csv", "--no-header")
    place.text("look/predict-file", "predict", plain, "machine.csv", "-o", "sent/predictions.csv")
    place.file("look/predictions.csv", "sent/predictions.csv")
    place.json("look/predict-file", "predict", plain, "machine.csv", "-o", "sent/predictions.csv")
    place.text("look/encode-file", "encode", plain, "machine.csv", "-o", "sent/look.hex")
    place.json("look/encode-file", "encode", plain, "machine.csv", "-o", "sent/look.bin")


def tables(place):
    place.text("data/list", "data", "list")
    place.json("data/list", "data", "list")
    place.data("data/fried.csv", "data", "get", "fried:400:3")
    place.data("data/fried-default.csv", "data", "get", "fried:20")
    place.data("data/arff.csv", "data", "get", "machine.arff")
    place.text("data/get", "data", "get", "fried:50:9", "-o", "sent/fried.csv")
    place.json("data/get", "data", "get", "fried:50:9", "-o", "sent/fried.csv")
    place.file("data/get.csv", "sent/fried.csv")


def airtimes(place):
    place.text("airtime/21", "airtime", "21")
    for size in (0, 1, 11, 12, 21, 60, 300, 1300):
        place.json(f"airtime/{size}", "airtime", size)
    place.json("airtime/model", "airtime", "models/plain.terse")
    for profile in ("sx1276-13dbm", "sx1276-20dbm", "node.json"):
        place.text(f"airtime/{profile}", "airtime", 11, "--profile", profile, "--interval", 900)
        place.json(f"airtime/{profile}", "airtime", 11, "--profile", profile, "--interval", 900)
    place.text("airtime/two-radios", "airtime", 5, "--radio", "sigfox-rc1", "--radio", "lorawan-eu868-dr3")


def printed_trainings(place):
    """What train says to a person."""
    quick = ("--hidden", "1x8", "--epochs", "1", "--threads", "1", "--quiet", "-o", "trained/said.terse")
    rooms = ("rooms.csv", "--ignore", "degree,open", "--target", "comfort", "--missing", "level")
    place.text("train/said-best", "train", "machine.csv", "--target", "wear", *quick)
    quick += ("--decoder", "network")
    place.text("train/said", "train", "machine.csv", "--target", "wear", *quick)
    place.text("train/said-fp", "train", "fried:100", "--method", "fp", *quick)
    place.text("train/said-boosted", "train", "fried:100", "--method", "xgb-qq", *quick)
    place.text("train/said-all-rows", "train", "fried:100", "--test-fraction", "0", *quick)
    place.text("train/said-classes", "train", *rooms, *quick)


def helps(place):
    place.text("help/terse", "--help")
    for command in COMMANDS:
        place.text(f"help/{command}", command, "--help")
    for command in SUBCOMMANDS:
        place.text("help/" + "-".join(command), *command, "--help")
