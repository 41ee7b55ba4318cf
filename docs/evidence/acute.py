"""How infarcts lie in the wall, and what a prediction takes them for: for acute.sh.

  acute.py rays NAME COHORT.csv [SPLIT]   one row of a table: thickness of the wall along
                                          rays from the middle of the blood pool, and how far
                                          through it scar reaches
  acute.py taken COHORT.csv PREDICTIONS   where the infarct (label 3) of the truth went
"""
import csv
import os
import sys

import nibabel
import numpy as np

BLOOD, MYOCARDIUM, SCAR, NO_REFLOW = 1, 2, 3, 4
RAYS, FARTHEST_MM, LEAST_BLOOD = 24, 60.0, 60  # rays a slice; pixels of blood for a ring
INFARCT = 0.3  # of a ray's wall: then the ray crosses an infarct


def read(path):
    image = nibabel.load(path)
    return np.asarray(image.dataobj), image.header.get_zooms()


def rows(table):
    folder = os.path.dirname(table)
    with open(table, newline="", encoding="utf-8") as f:
        for row in csv.DictReader(f):
            if row["label"]:
                yield row, os.path.join(folder, row["label"])


def wall_along(plane, middle, angle, edge):
    """Scar or not, from endocardium to epicardium, every half pixel; None: no wall."""
    r = np.arange(0, FARTHEST_MM / edge, 0.5)
    x = np.rint(middle[0] + r * np.cos(angle)).astype(int)
    y = np.rint(middle[1] + r * np.sin(angle)).astype(int)
    inside = (x >= 0) & (y >= 0) & (x < plane.shape[0]) & (y < plane.shape[1])
    label = plane[x[inside], y[inside]]
    label = label[np.isin(label, (MYOCARDIUM, SCAR, NO_REFLOW))]
    return np.isin(label, (SCAR, NO_REFLOW)) if len(label) > 1 else None


def rays(label, edge):
    """(thickness in mm, share of scar, where scar ends as a share of the wall)"""
    for z in range(label.shape[2]):
        plane = label[:, :, z]
        if (plane == BLOOD).sum() < LEAST_BLOOD:
            continue
        middle = np.argwhere(plane == BLOOD).mean(0)
        for angle in np.arange(RAYS) * 2 * np.pi / RAYS:
            scar = wall_along(plane, middle, angle, edge)
            if scar is not None:
                end = (np.flatnonzero(scar)[-1] + 1) / len(scar) if scar.any() else 0.0
                yield 0.5 * edge * len(scar), scar.mean(), end


def print_rays(name, table, split=None):
    all_rays, patients = [], 0
    for row, path in rows(table):
        label, edge = read(path)
        if (split and row["split"] != split) or not np.isin(label, (SCAR, NO_REFLOW)).any():
            continue
        patients += 1
        all_rays += rays(label, edge[0])
    ray = np.array(all_rays)
    infarct, remote = ray[ray[:, 1] > INFARCT], ray[ray[:, 1] == 0]

    def spread(x, digits):
        return " / ".join(f"{v:.{digits}f}" for v in np.percentile(x, (10, 50, 90)))

    print(f"| {name} | {patients} | {spread(remote[:, 0], 1)} | {spread(infarct[:, 0], 1)} "
          f"| {spread(infarct[:, 1], 2)} | {100 * (infarct[:, 2] < 0.85).mean():.0f} % |")


def print_taken(table, predictions):
    total = np.zeros(6)
    patients = 0
    for row, path in rows(table):
        label, edge = read(path)
        if not (label == SCAR).any():
            continue
        patients += 1
        taken, _ = read(os.path.join(predictions, row["id"], "labels.nii.gz"))
        ml = np.prod(edge[:3]) / 1000
        total += ml * np.bincount(taken[label == SCAR].astype(int), minlength=6)[:6]
    mean = total / patients
    print(f"| {patients} | {mean.sum():.1f} | {mean[SCAR] + mean[NO_REFLOW]:.1f} | {mean[MYOCARDIUM]:.1f} "
          f"| {mean[BLOOD]:.1f} | {mean[0] + mean[5]:.1f} |")


if __name__ == "__main__":
    {"rays": print_rays, "taken": print_taken}[sys.argv[1]](*sys.argv[2:])
