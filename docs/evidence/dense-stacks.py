#!/usr/bin/env python3
"""For dense-stacks.sh: make stacks with slices nearer to each other, and write the page.

  dense-stacks.py make COHORT        in the folder of dense-stacks.sh
  dense-stacks.py page > dense-stacks.md
"""
import csv
import glob
import os
import statistics
import sys

TIMES = (2, 3)


def write(voxels, edge, path):
    import nibabel
    import numpy as np

    os.makedirs(os.path.dirname(path), exist_ok=True)
    stack = nibabel.Nifti1Image(voxels, np.diag([-edge[0], -edge[1], edge[2], 1]))
    stack.header.set_xyzt_units("mm")
    nibabel.save(stack, path)


def denser(voxels, times):
    """Between the slices, linear; those of an odd number of times are among them."""
    import numpy as np

    n = voxels.shape[2]
    at = np.clip((np.arange(n * times) + 0.5) / times - 0.5, 0, n - 1)
    low = np.floor(at).astype(int)
    share = (at - low).astype(np.float32)
    return voxels[:, :, low] * (1 - share) + voxels[:, :, np.minimum(low + 1, n - 1)] * share


def make(cohort):
    """Of each patient with infarct: as it is; denser; denser, but said to be 10 mm apart."""
    import nibabel
    import numpy as np

    for row in csv.DictReader(open(os.path.join(cohort, "COHORT.csv"))):
        if row["group"] != "P":
            continue
        stack = nibabel.load(os.path.join(cohort, row["image"]))
        voxels = np.asarray(stack.dataobj, dtype=np.float32)
        x, y, z = (float(e) for e in stack.header.get_zooms()[:3])
        name = row["id"] + ".nii.gz"
        write(voxels, (x, y, z), os.path.join("1", name))
        for times in TIMES:
            write(denser(voxels, times), (x, y, z / times), os.path.join(f"{times}", name))
            write(denser(voxels, times), (x, y, 10.0), os.path.join(f"{times}-said", name))


def percent(model, kind):
    found = {}
    for row in csv.DictReader(open(os.path.join(f"{model}-{kind}", "results.csv"))):
        found[row["id"]] = float(row["percent_lge"])
    return found


def off(model, kind):
    plain, other = percent(model, "1"), percent(model, kind)
    away = [abs(other[name] - plain[name]) for name in plain]
    return f"{statistics.mean(away):.2f} ({max(away):.1f})"


def dsc(model, kind, times):
    """Mean scar DSC against the reader, on the slices that are the scanner's own."""
    import nibabel
    import numpy as np

    found = []
    for row in csv.DictReader(open(os.path.join("emidec", "COHORT.csv"))):
        if row["group"] != "P":
            continue
        truth = np.isin(np.asarray(nibabel.load(os.path.join("emidec", row["label"])).dataobj), (3, 4))
        path = os.path.join(f"{model}-{kind}", row["id"], "labels.nii.gz")
        drawn = np.isin(np.asarray(nibabel.load(path).dataobj)[:, :, times // 2::times], (3, 4))
        both, all_of = np.logical_and(truth, drawn).sum(), truth.sum() + drawn.sum()
        found.append(2 * both / all_of if all_of else 1.0)
    return f"{statistics.mean(found):.3f}"


def paired(model, times):
    """Wilcoxon's P of the differences from the stack as it is, as one stack and as several."""
    from scipy.stats import wilcoxon

    plain, one, more = (percent(model, kind) for kind in ("1", f"{times}-said", f"{times}"))
    names = sorted(plain)
    p = wilcoxon([abs(one[n] - plain[n]) for n in names], [abs(more[n] - plain[n]) for n in names]).pvalue
    return "< .0001" if p < 1e-4 else f"{p:.4f}"


def apart(kind):
    """From slice to slice, mm: median (least to most)."""
    import nibabel

    edges = sorted(float(nibabel.load(path).header.get_zooms()[2]) for path in glob.glob(f"{kind}/*.nii.gz"))
    return f"{statistics.median(edges):.1f} ({edges[0]:.1f} to {edges[-1]:.1f})"


def page():
    n = len(percent("lge3d", "1"))
    print(f"""# Stacks with slices near to each other

This page is the output of `docs/evidence/dense-stacks.sh`. The networks learned from slices some 10 mm apart. 3D LGE has
them 1 to 3 mm apart, and so has what was interpolated for another program. There the slices that follow each other in
a substack are every second, third, ... one, so that they are some 10 mm apart; the stacks that lie in one another are
seen one by one ([src/unet/substacks.h](../../src/unet/substacks.h)).

The {n} patients of EMIDEC with infarct, whose slices are {apart('1')} mm apart, with slices interpolated between
those of the scanner (linear): twice and three times as many. *As one*: the same files, said to be 10 mm apart, which
every slice then is to the network.
Difference: of %LGE from that of the stack as it is, mean (most), in points; P by Wilcoxon's test of the two columns.
DSC: of scar with the reader's, on the scanner's own slices, which are among those of three times.
**`lge3d` was trained on these patients**, `sim3d` never saw them.

| model | slices | apart, mm | difference, as one | as several | P | DSC, as one | as several | of the stack as it is |
|---|---|---|---|---|---|---|---|---|""")
    for model in ("lge3d", "sim3d"):
        for times in TIMES:
            scores = ["-", "-"]
            if times % 2:
                scores = [dsc(model, f"{times}-said", times), dsc(model, f"{times}", times)]
            print(f"| {model} | × {times} | {apart(f'{times}')} | {off(model, f'{times}-said')} | {off(model, f'{times}')} | "
                  f"{paired(model, times)} | {scores[0]} | {scores[1]} | {dsc(model, '1', 1)} |")
    print("""
What is interpolated is smoother than what a scanner would have made; no 3D LGE was at hand.""")


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    page()
