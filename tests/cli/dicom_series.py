#!/usr/bin/env python3
"""A NIfTI image (float32, sform) as a DICOM series, for tests; only the standard library.

    dicom_series.py IMAGE.nii.gz FOLDER [KEY=VALUE...]

Keys: description, series (number), uid, type (image type), name (patient), shift (mm on
the normal), only (slices from this one on), turn=1 (an oblique plane in place of the
image's own).
"""
import gzip
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "corpus"))
sys.dont_write_bytecode = True
from make_seeds import dicom_file  # noqa: E402

OBLIQUE = ((0.8, 0.0, 0.6), (0.36, 0.8, -0.48))  # unit vectors at right angles


def main():
    source, folder = sys.argv[1:3]
    keys = dict(k.split("=", 1) for k in sys.argv[3:])
    data = gzip.open(source).read()
    columns, rows, slices = struct.unpack("<3h", data[42:48])
    start, = struct.unpack("<f", data[108:112])
    m = [struct.unpack("<4f", data[280 + 16 * r:296 + 16 * r]) for r in range(3)]
    axis = [[m[r][c] * (1 if r == 2 else -1) for r in range(3)] for c in range(4)]
    length = [sum(v * v for v in a) ** 0.5 for a in axis]
    unit = [[v / length[c] for v in axis[c]] for c in range(3)]
    if keys.get("turn"):
        (a, b, c), (d, e, f) = OBLIQUE
        unit = [OBLIQUE[0], OBLIQUE[1], (b * f - c * e, c * d - a * f, a * e - b * d)]
    shift = float(keys.get("shift", "0"))
    os.makedirs(folder, exist_ok=True)
    plane = columns * rows
    for k in range(int(keys.get("only", "0")), slices):
        values = struct.unpack_from("<%df" % plane, data, int(start) + 4 * plane * k)
        pixels = struct.pack("<%dH" % plane, *(round(64 * v) for v in values))
        at = [axis[3][r] + unit[2][r] * (length[2] * k + shift) for r in range(3)]
        text = lambda vs: "\\".join("%.10g" % v for v in vs)
        uid = keys.get("uid", "2.25.77")
        name = "%s-%03d" % (keys.get("series", "5"), (k * 7) % 101)
        with open(os.path.join(folder, name), "wb") as out:
            out.write(dicom_file(
                rows=rows, columns=columns, bits=16, pixels=pixels,
                x00080008=("CS", keys.get("type", "ORIGINAL\\PRIMARY\\M")),
                x00080018=("UI", "%s.%d" % (uid, k + 1)),
                x0008103e=("LO", keys.get("description", "LGE_SAX")),
                x00100010=("PN", keys.get("name", "Secret^Person")),
                x0020000e=("UI", uid), x00200011=("IS", keys.get("series", "5")),
                x00200013=("IS", str(k + 1)), x00200032=("DS", text(at)),
                x00200037=("DS", text(list(unit[0]) + list(unit[1]))),
                x00280030=("DS", text((length[1], length[0]))),
                x00281052=("DS", "0"), x00281053=("DS", "0.015625")))


main()
