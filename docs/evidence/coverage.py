#!/usr/bin/env python3
"""What intervals of agreement hold where many patients have no scar and a few have much.

  coverage.py > coverage.md        needs numpy and scipy; five minutes; the same every time

Cohorts of 100 patients are drawn whose true coefficients are known from a very large one, and
counted is how often an interval holds what it should.  The formulas are those of src/stat.
"""
import math

import numpy as np
from scipy import stats

PATIENTS, COHORTS, DRAWS, LARGE = 100, 1000, 1000, 1_000_000
rng = np.random.default_rng(1)


# ---- readings of scar, mL: what a reader drew, and what another one did ----

def lognormal(n):
    scar = rng.lognormal(1.5, 1.0, n)
    scar[rng.random(n) < 0.3] = 0
    return scar, np.maximum(0, scar + (0.3 + 0.25 * scar) * (scar > 0) * rng.normal(size=n))


def gamma(n):
    scar = rng.gamma(1.5, 7.0, n)
    scar[rng.random(n) < 0.33] = 0
    return scar, np.maximum(0, scar + (1.0 + 0.15 * scar) * (scar > 0) * rng.normal(size=n))


def normal(n):
    scar = rng.normal(size=n)
    return scar, 0.9 * scar + math.sqrt(0.19) * rng.normal(size=n)


def equal_readers(n, growing):
    """Two readers without any trend between them."""
    scar = rng.lognormal(1.5, 1.0, n)
    scar[rng.random(n) < 0.3] = 0
    sd = (0.3 + 0.2 * scar) * (scar > 0) if growing else np.ones(n)
    return scar + sd * rng.normal(size=n), scar + sd * rng.normal(size=n)


# ---- coefficients of one cohort, or of many at once along the last axis ----

def sums(x, y):
    dx, dy = x - x.mean(-1, keepdims=True), y - y.mean(-1, keepdims=True)
    return (dx * dx).sum(-1), (dy * dy).sum(-1), (dx * dy).sum(-1)


def coefficients(x, y):
    """Pearson's r, Lin's concordance, ICC(2,1)."""
    n = x.shape[-1]
    xx, yy, xy = sums(x, y)
    shift = n * (x.mean(-1) - y.mean(-1)) ** 2
    rows, error = (xx + yy + 2 * xy) / 2 / (n - 1), (xx + yy - 2 * xy) / 2 / (n - 1)
    return np.array([xy / np.sqrt(xx * yy), 2 * xy / (xx + yy + shift),
                     (rows - error) / (rows + error + 2 * (shift / 2 - error) / n)])


def spearman(x, y):
    xx, yy, xy = sums(stats.rankdata(x), stats.rankdata(y))
    return xy / np.sqrt(xx * yy)


def ranks(values, drawn):
    """Mean ranks within each row of drawn patients."""
    rank = np.unique(values, return_inverse=True)[1][drawn]
    rows, many = len(drawn), rank.max() + 1
    count = np.bincount((rank + many * np.arange(rows)[:, None]).ravel(), minlength=rows * many).reshape(rows, many)
    return np.take_along_axis(count.cumsum(1) - (count - 1) / 2, rank, 1)


def spearman_drawn(x, y, drawn):
    xx, yy, xy = sums(ranks(x, drawn), ranks(y, drawn))
    return xy / np.sqrt(xx * yy)


def between(z, half):
    return math.tanh(z - half), math.tanh(z + half)


def by_formula(x, y):
    """Fisher's interval of r, Lin's of concordance, McGraw and Wong's of the ICC."""
    n = len(x)
    r, c, i = coefficients(x, y)
    u2 = (x.mean() - y.mean()) ** 2 / (x.std() * y.std())
    lin = ((1 - r * r) * c * c / ((1 - c * c) * r * r) + 2 * c ** 3 * (1 - c) * u2 / (r * (1 - c * c) ** 2)
           - c ** 4 * u2 ** 2 / (2 * r * r * (1 - c * c) ** 2)) / (n - 2)
    xx, yy, xy = sums(x, y)
    rows, error = (xx + yy + 2 * xy) / 2 / (n - 1), (xx + yy - 2 * xy) / 2 / (n - 1)
    column = n * (x.mean() - y.mean()) ** 2 / 2
    a, b = 2 * i / (n * (1 - i)), 1 + 2 * i * (n - 1) / (n * (1 - i))
    v = (a * column + b * error) ** 2 / ((a * column) ** 2 + (b * error) ** 2 / (n - 1))
    lo, hi, t = stats.f.ppf(0.975, n - 1, v), stats.f.ppf(0.975, v, n - 1), 2 * column + (n - 2) * error
    return (between(math.atanh(r), 1.96 / math.sqrt(n - 3)), between(math.atanh(c), 1.96 * math.sqrt(lin)),
            (n * (rows - lo * error) / (lo * t + n * rows), n * (hi * rows - error) / (t + n * hi * rows)))


def percent_held(draw):
    """Of r, concordance, ICC and rho: by formula, by bootstrap."""
    true = coefficients(*draw(LARGE))
    true_rho = spearman(*draw(LARGE))
    held = np.zeros((4, 2))
    for _ in range(COHORTS):
        x, y = draw(PATIENTS)
        again = rng.integers(0, PATIENTS, (DRAWS, PATIENTS))
        boot = np.nanquantile(coefficients(x[again], y[again]), (0.025, 0.975), axis=1)
        boot_rho = np.nanquantile(spearman_drawn(x, y, again), (0.025, 0.975))
        for k, (lo, hi) in enumerate(by_formula(x, y)):
            held[k] += lo <= true[k] <= hi, boot[0, k] <= true[k] <= boot[1, k]
        rho = spearman(x, y)
        lo, hi = between(math.atanh(rho), 1.96 * math.sqrt((1 + rho * rho / 2) / (PATIENTS - 3)))
        held[3] += lo <= true_rho <= hi, boot_rho[0] <= true_rho <= boot_rho[1]
    return 100 * held / COHORTS


# ---- bias and scatter over the mean ----

def slope_p(m, d):
    """Slope of d over m, what it leaves, P by Student and by HC4."""
    n, off = len(m), m - m.mean()
    xx = (off * off).sum()
    b = (off * (d - d.mean())).sum() / xx
    left = d - d.mean() - b * off
    lever = 1 / n + off * off / xx
    student = math.sqrt((left * left).sum() / (n - 2) / xx)
    hc4 = math.sqrt((off ** 2 * left ** 2 / (1 - lever) ** np.minimum(4, n * lever / 2)).sum()) / xx
    return b, left, [2 * stats.t.sf(abs(b / se), n - 2) for se in (student, hc4)]


def percent_trends(growing):
    found = np.zeros(2)
    for _ in range(COHORTS):
        x, y = equal_readers(PATIENTS, growing)
        found += np.array(slope_p((x + y) / 2, x - y)[2]) < 0.05
    return 100 * found / COHORTS


def percent_inside():
    """Of new patients, by thirds of the mean: in the constant limits, in those that follow it."""
    inside = np.zeros((2, 3))
    x, y = equal_readers(LARGE // 10, True)
    mean, off = (x + y) / 2, x - y
    third = np.searchsorted(np.quantile(mean, (1 / 3, 2 / 3)), mean)
    for _ in range(COHORTS // 10):
        x, y = equal_readers(PATIENTS, True)
        m, d = (x + y) / 2, x - y
        b, left, p = slope_p(m, d)
        b = b if p[1] < 0.05 else 0.0
        left = left if p[1] < 0.05 else d - d.mean()
        s, _, p = slope_p(m, np.abs(left))
        s, at = (s, np.abs(left).mean()) if p[0] < 0.05 else (0.0, None)
        sd = d.std(ddof=1) if at is None else np.maximum(0, at + s * (mean - m.mean())) * math.sqrt(math.pi / 2)
        constant = np.abs(off - d.mean()) <= 1.96 * d.std(ddof=1)
        follows = np.abs(off - d.mean() - b * (mean - m.mean())) <= 1.96 * sd
        for k, held in enumerate((constant, follows)):
            inside[k] += [held[third == t].mean() for t in range(3)]
    return 1000 * inside / COHORTS


def main():
    print(f"""# What intervals of agreement hold

This page is the output of `docs/evidence/coverage.py`: {COHORTS} simulated cohorts of {PATIENTS} patients each (simulated
numbers, no images). A third of the patients have no scar, but in the normal ones.

## Intervals of coefficients

How often of 100 a 95 % interval holds the true coefficient: by its formula, and by bootstrap of patients ({DRAWS} draws,
percentiles).

| scar, mL | r: Fisher, bootstrap | concordance: Lin, bootstrap | ICC(2,1): F, bootstrap | rho: Bonett-Wright, bootstrap |
|---|---|---|---|---|""")
    for name, draw in (("lognormal, errors grow with it", lognormal), ("gamma, errors grow with it", gamma),
                       ("normal, everybody has some", normal)):
        cells = " | ".join(f"{f:.0f}, {b:.0f}" for f, b in percent_held(draw))
        print(f"| {name} | {cells} |", flush=True)
    print("""
## A trend that is none

Two readers without a trend between them: how often of 100 P of the slope of their difference over their mean is below
.05.

| scatter | Student | HC4 |
|---|---|---|""")
    for name, growing in (("the same everywhere", False), ("grows with scar", True)):
        student, hc4 = percent_trends(growing)
        print(f"| {name} | {student:.0f} | {hc4:.0f} |", flush=True)
    print(f"""
## Limits of agreement

Scatter grows with scar, and who has none is read the same by both. How many of 100 other patients lie within the 95 %
limits of {COHORTS // 10} cohorts, by thirds of what is measured:

| limits | least | middle | greatest |
|---|---|---|---|""")
    for name, row in zip(("constant", "that follow the mean where P is below .05"), percent_inside()):
        print(f"| {name} | " + " | ".join(f"{v:.0f}" for v in row) + " |")


main()
