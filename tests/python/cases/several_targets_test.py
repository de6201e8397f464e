"""Several targets from one message, in Python."""

import csv

import numpy as np
import terse
from case import QUICK, PackageTest


class SeveralTargetsTest(PackageTest):
    def table(self, rows=400):
        X = self.draw.uniform(0, 1, (rows, 3)).astype(np.float32).round(3)
        return X, np.stack([3 * X[:, 0] - X[:, 1] + 20, X[:, 2] ** 2], axis=1)

    def test_numbers_are_rows_by_targets(self):
        X, y = self.table()
        model = terse.train(X, y, bits=3, target_weight={"y0": 2}, **QUICK)
        self.assertEqual(model.target_names, ["y0", "y1"])
        self.assertEqual((model.task, model.payload_bytes), ("several", 2))
        found = model.predict(X)
        self.assertEqual((found.shape, found.dtype), ((400, 2), np.float32))
        self.assertTrue((model.predict_payloads(model.encode(X)) == found).all())
        self.assertTrue((model.predict_codes(model.codes(X)) == found).all())
        error = found - y
        figures = model.evaluate(X, y)
        self.assertAlmostEqual(figures["targets"]["y1"]["rmse"], np.sqrt((error[:, 1] ** 2).mean()), places=5)
        own = figures["targets"]
        self.assertAlmostEqual(figures["loss"], (2 * own["y0"]["mse"] + own["y1"]["mse"]) / 3, places=9)
        self.assertEqual(terse.Model.from_bytes(model.to_bytes()), model)
        self.assertIn("y0, y1: 9 bits", repr(model))

    def test_a_table_names_them_and_may_mix_kinds(self):
        X, y = self.table()
        state = np.where(y[:, 1] > 0.25, "on", "off")
        model = terse.train(X, {"heat": y[:, 0], "state": state}, bits=2, decoder="boosted", **QUICK)
        found = model.predict(X)
        self.assertEqual((found.shape, found.dtype.kind), ((400, 2), "O"))
        self.assertEqual(set(found[:, 1]), {"on", "off"})
        self.assertEqual(list(model.classes_), ["state"])
        probabilities = model.predict_proba(X)["state"]
        np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
        self.assertTrue((np.array(["off", "on"])[probabilities.argmax(axis=1)] == found[:, 1]).all())
        figures = model.evaluate(X, {"state": state, "heat": y[:, 0]})
        self.assertAlmostEqual(figures["targets"]["state"]["accuracy"], (found[:, 1] == state).mean(), places=9)

    def test_the_program_predicts_the_same(self):
        X, y = self.table()
        columns = {"a": X[:, 0], "b": X[:, 1], "c": X[:, 2], "heat": y[:, 0].round(3), "flow": y[:, 1].round(3)}
        model = terse.train(columns, ("heat", "flow"), bits=2, **QUICK)
        model.save(self.folder / "model.terse")
        self.write_csv(columns)
        rows = list(csv.DictReader(self.terse("predict", "model.terse", "sensors.csv").splitlines()))
        found = model.predict(columns)
        self.assertEqual(len(rows), len(found))
        for row, (heat, flow) in zip(rows, found):
            self.assertEqual((np.float32(row["heat"]), np.float32(row["flow"])), (heat, flow))

    def test_what_takes_one_says_so(self):
        X, y = self.table(60)
        self.refused(lambda: terse.allocate(X, y, payload_bytes=1), "y: has several targets")
        model = terse.train(X, y, bits=2, **QUICK)
        self.refused(lambda: model.predict(X, decision_threshold=0.5), "decision_threshold: the model has several")
        self.refused(lambda: model.evaluate(X, y[:, 0]), "y: has 1 columns")
        self.refused(lambda: terse.train(X, y[:50], bits=2, **QUICK), "y: has 50 rows where X has 60")
        self.refused(lambda: terse.TerseRegressor().fit(X, y), "")
