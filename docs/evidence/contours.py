"""How near a reader's contours a network must come, on EMIDEC: prints contours.md.

  contours.py COHORT.csv

The reader's own contours are moved by a known distance, between pixels, and compared with
themselves by DSC as EMIDEC counts: what a network gets that is right everywhere but for that.
"""
import csv
import os
import sys

import nibabel
import numpy as np
from scipy import ndimage

FINE = 4  # parts of a pixel's edge
BLUR = 0.5  # pixels: rounds the stairs of the drawn pixels
REACH_MM = 5.0  # over which random distances go together
MEAN_OF_NORMAL = 0.798  # mean distance of a normal one of sd 1
RANDOM_MM = (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.3)
# epicardium, endocardium, infarct: outwards from each region, in pixels
MOVED = {"all outwards by half a pixel": (0.5, 0.5, 0.5), "all inwards by half a pixel": (-0.5, -0.5, -0.5),
         "the wall thicker by half a pixel on both sides": (0.5, -0.5, 0.5),
         "the wall thinner by half a pixel on both sides": (-0.5, 0.5, -0.5)}


def dsc(a, b):
    both = a.sum() + b.sum()
    return 2.0 * (a & b).sum() / both if both else 1.0


def signed_distance(mask):
    """In pixels, on a finer grid; positive inside."""
    fine = np.kron(mask, np.ones((FINE, FINE), bool))
    if not mask.any():
        return np.full(fine.shape, -99.0)
    d = ndimage.distance_transform_edt(fine) - ndimage.distance_transform_edt(~fine)
    return ndimage.gaussian_filter(np.where(fine, d - 0.5, d + 0.5) / FINE, BLUR * FINE)


def at_pixels(fine):
    return fine[FINE // 2::FINE, FINE // 2::FINE]


def noise(shape, pixel_mm, rng):
    """Smooth, of mean distance 1 mm, in pixels."""
    g = ndimage.gaussian_filter(rng.normal(size=shape), REACH_MM / pixel_mm * FINE, mode="wrap")
    return g / g.std() / MEAN_OF_NORMAL / pixel_mm


def drawn(epi, endo, infarct):
    wall = at_pixels(epi > 0) & ~at_pixels(endo > 0)
    return wall, wall & at_pixels(infarct > 0)


def patient(labels, pixel_mm, rng):
    """For each way to move contours: DSC of myocardium and infarct."""
    ways = {**{name: [] for name in MOVED}, **{mm: [] for mm in RANDOM_MM}}
    truth = []
    for z in range(labels.shape[2]):
        slice_ = labels[:, :, z]
        regions = [signed_distance(r) for r in (slice_ > 0, slice_ == 1, slice_ == 3)]
        offsets = [noise(regions[0].shape, pixel_mm, rng) for _ in regions]
        truth.append((slice_ >= 2, slice_ == 3))
        for name, by in MOVED.items():
            ways[name].append(drawn(*(r + d for r, d in zip(regions, by))))
        for mm in RANDOM_MM:
            ways[mm].append(drawn(*(r + mm * d for r, d in zip(regions, offsets))))
    stack = [np.stack(part) for part in zip(*truth)]
    return {way: [dsc(t, np.stack(part)) for t, part in zip(stack, zip(*slices))] for way, slices in ways.items()}


def best_threshold(image, labels):
    """DSC of scar (3, 4) where the reader's wall is known and the threshold is the best for this patient."""
    wall, scar = labels >= 2, labels >= 3
    smooth = [ndimage.gaussian_filter(x, (1.0, 1.0, 0.0)) for x in (np.where(wall, image, 0.0), wall.astype(float))]
    value = (smooth[0] / np.maximum(smooth[1], 1e-6))[wall]
    order = np.argsort(-value, kind="stable")
    found = np.cumsum(scar[wall][order])
    return (2.0 * found / (np.arange(1, len(order) + 1) + scar.sum())).max()


def cut(labels):
    at = np.argwhere(labels > 0)
    lo, hi = np.maximum(at.min(0) - 8, 0), at.max(0) + 9
    return slice(lo[0], hi[0]), slice(lo[1], hi[1])


def main():
    table = sys.argv[1]
    rng = np.random.default_rng(0)
    ways, sick, oracle = {}, [], []
    with open(table, encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    for row in rows:
        label = nibabel.load(os.path.join(os.path.dirname(table), row["label"]))
        labels = np.asarray(label.dataobj).astype(int)
        box = cut(labels)
        for way, pair in patient(labels[box], float(label.header.get_zooms()[0]), rng).items():
            ways.setdefault(way, []).append(pair)
        sick.append((labels >= 3).any())
        if sick[-1]:
            image = nibabel.load(os.path.join(os.path.dirname(table), row["image"]))
            oracle.append(best_threshold(np.asarray(image.dataobj).astype(float)[box], labels[box]))
    sick = np.array(sick)
    print(f"| the reader's contours, moved | myocardium DSC, n {len(sick)} | infarct DSC, n {sick.sum()} with one | "
          f"the same, empty in both = 1, n {len(sick)} |\n|---|---|---|---|")
    for way, pairs in ways.items():
        m, i = np.array(pairs).T
        name = way if isinstance(way, str) else f"at random, smoothly, by {way:.1f} mm on average"
        print(f"| {name} | {m.mean():.3f} | {i[sick].mean():.3f} | {i.mean():.3f} |")
    print(f"\nScar (3 and 4) found by brightness alone, where the reader's wall is given and the threshold is the one that is "
          f"best for each patient: DSC {np.mean(oracle):.3f} (n {len(oracle)}).")


main()
