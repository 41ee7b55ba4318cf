"""Where a cross-validated model is wrong on EMIDEC, and what its mistakes go with: for errors.sh.

  errors.py COHORT.csv PREDICTIONS    prints the tables of errors.md
"""
import csv
import os
import sys

import nibabel
import numpy as np
from scipy import ndimage, stats

BLOOD, MYOCARDIUM, SCAR, NO_REFLOW = 1, 2, 3, 4
WALL, ANY_SCAR, LV = (2, 3, 4), (3, 4), (1, 2, 3, 4)
THIRDS = ("basal third", "middle third", "apical third")
DRAWS, SEED = 2000, 1


def read(path):
    image = nibabel.load(path)
    return np.asarray(image.dataobj), image.header.get_zooms()[:3]


def dsc(a, b):
    both = a.sum() + b.sum()
    return 2.0 * (a & b).sum() / both if both else np.nan


def contour_distance(a, b, edge):
    """Mean distance in mm between the edges of two regions of a slice, both ways."""
    rim_a, rim_b = (m & ~ndimage.binary_erosion(m) for m in (a, b))
    if not rim_a.any() or not rim_b.any():
        return np.nan
    to_a, to_b = (ndimage.distance_transform_edt(~r, sampling=edge[:2]) for r in (rim_a, rim_b))
    return 0.5 * (to_a[rim_b].mean() + to_b[rim_a].mean())


def width_of(mask, edge):
    """Thickness of what is drawn in mm: that of a band whose pixels are as far from the outside in the mean."""
    inner = [ndimage.distance_transform_edt(mask[:, :, z], sampling=edge[:2])[mask[:, :, z]] for z in range(mask.shape[2])]
    depth = np.concatenate(inner)
    return 4.0 * (depth.mean() - 0.5 * edge[0]) if len(depth) else np.nan


def slices_of(truth, drawn, edge):
    """Of each slice, base first: (its place 0..1, DSC of the wall, distance of endo- and epicardium)."""
    area = np.isin(truth, LV).sum((0, 1))
    held = np.flatnonzero(area)
    if area[held[0]] < area[held[-1]]:
        held = held[::-1]
    for n, z in enumerate(held):
        t, d = truth[:, :, z], drawn[:, :, z]
        yield ((n + 0.5) / len(held), dsc(np.isin(t, WALL), np.isin(d, WALL)),
               contour_distance(t == BLOOD, d == BLOOD, edge), contour_distance(np.isin(t, LV), np.isin(d, LV), edge))


def look(image, truth, edge):
    """What the reader's scar looks like: (its contrast over blood's, share that is no brighter than two
    standard deviations above the other wall, number of grey levels in the LV)."""
    wall, scar, blood = image[truth == MYOCARDIUM], image[truth == SCAR], image[truth == BLOOD]
    middle, spread = np.median(wall), 1.4826 * np.median(np.abs(wall - np.median(wall)))
    levels = len(np.unique(image[np.isin(truth, LV)]))
    if not len(scar):
        return np.nan, np.nan, levels
    return (np.median(scar) - middle) / (np.median(blood) - middle), (scar < middle + 2 * spread).mean(), levels


def patient(row, folder, predictions):
    image, edge = read(os.path.join(folder, row["image"]))
    truth, _ = read(os.path.join(folder, row["label"]))
    drawn, _ = read(os.path.join(predictions, row["id"], "labels.nii.gz"))
    t, d = np.isin(truth, ANY_SCAR), np.isin(drawn, ANY_SCAR)
    near = lambda m: ndimage.binary_dilation(m, np.ones((3, 3, 1), bool))  # one pixel round it
    lost, vain = t & ~d, d & ~t
    bright, faint, levels = look(image, truth, edge)
    wall = np.isin(truth, WALL)
    return {"id": row["id"], "infarct": t.any(), "myocardium": dsc(wall, np.isin(drawn, WALL)),
            "scar": dsc(t, d) if t.any() else np.nan, "edge": edge[0], "slices": list(slices_of(truth, drawn, edge)),
            "ml": t.sum() * np.prod(edge) / 1000, "percent": 100 * t.sum() / wall.sum(),
            "off": 100 * d.sum() / np.isin(drawn, WALL).sum() - 100 * t.sum() / wall.sum(),
            "width": width_of(t, edge), "wall": width_of(wall, edge), "bright": bright, "faint": faint, "levels": levels,
            "lost": [lost.sum(), *((lost & np.isin(drawn, x)).sum() for x in ((MYOCARDIUM,), (BLOOD,), (0, 5)))],
            "lost_near": (lost & near(d)).sum(), "vain": vain.sum(), "vain_wall": (vain & np.isin(truth, WALL)).sum(),
            "vain_near": (vain & near(t)).sum(), "true": t.sum(), "drawn": d.sum()}


def interval(values):
    """Mean and its 95 % interval by the bootstrap."""
    v = np.asarray([x for x in values if np.isfinite(x)])
    draw = np.random.default_rng(SEED).choice(v, (DRAWS, len(v))).mean(1)
    return f"{v.mean():.3f} ({np.percentile(draw, 2.5):.3f} to {np.percentile(draw, 97.5):.3f})"


def print_wall(all_patients):
    print("| | patients | slices | myocardium DSC (95 %) | endocardium, mm apart | epicardium, mm apart |\n"
          "|---|---|---|---|---|---|")
    groups = [("all", all_patients, (0, 1))]
    groups += [(n, [p for p in all_patients if p["infarct"] == i], (0, 1))
               for n, i in (("with infarct", True), ("without", False))]
    groups += [(n, all_patients, (k / 3, (k + 1) / 3)) for k, n in enumerate(THIRDS)]
    for name, group, (lo, hi) in groups:
        kept = [s for p in group for s in p["slices"] if lo <= s[0] < hi]
        # a patient's slices are no independent cases: each patient counts once
        value = [np.nanmean([[s[1], s[2], s[3]] for s in p["slices"] if lo <= s[0] < hi], 0) for p in group
                 if any(lo <= s[0] < hi for s in p["slices"])]
        means = np.nanmean(value, 0)
        print(f"| {name} | {len(value)} | {len(kept)} | {interval(v[0] for v in value)} | {means[1]:.2f} | {means[2]:.2f} |")
    edge = np.median([p["edge"] for p in all_patients])
    print(f"\nDSC of each slice, mean of a patient's. A pixel is {edge:.2f} mm in the median, the wall "
          f"{np.median([p['wall'] for p in all_patients]):.1f} mm.\n")


def print_voxels(ill):
    lost, vain = np.array([p["lost"] for p in ill]).sum(0), sum(p["vain"] for p in ill)
    share = lambda a, b: f"{100 * a / b:.0f} %"
    print("| of the infarct's voxels, all patients together | |\n|---|---|")
    print(f"| missed, of the reader's | {share(lost[0], sum(p['true'] for p in ill))} |")
    for name, n in zip(("muscle", "LV blood", "outside the heart or RV blood"), lost[1:]):
        print(f"| - of these taken for {name} | {share(n, lost[0])} |")
    print(f"| - of these within a pixel of what was drawn | {share(sum(p['lost_near'] for p in ill), lost[0])} |")
    print(f"| drawn in vain, of those drawn | {share(vain, sum(p['drawn'] for p in ill))} |")
    print(f"| - of these in the reader's wall | {share(sum(p['vain_wall'] for p in ill), vain)} |")
    print(f"| - of these within a pixel of the reader's scar | {share(sum(p['vain_near'] for p in ill), vain)} |\n")


def print_causes(ill):
    causes = (("scar, mL", "ml"), ("scar, % of the wall", "percent"), ("thickness of scar, mm", "width"),
              ("contrast of scar over blood's", "bright"), ("share of it no brighter than the wall", "faint"),
              ("grey levels in the LV", "levels"), ("pixel, mm", "edge"), ("myocardium DSC", "myocardium"))
    print("| patients in thirds by | lowest: scar DSC, %LGE off by | middle | highest | Spearman with DSC | P (Holm) |\n"
          "|---|---|---|---|---|---|")
    found = [stats.spearmanr([p[k] for p in ill], [p["scar"] for p in ill]) for _, k in causes]
    order, holm, worst = np.argsort([f.pvalue for f in found]), [0.0] * len(found), 0.0
    for rank, i in enumerate(order):
        worst = holm[i] = min(1.0, max(worst, (len(found) - rank) * found[i].pvalue))
    for (name, key), f, p_value in zip(causes, found, holm):
        value = np.array([p[key] for p in ill])
        cells = []
        for part in np.array_split(np.argsort(value, kind="stable"), 3):
            some = [ill[i] for i in part]
            cells.append(f"{value[part].min():.3g} to {value[part].max():.3g}: {np.mean([p['scar'] for p in some]):.2f}, "
                         f"{np.mean([abs(p['off']) for p in some]):.1f} (bias {np.mean([p['off'] for p in some]):+.1f})")
        print(f"| {name} | {' | '.join(cells)} | {f.statistic:+.2f} | {f'{p_value:.3f}' if p_value >= .001 else '< .001'} |")
    print()


def print_worst(ill):
    print("| worst ten of scar DSC | scar DSC | myocardium DSC | reader's %LGE | off by | thickness of scar, mm | contrast over blood's "
          "| no brighter than the wall |\n|---|---|---|---|---|---|---|---|")
    for p in sorted(ill, key=lambda p: p["scar"])[:10]:
        print(f"| {p['id']} | {p['scar']:.2f} | {p['myocardium']:.2f} | {p['percent']:.1f} | {p['off']:+.1f} "
              f"| {p['width']:.1f} | {p['bright']:.2f} | {100 * p['faint']:.0f} % |")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    table, predictions = sys.argv[1:]
    with open(table, newline="", encoding="utf-8") as f:
        all_patients = [patient(row, os.path.dirname(table), predictions) for row in csv.DictReader(f)]
    ill = [p for p in all_patients if p["infarct"]]
    print("## The wall\n")
    print_wall(all_patients)
    print(f"## The infarct ({len(ill)} patients)\n")
    print_voxels(ill)
    print_causes(ill)
    print_worst(ill)


main()
