"""Tables of every kind, good and hostile."""

import datetime
import decimal
import unittest
import warnings

import numpy as np
import pandas
import polars
import pyarrow
import terse
from case import QUICK, PackageTest, plain
from terse.frames import table_of


class Kinds(PackageTest):
    def same(self, columns, table, target="yield", **options):
        """The same model and predictions as of a dict of the same columns."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = terse.train(columns, target, **QUICK, **options)
            model = terse.train(table, target, **QUICK, **options)
        self.assertEqual(self.masked(model), self.masked(expected))
        np.testing.assert_array_equal(model.predict(table), expected.predict(columns))
        return model

    def test_pandas_polars_and_arrow(self):
        columns = self.sensors(200)
        frame = pandas.DataFrame(columns)
        for table in (frame, polars.DataFrame(columns), polars.DataFrame(columns).lazy(),
                      pyarrow.table(columns), frame.convert_dtypes(), frame.convert_dtypes(dtype_backend="pyarrow"),
                      frame.astype({"room": "category"})):
            with self.subTest(type(table)):
                self.same(columns, table)

    def test_gaps_of_every_kind(self):
        columns = self.sensors(200)
        columns["temperature"][::5] = np.nan
        room = columns["room"].astype(object)
        room[::9] = None
        columns["room"] = room
        frame = pandas.DataFrame(columns)
        for table in (frame, frame.convert_dtypes(), polars.from_pandas(frame), pyarrow.Table.from_pandas(frame),
                      polars.from_pandas(frame).with_columns(polars.col("room").cast(polars.Categorical)),
                      pyarrow.table({name: values.dictionary_encode() if name == "room" else values for name, values in
                                     zip(frame.columns, pyarrow.Table.from_pandas(frame).columns)})):
            with self.subTest(type(table)):
                self.same(columns, table, missing="level")

    def test_bools_whole_numbers_and_small_floats(self):
        columns = self.sensors(200)
        columns["on"] = columns["temperature"] > 0
        columns["count"] = np.arange(200, dtype=np.int32) % 17
        columns["half"] = columns["humidity, %"].astype(np.float16)
        self.same(columns, pandas.DataFrame(columns))
        self.same(plain(columns, "half"), polars.DataFrame(plain(columns, "half")))
        self.same(plain(columns, "half"), pandas.DataFrame(plain(columns, "half")).convert_dtypes())

    def test_times(self):
        columns = self.sensors(200)
        hours = pandas.date_range("2024-01-01", periods=200, freq="h")
        columns["time"] = hours.to_numpy()
        frame = pandas.DataFrame(columns)
        model = self.same(columns, frame, dates="levels")
        self.assertIn("time hour", model.feature_names)
        self.same(columns, frame.assign(time=hours.tz_localize("Europe/Berlin", nonexistent="NaT", ambiguous="NaT")
                                        .tz_localize(None)), dates="levels")
        self.same(columns, polars.DataFrame(columns), dates="levels")
        self.same(columns, pyarrow.table(columns), dates="levels")

    def test_arrays_have_made_names(self):
        X = self.draw.normal(size=(100, 3))
        y = X[:, 0] + X[:, 1]
        model = terse.train(X, y, **QUICK)
        self.assertEqual(model.feature_names, ["x0", "x1", "x2"])
        self.assertEqual(model.target_name, "y")
        for other in (np.asfortranarray(X), X.tolist(), np.repeat(X, 2, axis=0)[::2], X.astype(object),
                      np.ma.masked_array(X)):
            np.testing.assert_array_equal(model.predict(other), model.predict(X))
        single = X.astype(np.float32)
        np.testing.assert_array_equal(model.predict(single), model.predict(pandas.DataFrame(
            {f"x{place}": single[:, place] for place in range(3)})))
        for target in (y.reshape(-1, 1), y.tolist(), pandas.Series(y), pandas.DataFrame({"y": y}), polars.Series(y),
                       pyarrow.array(y)):
            self.assertEqual(self.masked(terse.train(X, target, **QUICK)), self.masked(model))

    def test_a_clean_array_is_not_copied(self):
        X = self.draw.normal(size=(1000, 3)).astype(np.float32)
        native = table_of(X)
        self.assertTrue(all(np.shares_memory(column.values, X) for _, column in native.columns))

    def test_structured_arrays(self):
        X = np.zeros(50, dtype=[("a", "f4"), ("b", "i2")])
        X["a"], X["b"] = self.draw.normal(size=50), np.arange(50)
        model = terse.train(X, X["a"] * 2, **QUICK)
        self.assertEqual(model.feature_names, ["a", "b"])

    def test_columns_that_are_not_needed_may_hold_anything(self):
        columns = self.sensors(100)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = terse.train(columns, "yield", **QUICK, ignore=["humidity, %"])
        frame = pandas.DataFrame(columns).assign(**{"humidity, %": "broken", "more": None})
        self.assertEqual(len(model.predict(frame)), 100)

    def test_labels_come_back_as_they_were(self):
        X = self.draw.normal(size=(120, 2))
        for y in (X[:, 0] > 0, (X[:, 0] > 0).astype(int), np.where(X[:, 0] > 0, "up", "down"),
                  np.where(X[:, 0] > 0, 2.5, -1.0)):
            model = terse.train(X, y, task="classification", **QUICK)
            predicted = model.predict(X)
            self.assertEqual(predicted.dtype.kind, np.asarray(y).dtype.kind)
            self.assertEqual(set(model.classes_.tolist()), set(np.unique(y).tolist()))
            self.assertEqual(model.predict_proba(X).shape, (120, 2))

    def test_notes_are_warnings(self):
        columns = self.sensors(100)
        with self.assertWarnsRegex(terse.TerseWarning, "constant|left out"):
            terse.train({**columns, "fixed": np.ones(100)}, "yield", **QUICK)

    def test_an_order_that_matters_is_warned_of(self):
        time = np.arange(1000.0)
        X = np.stack([time, self.draw.normal(size=1000)], axis=1)
        with self.assertWarnsRegex(terse.TerseWarning, "the order of the rows matters"):
            terse.train(X, np.sin(time / 150) + time / 200, **QUICK)


class Hostile(PackageTest):
    def test_one_line_each(self):
        X, y = self.draw.normal(size=(30, 2)), self.draw.normal(size=30)
        frame = pandas.DataFrame({"a": X[:, 0], "b": X[:, 1]})
        duplicated = frame.copy()
        duplicated.columns = ["a", "a"]
        gap = X.copy()
        gap[3, 1] = np.nan
        infinite = X.copy()
        infinite[3, 1] = np.inf
        large = X.copy()
        large[3, 1] = 1e300
        for table, target, says in [
            (X[:, 0], y, ["X", "2D"]), (X[None], y, ["X", "3D"]), (3.0, y, ["X", "0D"]), (X, y[:9], ["y", "9", "30"]),
            (X, np.ones((30, 2, 2)), ["y", "(30, 2, 2)"]), (np.empty((0, 2)), [], ["X", "rows"]),
            (np.empty((30, 0)), y, ["X", "column"]), (frame.iloc[:0], [], ["rows"]), (pandas.DataFrame(), [], ["X"]),
            ({}, y, ["X", "no columns"]), (None, y, ["X"]), ("sensors.csv", y, ["X"]), (X, "a", ["y", "'a'"]),
            (frame, "c", ["y", "'c'"]), (duplicated, y, ["both called 'a'"]), (gap, y, ["row 4, column 2", "missing"]),
            (infinite, y, ["row 4, column 2", "finite"]), (large, y, ["row 4, column 2", "1e+300"]),
            (X + 1j, y, ["X", "Complex"]), ([[1, 2], [3]], [1, 2], ["X"]),
            (frame.assign(c=[[1]] * 30), y, ["column 3 ('c')", "list"]),
            (frame.assign(c=pandas.to_timedelta(np.arange(30), "s")), y, ["column 3 ('c')", "timedelta64"]),
            (frame.assign(c=pandas.period_range("2024", periods=30)), y, ["column 3 ('c')", "period"]),
            (frame.assign(c=[b"x"] * 30), y, ["column 3 ('c')", "bytes"]),
            (frame.assign(c=np.arange(30) * 1j), y, ["column 3 ('c')", "complex"]),
            (polars.DataFrame({"a": [[1.0]] * 30}), y, ["column 'a'", "List"]),
            (pyarrow.table({"a": [{"b": 1}] * 30}), y, ["column 1 ('a')", "struct"]),
            (frame.assign(a=1.0, b=2.0), y, ["no column is left"]), (X, np.ones(30), ["target"]),
            (X, np.full(30, np.nan), ["no row has a value of the target"]),
            (frame, pandas.Series(y, name="a"), ["'a' is also a column"]),
            (frame, [object()] * 30, ["y", "object"]), (X[:1], y[:1], ["only one row"]), (X, None, ["y", "None"]),
            ({"a": ["\udc80", "b"] * 15}, y, ["column 'a'", "Unicode"]), ({"\udc80": y}, y, ["name", "Unicode"]),
            ([[10**400, 1]] * 30, y, ["X, column 1", "beyond"]),
        ]:
            with self.subTest(says=says):
                self.refused(lambda table=table, target=target: terse.train(table, target, **QUICK), *says)

    def test_weights(self):
        X, y = self.draw.normal(size=(30, 2)), self.draw.normal(size=30)
        for weights, says in [([1.0], ["sample_weight", "1 values"]), (-np.ones(30), ["sample_weight", "-1"]),
                              (np.zeros(30), ["sample_weight"]), (np.full(30, np.nan), ["sample_weight"]),
                              (["a"] * 30, ["sample_weight"])]:
            with self.subTest(says=says):
                self.refused(lambda weights=weights: terse.train(X, y, sample_weight=weights, **QUICK), *says)

    def test_tables_that_a_model_cannot_use(self):
        columns = self.sensors(100)
        model = terse.train(columns, "yield", **QUICK)
        self.refused(lambda: model.predict(plain(columns, "room")), "no column 'room'")
        self.refused(lambda: model.predict({**columns, "room": ["garden"] * 100}), "'garden'", "categories")
        self.refused(lambda: model.predict({**columns, "temperature": ["warm"] * 100}), "'warm' is not a number")
        self.refused(lambda: model.predict(np.zeros((3, 2))), "2 columns", "3 features")
        self.refused(lambda: model.predict(plain({**columns, "room": columns["room"][:50]})), "")
        self.refused(lambda: model.predict_proba(columns), "predicts a number")
        self.refused(lambda: model.predict(columns, decision_threshold=0.5), "decision_threshold")
        self.refused(lambda: model.evaluate(plain(columns, "yield")), "no column 'yield'")
        self.refused(lambda: model.evaluate({**columns, "temperature": columns["temperature"] + 1}, part="test"),
                     "not the one")

    def test_python_values(self):
        values = [decimal.Decimal("1.5"), 2, None, 3.5, float("nan")] * 10
        table = table_of({"a": np.array(values, object)})
        np.testing.assert_array_equal(table.columns[0][1].values[:4], [1.5, 2, np.nan, 3.5])
        days = np.array([datetime.date(2024, 1, day + 1) for day in range(20)], object)
        self.assertEqual(table_of({"day": days}).columns[0][1].words[0], "2024-01-01")


if __name__ == "__main__":
    unittest.main()
