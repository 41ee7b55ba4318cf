#!/usr/bin/env python3
"""For stack-form.sh: stacks whose files say what is not so, and the page about them.

  stack-form.py maps COHORT... OUT      of each label map of the cohorts one with its slices in another order
  stack-form.py images COHORT OUT       of every fourth image the same, and with other pixel sizes in its header
  stack-form.py page COHORT... > stack-form.md
"""
import csv
import os
import sys

KINDS = (("as-it-is", "as it is"), ("shuffled", "every second slice behind the others"), ("1mm", "said to have pixels of 1 mm"),
         ("2mm", "said to have pixels of 2 mm"))
LV, WALL = (1, 2, 3, 4), (2, 3, 4)


def rows(cohort, column):
    for row in csv.DictReader(open(os.path.join(cohort, "COHORT.csv"))):
        yield row["id"], os.path.join(cohort, row[column])


def labels_of(cohort):
    """The exact truth of simulated patients, the reading of others."""
    truth = os.path.join(cohort, "truth")
    for name, path in rows(cohort, "label"):
        yield name, os.path.join(truth, name + ".nii.gz") if os.path.isdir(truth) else path


def write(voxels, edges, path):
    import nibabel
    import numpy as np

    os.makedirs(os.path.dirname(path), exist_ok=True)
    stack = nibabel.Nifti1Image(voxels, np.diag([-edges[0], -edges[1], edges[2], 1]))
    stack.header.set_xyzt_units("mm")
    nibabel.save(stack, path)


def read(path):
    import nibabel
    import numpy as np

    stack = nibabel.load(path)
    return np.asarray(stack.dataobj), tuple(float(e) for e in stack.header.get_zooms()[:3])


def shuffled(n):
    return list(range(0, n, 2)) + list(range(1, n, 2))


def maps(cohorts, out):
    for cohort in cohorts:
        for name, path in labels_of(cohort):
            voxels, edges = read(path)
            order = shuffled(voxels.shape[2])
            write(voxels, edges, os.path.join(out, "in-order", f"{cohort}-{name}.nii.gz"))
            write(voxels[:, :, order], edges, os.path.join(out, "shuffled", f"{cohort}-{name}.nii.gz"))


def images(cohort, out):
    import numpy as np

    for number, (name, path) in enumerate(rows(cohort, "image")):
        if number % 4:
            continue
        voxels, (x, y, z) = read(path)
        voxels = voxels.astype(np.float32)
        write(voxels, (x, y, z), f"{out}/as-it-is/{name}.nii.gz")
        write(voxels[:, :, shuffled(voxels.shape[2])], (x, y, z), f"{out}/shuffled/{name}.nii.gz")
        for edge in (1, 2):
            write(voxels, (edge, edge, z), f"{out}/{edge}mm/{name}.nii.gz")


def form(path):
    """Width of the ventricle, mm, and its deepest dip: as src/report/quality.c has them."""
    import numpy as np

    voxels, edges = read(path)
    area = np.isin(voxels, LV).sum((0, 1))[np.isin(voxels, WALL).any((0, 1))].astype(float)
    sides = np.minimum(np.maximum.accumulate(area), np.maximum.accumulate(area[::-1])[::-1])
    return 2 * np.sqrt(area.max() * edges[0] * edges[1] / np.pi), (sides - area).max() / area.max()


def results(folder):
    return {row["id"]: row for row in csv.DictReader(open(os.path.join(folder, "results.csv")))}


def has(found, reason):
    return sum(reason in row["reasons"].split() for row in found.values())


def page(cohorts):
    print("""# Files that say what is not so: order of slices, size of pixels

This page is the output of `docs/evidence/stack-form.sh`. A file whose slices are not in the order of the heart, or whose
header has a wrong pixel size, gives a wrong number without a fault that one could see in it. What the ventricle must
look like tells some of them: `slices-out-of-order` and `odd-width` ([confidence.md](../confidence.md)) ask for a
review.

Width: of a circle of the ventricle's largest area (wall and cavity), mm; 50 to 100 are not reviewed. Dip: how much less
than in a slice on either side of it the area is, of the largest area; 0.12 is not reviewed.

| label maps | n | width | deepest dip |
|---|---|---|---|""")
    for cohort in cohorts:
        forms = [form(path) for _, path in labels_of(cohort)]
        width, dip = zip(*forms)
        print(f"| {cohort} | {len(forms)} | {min(width):.1f} to {max(width):.1f} | {max(dip):.3f} at most |")
    print("""
All of them, by `cicatrix measure`, as they are and with every second slice behind the others, as where
acquisition is interleaved:

| order | n | slices-out-of-order | odd-width |
|---|---|---|---|""")
    for kind in ("in-order", "shuffled"):
        found = results("measured-" + kind)
        print(f"| {kind} | {len(found)} | {has(found, 'slices-out-of-order')} | {has(found, 'odd-width')} |")
    print("""
Every fourth patient of EMIDEC, by `cicatrix quantify` (lge3d, which learned from them: how right it is as it is does not
count here). Off: of %LGE, points, and volume of myocardium over that of the stack as it is, of those accepted.

| file | n | slices-out-of-order | odd-width | accepted | off at most | volume |
|---|---|---|---|---|---|---|""")
    plain = results("quantified-as-it-is")
    for kind, title in KINDS:
        found = results("quantified-" + kind)
        taken = [name for name, row in found.items() if row["verdict"] == "accept"]
        off = [abs(float(found[name]["percent_lge"]) - float(plain[name]["percent_lge"])) for name in taken]
        times = [float(found[name]["myocardium_ml"]) / float(plain[name]["myocardium_ml"]) for name in taken]
        shown = (f"{max(off):.1f}", f"{min(times):.2f} to {max(times):.2f}") if taken else ("-", "-")
        print(f"| {title} | {len(found)} | {has(found, 'slices-out-of-order')} | {has(found, 'odd-width')} | {len(taken)} | "
              f"{shown[0]} | {shown[1]} |")
    print("""
Pixel sizes that leave the ventricle between 5 and 10 cm wide, and distances between slices that leave it between 4 and
15 cm long (`short-stack`, `long-stack`), are not found.""")


if sys.argv[1] == "maps":
    maps(sys.argv[2:-1], sys.argv[-1])
elif sys.argv[1] == "images":
    images(sys.argv[2], sys.argv[3])
else:
    page(sys.argv[2:])
