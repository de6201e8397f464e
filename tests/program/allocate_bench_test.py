#!/usr/bin/env python3
"""The tables of bench/allocate.py, from the results of single splits.

    allocate_bench_test.py PATH_OF_TERSE PROJECT_FOLDER

Where results/allocate holds results, docs/accuracy.md holds the tables that the script prints of them, to the letter.
"""

import csv
import io
import random
import statistics
import subprocess
import sys
import unittest
from contextlib import redirect_stdout
from pathlib import Path

TERSE = str(Path(sys.argv.pop(1)).resolve())
PROJECT = Path(sys.argv.pop(1)).resolve()
sys.path.insert(0, str(PROJECT / "bench"))

import allocate  # noqa: E402
import allocate_tables  # noqa: E402

SPLITS = 10


def row(model, split, mse, **others):
    known = {"data": "fried", "split": split, "model": model, "mse": mse, **others}
    return {column: str(known.get(column, "")) for column in allocate_tables.COLUMNS}


def allocated(split, budget, mse, setting="a", validation_loss=1.0, **others):
    return row("allocated", split, mse, budget=budget, setting=setting, bits=budget, decoder="network", not_sent=2,
               validation_loss=validation_loss, **others)


def example(ratios, trees=2.0, noise=0.002, splits=SPLITS, seed=1):
    """A network of loss 1, trees, and for each budget the ratio of its loss; noise as shares."""
    draw = random.Random(seed)
    rows = []
    for split in range(splits):
        own = 1 + 0.1 * draw.gauss(0, 1)
        rows.append(row("network", split, own))
        rows.append(row("trees", split, trees * own * (1 + noise * draw.gauss(0, 1))))
        for budget, ratio in ratios.items():
            rows.append(allocated(split, budget, ratio * own * (1 + noise * draw.gauss(0, 1))))
    return rows


def smallest(rows):
    sets = allocate_tables.sets_of(allocate_tables.chosen(rows), {"fried": 10})
    return allocate_tables.smallest_budgets(sets, TERSE)["fried"]


def printed(rows):
    text = io.StringIO()
    with redirect_stdout(text):
        allocate_tables.print_tables(allocate_tables.chosen(rows), {"fried": 10}, TERSE)
    return text.getvalue()


class Rules(unittest.TestCase):
    def test_three_rules_side_by_side(self):
        rows = example({40: 0.99, 30: 1.0, 20: 1.01, 16: 1.05, 8: 1.6})
        self.assertEqual(smallest(rows), [16, 20, 20])
        # Better trees are the reference of the last rule alone.
        self.assertEqual(smallest(example({40: 0.99, 30: 1.0, 20: 1.01}, trees=0.985)), [20, 20, 30])
        self.assertEqual(smallest(example({40: 0.99, 20: 1.01}, trees=0.5)), [20, 20, None])

    def test_the_paper_s_rule_ends_where_a_larger_message_fails(self):
        self.assertEqual(smallest(example({40: 1.0, 30: 3.0, 20: 1.0}))[0], 40)
        self.assertEqual(smallest(example({40: 3.0, 30: 1.0}))[0], None)

    def test_little_evidence_shows_nothing(self):
        ratios = {40: 1.0, 20: 1.3}
        self.assertEqual(smallest(example(ratios, noise=0.05, splits=2))[1:], [None, None])
        self.assertEqual(smallest(example(ratios, noise=0.01, splits=SPLITS))[1], 40)

    def test_settings_are_chosen_by_validation_never_by_the_test_rows(self):
        rows = [allocated(0, 8, mse, setting, validation)
                for setting, validation, mse in (("a", 0.5, 0.9), ("b", 0.4, 1.0), ("c", 0.6, 0.1))]
        rows += [allocated(0, 16, 0.2, "a", 0.1), allocated(0, 16, 0.3, "b", 0.05), allocated(1, 8, 0.7, "c", 9.0)]
        found = {(r["split"], r["budget"]): r["setting"] for r in allocate_tables.chosen(rows)}
        self.assertEqual(found, {("0", "8"): "b", ("0", "16"): "b", ("1", "8"): "c"})

    def test_splits_and_budgets_that_are_not_complete_are_left_out(self):
        rows = example({40: 1.0, 20: 1.0})
        rows = [r for r in rows if not (r["model"] == "trees" and r["split"] == "3")]
        rows = [r for r in rows if not (r["budget"] == "20" and r["split"] == "5")]
        one = allocate_tables.sets_of(allocate_tables.chosen(rows), {"fried": 10})[0]
        self.assertEqual(one.splits, [s for s in range(SPLITS) if s != 3])
        self.assertEqual(one.budgets, [40])
        self.assertIn("No set has two splits yet.", printed(example({40: 1.0}, splits=1)))


class Tables(unittest.TestCase):
    def test_figures_are_those_of_the_rows(self):
        rows = example({40: 0.99, 20: 1.01})
        rows += [row("xgb-qq 2", split, 0.25) for split in range(SPLITS)]
        text = printed(rows)
        mse = {budget: statistics.mean(float(r["mse"]) for r in rows if r["budget"] == str(budget))
               for budget in (40, 20)}
        network = statistics.mean(float(r["mse"]) for r in rows if r["model"] == "network")
        cell = f"20 (16.0x): {mse[20]:.4f}"
        self.assertIn(f"| fried | 10 | {network:.4f} | ", text)
        self.assertIn(f"| {cell} | {cell} | {cell} |", text)
        self.assertIn("| **geometric mean (arithmetic)** | | | | 16.0x (16.0x) | 16.0x (16.0x) | 16.0x (16.0x) |", text)
        self.assertIn(f"40: {mse[40]:.4f} ± ", text)
        self.assertIn(f"| fried | 2 | {mse[20]:.4f} | 0.2500 |", text)

    def test_none_counts_as_no_compression(self):
        lines = printed(example({40: 3.0}, trees=0.5)).splitlines()
        self.assertTrue(lines[2].endswith("| none | none | none |"), lines[2])
        self.assertIn("1.0x (1.0x)", lines[3])


class Journal(unittest.TestCase):
    def test_rows_of_the_journal_are_the_rows_of_the_csv(self):
        result = {"budget": 8, "bits": 7, "decoder": "boosted", "not_sent": 3, "validation_loss": 0.5, "mse": 0.25}
        known = {("fried", 1, "trees", "", 0): [{"bits": 320, "mse": 0.125}],
                 ("fried", 0, "allocated", "hidden=3x64", 0): [result, {**result, "budget": 6}]}
        rows = list(allocate.rows_of(known))
        self.assertEqual([r["budget"] for r in rows], ["8", "6", ""])
        self.assertEqual(rows[2], row("trees", 1, 0.125, bits=320))

    def test_full_precision_gets_the_epochs_of_the_smallest_message(self):
        # 50 bits shrink to 20 in 8 rounds of 12 %.
        self.assertEqual(allocate.full_epochs({"epochs": 40}, [40, 20]), 40 + 8 * 4 + 30)


class Committed(unittest.TestCase):
    def test_the_page_holds_the_tables_of_the_results(self):
        page = (PROJECT / "docs" / "accuracy.md").read_text()
        for results in sorted(PROJECT.glob("results/allocate/*.csv")):
            with open(results) as file:
                self.assertEqual(next(csv.reader(file)), allocate_tables.COLUMNS)
            command = [sys.executable, PROJECT / "bench" / "allocate.py", "--terse", TERSE, "--read", results]
            text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            for table in text.strip().split("\n\n"):
                self.assertIn(table, page, f"{results.name}: write the tables anew")


if __name__ == "__main__":
    unittest.main()
