"""What a model does, against the program."""

import json
import unittest
from pathlib import Path

import numpy as np
import terse
from case import QUICK, SHORT, PackageTest, plain


class AgainstTheProgram(PackageTest):
    def setUp(self):
        super().setUp()
        self.columns = self.sensors(300)
        self.table = self.write_csv(self.columns)
        self.terse("train", self.table, "--target", "yield", *SHORT, "-o", "m.terse")
        self.model = terse.Model.load(self.folder / "m.terse")

    def test_payloads_and_predictions(self):
        self.terse("encode", "m.terse", self.table, "-o", "p.bin")
        payloads = self.model.encode(self.columns)
        self.assertEqual(payloads.dtype, np.uint8)
        self.assertEqual(payloads.tobytes(), (self.folder / "p.bin").read_bytes())
        expected = json.loads(self.terse("predict", "m.terse", self.table, "--json"))["predictions"]
        np.testing.assert_array_equal(self.model.predict(self.columns), np.array(expected, np.float32))
        for form in (payloads, payloads.astype(int), [bytes(row) for row in payloads],
                     [bytes(row).hex() for row in payloads]):
            np.testing.assert_array_equal(self.model.predict_payloads(form), np.array(expected, np.float32))
        np.testing.assert_array_equal(self.model.predict_payloads(bytes(payloads[0])), np.float32(expected[:1]))
        codes = self.model.codes(self.columns)
        np.testing.assert_array_equal(self.model.decode(payloads), codes)
        np.testing.assert_array_equal(self.model.predict_codes(codes), np.array(expected, np.float32))

    def test_figures(self):
        said = json.loads(self.terse("evaluate", "m.terse", self.table, "--json"))
        own = self.model.evaluate(self.columns)
        for name in ("rows", "mse", "rmse", "mae", "r2"):
            self.assertAlmostEqual(own[name], said[name], delta=1e-12)
        self.assertEqual(self.model.evaluate(plain(self.columns, "yield"), self.columns["yield"]), own)
        part = self.model.evaluate(self.columns, part="test")
        self.assertAlmostEqual(part["mse"], self.model.metrics["mse"], delta=1e-12)

    def test_a_feature_computed_on_the_device(self):
        columns = {name: values for name, values in self.columns.items() if name != "room"}
        model = terse.train(columns, "yield", computed="forest-alone", level_bits=3, decoder="boosted", **QUICK)
        self.assertEqual(model.payload_bits, 3)
        self.assertEqual(model.reading_names, ["temperature", "humidity, %"])
        self.assertEqual(model.feature_names, [*model.reading_names, "level of yield"])
        model.save(self.folder / "level.terse")
        self.terse("encode", "level.terse", self.table, "-o", "level.bin")
        array = np.column_stack([columns[name] for name in model.reading_names]).astype(np.float32)
        for X in (columns, array, array.astype(float)):
            self.assertEqual(model.encode(X).tobytes(), (self.folder / "level.bin").read_bytes())
        self.assertEqual(model.codes(array).shape, (300, 3))
        np.testing.assert_array_equal(model.decode(model.encode(array)), model.codes(array))
        self.refused(lambda: model.export("rust", self.folder / "crate"), "computed feature")
        self.refused(lambda: model.encode(array[:, :1]), "columns")

    def test_files(self):
        self.model.save(self.folder / "again.terse")
        self.assertEqual((self.folder / "again.terse").read_bytes(), (self.folder / "m.terse").read_bytes())
        self.assertEqual(terse.Model.from_bytes(self.model.to_bytes()), self.model)
        self.refused(lambda: terse.Model.from_bytes(b"nothing"), "bytes")
        self.refused(lambda: terse.Model.load(self.folder / "none.terse"), "none.terse")
        self.refused(lambda: self.model.save(self.folder / "no" / "folder.terse"), "folder", kind=RuntimeError)

    def test_exports(self):
        for form in ("c", "arduino", "rust", "micropython", "js", "onnx", "header"):
            with self.subTest(form):
                self.terse("export", "m.terse", "--to", form, "-o", f"{form}_cli", "--prefix", "sensor")
                paths = self.model.export(form, self.folder / f"{form}_own", prefix="sensor")
                theirs = {str(path.relative_to(self.folder / f"{form}_cli")): path.read_bytes()
                          for path in Path(self.folder / f"{form}_cli").rglob("*") if path.is_file()}
                self.assertEqual(sorted(paths), sorted(theirs))
                for path in paths:
                    # Comments name the model's file, which there is none of here.
                    own = (self.folder / f"{form}_own" / path).read_bytes()
                    self.assertEqual(own.replace(b"sensor", b"m"), theirs[path].replace(b"sensor", b"m"), path)
        self.refused(lambda: self.model.export("cobol", self.folder / "x"), "'cobol' is not a format")
        self.refused(lambda: self.model.export("c", self.folder / "x", prefix="1 x"), "prefix")
        self.refused(lambda: self.model.export("js", self.folder / "x", with_network=True), "with_network")
        self.refused(lambda: self.model.export("js", self.folder / "x", send_on_change=True), "send_on_change")
        sending = self.model.export("c", self.folder / "sending", prefix="sensor", send_on_change=True)
        self.assertIn("sensor_send.c", sending)
        self.refused(lambda: self.model.export("c", self.folder / "x", with_network=True), "compress")

    def test_what_the_firmware_holds(self):
        held = ["int16,0.01", "room=uint8,missing=255"]
        self.terse("export", "m.terse", "--to", "c", "-o", "held_cli", "--prefix", "m", "--input", held[0], "--input",
                   held[1])
        self.model.export("c", self.folder / "held_own", prefix="m", inputs=held)
        for name in ("m.c", "m.h"):
            self.assertEqual((self.folder / "held_own" / name).read_bytes(),
                             (self.folder / "held_cli" / name).read_bytes())
        self.refused(lambda: self.model.export("c", self.folder / "x", inputs=["int12"]), "input: 'int12'")
        far = {"time": 1.7e9 + np.arange(200) * 0.25, "growth": self.draw.normal(size=200)}
        model = terse.train(far, "growth", **QUICK, split="blocks")
        self.refused(lambda: model.export("c", self.folder / "x"), "'time' is measured from", "int32")

    def test_payloads_that_it_cannot_have_made(self):
        size = self.model.payload_bytes
        self.refused(lambda: self.model.decode(np.zeros((2, size + 1), np.uint8)), f"{size + 1} bytes")
        self.refused(lambda: self.model.decode([b"\0" * size, b""]), "payload 2", "0 bytes")
        self.refused(lambda: self.model.decode(["zz"]), "hexadecimal")
        self.refused(lambda: self.model.decode(np.full((1, size), 255)), "payload 1")
        self.refused(lambda: self.model.decode(np.full((1, size), 256)), "payloads")
        self.refused(lambda: self.model.decode(np.zeros(size, np.uint8)), "payloads")
        self.refused(lambda: self.model.predict_codes(np.full((1, 3), 200)), "codes: row 1", "levels")
        self.refused(lambda: self.model.predict_codes(np.zeros((1, 9), int)), "9 columns")

    def test_a_model_in_full_precision_sends_readings(self):
        columns = plain(self.columns, "room")
        model = terse.train(columns, "yield", method="fp", **QUICK)
        payloads = model.encode(columns)
        self.assertEqual(payloads.shape, (300, 8))
        np.testing.assert_array_equal(model.decode(payloads)[:, 0], columns["temperature"].astype(np.float32))
        np.testing.assert_array_equal(model.predict_payloads(payloads), model.predict(columns))
        self.refused(lambda: model.codes(columns), "full precision has no codes")
        self.refused(lambda: model.export("c", self.folder / "x"), "full precision")

    def test_classes(self):
        columns = {**self.columns, "yield": np.where(self.columns["yield"] > 20, "wet", "dry")}
        model = terse.train(columns, "yield", **QUICK)
        figures = model.evaluate(columns)
        self.assertEqual(set(figures["classes"]), {"dry", "wet"})
        share = model.predict_proba(columns)[:, 1]
        np.testing.assert_array_equal(model.predict(columns, decision_threshold=0.3) == "wet",
                                      share >= np.float32(0.3))
        self.assertAlmostEqual(figures["accuracy"], np.mean(model.predict(columns) == columns["yield"]), delta=1e-9)


class Shown(PackageTest):
    def test_for_people(self):
        columns = {**self.sensors(120), "<b>": self.draw.normal(size=120)}
        model = terse.train(columns, "yield", units={"temperature": "°C"}, **QUICK)
        self.assertIn("a message", repr(model))
        text, page = repr(model.inspect()), model._repr_html_()
        self.assertIn("temperature [°C]", text)
        self.assertIn("kitchen", text)
        self.assertIn("&lt;b&gt;", page)
        self.assertNotIn("<b>", page)
        self.assertEqual(dict(model.inspect())["target"], "yield")

    def test_figures(self):
        columns = plain(self.sensors(200), "room")
        model = terse.train(columns, "yield", **QUICK)
        ax = model.plot_thresholds()
        self.assertEqual([label.get_text() for label in ax.get_yticklabels()], model.feature_names)
        curve = terse.allocate(columns, "yield", folds=2, final_epochs=1, round_epochs=1, models=True, **QUICK)
        self.assertTrue(all(point.model.payload_bytes <= max(1, point.bytes) for point in curve))
        self.assertGreater(len(curve.plot().lines), 1)
        self.assertIsNotNone(curve.reference_loss)


if __name__ == "__main__":
    unittest.main()
