"""Every form of `terse export` for models of every kind: each file that it writes."""

from masks import changed_model, scaled_tensor

PACKAGES = ("arduino", "platformio", "esp-idf", "zephyr")
LANGUAGES = ("rust", "micropython")
DECODERS = ("js", "onnx", "header")
TYPES = ("uint8", "uint10", "int16", "uint16", "int32", "float32")
# Models without a network that C could hold.
ENCODERS = ("plain", "mixed", "base-radix", "base-rooms", "base-degree", "base-open", "levels-256", "radix-equal",
            "radix-4", "names-unseen", "names-alone", "one-name", "base-fried", "bw-sq-1-bits", "bw-sq-4-bits",
            "bw-sq-8-bits", "drop-rate-bw-sq", "tagged", "tagged-radix", "tagged-rooms", "features", "allocate-radio",
            "allocate-policy-exact", "machine-lsq", "machine-llt9", "radix-rooms")
TREES = ("levels-boosted", "radix-boosted", "machine-xgb-qq", "boosted-bw-sq")
COMPRESSED = tuple(f"compress-uniform-{name}-{bits}" for name in ("plain", "rooms", "deep", "radix")
                   for bits in (2, 4, 6, 8)) + (
    "compress-mixed", "compress-degree", "compress-open", "compress-wide", "compress-sensitivity-deep",
    "compress-tagged", "compress-tagged-radix", "compress-fine-steps", "compress-coarse-steps")
KEPT = ("model_v1", "model_v2", "model_v3")


def export(place, model, form, *options, name=""):
    """One export, its files, and what it says as JSON."""
    name = name or f"{model}/{form}"
    folder = f"exported/{name}"
    place.json(f"export/{name}", "export", f"models/{model}.terse", "--to", form, "-o", folder, *options)
    place.files(f"export/{name}", folder, exported=True)


def encoders(place, model):
    export(place, model, "c")
    export(place, model, "c", "--form", "speed", name=f"{model}/speed")
    for form in DECODERS:
        export(place, model, form)
    export(place, model, "js", "--compact", name=f"{model}/js-compact")


def networks(place, model):
    """Decoders that predict in the script, and packages with the network in C."""
    export(place, model, "js", "--network", name=f"{model}/js-network")


def packages(place, model):
    for form in PACKAGES:
        export(place, model, form, *(("--with-network",) if model.startswith("compress-") else ()))


def inputs(place, model):
    """What the firmware holds."""
    for kind in TYPES:
        for form in ("size", "speed"):
            export(place, model, "c", "--input", f"{kind},0.5,-30", "--form", form, name=f"{model}/{form}-{kind}")
        export(place, model, "c", "--input", f"temperature={kind},-0.25", name=f"{model}/negative-{kind}")


def choices(place):
    """Options of single exports."""
    held = ("--input", "int16,0.01", "--input", "noise=int16,0.0001")
    export(place, "plain", "c", "--inputs", "inputs.csv", "--input", "int16,0.01", "--input", "noise=uint10",
           name="plain/inputs")
    export(place, "plain", "c", *held, "--calibration", "few.csv", name="plain/calibration")
    for size in (1, 2, 4):
        export(place, "plain", "c", *held, "--threshold-bytes", size, name=f"plain/bytes-{size}")
        export(place, "mixed", "c", *held, "--threshold-bytes", size, "--calibration", "machine.csv",
               name=f"mixed/bytes-{size}")
    export(place, "plain", "c", "--prefix", "probe", name="plain/prefix")
    for kind, options in (("uint8,0.001", ()), ("uint10,0.001", ("--threshold-bytes", 1))):
        export(place, "base-fried", "c", "--input", kind, *options, name=f"base-fried/{kind.split(',')[0]}")
    for model, kind in (("batch-1000", "uint10,0.001"), ("tau-end-1", "uint10,0.001"), ("tau-end-1", "int16,0.0001"),
                        ("tau-end-1", "int32,0.0000001"), ("base-fried", "uint8,0.004")):
        for form in ("size", "speed"):
            name = f"{model}/{form}-{kind.split(',')[0]}"
            export(place, model, "c", "--input", kind, "--form", form, name=name)
            few = ("--input", "X1=uint8,0.004", "--input", "X2=uint8,0.004", "--input", "X3=float32")
            export(place, model, "c", "--input", kind, *few, "--form", form, name=name + "-and-others")
    for model in ("plain", "mixed", "base-radix", "base-rooms", "base-open"):
        for form in LANGUAGES:
            export(place, model, form)
            export(place, model, form, "--input", "int16,0.01,,missing=-127,max=9000", name=f"{model}/{form}-failing")
        export(place, model, "c", "--input", "int16,0.01,,missing=-127,max=9000", name=f"{model}/c-failing")
        export(place, model, "js", "--flat", name=f"{model}/js-flat")
    for form in ("c", *PACKAGES, *LANGUAGES, *DECODERS):
        folder = f"exported/said/{form}"
        place.text(f"export/report-{form}", "export", "models/plain.terse", "--to", form, "-o", folder, "--report")
    to_c = ("--to", "c", "-o", "exported/said/c", "--report")
    place.text("export/report-network", "export", "models/compress-mixed.terse", *to_c, "--with-network", "--form",
               "speed")
    place.text("export/report-calibration", "export", "models/plain.terse", *to_c, *held, "--calibration", "few.csv")


def full_precision(place):
    for model in ("machine-fp", "rooms-fp", "degree-fp"):
        export(place, model, "onnx")


def compressed(place, model):
    export(place, model, "c", "--with-network")
    export(place, model, "c", "--with-network", "--form", "speed", name=f"{model}/speed")
    for form in DECODERS:
        export(place, model, form)


def refusals(place):
    to_c = ("export", "models/plain.terse", "-o", "exported/no", "--to", "c")
    for name, options in {
        "form": ("--form", "tiny"), "prefix": ("--prefix", "Mein Modell"), "type": ("--input", "int12"),
        "scale": ("--input", "int16,zero"), "scale-0": ("--input", "int16,0"), "parts": ("--input", "int16,1,2,3"),
        "feature": ("--input", "pressure=int16"), "network": ("--with-network",),
        "inputs": ("--inputs", "absent.csv"), "inputs-header": ("--inputs", "text.csv"),
        "bytes": ("--threshold-bytes", "3"),
    }.items():
        place.refused(f"export-{name}", *to_c, *options)
    for name, model, form in (("cobol", "plain", "cobol"), ("fp-c", "machine-fp", "c"), ("fp-js", "machine-fp", "js"),
                              ("fp-header", "machine-fp", "header"), ("absent", "absent", "c")):
        place.refused(f"export-{name}", "export", f"models/{model}.terse", "-o", "exported/no", "--to", form)
    place.refused("export-trees", "export", "models/machine-xgb-qq.terse", "-o", "exported/no", "--to", "c",
                  "--with-network")
    place.refused("export-category", "export", "models/base-rooms.terse", "-o", "exported/no", "--to", "c", "--input",
                  "room=int16,0.5")
    place.refused("export-long", "export", "models/default-network.terse", "-o", "exported/no", "--to", "js",
                  "--network")


WITH_NETWORK = ("one-unit", "levels-boosted", "radix-boosted", "compress-uniform-plain-2", "compress-degree",
                "base-rooms", "base-radix", "names-alone", "tagged-rooms")


def kept(place, model):
    """A model of an older version of the file format: what it predicts, and its exports."""
    path = f"models/{model}.terse"
    place.text(f"kept/{model}/inspect", "inspect", path, "--all")
    place.json(f"kept/{model}/inspect", "inspect", path)
    place.data(f"kept/{model}/predictions.csv", "predict", path, f"{model}-readings.csv")
    place.data(f"kept/{model}/payloads.hex", "encode", path, f"{model}-readings.csv")
    place.run(f"kept/{model}/encode", "encode", path, f"{model}-readings.csv", "-o", f"sent/{model}.hex")
    place.data(f"kept/{model}/decoded.csv", "decode", path, f"sent/{model}.hex")
    place.json(f"kept/{model}/decode", "decode", path, f"sent/{model}.hex")
    encoders(place, model)
    export(place, model, "zephyr")
    export(place, model, "js", "--network", name=f"{model}/js-network")
    if model == "model_v3":
        export(place, model, "c", "--with-network", name=f"{model}/with-network")


def tagged(model):
    """With a tag in front of each message, and units."""

    def change(text):
        return text.replace('"tag":null', '"tag":165').replace('"unit":""', '"unit":"°C"')

    return changed_model(model, change)


def scaled(factor):
    """Steps of the activations that leave no room, or more than enough, for the multipliers of the device."""
    return lambda model: scaled_tensor(model, "integer.activation_scales", factor)


def make_changed(place):
    """Models that `terse train` and `terse compress` do not make."""
    for name, model, change in (
        ("tagged", "plain", tagged), ("tagged-radix", "base-radix", tagged), ("tagged-rooms", "base-rooms", tagged),
        ("compress-tagged", "compress-mixed", tagged), ("compress-tagged-radix", "compress-uniform-radix-4", tagged),
        ("compress-fine-steps", "compress-mixed", scaled(2.0**-12)),
        ("compress-coarse-steps", "compress-uniform-deep-8", scaled(2.0**8)),
    ):
        path = place.folder / "models" / f"{model}.terse"
        if path.exists() and not (place.folder / "models" / f"{name}.terse").exists():
            place.model(name, path, change)
