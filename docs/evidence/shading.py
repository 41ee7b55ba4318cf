#!/usr/bin/env python3
"""For shading.sh: shade stacks as a coil does, and write the page.

  shading.py shade COHORT OUT STRENGTH     writes OUT/ID.nii.gz
  shading.py shift COHORT OUT              the same, of a mean of 0 and a standard deviation of 1
  shading.py page > shading.md             in the folder of shading.sh
"""
import csv
import glob
import json
import math
import os
import statistics
import sys


def changed(cohort, out, change):
    """Writes what `change` makes of the voxels and the edges of each stack."""
    import nibabel
    import numpy as np

    os.makedirs(out, exist_ok=True)
    for row in csv.DictReader(open(os.path.join(cohort, "COHORT.csv"))):
        stack = nibabel.load(os.path.join(cohort, row["image"]))
        voxels = change(np.asarray(stack.dataobj, dtype=np.float32), stack.header.get_zooms())
        written = nibabel.Nifti1Image(voxels.astype(np.float32), stack.affine)
        written.header.set_xyzt_units("mm")
        nibabel.save(written, os.path.join(out, row["id"] + ".nii.gz"))


def shade(cohort, out, strength):
    """Times 2 to the power of strength x tanh(distance from the middle / 80 mm), along a direction
    that differs from patient to patient."""
    import numpy as np

    rng = np.random.default_rng(5)

    def shaded(voxels, edge):
        x, y = np.meshgrid(*(edge[a] * (np.arange(voxels.shape[a]) - (voxels.shape[a] - 1) / 2) for a in (0, 1)),
                           indexing="ij")
        angle = rng.uniform(0, 2 * math.pi)
        field = 2 ** (strength * np.tanh((x * math.cos(angle) + y * math.sin(angle)) / 80))
        return voxels * field[..., None]

    changed(cohort, out, shaded)


def describe(model, name):
    """Cells of a row: shading, then of what was kept and of what was taken out."""
    told = [json.load(open(path))["quality"] for path in glob.glob(f"{model}-{name}-taken/*/results.json")]
    ratios = sorted(q["shading"] for q in told if q["shading"] is not None)
    known = "" if len(ratios) == len(told) else f", n {len(ratios)}"
    cells = [f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}{known})" if ratios else "not told",
             f"{sum(q['shading_taken_out'] is True for q in told)} of {len(told)}"]
    methods = json.load(open(f"{model}-{name}-agreement/summary.json"))["methods"]
    for key in ("myocardium", "scar", "lge"):
        for method in methods:
            group = method["overall"]
            if key == "lge":
                cells.append(f"{group['percent_lge']['pearson']['r']:.3f}")
            else:
                dsc = group["dsc"][key]
                cells.append(f"{dsc['mean']:.3f}" + (f" (n {dsc['n']})" if key == "scar" else ""))
    return cells


def page():
    print("""# Shading by the coil, and taking it out

This page is the output of `docs/evidence/shading.sh`. A surface coil sees what lies near to it brighter. Most scanners
even that out; the stacks of EMIDEC show next to none of it. Here they are shaded: multiplied by 2 to the power of s
tanh(d / 80 mm), d being the distance from the middle of the image along a direction that differs from patient to
patient, s being 1/2 or 1. *Kept*: `quantify --keep-shading`. *Taken out*: `quantify`, where by the stack's own estimate of
the field (`shading` in results.json) one side of the heart's surroundings is 1.35 times as bright as the other, or
more ([src/unet/shading.h](../../src/unet/shading.h)). *Mean 0*: the stacks as they are, less their mean and divided by
their standard deviation, as some data sets are kept. Where 0 is not known to be no signal, as there and in
phase-sensitive images with negative pixels, `shading` is null and nothing is taken out.

**`lge3d` was trained on these 100 patients of EMIDEC**, so that its numbers say what shading changes, and not how right
it is; `sim3d` never saw them. The simulated patients are 70 of another seed than those of any training, and shaded by
their own coils as those were.
""")
    for model in ("lge3d", "sim3d"):
        print(f"""## {model}

| stacks | shading: median (least to most) | taken out of | myocardium DSC: kept | taken out | scar DSC: kept | taken out | %LGE, r: kept | taken out |
|---|---|---|---|---|---|---|---|---|""")
        for name, title in (("emidec", "EMIDEC, n 100"), ("half", "the same, shaded, s 1/2"),
                            ("full", "the same, shaded, s 1"), ("shifted", "EMIDEC, mean 0"), ("simulated", "simulated, n 70")):
            print(f"| {title} | " + " | ".join(describe(model, name)) + " |")
        print()
    print("""Scar DSC is of the patients with scar in either map (n), 0 where the other one has none: who has scar drawn for shade
counts there.

None of the stacks of EMIDEC is changed, so all that is measured of them on other pages stands. Of the simulated
patients most are changed; pages about them that are older than this one were made with shading kept.""")


if sys.argv[1] == "shade":
    shade(sys.argv[2], sys.argv[3], float(sys.argv[4]))
elif sys.argv[1] == "shift":
    changed(sys.argv[2], sys.argv[3], lambda voxels, edge: (voxels - voxels.mean()) / voxels.std())
else:
    page()
