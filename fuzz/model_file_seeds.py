#!/usr/bin/env python3
"""Writes the seeds of fuzz/corpus/model_file/ from docs/model-format.md: small valid files of every
method, containers without a model, documents without a container, and files with one thing wrong.

    model_file_seeds.py [FOLDER]
"""

import json
import pathlib
import struct
import sys
import zlib


def container(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header, ensure_ascii=False).encode()
    return struct.pack("<Q", len(text)) + text + data


def feature(name, levels, unit="", mean=0.0, deviation=1.0):
    return {"name": name, "unit": unit, "mean": mean, "deviation": deviation, "levels": levels}


def document_of(method, features, **changed):
    document = {
        "task": "regression",
        "method": method,
        "packing": "bits",
        "tag": None,
        "features": features,
        "target": {"name": "y", "unit": "", "mean": 1.5, "deviation": 2.0},
        "record": {
            "command": "terse train a.csv",
            "data": "a.csv",
            "data_hash": "00",
            "seed": 1,
            "train_seconds": 0.5,
            "settings": {"epochs": "1"},
            "metrics": {"mse": 0.25, "r2": None},
        },
    }
    document.update(changed)
    return json.dumps(document, ensure_ascii=False)


def model_file(document, tensors, checksum=None, version="1", form="terse"):
    data = b""
    entries = {}
    for name, shape, values in tensors:
        packed = values if isinstance(values, bytes) else struct.pack(f"<{len(values)}f", *values)
        kind = "U8" if isinstance(values, bytes) else "F32"
        entries[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(data), len(data) + len(packed)]}
        data += packed
    right = f"{zlib.crc32(data):08x}{zlib.crc32(document.encode()):08x}"
    metadata = {
        "format": form,
        "format_version": version,
        "checksum": checksum or right,
        "document": document,
    }
    return container({"__metadata__": metadata, **entries}, data)


def lookup_tensors(thresholds, units):
    rows = sum(len(own) + 1 for own in thresholds)
    flat = [value for own in thresholds for value in own]
    return [
        ("thresholds", [len(flat)], flat),
        ("table", [rows, units], [0.25 * i for i in range(rows * units)]),
        ("table_bias", [units], [-1.0] * units),
        ("layers.0.weight", [1, units], [0.5] * units),
        ("layers.0.bias", [1], [0.125]),
    ]


def special_seeds(fp):
    """Models with classes, categories and gaps."""
    special = [
        feature("a", 3) | {"missing": True},
        feature("b", 4) | {"categories": ["x", "ü"], "unseen": True, "missing": True},
    ]
    classes = {"name": "y", "unit": "", "classes": ["low", "high"]}
    two_outputs = [("layers.0.weight", [2, 2], [1.0, -1.0, 0.5, 0.0]), ("layers.0.bias", [2], [0.0, 1.0])]
    document = document_of("bw-sq", special, task="classification", target=classes)
    table = [("thresholds", [1], [0.5]), ("table", [7, 2], [0.5] * 14), ("table_bias", [2], [0.0, 1.0])]
    yield "version_2", model_file(document, [*table, *two_outputs], version="2")
    yield "version_2_document", document.encode()
    fp_special = [entry | {"levels": 1} for entry in special]
    document = document_of("fp", fp_special, task="classification", target=classes)
    wide = [("layers.0.weight", [2, 7], [0.25] * 14), ("layers.0.bias", [2], [0.0, 1.0])]
    yield "version_2_fp", model_file(document, [("thresholds", [0], []), *wide], version="2")
    yield "refused_version_2_outputs", model_file(document, [("thresholds", [0], []), *fp[1:]], version="2")


def tabm_seeds():
    """TabM: 2 submodels, 3 features, 2 units, then 3 and one output."""
    document = document_of("bw-sq", [feature("a", 3), feature("b", 2), feature("c", 1)])
    good = {
        "thresholds": ([3], [-1.0, 1.0, 0.0]),
        "table": ([6, 2], [0.25 * i for i in range(12)]),
        "table_bias": ([2, 2], [-1.0, 0.5, 1.0, 0.0]),
        "submodels.signs": ([2, 3], [1.0, -1.0, 1.0, -1.0, -1.0, 1.0]),
        "layers.0.weight": ([3, 2], [0.5] * 6),
        "layers.0.bias": ([2, 3], [0.125] * 6),
        "layers.1.weight": ([1, 6], [0.5] * 6),
        "layers.1.bias": ([1], [0.0]),
    }
    changes = {
        "tabm": {},
        "tabm_one_layer": {"layers.0.weight": ([1, 4], [0.5] * 4), "layers.0.bias": ([1], [1.0]),
                           "layers.1.weight": None, "layers.1.bias": None},
        "refused_tabm_sign": {"submodels.signs": ([2, 3], [0.5] * 6)},
        "refused_tabm_features": {"submodels.signs": ([2, 2], [1.0] * 4)},
        "refused_tabm_submodels": {"submodels.signs": ([1, 3], [1.0] * 3)},
        "refused_tabm_head": {"layers.1.weight": ([1, 3], [0.5] * 3)},
        "refused_tabm_bias": {"layers.0.bias": ([3], [0.5] * 3)},
        "refused_tabm_layers": {"layers.0.weight": None, "layers.0.bias": None},
    }
    for name, change in changes.items():
        tensors = [(key, *value) for key, value in {**good, **change}.items() if value]
        yield name, model_file(document, tensors, version="6")


def external_seeds():
    """Encoders alone."""
    features = [feature("a", 3), {**feature("b", 3), "categories": ["u", "v"], "missing": True}]
    thresholds = ("thresholds", [2], [-1.0, 2.5])
    document = document_of("bw-sq", features, decoder="external")
    yield "external", model_file(document, [thresholds], version="8")
    yield "external_document", document.encode()
    yield "refused_external_with_table", model_file(
        document, lookup_tensors([[-1.0, 2.5]], 2)[:3], version="8")
    yield "refused_external_fp", model_file(
        document_of("fp", [feature("a", 1)], decoder="external"), [("thresholds", [0], [])], version="8")
    yield "refused_external_name", model_file(
        document_of("bw-sq", features, decoder="elsewhere"), [thresholds], version="8")


def several_seeds():
    """Models of two targets, a number and two classes: three outputs."""
    targets = [{"name": "y", "unit": "m", "mean": 1.5, "deviation": 2.0, "link": "exp", "weight": 0.5},
               {"name": "z", "unit": "", "classes": ["low", "high"]}]
    features = [feature("a", 2), feature("b", 3)]

    def document(**changed):
        text = json.loads(document_of("bw-sq", features, task="several", targets=targets))
        del text["target"]
        return json.dumps(text | changed, ensure_ascii=False)

    network = lookup_tensors([[0.0], [-1.0, 1.0]], 2)[:3]
    layers = [("layers.0.weight", [3, 2], [0.5] * 6), ("layers.0.bias", [3], [0.125, 0.0, 1.0])]
    trees = [
        ("trees.roots", [3], [0.0, 3.0, 4.0]),
        ("trees.feature", [5], [1.0, 0.0, 0.0, 0.0, 0.0]),
        ("trees.value", [5], [1.5, -0.5, 0.25, 1.0, 0.5]),
        ("trees.left", [5], [1.0, 0.0, 0.0, 0.0, 0.0]),
    ]
    yield "several", model_file(document(), [*network, *layers], version="6")
    yield "several_boosted", model_file(document(), [network[0], *trees], version="6")
    yield "several_document", document().encode()
    yield "refused_several_one", model_file(document(targets=targets[:1]), [*network, *layers], version="6")
    yield "refused_several_twice", model_file(document(targets=[targets[1]] * 2), [*network, *layers], version="6")
    more = document(targets=[*targets, targets[0] | {"name": "w"}])
    yield "refused_several_outputs", model_file(more, [*network, *layers], version="6")
    yield "refused_several_trees", model_file(more, [network[0], *trees], version="6")
    yield "refused_several_weight", model_file(document(targets=[targets[0] | {"weight": -1.0}, targets[1]]),
                                               [*network, *layers], version="6")


def compressed_seeds():
    """Networks of few bits: 5 table rows, 2 units, 3 units, 1 output."""
    document = document_of("bw-sq", [feature("a", 3), feature("b", 2)])
    thresholds = ("thresholds", [3], [-1.0, 1.0, 0.0])
    rows = [5 * 2, 2 * 3, 3]
    for widths in ([2, 4, 6], [8, 6, 2]):
        tensors = [thresholds]
        for name, units in (("table", 2), ("layers.0", 3), ("layers.1", 1)):
            bias = "table_bias" if name == "table" else f"{name}.bias"
            tensors += [(f"{name}.scales", [units], [0.5] * units), (bias, [units], [0.25] * units)]
        tensors += [("integer.bits", [3], widths), ("integer.activation_scales", [2], [0.01, 0.02])]
        for name, count, bits in zip(("table", "layers.0", "layers.1"), rows, widths):
            string = sum((i % 3 - 1 & (1 << bits) - 1) << (i * bits) for i in range(count))
            size = (count * bits + 7) // 8
            tensors.append((f"{name}.packed", [size], string.to_bytes(size, "little")))
        name = "compressed_" + "_".join(map(str, widths))
        yield name, model_file(document, tensors, version="3")
        wrong = [*tensors[:-1], (tensors[-1][0], tensors[-1][1], b"\xff" * tensors[-1][1][0])]
        yield f"refused_{name}", model_file(document, wrong, version="3")
    yield "refused_bytes_for_floats", model_file(
        document_of("bw-sq", [feature("a", 3)]), [("thresholds", [2], bytes(2))], version="3"
    )


def forest_seeds():
    """A reading that is not sent and the level of two trees of depth 1 on it."""
    computed = {"forest": {"depth": 1, "inputs": [0]}}
    document = document_of("bw-sq", [feature("a", 1), feature("level", 3) | computed])
    tensors = lookup_tensors([[], [-1.0, 1.0]], 2)
    forest = [
        ("forests.0.offsets", [1], [0.5]),
        ("forests.0.scales", [1], [100.0]),
        ("forests.0.nodes", [2], bytes([0, 0])),
        ("forests.0.thresholds", [4], struct.pack("<2h", -3, 300)),
        ("forests.0.leaves", [4], struct.pack("4b", -128, 5, 0, 127)),
    ]
    yield "forest", model_file(document, [*tensors, *forest], version="7")
    yield "refused_forest_node", model_file(
        document, [*tensors, *forest[:2], ("forests.0.nodes", [2], bytes([0, 1])), *forest[3:]], version="7"
    )
    yield "refused_forest_leaves", model_file(
        document, [*tensors, *forest[:4], ("forests.0.leaves", [3], bytes(3))], version="7"
    )
    yield "refused_forest_missing", model_file(document, [*tensors, *forest[:4]], version="7")
    for name, own in (("itself", [1]), ("depth", None), ("none", [])):
        broken = {"forest": {"depth": 200 if own is None else 1, "inputs": [0] if own is None else own}}
        document = document_of("bw-sq", [feature("a", 1), feature("level", 3) | broken])
        yield f"refused_forest_{name}", model_file(document, [*tensors, *forest], version="7")
        yield f"document_forest_{name}", document.encode()


def two_trees():
    return [
        ("trees.roots", [2], [0.0, 3.0]),
        ("trees.feature", [4], [1.0, 0.0, 0.0, 0.0]),
        ("trees.value", [4], [1.5, -0.5, 0.25, 1.0]),
        ("trees.left", [4], [1.0, 0.0, 0.0, 0.0]),
    ]


def seeds():
    two = document_of("bw-sq", [feature("a", 3), feature("ü\n\"", 2, "°C", -4.0, 1e-3)])
    tensors = lookup_tensors([[-1.0, 1.0], [0.0]], 2)
    valid = model_file(two, tensors)
    yield "bw_sq", valid
    for method in ("po-mq", "po-qq", "pr-mq", "pr-qq", "sq", "bw-mq", "bw-qq"):
        features = [feature("a", 1), feature("b", 4)]
        yield method.replace("-", "_"), model_file(
            document_of(method, features), lookup_tensors([[], [-1.0, 0.0, 3.0e38]], 3)
        )
    fp = [
        ("thresholds", [0], []),
        ("layers.0.weight", [2, 2], [1.0, -1.0, 0.5, 0.0]),
        ("layers.0.bias", [2], [0.0, 1.0]),
        ("layers.1.weight", [1, 2], [1.0, 1.0]),
        ("layers.1.bias", [1], [0.0]),
    ]
    yield "fp", model_file(document_of("fp", [feature("a", 1), feature("b", 1)]), fp)
    trees = two_trees()
    boosted = document_of("bw-sq", [feature("a", 2), feature("b", 3)])
    thresholds = ("thresholds", [3], [0.0, -1.0, 1.0])
    yield "boosted", model_file(boosted, [thresholds, *trees], version="2")
    full = document_of("xgb", [feature("a", 1), feature("b", 1)])
    yield "xgb", model_file(full, [("thresholds", [0], []), *trees], version="2")
    stack = [*lookup_tensors([[0.0], [-1.0, 1.0]], 2), *trees]
    yield "stack", model_file(boosted, stack, version="5")
    far = [*trees[:1], ("trees.feature", [4], [7.0, 0.0, 0.0, 0.0]), *trees[2:]]
    yield "refused_stack_feature", model_file(boosted, [*stack[:-4], *far], version="5")
    yield "refused_stack_network", model_file(boosted, [*stack[:3], *trees], version="5")
    loop = [*trees[:3], ("trees.left", [4], [1.0, 0.0, 0.0, 3.0])]
    yield "refused_tree_loop", model_file(boosted, [thresholds, *loop], version="2")
    byte = [0.5 * i for i in range(255)]
    yield "radix_tag_256_levels", model_file(
        document_of("sq", [feature("a", 256), feature("b", 3)], packing="radix", tag=7),
        lookup_tensors([byte, [1.0, 2.0]], 1),
    )
    yield "nothing_sent", model_file(
        document_of("bw-sq", [feature("a", 1)]), lookup_tensors([[]], 2)
    )
    yield "document", two.encode()
    yield "document_fp", document_of("fp", [feature("a", 1)]).encode()
    yield "document_unknown_task", document_of("fp", [feature("a", 1)], task="x").encode()
    yield "container_empty", container({})
    yield "container_metadata_only", container({"__metadata__": {"format": "x"}})
    yield "container_half_precision", container(
        {"a": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}}, bytes(4)
    )
    yield "container_gap", container(
        {"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}, bytes(8)
    )
    yield "container_nested", container(b'{"a":' + b"[" * 20)
    yield "refused_checksum", model_file(two, tensors, checksum="0" * 16)
    yield from special_seeds(fp)
    yield from compressed_seeds()
    yield from tabm_seeds()
    yield from several_seeds()
    yield from forest_seeds()
    yield from external_seeds()
    yield "refused_version", model_file(two, tensors, version="4")
    yield "refused_format", model_file(two, tensors, form="pt")
    yield "refused_descending", model_file(two, lookup_tensors([[1.0, -1.0], [0.0]], 2))
    yield "refused_not_finite", model_file(two, lookup_tensors([[-1.0, 1.0], [float("inf")]], 2))
    yield "refused_extra_tensor", model_file(two, [*tensors, ("extra", [1], [0.0])])
    yield "refused_missing_tensor", model_file(two, tensors[:-1])
    yield "refused_truncated", valid[:-1]
    yield "refused_length", b"\xff" * 8
    yield "empty", b""


def main():
    default = pathlib.Path(__file__).parent / "corpus" / "model_file"
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in seeds():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
