#!/usr/bin/env python3
"""Write the seeds of tests/corpus/nifti, csv, safetensors, dicom, reading and zip again.

    python3 tests/corpus/make_seeds.py

Only the standard library is needed (and DCMTK's and GDCM's programs for the compressed
ones of dicom, which stay as they are where those are missing), and the bytes are the same in every run.  Inputs
that a fuzzer found lie beside these under a name that begins with "found-"; they are
not written here.
"""
import gzip
import io
import json
import math
import os
import shutil
import struct
import subprocess
import tempfile
import zipfile
import zlib

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
    edges = (1, 1.5, math.hypot(1.2, 0.3), math.hypot(2, 7.7), 0, 0, 0, 0)
    seeds["good-empty-sform"] = good(codes=(0, 1))
    seeds["good-sform"] = good(codes=(1, 2), srow=rows, scl=(0.5, -3), pixdim=edges)
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
    seeds["bad-sform-flat"] = good(codes=(0, 1), srow=(1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 8, 0))
    seeds["bad-sform-size"] = good(codes=(0, 1), srow=rows)
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


def weights(header, data=b"", length=None):
    """A safetensors file: length, JSON (or any bytes in its place), values."""
    if not isinstance(header, bytes):
        header = json.dumps(header, separators=(",", ":")).encode()
    size = len(header) if length is None else length
    return struct.pack("<Q", size) + header + data


def tensor(shape, begin, end, dtype="F32"):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def safetensors_seeds():
    def f32(*values):
        return struct.pack("<%df" % len(values), *values)

    one = tensor([1], 0, 4)
    text = b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'
    return {
        "good-f32": weights({"__metadata__": {"arch": "unet3d", "k": "v"},
                             "conv.w": tensor([2, 3], 0, 24),
                             "conv.b": tensor([2], 24, 32)}, f32(*range(8))),
        "good-bf16": weights({"w": tensor([1, 2, 1, 3, 1], 0, 12, "BF16")},
                             struct.pack("<6H", 0x3f80, 0, 0x4000, 0xbf80, 0x3f00, 0x4180)),
        "good-padded": weights(text + b"}      ", f32(1)),
        "good-empty": weights({}),
        "bad-nothing": b"",
        "bad-seven-bytes": b"\1\0\0\0\0\0\0",
        "bad-length-huge": weights({}, length=2 ** 63),
        "bad-length-all-ones": weights({}, length=2 ** 64 - 1),
        "bad-length-too-long": weights({"w": one}, f32(1), 500),
        "bad-length-zero": weights(b""),
        "bad-short-data": weights({"w": tensor([4], 0, 16)}, f32(1, 2, 3)),
        "bad-trailing-data": weights({"w": one}, f32(1, 2)),
        "bad-gap": weights({"a": one, "b": tensor([1], 8, 12)}, f32(1, 2, 3)),
        "bad-overlap": weights({"a": tensor([2], 0, 8), "b": tensor([2], 4, 12)},
                               f32(1, 2, 3)),
        "bad-same-data": weights({"t%d" % i: tensor([64], 0, 256) for i in range(99)},
                                 f32(*range(64))),
        "bad-reversed": weights({"a": tensor([1], 4, 0)}, f32(1)),
        "bad-negative-offset": weights({"a": tensor([1], -4, 0)}, f32(1)),
        "bad-shape-size": weights({"a": tensor([3], 0, 8)}, f32(1, 2)),
        "bad-shape-overflow": weights({"a": tensor([2 ** 32, 2 ** 32], 0, 0)}),
        "bad-shape-wraps": weights({"a": tensor([2 ** 31 - 1, 2 ** 31 - 1, 4, 4, 1], 0, 16)},
                                   f32(1, 2, 3, 4)),
        "bad-shape-zero": weights({"a": tensor([0, 5], 0, 0)}),
        "bad-shape-negative": weights({"a": tensor([-1, -1], 0, 4)}, f32(1)),
        "bad-shape-scalar": weights({"a": tensor([], 0, 4)}, f32(1)),
        "bad-shape-six": weights({"a": tensor([1] * 6, 0, 4)}, f32(1)),
        "bad-shape-real": weights({"a": tensor([1.5], 0, 4)}, f32(1)),
        "bad-nan": weights({"a": one}, f32(math.nan)),
        "bad-inf-bf16": weights({"a": tensor([1], 0, 2, "BF16")}, struct.pack("<H", 0x7f80)),
        "bad-type-f64": weights({"a": tensor([1], 0, 8, "F64")}, struct.pack("<d", 1)),
        "bad-type-number": weights({"a": tensor([1], 0, 4, 7)}, f32(1)),
        "bad-no-shape": weights({"a": {"dtype": "F32", "data_offsets": [0, 4]}}, f32(1)),
        "bad-three-offsets": weights({"a": {"dtype": "F32", "shape": [1],
                                            "data_offsets": [0, 4, 8]}}, f32(1)),
        "bad-offset-text": weights({"a": tensor([1], "0", "4")}, f32(1)),
        "bad-duplicate": weights(text + b"," + text[1:] + b"}", f32(1)),
        "bad-long-name": weights({"n" * 200: one}, f32(1)),
        "bad-name-nul": weights(text.replace(b'"a"', b'"a\\u0000b"') + b"}", f32(1)),
        "bad-metadata-number": weights({"__metadata__": {"n": 5}}),
        "bad-metadata-array": weights({"__metadata__": [1]}),
        "bad-metadata-nul": weights(b'{"__metadata__":{"k":"a\\u0000b"}}'),
        "bad-array": weights(b"[1,2]"),
        "bad-json": weights(b'{"a":'),
        "bad-utf8": weights(b'{"\xff\xfe":1}'),
        "bad-deep": weights(b"[" * 3000 + b"]" * 3000),
        "bad-garbage": weights(b"{} x"),
    }


def element(group, number, vr, value, big=False, implicit=False):
    """One attribute; text is padded, a list of items becomes a sequence."""
    order = ">" if big else "<"
    if isinstance(value, str):
        value = value.encode("latin-1")
    if isinstance(value, list):
        value = b"".join(struct.pack(order + "HHI", 0xfffe, 0xe000, len(i)) + i
                         for i in value)
    if len(value) % 2:
        value += b"\0" if vr in ("UI", "OB") else b" "
    head = struct.pack(order + "HH", group, number)
    if implicit:
        return head + struct.pack("<I", len(value)) + value
    if vr in ("OB", "OW", "SQ", "UN", "UT"):
        return head + vr.encode() + struct.pack(order + "HI", 0, len(value)) + value
    return head + vr.encode() + struct.pack(order + "H", len(value)) + value


def dicom_file(syntax="1.2.840.10008.1.2.1", frames=0, bits=12, rows=6, columns=9,
               pixels=None, extra=(), **changed):
    """A small MR image; `changed` replaces values by their hexadecimal tag."""
    big, implicit = syntax.endswith(".1.2.2"), syntax == "1.2.840.10008.1.2"
    us = lambda v: struct.pack(">H" if big else "<H", v)
    e = lambda *a: element(*a, big=big, implicit=implicit)
    count = rows * columns * max(frames, 1)
    if pixels is None:
        values = [(v * 37 + v // 7) % (1 << bits) for v in range(count)]
        pixels = struct.pack((">" if big else "<") + ("%dH" if bits > 8 else "%dB")
                             % count, *values)
    sop_class = "1.2.840.10008.5.1.4.1.1.4" + (".1" if frames else "")
    turn, spacing = "0.8\\0\\0.6\\0\\1\\0", "1.5\\1.25"
    a = {
        (0x0008, 0x0005): ("CS", "ISO_IR 100"), (0x0008, 0x0008): ("CS", "ORIGINAL\\PRIMARY\\M"),
        (0x0008, 0x0016): ("UI", sop_class), (0x0008, 0x0018): ("UI", "2.25.11"),
        (0x0008, 0x0032): ("TM", "101500.5"), (0x0008, 0x0060): ("CS", "MR"),
        (0x0008, 0x103e): ("LO", "lge sax"), (0x0010, 0x0010): ("PN", "Nobody^M\xfcller"),
        (0x0018, 0x0020): ("CS", "GR\\IR"), (0x0018, 0x0050): ("DS", "8"),
        (0x0018, 0x0082): ("DS", "310"), (0x0020, 0x000d): ("UI", "2.25.1"),
        (0x0020, 0x000e): ("UI", "2.25.2"), (0x0020, 0x0011): ("IS", "4"),
        (0x0020, 0x0013): ("IS", "1"), (0x0020, 0x0052): ("UI", "2.25.3"),
        (0x0028, 0x0002): ("US", us(1)), (0x0028, 0x0004): ("CS", "MONOCHROME2"),
        (0x0028, 0x0010): ("US", us(rows)), (0x0028, 0x0011): ("US", us(columns)),
        (0x0028, 0x0100): ("US", us(16 if bits > 8 else 8)), (0x0028, 0x0101): ("US", us(bits)),
        (0x0028, 0x0102): ("US", us(bits - 1)), (0x0028, 0x0103): ("US", us(0)),
        (0x0028, 0x1052): ("DS", "-5"), (0x0028, 0x1053): ("DS", "1.5"),
        (0x7fe0, 0x0010): ("OW" if bits > 8 else "OB", pixels),
    }
    if frames:
        a[0x0028, 0x0008] = ("IS", str(frames))
        a[0x5200, 0x9229] = ("SQ", [
            e(0x0020, 0x9116, "SQ", [e(0x0020, 0x0037, "DS", turn)])
            + e(0x0028, 0x9110, "SQ", [e(0x0028, 0x0030, "DS", spacing)])])
        a[0x5200, 0x9230] = ("SQ", [
            e(0x0020, 0x9113, "SQ", [e(0x0020, 0x0032, "DS", "1\\2\\%d" % (8 * f))])
            for f in range(frames)])
    else:
        a[0x0020, 0x0032] = ("DS", "-10\\20.5\\3")
        a[0x0020, 0x0037] = ("DS", turn)
        a[0x0028, 0x0030] = ("DS", spacing)
    for tag, value in changed.items():
        a[int(tag[1:5], 16), int(tag[5:], 16)] = value
    for tag, value in extra:
        a[tag] = value
    body = b"".join(e(*tag, *a[tag]) for tag in sorted(a) if a[tag] is not None)
    if syntax.endswith(".1.2.1.99"):
        body = zlib.compressobj(9, zlib.DEFLATED, -15)
        raw = b"".join(e(*tag, *a[tag]) for tag in sorted(a) if a[tag] is not None)
        body = body.compress(raw) + body.flush()
        body += b"\0" * (len(body) % 2)
    meta = (element(2, 2, "UI", sop_class) + element(2, 3, "UI", "2.25.11")
            + element(2, 0x10, "UI", syntax))
    return (b"\0" * 128 + b"DICM" + element(2, 0, "UL", struct.pack("<I", len(meta)))
            + meta + body)


def dicom_coded(plain):
    """What other programs make of a plain file: {name: bytes}."""
    made = {}
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "in"), os.path.join(folder, "out")
        with open(source, "wb") as f:
            f.write(plain)
        for name, command in (("rle", ["dcmcrle"]), ("jpeg-sv1", ["dcmcjpeg", "+e1"]),
                              ("jpeg-p14", ["dcmcjpeg", "+el"]),
                              ("jpegls", ["dcmcjpls", "+el"]),
                              ("j2k", ["gdcmconv", "--j2k"])):
            if not shutil.which(command[0]):
                continue
            subprocess.run(command + [source, target], check=True)
            with open(target, "rb") as f:
                made[name] = f.read()
    return made


def dicom_seeds():
    text = lambda t: element(0x0008, 0x0104, "LO", t)
    deep = text("end")
    for _ in range(60):
        deep = element(0x0040, 0xa730, "SQ", [deep])
    seeds = {
        "plain": dicom_file(),
        "implicit": dicom_file("1.2.840.10008.1.2"),
        "big-endian": dicom_file("1.2.840.10008.1.2.2"),
        "deflated": dicom_file("1.2.840.10008.1.2.1.99"),
        "bits-8": dicom_file(bits=8),
        "bits-16-odd": dicom_file(bits=16, rows=3, columns=3),
        "enhanced": dicom_file(frames=3),
        "signed": dicom_file(x00280103=("US", b"\1\0")),
        "no-prefix": dicom_file()[132:],
        "no-pixels": dicom_file(x7fe00010=None),
        "no-image": dicom_file(x00280010=None, x00280011=None, x7fe00010=None),
        "nested": dicom_file(x0040a730=("SQ", [deep])),
        "bad-few-pixels": dicom_file(pixels=b"12345678"),
        "bad-uid": dicom_file(x0020000e=("UI", "2.25./../x")),
        "bad-no-uid": dicom_file(x0020000d=None),
        "bad-rows-zero": dicom_file(x00280010=("US", b"\0\0")),
        "bad-rows-huge": dicom_file(x00280010=("US", b"\xff\xff")),
        "bad-frames-huge": dicom_file(x00280008=("IS", "2000000000")),
        "bad-frames-negative": dicom_file(x00280008=("IS", "-1")),
        "bad-bits": dicom_file(x00280101=("US", b"\xff\xff")),
        "bad-high-bit": dicom_file(x00280102=("US", b"\0\0")),
        "bad-slope": dicom_file(x00281053=("DS", "1e308")),
        "bad-position": dicom_file(x00200032=("DS", "nan\\inf\\1e400")),
        "bad-syntax": dicom_file("1.2.840.10008.1.2.77"),
        "bad-encapsulated": dicom_file("1.2.840.10008.1.2.4.90"),
        "bad-charset": dicom_file(x00080005=("CS", "ISO 2022 IR 87\\x")),
    }
    # lengths of what is not there, at the end of an otherwise sound file
    begun = dicom_file(x7fe00010=None)
    long = lambda group, number, vr, length: (
        struct.pack("<HH", group, number) + vr + struct.pack("<HI", 0, length))
    item = lambda length: struct.pack("<HHI", 0xfffe, 0xe000, length)
    endless, some = 0xffffffff, b"value" * 20
    seeds.update({
        "bad-length-value": begun + long(0x7fd1, 0x10, b"OB", 0x7ffffff0) + some,
        "bad-length-in-sequence": begun + long(0x7fd1, 0x10, b"SQ", endless)
                                  + item(endless) + long(8, 0x104, b"UT", 0x70000000) + some,
        "bad-length-item": begun + long(0x7fd1, 0x10, b"SQ", 0x70000000)
                           + item(0x6ffffff0) + long(8, 0x104, b"UN", 0x60000000) + some,
        "bad-length-pixels": begun + long(0x7fe0, 0x10, b"OW", 0x7ffffff0) + some,
        "bad-length-piece": begun + long(0x7fe0, 0x10, b"OB", endless)
                            + item(0x7ffffff0) + some,
        "bad-endless-sequences": begun + 500 * (long(0x7fd1, 0x10, b"SQ", endless)
                                                + item(endless)),
        "bad-deflated-cut": dicom_file("1.2.840.10008.1.2.1.99")[:-40],
    })
    for kind, plain in (("", dicom_file()), ("-frames", dicom_file(frames=3))):
        for name, data in dicom_coded(plain).items():
            seeds[name + kind] = data
    return seeds


def seg_file(kind="BINARY", segments=2, frames=4, extra=(), **changed):
    """A segmentation of two segments on a stack of 6 x 9 pixels."""
    e, us = element, lambda v: struct.pack("<H", v)
    fraction = kind == "FRACTIONAL"
    count = 6 * 9 * frames
    pixels = (bytes(v * 5 % 256 for v in range(count)) if fraction
              else bytes(v * 37 % 256 for v in range((count + 7) // 8)))
    code = lambda value, name: [e(8, 0x100, "SH", value) + e(8, 0x102, "SH", "SCT")
                                + e(8, 0x104, "LO", name)]
    place = lambda f: e(0x20, 0x9113, "SQ", [e(0x20, 0x32, "DS", "1\\2\\%d" % (8 * f))])
    drawn_on = e(8, 0x9124, "SQ", [e(8, 0x2112, "SQ", [e(8, 0x1155, "UI", "2.25.77")])])
    items = {
        (8, 0x16): ("UI", "1.2.840.10008.5.1.4.1.1.66.4"), (8, 0x60): ("CS", "SEG"),
        (8, 0x1115): ("SQ", [e(8, 0x114a, "SQ", [e(8, 0x1155, "UI", "2.25.76")])
                             + e(0x20, 0xe, "UI", "2.25.9")]),
        (0x28, 0x100): ("US", us(8 if fraction else 1)),
        (0x28, 0x101): ("US", us(8 if fraction else 1)),
        (0x28, 0x102): ("US", us(7 if fraction else 0)),
        (0x28, 0x1052): None, (0x28, 0x1053): None,
        (0x62, 1): ("CS", kind), (0x62, 0xe): ("US", us(200)) if fraction else None,
        (0x62, 2): ("SQ", [
            e(8, 0x2218, "SQ", code("87878005", "Left Ventricle"))
            + e(0x62, 4, "US", us(n + 1)) + e(0x62, 5, "LO", "part %d" % n)
            + e(0x62, 0xf, "SQ", code("12402003", "Scar tissue"))
            for n in range(segments)]),
        (0x70, 0x80): ("CS", "READING"), (0x70, 0x84): ("PN", "Reader^One"),
        (0x5200, 0x9230): ("SQ", [
            drawn_on + place(f)
            + e(0x62, 0xa, "SQ", [e(0x62, 0xb, "US", us(1 + f % 2))])
            for f in range(frames)]),
    }
    items.update(extra)
    return dicom_file(frames=frames, pixels=pixels, bits=8, extra=items.items(), **changed)


def rtstruct_file(kind="CLOSED_PLANAR", data="1\\2\\3\\4.5\\-6\\3\\7e0\\8\\3", points="3",
                  of="7", vr="DS", extra=()):
    """A structure set with one structure of two contours."""
    e = element
    contour = (e(0x3006, 0x16, "SQ", [e(8, 0x1155, "UI", "2.25.76")])
               + e(0x3006, 0x42, "CS", kind) + e(0x3006, 0x46, "IS", points)
               + e(0x3006, 0x50, vr, data))
    series = (e(0x20, 0xe, "UI", "2.25.9")
              + e(0x3006, 0x16, "SQ", [e(8, 0x1155, "UI", "2.25.76")]))
    study = e(0x3006, 0x14, "SQ", [series])
    items = {
        (8, 0x16): ("UI", "1.2.840.10008.5.1.4.1.1.481.3"), (8, 0x60): ("CS", "RTSTRUCT"),
        (0x28, 0x10): None, (0x28, 0x11): None, (0x7fe0, 0x10): None,
        (0x3006, 2): ("SH", "READING"),
        (0x3006, 0x10): ("SQ", [e(0x3006, 0x12, "SQ", [study])]),
        (0x3006, 0x20): ("SQ", [e(0x3006, 0x22, "IS", "7") + e(0x3006, 0x24, "UI", "2.25.3")
                                + e(0x3006, 0x26, "LO", "Epi")]),
        (0x3006, 0x39): ("SQ", [e(0x3006, 0x40, "SQ", [contour, contour])
                                + e(0x3006, 0x84, "IS", of)]),
    }
    items.update(extra)
    return dicom_file(extra=items.items())


def reading_seeds():
    return {
        "seg": seg_file(),
        "seg-fractional": seg_file("FRACTIONAL"),
        "bad-seg-kind": seg_file("LABELMAP"),
        "bad-seg-few-pixels": seg_file(extra={(0x7fe0, 0x10): ("OB", b"\1\2")}),
        "bad-seg-maximum": seg_file("FRACTIONAL", extra={(0x62, 0xe): ("US", b"\0\0")}),
        "bad-seg-segments": seg_file(segments=1),
        "bad-seg-groups": seg_file(extra={(0x5200, 0x9230): ("SQ", [])}),
        "rtstruct": rtstruct_file(),
        "rtstruct-long": rtstruct_file(vr="UN"),
        "rtstruct-open": rtstruct_file("OPEN_PLANAR"),
        "bad-rtstruct-number": rtstruct_file(data="1\\2,5\\3", points="1"),
        "bad-rtstruct-count": rtstruct_file(points="4"),
        "bad-rtstruct-structure": rtstruct_file(of="8"),
        "bad-class": dicom_file(),
    }


def zip_file(files, method=zipfile.ZIP_DEFLATED, comment=b""):
    """An archive of (name, bytes), the same in every run."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.comment = comment
        for name, data in files:
            entry = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            entry.compress_type = method
            archive.writestr(entry, data, method)
    return made.getvalue()


def zip_seeds():
    text, image = ("a.txt", b"text " * 50), ("study/1", dicom_file())
    stored = zip_file([text, image], zipfile.ZIP_STORED)
    directory, end = stored.find(b"PK\1\2"), stored.find(b"PK\5\6")

    def patched(offset, values, data=stored):
        return data[:offset] + values + data[offset + len(values):]

    return {
        "good-deflated": zip_file([text, image]),
        "good-stored": stored,
        "good-comment": zip_file([text], comment=b"PK\5\6" * 9),
        "good-folder": zip_file([("study/", b""), image]),
        "good-names": zip_file([("../up", b"1"), ("/root", b"2"), ("a\\b", b"3")]),
        "good-empty": zip_file([]),
        "bad-method": zip_file([text], zipfile.ZIP_BZIP2),
        "bad-encrypted": patched(directory + 8, b"\1", patched(6, b"\1")),
        "bad-size": patched(directory + 24, b"\xff\xff\xff\x7f"),
        "bad-size-small": patched(directory + 24, b"\1\0\0\0"),
        "bad-packed-size": patched(directory + 20, b"\xff\xff\xff\x7f"),
        "bad-offset": patched(directory + 42, b"\xf0\xff\xff\x7f"),
        "bad-entries": patched(end + 8, b"\xff\xff\xff\xff"),
        "bad-directory": patched(end + 12, b"\xff\xff\xff\x7f"),
        "bad-checksum": patched(40, b"X"),
        "bad-bomb": zip_file([("zeros", bytes(8000000))]),
        "bad-cut": stored[:-30],
        "bad-text": b"PK\3\4 is not enough",
    }


SIGNS = ("always wall_entropy wall_spread scar_entropy scar_spread scar_grey lge_spread "
         "lge_shift scar_vague open_wall axis_bend_mm area_jump elongation").split()
CUES = ("texture wall_rank blood_rank nulling contrast blood_spread wall_entropy "
        "wall_spread elongation").split()
FENCES = "wall_entropy wall_spread elongation axis_bend_mm area_jump".split()


def calibration(kinds=2, **fields):
    """A calibration as src/unet/calibration.h describes it."""
    look = {"usual": {c: 0.5 for c in CUES}, "limit": 0.2, "reject": 0.5,
            "kinds": [{**{c: k - 0.5 for c in CUES}, "offset": -2} for k in range(kinds)]}
    whole = {"format": 1, "patients": 100, "error": {s: 0.25 for s in SIGNS},
             "bound": 2.5, "large": {"offset": 0.1, "slope": 1.5},
             "doubt": {s: 0.125 for s in SIGNS}, "doubt_limit": 0.25,
             "usual": {s: 1 for s in SIGNS}, "fences": {f: 1.5 for f in FENCES},
             "look": look if kinds else None}
    whole.update(fields)
    return json.dumps({k: v for k, v in whole.items() if v != "absent"}).encode()


def calibration_seeds():
    return {
        "good-no-look": calibration(0),
        "good-one-kind": calibration(1),
        "good-most-kinds": calibration(8),
        "good-zero-slope": calibration(large={"offset": -1e12, "slope": 0}),
        "bad-nine-kinds": calibration(9),
        "bad-no-kinds": calibration(look={"usual": {}, "kinds": []}),
        "bad-look-number": calibration(look=5),
        "bad-format": calibration(format=2),
        "bad-format-real": calibration(format=1.0),
        "bad-patients": calibration(patients=-1),
        "bad-bound": calibration(bound=-0.5),
        "bad-huge": calibration(bound=1e300),
        "bad-always": calibration(error={s: 0 for s in SIGNS}),
        "bad-sign": calibration(doubt={s: -1 for s in SIGNS}),
        "bad-missing": calibration(fences="absent"),
        "bad-text": calibration(usual={s: "1" for s in SIGNS}),
        "bad-cut": calibration()[:400],
        "bad-array": b"[1]",
        "bad-empty": b"",
        "bad-deep": b'{"a":' * 2000,
    }


def main():
    for name, seeds in (("nifti", nifti_seeds()), ("csv", csv_seeds()),
                        ("calibration", calibration_seeds()),
                        ("safetensors", safetensors_seeds()),
                        ("dicom", dicom_seeds()), ("reading", reading_seeds()), ("zip", zip_seeds())):
        folder = os.path.join(HERE, name)
        os.makedirs(folder, exist_ok=True)
        for seed, data in seeds.items():
            assert len(data) < 15 * 1024, (seed, len(data))
            with open(os.path.join(folder, seed), "wb") as f:
                f.write(data)


if __name__ == "__main__":
    main()
