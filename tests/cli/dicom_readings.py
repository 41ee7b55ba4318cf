#!/usr/bin/env python3
"""Readings in DICOM as other programs write them, by pydicom, for import_dicom.t.

    dicom_readings.py available
    dicom_readings.py seg SERIES LABELS.nii.gz OUT.dcm [KEY=VALUE ...]
    dicom_readings.py rtstruct SERIES OUT.dcm EXPECTED.npy [KEY=VALUE ...]
    dicom_readings.py same LABELS.nii.gz EXPECTED.nii.gz|EXPECTED.npy
    dicom_readings.py edit FILE KEYWORD=VALUE ...
    dicom_readings.py copy SERIES OUT KEYWORD=VALUE ...    as another series; "+" adds to a UID

Keys: names (those of labels 1, 2, 3, 5, 4, separated by /), kind, way (0 to 7: how rows and
columns run), shift (mm along the normal), scale (of the pixels), series, instances (0:
none is named), creator, label, type (of contours), frame (of reference), points.
"""
import os
import random
import sys

try:
    import nibabel
    import numpy as np
    import pydicom
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.sequence import Sequence
except ImportError as missing:
    sys.exit("no pydicom or nibabel: %s" % missing)

SEG = "1.2.840.10008.5.1.4.1.1.66.4"
RTSTRUCT = "1.2.840.10008.5.1.4.1.1.481.3"


class Series:
    """Slices in the order of their planes."""

    def __init__(self, folder):
        files = [pydicom.dcmread(os.path.join(folder, f)) for f in os.listdir(folder)]
        first = files[0]
        self.rows = np.array(first.ImageOrientationPatient[:3], float)
        self.down = np.array(first.ImageOrientationPatient[3:], float)
        self.normal = np.cross(self.rows, self.down)
        at = lambda d: np.array(d.ImagePositionPatient, float)
        self.slices = sorted(files, key=lambda d: float(at(d) @ self.normal))
        self.position = [at(d) for d in self.slices]
        self.row_mm, self.column_mm = (float(v) for v in first.PixelSpacing)
        self.shape = (int(first.Rows), int(first.Columns))
        self.first = first

    def point(self, x, y, k):
        return (self.position[k] + x * self.column_mm * self.rows
                + y * self.row_mm * self.down)


def begin(series, sop_class, modality, options):
    d = Dataset()
    d.file_meta = FileMetaDataset()
    d.file_meta.MediaStorageSOPClassUID = d.SOPClassUID = sop_class
    uid = "2.25.%d" % (1000 + sum(map(ord, repr(sorted(options.items())))) % 100000)
    d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID = options.get("uid", uid)
    d.file_meta.TransferSyntaxUID = options.get("syntax", pydicom.uid.ExplicitVRLittleEndian)
    d.Modality = modality
    d.StudyInstanceUID = series.first.StudyInstanceUID
    d.SeriesInstanceUID = d.SOPInstanceUID + ".1"
    d.SeriesNumber, d.InstanceNumber = 77, 1
    d.PatientName, d.PatientID = series.first.PatientName, series.first.PatientID
    d.FrameOfReferenceUID = options.get("frame", series.first.FrameOfReferenceUID)
    d.SeriesDescription = options.get("description", "reading")
    return d


def item(**values):
    d = Dataset()
    for key, value in values.items():
        setattr(d, key, value)
    return d


def decimals(values):
    return ["%.5f" % v for v in values]


def named_instances(series, options):
    if options.get("instances") == "0":
        return []
    return [item(ReferencedSOPClassUID=s.SOPClassUID,
                 ReferencedSOPInstanceUID=s.SOPInstanceUID) for s in series.slices]


def write(d, path):
    d.is_little_endian = True
    d.is_implicit_VR = d.file_meta.TransferSyntaxUID == pydicom.uid.ImplicitVRLittleEndian
    d.save_as(path, write_like_original=False)


def turned(mask, way, series, k, shift):
    """A slice's mask as a frame whose rows and columns run otherwise, and its place."""
    rows, columns = mask.shape
    x0, y0 = (columns - 1 if way & 2 else 0), (rows - 1 if way & 4 else 0)
    along, down = series.rows * (-1 if way & 2 else 1), series.down * (-1 if way & 4 else 1)
    mask = mask[::-1 if way & 4 else 1, ::-1 if way & 2 else 1]
    if way & 1:
        mask, along, down = mask.T, down, along
    return mask, series.point(x0, y0, k) + shift * series.normal, along, down


def seg(folder, labels, path, options):
    series = Series(folder)
    voxels = np.asarray(nibabel.load(labels).dataobj)
    d = begin(series, SEG, "SEG", options)
    names = options.get("names", "LV blood pool/Myocardium/LGE/RV/MVO").split("/")
    way, shift = int(options.get("way", 0)), float(options.get("shift", 0))
    scale = float(options.get("scale", 1))
    kind = options.get("kind", "BINARY")
    frames, groups = [], []
    for number, label in enumerate((1, 2, 3, 5, 4), 1):
        for k in range(voxels.shape[2]):
            mask = (voxels[:, :, k] == label).T
            if not mask.any() or number > len(names):
                continue
            frame, position, along, down = turned(mask, way, series, k, shift)
            group = item(
                PlanePositionSequence=[item(ImagePositionPatient=decimals(position))],
                PlaneOrientationSequence=[item(
                    ImageOrientationPatient=decimals([*along, *down]))],
                SegmentIdentificationSequence=[item(ReferencedSegmentNumber=number)])
            frames.append(frame)
            groups.append(group)
    order = list(range(len(frames)))
    random.Random(5).shuffle(order)
    frames = np.array([frames[i] for i in order])
    d.PerFrameFunctionalGroupsSequence = Sequence([groups[i] for i in order])
    spacing = [series.row_mm, series.column_mm]
    spacing = [scale * v for v in (spacing[::-1] if way & 1 else spacing)]
    d.SharedFunctionalGroupsSequence = [item(PixelMeasuresSequence=[item(
        SliceThickness="8", PixelSpacing=decimals(spacing))])]
    d.SegmentSequence = Sequence([
        item(SegmentNumber=n, SegmentLabel=name, SegmentAlgorithmType="MANUAL")
        for n, name in enumerate(names, 1)])
    if options.get("series") != "none":
        d.ReferencedSeriesSequence = [item(
            SeriesInstanceUID=options.get("series", series.first.SeriesInstanceUID),
            ReferencedInstanceSequence=named_instances(series, options))]
    d.ContentCreatorName = options.get("creator", "Reader^One")
    d.ContentLabel = options.get("label", "READING")
    d.SegmentationType = kind
    d.NumberOfFrames = len(frames)
    d.Rows, d.Columns = frames.shape[1:]
    d.SamplesPerPixel, d.PhotometricInterpretation = 1, "MONOCHROME2"
    d.PixelRepresentation = 0
    if kind == "FRACTIONAL":
        d.SegmentationFractionalType, d.MaximumFractionalValue = "PROBABILITY", 200
        d.BitsAllocated, d.BitsStored, d.HighBit = 8, 8, 7
        values = np.where(frames, 100, 99).astype(np.uint8)
        d.PixelData = values.tobytes() + b"\0" * (values.size % 2)
    else:
        d.BitsAllocated = d.BitsStored = 1
        d.HighBit = 0
        bits = np.packbits(frames.ravel(), bitorder="little").tobytes()
        d.PixelData = bits + b"\0" * (len(bits) % 2)
    d["PixelData"].VR = "OB"
    write(d, path)


def ellipse(cx, cy, a, b, points=90, back=False):
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False)[::-1 if back else 1]
    return np.stack([cx + a * np.cos(turn), cy + b * np.sin(turn)], axis=1)


def inside(polygons, shape):
    """Even-odd at every pixel's centre, by the definition."""
    y, x = np.mgrid[:shape[0], :shape[1]].astype(float)
    odd = np.zeros(shape, bool)
    for p in polygons:
        for (x0, y0), (x1, y1) in zip(p, np.roll(p, -1, axis=0)):
            if y0 != y1:
                meets = (y0 > y) != (y1 > y)
                odd ^= meets & (x > x0 + (y - y0) / (y1 - y0) * (x1 - x0))
    return odd


def drawn(series):
    """Names and outlines: {name: {slice: [points]}}."""
    cx, cy = series.shape[1] / 2 + .31, series.shape[0] / 2 - 3.17
    middle = range(2, len(series.slices) - 2)
    epi = {k: [ellipse(cx + k * .3, cy, 33.3, 30.1, back=k % 2 == 1)] for k in middle}
    endo = {k: [ellipse(cx + k * .3, cy, 21.7, 19.4)] for k in middle}
    ring = [ellipse(cx + 25, cy, 8.2, 9.3), ellipse(cx + 25, cy, 3.1, 4.4)]
    outer, inner = ring[0], ring[1][::-1]
    keyhole = np.concatenate([outer, outer[:1], inner, inner[:1]])
    scar = {3: ring, 5: [keyhole], 6: [ellipse(cx - 24, cy, 6, 5), ellipse(cx, cy + 26, 5, 4)]}
    return {"LV Epi": epi, "LV Endo": endo, "Scar": scar}


def rtstruct(folder, path, expected, options):
    series = Series(folder)
    d = begin(series, RTSTRUCT, "RTSTRUCT", options)
    d.StructureSetLabel = options.get("label", "READING")
    shift = float(options.get("shift", 0))
    parts = drawn(series)
    names = options.get("names", "LV Epi/LV Endo/Scar").split("/")
    want = np.zeros((len(series.slices),) + series.shape, np.uint8)
    rois, all_contours = [], []
    for number, (label, (part, slices), name) in enumerate(
            zip((2, 1, 3), parts.items(), names), 1):
        contours = []
        for k, outlines in slices.items():
            want[k][inside(outlines, series.shape)] = label
            for outline in outlines:
                points = [series.point(x, y, k) + shift * series.normal for x, y in outline]
                contours.append(item(
                    ContourGeometricType=options.get("type", "CLOSED_PLANAR"),
                    NumberOfContourPoints=len(points),
                    ContourData=decimals(np.concatenate(points))))
        random.Random(number).shuffle(contours)
        rois.append(item(ROINumber=number, ROIName=name,
                         ReferencedFrameOfReferenceUID=d.FrameOfReferenceUID))
        all_contours.append(item(ReferencedROINumber=number, ContourSequence=contours))
    if options.get("points"): # where the right ventricle begins, say
        rois.append(item(ROINumber=9, ROIName=options["points"]))
        all_contours.append(item(ReferencedROINumber=9, ContourSequence=[item(
            ContourGeometricType="POINT", NumberOfContourPoints=1,
            ContourData=decimals(series.point(3, 4, 2)))]))
    d.StructureSetROISequence = Sequence(rois)
    d.ROIContourSequence = Sequence(all_contours[::-1])
    d.ReferencedFrameOfReferenceSequence = [item(
        FrameOfReferenceUID=d.FrameOfReferenceUID,
        RTReferencedStudySequence=[item(
            ReferencedSOPInstanceUID=d.StudyInstanceUID,
            RTReferencedSeriesSequence=[item(
                SeriesInstanceUID=options.get("series", series.first.SeriesInstanceUID),
                ContourImageSequence=named_instances(series, options))])])]
    del d.FrameOfReferenceUID
    write(d, path)
    np.save(expected, want.transpose(2, 1, 0))


def same(labels, expected, _):
    got = np.asarray(nibabel.load(labels).dataobj)
    if expected.endswith(".npy"):
        want = np.load(expected)
    else:
        want = nibabel.load(expected)
        if not np.array_equal(nibabel.load(labels).affine, want.affine):
            sys.exit("another grid")
        want = np.array(want.dataobj)
    if got.shape != want.shape:
        sys.exit("%s, not %s voxels" % (got.shape, want.shape))
    print(np.bincount(got.ravel(), minlength=6))
    if (got != want).any():
        sys.exit("%d voxels differ" % (got != want).sum())


def edit(path, options):
    d = pydicom.dcmread(path)
    for keyword, value in options.items():
        setattr(d, keyword, int(value) if value.isdigit() else value)
    d.save_as(path)


def copy(folder, out, options):
    os.makedirs(out)
    for name in os.listdir(folder):
        d = pydicom.dcmread(os.path.join(folder, name))
        d.SeriesInstanceUID += ".9"
        d.SOPInstanceUID += ".9"
        d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID
        for keyword, value in options.items():
            old = getattr(d, keyword) if value.startswith("+") else ""
            setattr(d, keyword, old + value.lstrip("+"))
        d.save_as(os.path.join(out, name))


def main():
    words = [a for a in sys.argv[1:] if "=" not in a]
    options = dict(a.split("=", 1) for a in sys.argv[1:] if "=" in a)
    if words[0] != "available":
        {"seg": seg, "rtstruct": rtstruct, "same": same, "edit": edit,
         "copy": copy}[words[0]](*words[1:], options)


if __name__ == "__main__":
    main()
