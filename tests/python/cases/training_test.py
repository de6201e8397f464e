"""Training: the program's models, options, progress, Ctrl-C, errors."""

import json
import pickle
import signal
import threading
import time
import unittest
import warnings

import numpy as np
import terse
from case import QUICK, SHORT, PackageTest, plain


class SameModels(PackageTest):
    """A model is the program's, but for the time it took and who asked for it."""

    def compare(self, columns, target, arguments, **options):
        name = self.write_csv(columns)
        self.terse("train", name, "--target", target, *SHORT, *arguments, "-o", "m.terse")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = terse.train(plain(columns, target), terse_named(columns[target], target), source=name,
                                **QUICK, **options)
        self.assertEqual(self.masked(model), self.masked(self.folder / "m.terse"))
        return model

    def test_defaults(self):
        self.compare(self.sensors(), "yield", [])

    def test_a_network_of_other_levels(self):
        self.compare(self.sensors(), "yield",
                     ["--decoder", "network", "--bits", "3", "--levels", "temperature=5", "--seed", "9",
                      "--packing", "radix"],
                     decoder="network", bits=3, levels={"temperature": 5}, seed=9, packing="radix")

    def test_the_papers_protocol(self):
        self.compare(self.sensors(), "yield", ["--protocol", "paper"], protocol="paper")

    def test_every_method(self):
        columns = self.sensors(200)
        for method in ("fp", "sq", "bw-qq", "pr-mq", "lsq", "llt4", "xgb-qq"):
            with self.subTest(method=method):
                self.compare(columns, "yield", ["--method", method], method=method)

    def test_classes_weights_and_copies(self):
        columns = self.sensors()
        columns["state"] = np.where(columns.pop("yield") > 20, "wet", "dry")
        self.compare(columns, "state", ["--class-weights", "balanced", "--keep-copies-together", "features"],
                     class_weights="balanced", keep_copies_together="features")

    def test_gaps_categories_and_a_target_that_is_not_always_there(self):
        columns = self.sensors()
        columns["temperature"][::7] = np.nan
        columns["yield"][::11] = np.nan
        columns["floor"] = self.draw.integers(0, 4, len(columns["yield"]))
        self.compare(columns, "yield", ["--missing", "level", "--categorical", "floor", "--unseen", "level"],
                     missing="level", categorical=["floor"], unseen="level")

    def test_numbers_far_from_zero(self):
        columns = self.sensors()
        columns["time"] = 1.7e9 + np.arange(len(columns["yield"])) * 0.25
        model = self.compare(columns, "yield", [])
        self.assertGreater(model.features[-1]["origin"], 1.6e9)

    def test_tags(self):
        for tag in ("auto", 126):
            model = self.compare(self.sensors(), "yield", ["--tag", tag], tag=tag)
            payloads = model.encode(plain(self.sensors(), "yield"))
            self.assertEqual(len(set(payloads[:, 0].tolist())), 1)
            if tag == 126:
                self.assertEqual(payloads[0, 0], 126)

    def test_an_encoder_that_is_kept(self):
        columns = self.sensors()
        field = self.compare(columns, "yield", ["--bits", "3", "--tag", "auto"], bits=3, tag="auto")
        field.save(self.folder / "field.terse")
        columns["yield"] = columns["yield"] ** 2
        model = self.compare(columns, "yield", ["--encoder", "field.terse", "--seed", "4"], encoder=field, seed=4)
        readings = plain(columns, "yield")
        np.testing.assert_array_equal(model.encode(readings), field.encode(readings))

    def test_a_computed_feature(self):
        columns = self.sensors()
        columns.pop("room")
        model = self.compare(columns, "yield", ["--computed", "forest", "--forest-trees", "6"],
                             computed="forest", forest_trees=6)
        self.assertTrue(model.features[-1]["computed"])

    def test_dates(self):
        columns = self.sensors()
        begin = np.datetime64("2024-03-01T00:00:00")
        columns["time"] = begin + (np.arange(len(columns["yield"])) * 3600).astype("timedelta64[s]")
        texts = {**columns, "time": np.array([str(each).replace("T", " ") for each in columns["time"]])}
        name = self.write_csv(texts)
        self.terse("train", name, "--target", "yield", *SHORT, "--dates", "parts", "-o", "m.terse")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = terse.train(plain(columns, "yield"), terse_named(columns["yield"], "yield"), source=name,
                                dates="parts", **QUICK)
        self.assertEqual(self.masked(model), self.masked(self.folder / "m.terse"))
        self.assertEqual(len(model.predict(columns)), len(columns["yield"]))

    def test_allocation(self):
        columns = self.sensors()
        del columns["room"]
        name = self.write_csv(columns)
        searched = ["--epochs", "2", "--hidden", "2x16", "--folds", "2", "--final-epochs", "2", "--round-epochs", "1"]
        self.terse("allocate", name, "--target", "yield", "--payload", "1", *searched, "--quiet", "-o", "m.terse")
        curve = terse.allocate(plain(columns, "yield"), terse_named(columns["yield"], "yield"), payload_bytes=1,
                               folds=2, final_epochs=2, round_epochs=1, source=name, **QUICK)
        self.assertEqual(self.masked(curve.model), self.masked(self.folder / "m.terse"))
        self.assertEqual(curve.model.payload_bytes, 1)
        self.assertIn("bits", repr(curve))
        self.assertIn("<table>", curve._repr_html_())

    def test_allocation_for_a_device_that_computes(self):
        columns = {key: values for key, values in self.sensors().items() if key != "room"}
        name = self.write_csv(columns)
        searched = ["--epochs", "2", "--hidden", "2x16", "--folds", "2", "--final-epochs", "2", "--round-epochs", "1"]
        self.terse("allocate", name, "--target", "yield", "--payload-bits", "5", "--device-flash", "2048", *searched,
                   "--quiet", "-o", "m.terse")
        X, y = plain(columns, "yield"), terse_named(columns["yield"], "yield")
        search = dict(payload_bits=5, folds=2, final_epochs=2, round_epochs=1, source=name, **QUICK)
        curve = terse.allocate(X, y, device_flash=2048, **search)
        self.assertEqual(self.masked(curve.model), self.masked(self.folder / "m.terse"))
        for point in curve:
            sent = point.model and "level of yield" in json.dumps(dict(point.model.inspect()), default=str)
            self.assertEqual(bool(sent), point.model is not None and point.levels.get("level of yield", 1) > 1)
        self.assertEqual(len(curve.model.predict(X)), len(y))
        self.refused(lambda: terse.allocate(X, y, device_flash=100, **search), "device_flash: 100 bytes hold no forest")
        self.refused(lambda: terse.allocate(X, y, device_flash=1.5, **search), "device_flash: 1.5 is not a number")


def terse_named(values, name):
    import pandas
    return pandas.Series(values, name=name)


class Options(PackageTest):
    def test_the_table_is_the_librarys(self):
        names = [option["name"] for option in terse.options()]
        self.assertIn("learning_rate", names)
        self.assertEqual(len(names), len(set(names)))
        for option in terse.options():
            self.assertIn(option["kind"], ("int", "float", "str"))

    def test_wrong_ones_are_named(self):
        X, y = self.draw.normal(size=(30, 2)), self.draw.normal(size=30)
        for options, says in [
            ({"bits": 9}, ["bits: 9 is out of range", "1 to 8"]), ({"bits": 2.5}, ["bits: 2.5", "whole number"]),
            ({"bits": True}, ["bits"]), ({"bits": -1}, ["bits: -1"]), ({"bits": "3"}, ["bits: '3'"]),
            ({"bit": 3}, ["bit: there is no such option", "terse.options()"]),
            ({"learning_rate": float("nan")}, ["learning_rate"]), ({"method": "nn"}, ["method: 'nn'", "bw-sq"]),
            ({"hidden": (0,)}, ["hidden"]), ({"levels": {"nothing": 3}}, ["levels", "nothing"]),
            ({"protocol": "mine"}, ["protocol", "paper"]), ({"task": "ranking"}, ["task", "regression"]),
            ({"ignore": "x0"}, ["ignore", "list"]),
            ({"units": {"x0": 3}}, ["units of 'x0'"]),
            ({"source": 3}, ["source: 3"]), ({"progress": "yes"}, ["progress"]),
            ({"seed": 2**64}, ["seed"]), ({"decoder": 3}, ["decoder: 3"]),
            ({"tag": 256}, ["tag"]), ({"tag": True}, ["tag"]), ({"tag": "auto", "method": "fp"}, ["tag"]),
            ({"encoder": "m.terse"}, ["encoder", "terse.Model"]),
        ]:
            with self.subTest(options=options):
                self.refused(lambda options=options: terse.train(X, y, **{**QUICK, **options}), *says)

    def test_an_encoder_stays_as_it_is(self):
        X, y = self.draw.normal(size=(60, 2)), self.draw.normal(size=60)
        field = terse.train(X, y, **QUICK)
        for options in ({"bits": 3}, {"levels": {"x0": 3}}, {"tag": "auto"}, {"missing": "level"}, {"ignore": ["x0"]},
                        {"protocol": "paper"}, {"computed": "forest"}):
            with self.subTest(options=options):
                self.refused(lambda options=options: terse.train(X, y, encoder=field, **QUICK, **options),
                             next(iter(options)), "stays as it is")

    def test_numbers_of_numpy_are_numbers(self):
        X, y = self.draw.normal(size=(30, 2)), self.draw.normal(size=30)
        model = terse.train(X, y, bits=np.int64(2), learning_rate=np.float32(0.001), **QUICK)
        self.assertLessEqual(max(feature["levels"] for feature in model.features), 4)

    def test_goals_of_an_allocation(self):
        X, y = self.draw.normal(size=(30, 2)), self.draw.normal(size=30)
        self.refused(lambda: terse.allocate(X, y, payload_bytes=1, max_loss=2), "more than one goal")
        self.refused(lambda: terse.allocate(X, y, payload_bytes="1"), "payload_bytes")
        self.refused(lambda: terse.allocate(X, y, payload_bytes=0), "at least one byte")
        self.refused(lambda: terse.allocate(X, y, payload_bytes=1, folds=1), "folds")
        self.refused(lambda: terse.allocate(X, y, payload_bytes=1, round_epochs=-1), "round_epochs")
        self.refused(lambda: terse.allocate(X, y, margin="wide"), "margin")


class Running(PackageTest):
    def long(self, **options):
        X = self.draw.normal(size=(20000, 8)).astype(np.float32)
        return terse.train(X, X[:, 0], epochs=100000, hidden=(64, 64), decoder="network", threads=1, **options)

    def test_progress_is_told_and_what_it_raises_stops_the_training(self):
        heard = []

        def listen(step, steps, epoch, epochs, loss, temperature):
            heard.append((step, steps, epoch, epochs, loss, temperature))
            if len(heard) == 3:
                raise LookupError("enough")

        with self.assertRaises(LookupError):
            self.long(progress=listen)
        self.assertEqual(len(heard), 3)
        self.assertTrue(0 < heard[0][0] < heard[1][0] < heard[2][0] <= heard[2][1])
        self.assertEqual(heard[0][3], 100000)

    def test_interrupt(self):
        begin = time.monotonic()
        threading.Timer(0.5, lambda: signal.raise_signal(signal.SIGINT)).start()
        with self.assertRaises(KeyboardInterrupt):
            self.long(progress=False)
        self.assertLess(time.monotonic() - begin, 5.0)

    def test_other_threads_run_meanwhile(self):
        counted, done = [0], threading.Event()

        def count():
            while not done.is_set():
                counted[0] += 1
                time.sleep(0.001)

        thread = threading.Thread(target=count)
        thread.start()
        X = self.draw.normal(size=(20000, 8)).astype(np.float32)
        terse.train(X, X[:, 0], epochs=20, hidden=(64, 64), decoder="network", threads=1, progress=False)
        done.set()
        thread.join()
        self.assertGreater(counted[0], 20)

    def test_a_bar_of_tqdm(self):
        X, y = self.draw.normal(size=(200, 2)), self.draw.normal(size=200)
        terse.train(X, y, **{**QUICK, "progress": True})

    def test_models_are_pickled_and_compared(self):
        X, y = self.draw.normal(size=(60, 2)), self.draw.normal(size=60)
        model = terse.train(X, y, **QUICK)
        again = pickle.loads(pickle.dumps(model))
        self.assertEqual(model, again)
        self.assertEqual(hash(model), hash(again))
        np.testing.assert_array_equal(model.predict(X), again.predict(X))


if __name__ == "__main__":
    unittest.main()
