#!/usr/bin/python3
"""Reference numbers of src/stat from SciPy (Debian: python3-scipy).

  stat.py write HEADER    compute them and write them as a C header
  stat.py check HEADER    compute them and compare with the header's; 77 without SciPy

Where SciPy computes with Boost.Math as well, another way is taken here.
"""
import math
import re
import sys

try:
    import numpy as np
    from scipy import optimize, special, stats
except ImportError:
    print("SciPy is missing (Debian: python3-scipy)")
    sys.exit(77)

Z = stats.norm.ppf(0.975)
RELATIVE = 1e-9  # two versions of SciPy agree better than this


def wave(n, frequency, centre, height, digits):
    """A sample that looks scattered and is the same everywhere."""
    return [round(centre + height * math.sin(frequency * (i + 1) ** 2), digits) for i in range(n)]


SAMPLES = {
    # paired, no ties
    "x": wave(50, 0.7, 0.70, 0.20, 6),
    "y": [round(a - 0.02 + 0.1 * b, 6) for a, b in zip(wave(50, 0.7, 0.7, 0.2, 6), wave(50, 1.3, 0, 1, 6))],
    # paired, whole numbers: with ties and with pairs that do not differ
    "tied_x": wave(60, 0.9, 70, 5, 0),
    "tied_y": wave(60, 1.7, 69, 5, 0),
    # in four groups; the fourth is shifted
    "value": [round(v + 0.03 * (i % 4 == 3), 2) for i, v in enumerate(wave(45, 1.1, 0.6, 0.1, 2))],
    "group": [float(i % 4) for i in range(45)],
}


def noncentral_t(p, dof, delta):
    """Quantile from the definition: (Z + delta) / sqrt(V / dof), integrated over V."""
    chi2 = stats.chi2(dof)
    lo, hi = chi2.ppf(1e-15), chi2.isf(1e-15)
    nodes, weights = np.polynomial.legendre.leggauss(400)
    v = 0.5 * (hi - lo) * nodes + 0.5 * (hi + lo)
    mass = 0.5 * (hi - lo) * weights * chi2.pdf(v)
    mass /= mass.sum()

    def cdf(t):
        return float((mass * stats.norm.cdf(t * np.sqrt(v / dof) - delta)).sum())
    return optimize.brentq(lambda t: cdf(t) - p, delta / 4 - 10, 4 * delta + 100, xtol=1e-13)


def student_t(p, dof):
    """Quantile by the beta distribution: SciPy 1.10's own has nine digits."""
    x = special.betaincinv(dof / 2, 0.5, 2 * min(p, 1 - p))
    return math.copysign(math.sqrt(dof * (1 - x) / x), p - 0.5)


def distributions():
    rows = {}
    rows["normal"] = [(z, 2 * stats.norm.sf(abs(z))) for z in (0, 0.5, -1.96, 3, 8, -20)]
    rows["t"] = [(t, v, 2 * stats.t.sf(abs(t), v)) for t in (0, 0.7, -2.1, 12, 60) for v in (1, 2.5, 19, 205, 5000)]
    rows["t_quantile"] = [(p, v, student_t(p, v)) for p in (0.025, 0.3, 0.975, 0.9999) for v in (1, 2.5, 19, 205, 5000)]
    rows["f"] = [(f, a, b, stats.f.sf(f, a, b)) for f in (0, 0.3, 1, 4.2, 40) for a, b in ((1, 9), (3, 41), (7, 1000))]
    rows["chi2"] = [(x, k, stats.chi2.sf(x, k)) for x in (0, 0.1, 3.84, 30, 300) for k in (1, 3, 40)]
    rows["beta_quantile"] = [(p, a, b, special.betaincinv(a, b, p))
                             for p in (0, 0.025, 0.5, 0.975, 1) for a, b in ((1, 8), (202, 6), (203, 5), (0.5, 0.5))]
    rows["noncentral_t_quantile"] = [(p, n - 1, Z * math.sqrt(n), noncentral_t(p, n - 1, Z * math.sqrt(n)))
                                     for p in (0.025, 0.975) for n in (10, 50, 207, 1073)]
    return rows


def pair_numbers(out, name, x, y):
    x, y = np.array(x), np.array(y)
    n = len(x)
    d = x - y
    r = stats.pearsonr(x, y)
    out[name + "pearson r"], out[name + "pearson p"] = r.statistic, r.pvalue
    out[name + "pearson lo"], out[name + "pearson hi"] = r.confidence_interval(0.95)
    t = stats.ttest_rel(x, y)
    out[name + "t"], out[name + "t p"] = t.statistic, t.pvalue
    half = student_t(0.975, n - 1) * d.std(ddof=1) / math.sqrt(n)
    out[name + "t lo"], out[name + "t hi"] = d.mean() - half, d.mean() + half
    out[name + "d_z"] = d.mean() / d.std(ddof=1)
    line = stats.linregress(x, y)
    q = student_t(0.975, n - 2)
    out[name + "slope"], out[name + "intercept"], out[name + "slope p"] = line.slope, line.intercept, line.pvalue
    out[name + "slope lo"], out[name + "slope hi"] = line.slope - q * line.stderr, line.slope + q * line.stderr
    out[name + "intercept lo"] = line.intercept - q * line.intercept_stderr
    out[name + "intercept hi"] = line.intercept + q * line.intercept_stderr
    out[name + "residual"] = math.sqrt(((y - line.intercept - line.slope * x) ** 2).sum() / (n - 2))
    # Bland and Altman: x - y
    s = d.std(ddof=1)
    lo, hi = [noncentral_t(p, n - 1, Z * math.sqrt(n)) / math.sqrt(n) for p in (0.025, 0.975)]
    out[name + "limit lo lo"], out[name + "limit lo hi"] = d.mean() - hi * s, d.mean() - lo * s
    out[name + "limit hi lo"], out[name + "limit hi hi"] = d.mean() + lo * s, d.mean() + hi * s
    trend = stats.linregress((x + y) / 2, d)
    out[name + "trend"], out[name + "trend p"] = trend.slope, trend.pvalue
    # Lin's concordance, as 1 - mean squared difference over that without correlation
    c = 1 - (d ** 2).mean() / (x.var() + y.var() + (x.mean() - y.mean()) ** 2)
    rho, u = r.statistic, (x.mean() - y.mean()) / math.sqrt(x.std() * y.std())
    v = ((1 - rho ** 2) * c ** 2 / ((1 - c ** 2) * rho ** 2)
         + 2 * c ** 3 * (1 - c) * u ** 2 / (rho * (1 - c ** 2) ** 2)
         - c ** 4 * u ** 4 / (2 * rho ** 2 * (1 - c ** 2) ** 2)) / (n - 2)
    out[name + "ccc"] = c
    out[name + "ccc lo"], out[name + "ccc hi"] = [math.tanh(math.atanh(c) + k * Z * math.sqrt(v)) for k in (-1, 1)]


def wilcoxon(out, name, x, y, mode):
    d = np.array(x) - np.array(y)
    w = stats.wilcoxon(d, zero_method="wilcox", correction=False, mode=mode)
    out[name + "w"], out[name + "p"] = w.statistic, w.pvalue
    d = d[d != 0]
    ranks = stats.rankdata(abs(d))
    out[name + "r"] = (ranks * np.sign(d)).sum() / ranks.sum()


def numbers():
    out = {}
    s = SAMPLES
    pair_numbers(out, "", s["x"], s["y"])
    pair_numbers(out, "tied ", s["tied_x"], s["tied_y"])
    wilcoxon(out, "wilcoxon 20 ", s["x"][:20], s["y"][:20], "exact")
    wilcoxon(out, "wilcoxon 50 ", s["x"], s["y"], "exact")
    wilcoxon(out, "wilcoxon tied ", s["tied_x"], s["tied_y"], "approx")
    groups = [[v for v, g in zip(s["value"], s["group"]) if g == k] for k in range(4)]
    h = stats.kruskal(*groups)
    out["kruskal h"], out["kruskal p"] = h.statistic, h.pvalue
    f = stats.f_oneway(*groups)
    out["anova f"], out["anova p"] = f.statistic, f.pvalue
    n, k = len(s["value"]), 4
    out["eta squared"] = (k - 1) * f.statistic / ((k - 1) * f.statistic + n - k)
    out["epsilon squared"] = h.statistic * (n + 1) / (n ** 2 - 1)
    for k, n in ((202, 207), (0, 12), (12, 12), (3, 17)):
        for method in ("wilson", "exact"):
            ci = stats.binomtest(k, n).proportion_ci(0.95, method)
            out[f"{method} {k}/{n} lo"], out[f"{method} {k}/{n} hi"] = ci
    return out


def text(v):
    return repr(float(v))


def header():
    lines = ["/* Written by tests/reference/stat.py from SciPy; edit that. */",
             "/* clang-format off */",
             "#ifndef STAT_REFERENCE_H", "#define STAT_REFERENCE_H", ""]

    def array(declaration, values):
        lines.append(declaration + " = {")
        lines.extend("    " + v + "," for v in values)
        lines.extend(["};", ""])
    for name, values in SAMPLES.items():
        rows = [", ".join(text(v) for v in values[i:i + 10]) for i in range(0, len(values), 10)]
        array(f"static const double sample_{name}[{len(values)}]", rows)
    for name, rows in distributions().items():
        array(f"static const double reference_{name}[{len(rows)}][{len(rows[0])}]",
              ["{" + ", ".join(text(v) for v in row) + "}" for row in rows])
    array("static const struct {\n    const char *name;\n    double value;\n} reference_numbers[]",
          [f'{{"{name}", {text(v)}}}' for name, v in numbers().items()])
    lines.append("#endif")
    return "\n".join(lines) + "\n"


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("write", "check"):
        print(__doc__)
        return 2
    fresh = header()
    if sys.argv[1] == "write":
        with open(sys.argv[2], "w", encoding="ascii") as f:
            f.write(fresh)
        return 0
    with open(sys.argv[2], encoding="ascii") as f:
        kept = f.read()
    # numbers alone differ; then by how much
    number = re.compile(r"-?\d+\.?\d*(?:e[+-]?\d+)?")
    if number.sub("#", fresh) != number.sub("#", kept):
        print("the header does not have the entries that this script writes")
        return 1
    pairs = list(zip(number.findall(fresh), number.findall(kept)))
    wrong = [(a, b) for a, b in pairs if not math.isclose(float(a), float(b), rel_tol=RELATIVE)]
    for a, b in wrong:
        print(f"SciPy says {a}, the header {b}")
    print(f"{len(pairs)} numbers, {len(wrong)} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
