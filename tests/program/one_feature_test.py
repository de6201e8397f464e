"""`terse allocate` against the simplest that there is at the same bits: one feature alone.

On twenty generated tables one column says nearly all about the target; others repeat part of it, or are noise. What
shrinking from many levels leaves has to compete with messages of few features there.

Usage: one_feature_test.py PATH_OF_TERSE
"""

import json
import math
import random
import sys
import unittest

from shared_folder import SharedFolder

ROWS = 2000


def target_of(kind, z, u):
    return (-math.exp(0.8 * z), math.sin(4 * u) + 0.3 * z, 3 * z if u > 0.7 else z, math.floor(6 * u) + 0.2 * z,
            z * z + u)[kind]


def table(seed):
    draw = random.Random(seed)
    pairs = [(draw.gauss(0, 1), draw.random()) for _ in range(ROWS)]
    y = [target_of(seed % 5, z, u) for z, u in pairs]
    mean = sum(y) / ROWS
    noise = draw.uniform(0.02, 0.12) * math.sqrt(sum((each - mean) ** 2 for each in y) / ROWS)
    names = ["lead", "z", "u", *(f"noise{i}" for i in range(3 + seed % 4)), "y"]
    rows = []
    for each, (z, u) in zip(y, pairs):
        shown = (each + draw.gauss(0, noise), z + draw.gauss(0, 0.7), u + draw.gauss(0, 0.3),
                 *(draw.gauss(0, 1) for _ in range(3 + seed % 4)), each)
        rows.append([f"{value:.6g}" for value in shown])
    return [names, *rows]


class OneFeature(SharedFolder):
    def loss(self, *arguments):
        said = self.terse(*arguments, "--target", "y", "--hidden", "2x32", "--threads", 1, "--quiet", "--json", "-o",
                          "m.terse").stdout
        return json.loads(said)["mse"]

    def test_allocate_is_never_worse(self):
        logarithms = []
        for seed in range(20):
            name = f"t{seed}.csv"
            (self.folder / name).write_text("".join(",".join(row) + "\n" for row in table(seed)))
            bits = 3 + seed % 3
            own = self.loss("allocate", name, "--payload-bits", bits, "--folds", 2, "--epochs", 15, "--final-epochs",
                            10)
            alone = self.loss("train", name, "--features", "lead", "--bits", bits, "--epochs", 25)
            with self.subTest(seed=seed, bits=bits):
                # A tenth is what two hundred test rows say for certain.
                self.assertLess(own, 1.1 * alone)
            logarithms.append(math.log(own / alone))
        mean = sum(logarithms) / len(logarithms)
        print(f"of the loss of one feature: {math.exp(mean):.2f} (geometric mean), "
              f"{math.exp(max(logarithms)):.2f} at most")
        self.assertLess(mean, 0.0)


def main():
    SharedFolder.program = sys.argv[1]
    unittest.main(argv=sys.argv[:1])


if __name__ == "__main__":
    main()
