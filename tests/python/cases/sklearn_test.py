"""The estimators in scikit-learn's own checks and tools."""

import pickle
import unittest
import warnings

import numpy as np
import pandas
import polars
import terse
from case import PackageTest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator
from terse.sklearn import TerseClassifier, TerseEncoder, TerseRegressor

SMALL = {"bits": 3, "hidden": (32, 32), "epochs": 20, "threads": 1}
# Rows come in other batches then, from other random numbers.
WEIGHTS = {"check_sample_weight_equivalence_on_dense_data": "repeating a row draws other batches than weighting it"}


class Checks(PackageTest):
    def test_check_estimator(self):
        for estimator in (TerseRegressor(**SMALL), TerseClassifier(**SMALL), TerseEncoder(**SMALL),
                          TerseEncoder(output="thermometer", **SMALL), TerseRegressor(missing="level", **SMALL)):
            with self.subTest(estimator), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                check_estimator(estimator, expected_failed_checks=WEIGHTS)


class Estimators(PackageTest):
    def setUp(self):
        super().setUp()
        columns = self.sensors(300)
        self.y = columns.pop("yield")
        self.frame = pandas.DataFrame(columns)
        self.X = self.frame[["temperature", "humidity, %"]].to_numpy()

    def test_regression_is_the_functions(self):
        fitted = TerseRegressor(**SMALL, random_state=5).fit(self.X, self.y)
        model = terse.train(self.X, self.y, **SMALL, seed=5, test_fraction=0.0, progress=False)
        self.assertEqual(self.masked(fitted.model_), self.masked(model))
        self.assertGreater(fitted.score(self.X, self.y), 0.9)

    def test_frames_with_names_texts_and_categories(self):
        for frame in (self.frame, self.frame.astype({"room": "category"}), polars.from_pandas(self.frame)):
            fitted = TerseRegressor(**SMALL).fit(frame, self.y)
            self.assertEqual(list(fitted.feature_names_in_), list(frame.columns))
            self.assertEqual(fitted.predict(frame).shape, (300,))
        with self.assertRaises(ValueError):
            fitted.predict(self.frame[["room", "temperature", "humidity, %"]])

    def test_labels_of_any_kind(self):
        wet = self.y > 20
        for labels in (np.where(wet, "wet", "dry"), np.where(wet, 10, 9), np.where(wet, 2.0, 1.0), wet,
                       np.where(wet, " ", ""), np.where(wet, 100, 20)):
            fitted = TerseClassifier(**SMALL).fit(self.X, labels)
            np.testing.assert_array_equal(fitted.classes_, np.unique(labels))
            self.assertGreater(fitted.score(self.X, labels), 0.8)
            np.testing.assert_allclose(fitted.predict_proba(self.X).sum(axis=1), 1.0, rtol=1e-5)

    def test_pipelines_searches_and_scores(self):
        search = GridSearchCV(make_pipeline(StandardScaler(), TerseRegressor(**SMALL)),
                              {"terseregressor__bits": [1, 3]}, cv=3)
        search.fit(self.X, self.y)
        self.assertEqual(search.best_params_, {"terseregressor__bits": 3})
        self.assertGreater(cross_val_score(TerseRegressor(**SMALL), self.X, self.y, cv=3).min(), 0.8)

    def test_encoder(self):
        codes = TerseEncoder(**SMALL).fit(self.frame, self.y)
        self.assertEqual(codes.transform(self.frame).dtype, np.uint8)
        self.assertEqual(list(codes.get_feature_names_out()), ["temperature", "humidity, %", "room"])
        one = TerseEncoder(output="onehot", **SMALL).fit(self.frame, self.y)
        np.testing.assert_array_equal(one.transform(self.frame).sum(axis=1), 3)
        steps = TerseEncoder(output="thermometer", **SMALL).fit(self.frame, self.y)
        names = list(steps.get_feature_names_out())
        self.assertIn("room=0", names)
        table = steps.transform(self.frame)
        self.assertEqual(table.shape, (300, len(names)))
        # A code is the number of steps that are set.
        first = [place for place, name in enumerate(names) if name.startswith("temperature>")]
        np.testing.assert_array_equal(table[:, first].sum(axis=1), steps.model_.codes(self.frame)[:, 0])

    def test_encoder_among_others(self):
        columns = ColumnTransformer([("codes", TerseEncoder(output="thermometer", **SMALL), ["temperature", "room"]),
                                     ("plain", StandardScaler(), ["humidity, %"])])
        pipeline = make_pipeline(columns, Ridge())
        self.assertGreater(pipeline.fit(self.frame, self.y).score(self.frame, self.y), 0.8)
        names = columns.fit(self.frame, self.y).get_feature_names_out()
        self.assertTrue(names[0].startswith("codes__temperature>"))
        columns.set_output(transform="pandas")
        self.assertEqual(list(columns.fit_transform(self.frame, self.y).columns), list(names))

    def test_weights_gaps_and_copies(self):
        weights = np.where(self.y > 0, 1.0, 0.0)
        heavy = TerseRegressor(**SMALL).fit(self.X, self.y, sample_weight=weights)
        self.assertNotEqual(heavy.model_, TerseRegressor(**SMALL).fit(self.X, self.y).model_)
        X = self.X.copy()
        X[::7, 0] = np.nan
        with self.assertRaises(ValueError):
            TerseRegressor(**SMALL).fit(X, self.y)
        gaps = TerseRegressor(missing="level", **SMALL).fit(X, self.y)
        self.assertEqual(len(pickle.loads(pickle.dumps(gaps)).predict(X)), 300)
        self.assertEqual(clone(gaps).get_params(), gaps.get_params())

    def test_every_option_is_a_parameter(self):
        others = {"seed", "test_fraction", "split", "keep_copies_together", "weight", "target_weight"}
        wanted = {option["name"] for option in terse.options()} - others
        for estimator in (TerseRegressor(), TerseClassifier(), TerseEncoder()):
            self.assertLessEqual(wanted, set(estimator.get_params()))
        fitted = TerseRegressor(**SMALL, network="tabm", decoder="network", weight_decay=1e-4).fit(self.X, self.y)
        self.assertEqual(fitted.model_.settings["network"], "tabm")
        computed = TerseRegressor(**SMALL, computed="forest", forest_trees=4).fit(self.X, self.y)
        self.assertTrue(computed.model_.features[-1]["computed"])

    def test_wrong_parameters_are_named(self):
        with self.assertRaises(TypeError):
            TerseRegressor(bit=3)
        self.refused(lambda: TerseRegressor(bits=9).fit(self.X, self.y), "bits: 9 is out of range")
        self.refused(lambda: TerseEncoder(output="words").fit(self.X, self.y), "output")
        with self.assertRaises(NotFittedError):
            TerseClassifier().predict(self.X)


if __name__ == "__main__":
    unittest.main()
