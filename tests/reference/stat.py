#!/usr/bin/python3
"""Reference numbers of src/stat from SciPy (Debian: python3-scipy).

  stat.py write HEADER    compute them and write them as a C header
  stat.py check HEADER    compute them and compare with the header's; 77 without SciPy

Where SciPy computes with Boost.Math as well, another way is taken here.
"""
import itertools
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
    # paired, as volumes are: not below 0, and bias and scatter grow with the size
    "grow_x": [round(abs(b) + 0.15 * abs(b) + 0.3 * abs(b) * e, 4)
               for b, e in zip(wave(40, 0.37, 4, 12, 4), wave(40, 2.1, 0, 1, 6))],
    "grow_y": [abs(b) for b in wave(40, 0.37, 4, 12, 4)],
    # in four groups; the fourth is shifted
    "value": [round(v + 0.03 * (i % 4 == 3), 2) for i, v in enumerate(wave(45, 1.1, 0.6, 0.1, 2))],
    "group": [float(i % 4) for i in range(45)],
    # three pairs; classes of the tied pairs, 1 for positive; three raters in turn
    "few_x": [1.0, 2.5, 4.0],
    "few_y": [1.2, 2.1, 4.4],
    "positive": [float(a + b > 71) for a, b in zip(wave(60, 0.9, 70, 5, 0), wave(60, 2.3, 0, 4, 6))],
    "raters": [round(v + (i % 3 - 0.7) * 0.02 + e, 3)
               for i, (v, e) in enumerate(zip(np.repeat(wave(20, 1.9, 0.5, 0.2, 3), 3), wave(60, 2.9, 0, 0.05, 3)))],
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


def f_quantile(p, dof1, dof2):
    """Quantile by the beta distribution."""
    x = special.betaincinv(dof1 / 2, dof2 / 2, p)
    return dof2 * x / (dof1 * (1 - x))


def distributions():
    rows = {}
    rows["normal"] = [(z, 2 * stats.norm.sf(abs(z))) for z in (0, 0.5, -1.96, 3, 8, -20)]
    rows["t"] = [(t, v, 2 * stats.t.sf(abs(t), v)) for t in (0, 0.7, -2.1, 12, 60) for v in (1, 2.5, 19, 205, 5000)]
    rows["t_quantile"] = [(p, v, student_t(p, v)) for p in (0.025, 0.3, 0.975, 0.9999) for v in (1, 2.5, 19, 205, 5000)]
    rows["f"] = [(f, a, b, stats.f.sf(f, a, b)) for f in (0, 0.3, 1, 4.2, 40) for a, b in ((1, 9), (3, 41), (7, 1000))]
    rows["f_quantile"] = [(p, a, b, f_quantile(p, a, b)) for p in (0.025, 0.5, 0.975) for a, b in ((1, 9), (3.5, 41), (206, 2.25))]
    rows["chi2_quantile"] = [(p, k, 2 * special.gammaincinv(k / 2, p)) for p in (0.025, 0.5, 0.975) for k in (1, 3, 40, 207)]
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
    follow(out, name, (x + y) / 2, d)
    # Lin's concordance, as 1 - mean squared difference over that without correlation
    c = 1 - (d ** 2).mean() / (x.var() + y.var() + (x.mean() - y.mean()) ** 2)
    rho, u = r.statistic, (x.mean() - y.mean()) / math.sqrt(x.std() * y.std())
    v = ((1 - rho ** 2) * c ** 2 / ((1 - c ** 2) * rho ** 2)
         + 2 * c ** 3 * (1 - c) * u ** 2 / (rho * (1 - c ** 2) ** 2)
         - c ** 4 * u ** 4 / (2 * rho ** 2 * (1 - c ** 2) ** 2)) / (n - 2)
    out[name + "ccc"] = c
    out[name + "ccc lo"], out[name + "ccc hi"] = [math.tanh(math.atanh(c) + k * Z * math.sqrt(v)) for k in (-1, 1)]


def follow(out, name, middle, d):
    """Bland and Altman 1999, 3.2; HC4 by matrices."""
    n = len(d)
    design = np.column_stack([np.ones(n), middle])
    inverse = np.linalg.inv(design.T @ design)
    e = d - design @ (inverse @ design.T @ d)
    h = np.diag(design @ inverse @ design.T)
    meat = design.T @ np.diag(e ** 2 / (1 - h) ** np.minimum(4, n * h / 2)) @ design
    se = math.sqrt((inverse @ meat @ inverse)[1, 1])
    slope = (inverse @ design.T @ d)[1]
    out[name + "trend se"] = se
    out[name + "trend robust p"] = 2 * stats.t.sf(abs(slope / se), n - 2)
    q = student_t(0.975, n - 2)
    out[name + "trend robust lo"], out[name + "trend robust hi"] = slope - q * se, slope + q * se
    line = stats.linregress(middle, abs(e))
    out[name + "scatter"], out[name + "scatter at 0"], out[name + "scatter p"] = line.slope, line.intercept, line.pvalue


def interval(out, name, lo, hi):
    out[name + " lo"], out[name + " hi"] = lo, hi


def spearman(out, name, x, y):
    r = stats.spearmanr(x, y)
    out[name + "spearman"], out[name + "spearman p"] = r.correlation, r.pvalue
    if len(x) > 3:
        half = Z * math.sqrt((1 + r.correlation ** 2 / 2) / (len(x) - 3))
        interval(out, name + "spearman", *np.tanh(np.arctanh(r.correlation) + np.array([-half, half])))


def icc(out, name, table):
    """McGraw and Wong's Table 7, from a two-way analysis of variance by least squares."""
    x = np.array(table)
    n, k = x.shape
    design = np.zeros((n * k, n + k))
    for row in range(n * k):
        design[row, row // k] = design[row, n + row % k] = 1
    y = x.ravel()

    def residual(columns):
        fit = np.linalg.lstsq(columns, y, rcond=None)[0]
        return ((y - columns @ fit) ** 2).sum()
    full = residual(design)
    mse = full / ((n - 1) * (k - 1))
    msr = (residual(design[:, n:]) - full) / (n - 1)
    msc = (residual(design[:, :n]) - full) / (k - 1)
    out[name + "icc31"] = (msr - mse) / (msr + (k - 1) * mse)
    lo, hi = f_quantile(0.975, n - 1, (n - 1) * (k - 1)), f_quantile(0.975, (n - 1) * (k - 1), n - 1)
    interval(out, name + "icc31", *[(f - 1) / (f + k - 1) for f in (msr / mse / lo, msr / mse * hi)])
    r = out[name + "icc21"] = (msr - mse) / (msr + (k - 1) * mse + k / n * (msc - mse))
    a, b = k * r / (n * (1 - r)), 1 + k * r * (n - 1) / (n * (1 - r))
    v = (a * msc + b * mse) ** 2 / ((a * msc) ** 2 / (k - 1) + (b * mse) ** 2 / ((n - 1) * (k - 1)))
    lo, hi = f_quantile(0.975, n - 1, v), f_quantile(0.975, v, n - 1)
    interval(out, name + "icc21", n * (msr - lo * mse) / (lo * (k * msc + (k * n - k - n) * mse) + n * msr),
             n * (hi * msr - mse) / (k * msc + (k * n - k - n) * mse + n * hi * msr))


def within(out, name, x, y):
    d = np.array(x) - np.array(y)
    s = math.sqrt((d ** 2).mean() / 2)
    out[name + "within sd"], out[name + "within cv"] = s, 100 * s / np.mean([x, y])
    interval(out, name + "within sd", *[s * math.sqrt(len(d) / (2 * special.gammaincinv(len(d) / 2, p)))
                                        for p in (0.975, 0.025)])


def passing_bablok(out, name, x, y):
    """By angles: a slope below -1 is the same direction turned by half a circle."""
    x, y = np.array(x), np.array(y)
    n = len(x)
    i, j = np.triu_indices(n, 1)
    dx, dy = x[j] - x[i], y[j] - y[i]
    kept = ~((dx == 0) & (dy == 0)) & (dy != -dx)
    angle = np.arctan2(dy[kept], dx[kept]) + math.pi / 4  # from -45 degrees on
    angle = np.sort(angle % math.pi) - math.pi / 4
    slopes = np.tan(angle)
    m = len(slopes)
    slope = np.median(angle) if m % 2 else None
    slope = math.tan(slope) if m % 2 else (slopes[m // 2 - 1] + slopes[m // 2]) / 2
    out[name + "pb slope"], out[name + "pb intercept"] = slope, np.median(y - slope * x)
    c = Z * math.sqrt(n * (n - 1) * (2 * n + 5) / 18)
    first = math.floor((m - c) / 2 + 0.5)
    if first >= 1:
        lo, hi = slopes[first - 1], slopes[m - first]
        interval(out, name + "pb slope", lo, hi)
        interval(out, name + "pb intercept", np.median(y - hi * x), np.median(y - lo * x))


def deming(out, name, x, y):
    """The principal axis, by singular values; the jackknife by its definition."""
    x, y = np.array(x), np.array(y)
    n = len(x)

    def line(a, b):
        axis = np.linalg.svd(np.c_[a - a.mean(), b - b.mean()])[2][0]
        return np.array([axis[1] / axis[0], b.mean() - axis[1] / axis[0] * a.mean()])
    whole = line(x, y)
    out[name + "deming slope"], out[name + "deming intercept"] = whole
    if n > 3:
        pseudo = np.array([n * whole - (n - 1) * line(np.delete(x, i), np.delete(y, i)) for i in range(n)])
        half = student_t(0.975, n - 2) * pseudo.std(axis=0, ddof=1) / math.sqrt(n)
        interval(out, name + "deming slope", whole[0] - half[0], whole[0] + half[0])
        interval(out, name + "deming intercept", whole[1] - half[1], whole[1] + half[1])


def kappa(out, tp, fp, fn, tn):
    """The standard error by the delta method: derivatives of kappa over the four cells."""
    n = tp + fp + fn + tn
    p = np.array([tp, fp, fn, tn]) / n

    def value(q):
        chance = (q[0] + q[2]) * (q[0] + q[1]) + (q[1] + q[3]) * (q[2] + q[3])
        return (q[0] + q[3] - chance) / (1 - chance)
    h = 1e-4
    slope = np.array([(8 * (value(p + h * e) - value(p - h * e)) - value(p + 2 * h * e) + value(p - 2 * h * e))
                      / (12 * h) for e in np.eye(4)])
    k, se = value(p), math.sqrt(((slope ** 2 * p).sum() - (slope * p).sum() ** 2) / n)
    name = f"kappa {tp} {fp} {fn} {tn}"
    out[name], out[name + " se"] = k, se


def delong(out, name, scores, positive):
    """By the definition: every positive against every negative."""
    positive = np.array(positive) > 0
    m, n = positive.sum(), (~positive).sum()
    v = []
    for s in scores:
        s = np.array(s)
        wins = (np.sign(s[positive][:, None] - s[~positive][None, :]) + 1) / 2
        v.append((wins.mean(axis=1), wins.mean(axis=0)))
    cov = np.cov([a for a, _ in v]) / m + np.cov([b for _, b in v]) / n
    for i, (a, _) in enumerate(v):
        se = math.sqrt(cov[i, i])
        out[f"{name}auc {i}"], out[f"{name}auc {i} se"] = a.mean(), se
        interval(out, f"{name}auc {i}", max(0, a.mean() - Z * se), min(1, a.mean() + Z * se))
    se = math.sqrt(cov[0, 0] + cov[1, 1] - 2 * cov[0, 1])
    d = v[0][0].mean() - v[1][0].mean()
    out[name + "auc z"], out[name + "auc p"] = d / se, 2 * stats.norm.sf(abs(d / se))
    interval(out, name + "auc difference", d - Z * se, d + Z * se)


def agreement(out):
    s = SAMPLES
    for name, x, y in (("", "x", "y"), ("tied ", "tied_x", "tied_y"), ("few ", "few_x", "few_y")):
        spearman(out, name, s[x], s[y])
        icc(out, name, list(zip(s[x], s[y])))
        within(out, name, s[x], s[y])
        passing_bablok(out, name, s[x], s[y])
        deming(out, name, s[x], s[y])
    icc(out, "raters ", np.array(s["raters"]).reshape(20, 3))
    for table in ((30, 4, 6, 160), (2, 9, 8, 1), (15, 5, 3, 2)):
        kappa(out, *table)
    delong(out, "", (s["tied_x"], s["tied_y"]), s["positive"])
    delong(out, "few ", (s["tied_x"][:12], s["tied_y"][:12]), s["positive"][:12])


def wilcoxon(out, name, x, y, mode):
    d = np.array(x) - np.array(y)
    w = stats.wilcoxon(d, zero_method="wilcox", correction=False, mode=mode)
    out[name + "w"], out[name + "p"] = w.statistic, w.pvalue
    d = d[d != 0]
    ranks = stats.rankdata(abs(d))
    out[name + "r"] = (ranks * np.sign(d)).sum() / ranks.sum()


def wilcoxon_exact(out, name, x, y):
    """With ties and zeros, by writing down every way to give the ranks their signs."""
    d = np.array(x) - np.array(y)
    d = d[d != 0]
    ranks = stats.rankdata(abs(d))
    w = min(ranks[d > 0].sum(), ranks[d < 0].sum())
    sums = [np.dot(ranks, signs) for signs in itertools.product((0, 1), repeat=len(d))]
    out[name + "w"] = w
    out[name + "p"] = min(1, 2 * np.mean(np.array(sums) <= w))


def mix(z):
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xbf58476d1ce4e5b9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94d049bb133111eb)
    return z ^ (z >> np.uint64(31))


def bootstrap(out, name, x, y, resamples, seed):
    """With the streams of src/base/rng.h: SplitMix64, named by seed, sample and purpose."""
    x, y = np.array(x), np.array(y)
    n, golden = len(x), 0x9e3779b97f4a7c15
    with np.errstate(over="ignore"):
        s = mix(np.uint64((seed + golden) % 2 ** 64))
        s = mix(s ^ (np.arange(resamples, dtype=np.uint64) + np.uint64(2 * golden % 2 ** 64)))
        s = mix(s ^ np.uint64((0x626f6f74 + 3 * golden) % 2 ** 64))
        steps = np.arange(1, n + 1, dtype=np.uint64) * np.uint64(golden)
        drawn = (mix(s[:, None] + steps) >> np.uint64(32)) * np.uint64(n) >> np.uint64(32)
    values = []
    for k in drawn.astype(int):
        a, b = x[k], y[k]
        table = np.column_stack([a, b])
        rest = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()
        msr, mse = 2 * table.mean(axis=1).var(ddof=1), (rest ** 2).sum() / (n - 1)
        msc = n * table.mean(axis=0).var(ddof=1)
        values.append((np.corrcoef(a, b)[0, 1],
                       1 - ((a - b) ** 2).mean() / (a.var() + b.var() + (a.mean() - b.mean()) ** 2),
                       (msr - mse) / (msr + mse + 2 / n * (msc - mse)),
                       np.corrcoef(stats.rankdata(a), stats.rankdata(b))[0, 1]))
    for what, v in zip(("r", "ccc", "icc21", "rho"), np.transpose(values)):
        interval(out, f"{name}bootstrap {what}", *np.quantile(v, (0.025, 0.975)))


def numbers():
    out = {}
    s = SAMPLES
    pair_numbers(out, "", s["x"], s["y"])
    pair_numbers(out, "tied ", s["tied_x"], s["tied_y"])
    pair_numbers(out, "grow ", s["grow_x"], s["grow_y"])
    x, y = np.array(s["grow_x"]), np.array(s["grow_y"])
    trend = np.polyfit((x + y) / 2, x - y, 1)
    size = np.polyfit((x + y) / 2, abs(x - y - np.polyval(trend, (x + y) / 2)), 1)
    for at in (2, 12):
        out[f"grow bias at {at}"] = np.polyval(trend, at)
        interval(out, f"grow limits at {at}", *[np.polyval(trend, at) + k * Z * math.sqrt(math.pi / 2) * np.polyval(size, at)
                                                for k in (-1, 1)])
    wilcoxon(out, "wilcoxon 20 ", s["x"][:20], s["y"][:20], "exact")
    wilcoxon(out, "wilcoxon 50 ", s["x"], s["y"], "exact")
    wilcoxon(out, "wilcoxon tied ", s["tied_x"], s["tied_y"], "approx")
    wilcoxon_exact(out, "wilcoxon tied 15 ", s["tied_x"][:15], s["tied_y"][:15])
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
    agreement(out)
    bootstrap(out, "grow ", s["grow_x"], s["grow_y"], 1000, 7)
    bootstrap(out, "tied ", s["tied_x"], s["tied_y"], 1000, 1)
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
