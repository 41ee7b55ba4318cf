#!/usr/bin/env python3
"""Write the seeds of tests/corpus/nifti and tests/corpus/csv again.

    python3 tests/corpus/make_seeds.py

Only the standard library is needed, and the bytes are the same in every run.  Inputs
that a fuzzer found lie beside these under a name that begins with "found-"; they are
not written here.
"""
import gzip
import math
import os
import struct

HERE = os.path.dirname(os.path.abspath(__file__))

# Field: (offset, format) in NIfTI-1 and in NIfTI-2.
FIELDS = {
    "dim": ((40, "8h"), (16, "8q")),
    "datatype": ((70, "h"), (12, "h")),
    "bitpix": ((72, "h"), (14, "h")),
    "pixdim": ((76, "8f"), (104, "8d")),
    "vox_offset": ((108, "f"), (168, "q")),
    "scl": ((112, "2f"), (176, "2d")),
    "units": ((123, "B"), (500, "i")),
    "descrip": ((148, "80s"), (240, "80s")),
    "codes": ((252, "2h"), (344, "2i")),
    "quatern": ((256, "6f"), (352, "6d")),
    "srow": ((280, "12f"), (400, "12d")),
}
SIZES = {2: 1, 256: 1, 4: 2, 512: 2, 8: 4, 768: 4, 1024: 8, 1280: 8, 16: 4, 64: 8}
CODES = {2: "B", 256: "b", 4: "h", 512: "H", 8: "i", 768: "I", 1024: "q", 1280: "Q",
         16: "f", 64: "d"}


def header(version=1, big=False, **fields):
    """A header and the four bytes that say "no extension"."""
    data = bytearray(352 if version == 1 else 544)
    order = ">" if big else "<"
    struct.pack_into(order + "i", data, 0, 348 if version == 1 else 540)
    values = {
        "dim": (3, 5, 4, 3, 1, 1, 1, 1),
        "pixdim": (1, 1.5, 1.25, 8, 0, 0, 0, 0),
        "datatype": (4,),
        "vox_offset": (len(data),),
    }
    values.update(fields)
    if "bitpix" not in values:
        values["bitpix"] = (8 * SIZES.get(values["datatype"][0], 2),)
    for name, value in values.items():
        if name != "magic":
            offset, form = FIELDS[name][version - 1]
            struct.pack_into(order + form, data, offset, *value)
    magic = b"n+1\0" if version == 1 else b"n+2\0\r\n\x1a\n"
    at = 344 if version == 1 else 4
    data[at:at + len(magic)] = values.get("magic", magic)
    return bytes(data)


def voxels(datatype=4, big=False, count=60):
    form = (">" if big else "<") + CODES[datatype]
    return b"".join(struct.pack(form, v * 7 % 120) for v in range(count))


def good(datatype=4, version=1, big=False, **fields):
    return header(version, big, datatype=(datatype,), **fields) + voxels(datatype, big)


def packed(data, level=9):
    return gzip.compress(data, level, mtime=0)


def nifti_seeds():
    seeds = {}
    for datatype in SIZES:
        seeds["good-type-%d" % datatype] = good(datatype)
    seeds["good-big-endian"] = good(4, 1, True)
    seeds["good-version-2"] = good(16, 2)
    seeds["good-version-2-big-endian"] = good(64, 2, True)
    seeds["good-gzip"] = packed(good())
    seeds["good-gzip-two-members"] = packed(good()[:400]) + packed(good()[400:])
    seeds["good-gzip-version-2"] = packed(good(512, 2))
    half = math.sqrt(0.5)
    seeds["good-qform"] = good(codes=(1, 0), quatern=(0, 0, half, -10, 20, 30))
    seeds["good-qform-mirrored"] = good(codes=(1, 0), quatern=(0.5, 0.5, 0.5, 1, 2, 3),
                                        pixdim=(-1, 1.5, 1.25, 8, 0, 0, 0, 0))
    rows = (-1.5, 0, 0, 10, 0, 1.2, -2, 20, 0, 0.3, 7.7, 30)
    seeds["good-sform"] = good(codes=(1, 2), srow=rows, scl=(0.5, -3))
    seeds["good-extension"] = (header(vox_offset=(384,))[:348] + b"\1\0\0\0" +
                               struct.pack("<ii", 32, 6) + b"a comment".ljust(24) +
                               voxels())
    seeds["good-micrometres"] = good(units=(3,), pixdim=(1, 1500, 1250, 8000, 0, 0, 0, 0))
    seeds["good-rank-7"] = good(dim=(7, 5, 4, 3, 1, 1, 1, 1))

    seeds["bad-empty"] = b""
    seeds["bad-text"] = b"This is not an image.\n" * 20
    seeds["bad-header-alone"] = header()
    seeds["bad-half-a-header"] = header()[:200]
    seeds["bad-last-byte-missing"] = good()[:-1]
    seeds["bad-gzip-cut"] = packed(good())[:-20]
    seeds["bad-gzip-no-checksum"] = packed(good())[:-8]
    wrong = bytearray(packed(good()))
    wrong[-6] ^= 0x40
    seeds["bad-gzip-checksum"] = bytes(wrong)
    seeds["bad-gzip-magic-alone"] = b"\x1f\x8b"
    seeds["bad-gzip-bomb"] = packed(packed(b"\0" * 8000000))
    seeds["good-gzip-trailing"] = packed(good() + b"\0" * 3000000)
    seeds["bad-dim-huge"] = good(dim=(3, 32767, 32767, 32767, 1, 1, 1, 1))
    seeds["bad-dim-wraps"] = good(16, 2, dim=(3, 2**32, 2**32, 2**31, 1, 1, 1, 1))
    seeds["bad-dim-largest"] = good(2, 2, dim=(3, 2**63 - 1, 1, 1, 1, 1, 1, 1))
    seeds["bad-dim-negative"] = good(dim=(3, -5, 4, 3, 1, 1, 1, 1))
    seeds["bad-dim-zero"] = good(dim=(3, 5, 0, 3, 1, 1, 1, 1))
    seeds["bad-rank-0"] = good(dim=(0, 5, 4, 3, 1, 1, 1, 1))
    seeds["bad-rank-9"] = good(dim=(9, 5, 4, 3, 1, 1, 1, 1))
    seeds["bad-2d"] = good(dim=(2, 12, 5, 1, 1, 1, 1, 1))
    seeds["bad-4d"] = good(dim=(4, 5, 4, 1, 3, 1, 1, 1))
    seeds["bad-larger-than-file"] = good(dim=(3, 500, 400, 300, 1, 1, 1, 1))
    seeds["bad-gzip-larger-than-file"] = packed(good(dim=(3, 500, 400, 300, 1, 1, 1, 1)))
    seeds["bad-offset-0"] = good(vox_offset=(0,))
    seeds["bad-offset-huge"] = good(vox_offset=(1e30,))
    seeds["bad-offset-nan"] = good(vox_offset=(math.nan,))
    seeds["bad-offset-fraction"] = good(vox_offset=(352.5,))
    seeds["bad-offset-negative"] = good(4, 2, vox_offset=(-(2**63),))
    seeds["bad-offset-beyond"] = good(vox_offset=(60000000,))
    seeds["bad-bitpix"] = good(bitpix=(8,))
    seeds["bad-type-unknown"] = good(datatype=4, bitpix=(16,))[:70] + b"\x63\0" + good()[72:]
    seeds["bad-type-rgb"] = header(datatype=(128,), bitpix=(24,)) + bytes(180)
    seeds["bad-type-complex"] = header(datatype=(32,), bitpix=(64,)) + bytes(480)
    seeds["bad-pixdim-zero"] = good(pixdim=(1, 0, 1.25, 8, 0, 0, 0, 0))
    seeds["bad-pixdim-nan"] = good(pixdim=(1, 1.5, math.nan, 8, 0, 0, 0, 0))
    seeds["bad-pixdim-huge"] = good(16, 2, pixdim=(1, 1.5, 1.25, 1e300, 0, 0, 0, 0))
    seeds["bad-sform-zero"] = good(codes=(0, 1))
    seeds["bad-sform-flat"] = good(codes=(0, 1), srow=(1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 8, 0))
    seeds["bad-sform-infinite"] = good(codes=(0, 1), srow=(math.inf,) + (1,) * 11)
    seeds["bad-qform-long"] = good(codes=(1, 0), quatern=(1, 1, 1, 0, 0, 0))
    seeds["bad-qform-nan"] = good(codes=(1, 0), quatern=(math.nan, 0, 0, 0, 0, 0))
    seeds["bad-scale-infinite"] = good(scl=(math.inf, 0))
    seeds["bad-scale-overflow"] = good(scl=(3e38, 3e38))
    seeds["bad-voxel-nan"] = header(datatype=(16,)) + struct.pack("<60f", *[math.nan] * 60)
    seeds["bad-voxel-double"] = header(datatype=(64,)) + struct.pack("<60d", *[1e300] * 60)
    seeds["bad-two-files"] = good(magic=b"ni1\0")
    seeds["bad-no-magic"] = good(magic=b"\0\0\0\0")
    return seeds


def csv_seeds():
    return {
        "good": b"id,image,label,site\nP001,a/1.nii.gz,a/1m.nii.gz,S1\nP002,b.nii,,S2\n",
        "good-crlf": b"id,image\r\nP001,a.nii\r\nP002,b.nii\r\n",
        "good-quotes": b'image,id,note\n"a, b.nii",P1,"said ""x"""\nc.nii,P2,"two\nlines"\n',
        "good-mark": b"\xef\xbb\xbfid,image\nP1,a.nii\n",
        "good-no-last-newline": b"id,image\nP1,a.nii",
        "good-blank-lines": b"\n\nid,image\n\nP1,a.nii\n\n",
        "good-wide": b"id,image," + b",".join(b"c%d" % i for i in range(250)) +
                     b"\nP1,a.nii" + b"," * 250 + b"\n",
        "bad-empty": b"",
        "bad-newlines": b"\n\r\n\n",
        "bad-names-alone": b"id,image\n",
        "bad-missing-column": b"id,file\nP1,a.nii\n",
        "bad-duplicate-id": b"id,image\nP1,a.nii\nP2,b.nii\nP1,c.nii\n",
        "bad-duplicate-column": b"id,image,id\nP1,a.nii,P1\n",
        "bad-unnamed-column": b"id,image,\nP1,a.nii,\n",
        "bad-semicolons": b"id;image\nP1;a.nii\n",
        "bad-few-cells": b"id,image,label\nP1,a.nii\n",
        "bad-many-cells": b"id,image\nP1,a.nii,x,y\n",
        "bad-open-quote": b'id,image\nP1,"a.nii\nP2,b.nii\n',
        "bad-late-quote": b'id,image\nP1,a"b".nii\n',
        "bad-text-after-quote": b'id,image\nP1,"a"b\n',
        "bad-carriage-return": b"id,image\rP1,a.nii\r",
        "bad-nul": b"id,image\nP1,a\0.nii\n",
        "bad-nul-in-quotes": b'id,image\nP1,"a\0.nii"\n',
        "bad-outside": b"id,image\nP1,../../etc/passwd\n",
        "bad-outside-inner": b"id,image\nP1,a/../../b.nii\n",
        "bad-outside-label": b"id,image,label\nP1,a.nii,x/..\n",
        "bad-absolute": b"id,image\nP1,/etc/passwd\n",
        "bad-id-path": b"id,image\n../P1,a.nii\n",
        "bad-id-hidden": b"id,image\n.P1,a.nii\n",
        "bad-id-option": b"id,image\n-rf,a.nii\n",
        "bad-id-long": b"id,image\n" + b"P" * 65 + b",a.nii\n",
        "bad-id-escape": b"id,image\n\x1b[2J,a.nii\n",
        "bad-no-image": b"id,image\nP1,\n",
        "bad-wide": b",".join(b"c%d" % i for i in range(300)) + b"\n",
        "bad-commas": b"," * 3000,
        "bad-quotes": b'"' * 3001,
    }


def main():
    for name, seeds in (("nifti", nifti_seeds()), ("csv", csv_seeds())):
        folder = os.path.join(HERE, name)
        os.makedirs(folder, exist_ok=True)
        for seed, data in seeds.items():
            assert len(data) < 15 * 1024, (seed, len(data))
            with open(os.path.join(folder, seed), "wb") as f:
                f.write(data)


if __name__ == "__main__":
    main()
