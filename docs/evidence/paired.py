"""Two cross-validations of the same patients, patient by patient: the figures of what-we-tried.md.

  paired.py FIRST/per-patient.csv SECOND/per-patient.csv

Files as `cicatrix crossval` writes them (of one method each).  P by Wilcoxon's signed-rank test.
"""
import csv
import sys

import numpy as np
from scipy.stats import wilcoxon

LARGE = 25.0  # per cent of the wall


def read(path):
    with open(path, newline="", encoding="utf-8") as f:
        return {row["id"]: row for row in csv.DictReader(f)}


def column(table, ids, name):
    return np.array([float(table[i][name] or "nan") for i in ids])


def compare(name, a, b, digits):
    both = ~np.isnan(a) & ~np.isnan(b)
    a, b = a[both], b[both]
    p = wilcoxon(a, b).pvalue if np.any(a != b) else 1.0
    print(f"{name:24} n {len(a):3}  {a.mean():.{digits}f}  {b.mean():.{digits}f}  P {p:.2g}")


def describe(name, table, ids):
    truth, drawn = column(table, ids, "truth_scar_ml"), column(table, ids, "pred_scar_ml")
    missed = [i for i, t, d in zip(ids, truth, drawn) if t > 0 and d == 0]
    vain = [i for i, t, d in zip(ids, truth, drawn) if t == 0 and d > 0]
    percent = column(table, ids, "truth_percent_lge")
    large = percent > LARGE
    bias = (column(table, ids, "pred_percent_lge") - percent)[large].mean()
    print(f"{name}: missed {len(missed)} of {np.sum(truth > 0)} {' '.join(missed)}")
    print(f"{name}: drawn in {len(vain)} of {np.sum(truth == 0)} without {' '.join(vain)}")
    print(f"{name}: bias of %LGE above {LARGE:.0f} %, {np.sum(large)} patients: {bias:.1f}")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    first, second = read(sys.argv[1]), read(sys.argv[2])
    ids = sorted(first)
    if ids != sorted(second):
        sys.exit("paired.py: not the same patients")
    for name in ("dsc_myocardium", "dsc_scar", "dsc_infarct", "hd95_scar"):
        compare(name, column(first, ids, name), column(second, ids, name), 3)
    error = [abs(column(t, ids, "percent_lge_error")) for t in (first, second)]
    compare("|error| of %LGE, points", error[0], error[1], 2)
    describe("first", first, ids)
    describe("second", second, ids)


main()
