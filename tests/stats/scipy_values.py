#!/usr/bin/env python3
"""The values of SciPy that the tests of room stats compare with.

    scipy_values.py            print the table
    scipy_values.py TABLE      exit 1 unless TABLE has these values

Each line of the table: kind, then fields separated by ';', lists by spaces. Inputs are random numbers of a fixed seed,
among them ties, zeros, outliers, and more values than are counted exactly.
"""

import sys
import warnings

import numpy
from scipy import stats

SIDES = {"both": "two-sided", "below": "less", "above": "greater"}


def text(values):
    return " ".join(repr(float(value)) for value in numpy.atleast_1d(values))


def samples(random):
    for count in (1, 2, 3, 5, 8, 12, 20, 33, 50, 51, 80):
        yield random.normal(0.3, 1, count)
        yield random.standard_t(3, count)
        yield numpy.exp(random.normal(0, 1, count)) - 1.5
    for count in (4, 9, 15, 30, 60):
        yield numpy.round(random.normal(0.4, 1.5, count))  # ties and zeros
        yield numpy.abs(numpy.round(random.normal(0, 3, count)) + 0.5)  # ties, all above 0


def ranks(sample):
    used = sample[sample != 0]
    if used.size == 0:
        return
    exact = used.size <= 50 and numpy.unique(numpy.abs(used)).size == used.size
    for side, alternative in SIDES.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "sample size too small for normal approximation"
            p = stats.wilcoxon(used, alternative=alternative, correction=True,
                               mode="exact" if exact else "approx").pvalue
            above = stats.wilcoxon(used, alternative="greater", mode="approx").statistic
        yield f"rank;{side};{int(exact)};{text(above)};{text(min(p, 1))};{text(sample)}"


def transformed(w, factor, skewness):
    return w + skewness * w**2 / 3 + skewness**2 * w**3 / 27 + skewness * factor / 6


def bound_above(sample, factor, quantile):
    """Student's, or Hall's found by bisection of his transformation."""
    mean, deviation = sample.mean(), sample.std(ddof=1)
    skewness = stats.skew(sample, bias=False) if sample.size > 2 else 0
    low, high = -1e4, 1e4
    for _ in range(200):
        middle = (low + high) / 2
        if transformed(middle, factor, skewness) < -quantile * factor**0.5:
            low = middle
        else:
            high = middle
    return max(mean + quantile * factor**0.5 * deviation, mean - low * deviation)


def means(sample):
    for ratio in (0, 1 / 9, 0.25):
        if sample.size < 2 or sample.std() == 0:
            continue
        factor = 1 / sample.size + ratio
        for error in (0.05, 0.01):
            quantile = stats.t.ppf(1 - error, sample.size - 1)
            upper = bound_above(sample, factor, quantile)
            lower = -bound_above(-sample, factor, quantile)
            yield f"mean;{text(ratio)};{text(error)};{text(lower)};{text(upper)};{text(sample)}"


def probabilities(sample):
    """Student's p alone, where SciPy has a test for it."""
    if sample.size > 1 and sample.std() > 0:
        p = stats.ttest_1samp(sample, 0, alternative="less").pvalue
        skewness = stats.skew(sample, bias=False) if sample.size > 2 else 0
        yield f"student;{text(p)};{text(skewness)};{text(sample)}"


def medians(random):
    for count in (1, 5, 6, 10, 17, 40):
        candidate, reference = numpy.round(random.lognormal(0, 1, (2, count)), 4)
        ratios = numpy.sort(candidate / reference)
        rank = int(stats.binom.ppf(0.025, count, 0.5))  # the least k with P(X <= k) >= 2.5 %
        rank += stats.binom.cdf(rank, count, 0.5) <= 0.025
        ends = (ratios[rank - 1], ratios[count - rank]) if rank else ()
        yield f"median;{text(numpy.median(ratios))};{text(ends) if rank else ''};{text(candidate)};{text(reference)}"


def lines():
    random = numpy.random.default_rng(20260101)
    for sample in map(lambda values: numpy.round(values, 4), samples(random)):
        yield from ranks(sample)
        yield from means(sample)
        yield from probabilities(sample)
    yield from medians(random)


def numbers_differ(first, second):
    """Whether two fields differ by more than the last digits of a sum."""
    if first == second:
        return False
    try:
        ours, theirs = (numpy.array(field.split(), dtype=float) for field in (first, second))
    except ValueError:
        return True
    return ours.shape != theirs.shape or not numpy.allclose(ours, theirs, rtol=1e-9, atol=1e-300)


def main():
    if len(sys.argv) == 1:
        print("\n".join(lines()))
        return
    table = open(sys.argv[1], encoding="ascii").read().splitlines()
    expected = list(lines())
    if len(table) != len(expected):
        sys.exit(f"{sys.argv[1]}: {len(table)} lines, {len(expected)} expected")
    for number, (line, value) in enumerate(zip(table, expected), 1):
        if any(map(numbers_differ, line.split(";"), value.split(";"))):
            sys.exit(f"{sys.argv[1]}:{number}: {line[:100]}\nis now {value[:100]}")
    print(f"{len(table)} lines as SciPy computes them")


if __name__ == "__main__":
    main()
