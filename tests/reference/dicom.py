"""What the program writes as DICOM, as pydicom and nibabel see it.

    dicom.py available              exit status 0 if both packages are there
    dicom.py series FOLDER IMAGE    a simulated series holds the voxels of the NIfTI image
                                    of the same patient, at the same places
    dicom.py result FOLDER SERIES...
                                    seg.dcm and labels.nii.gz of a result name the same
                                    voxels, at the places of the series (the one of them
                                    that it is of); sr.dcm has the numbers of results.json,
                                    report.dcm the document report.pdf
    dicom.py measured FOLDER SERIES...
                                    the same without report.dcm

Prints what is wrong; the exit status is the verdict.  Places agree to 1e-3 mm.
"""
import glob
import json
import os
import sys

NEAR_MM = 1e-3
SETS = {"LV myocardium": (2, 3, 4), "LV scar": (3, 4), "LV blood pool": (1,),
        "RV blood pool": (5,), "LV no-reflow": (4,)}


def plane_to_mm(position, orientation, spacing):
    """4 x 3: (column, row, 1) of a plane to millimetres in NIfTI's frame."""
    m = np.zeros((3, 3))
    m[:, 0] = np.array(orientation[:3], float) * float(spacing[1])
    m[:, 1] = np.array(orientation[3:], float) * float(spacing[0])
    m[:, 2] = np.array(position, float)
    m[:2] *= -1
    return m


def corners(columns, rows):
    return np.array([[0, columns - 1, 0, columns - 1], [0, 0, rows - 1, rows - 1],
                     [1, 1, 1, 1]], float)


def slices_of(folder):
    """Instances of a series by their place along the normal."""
    found = [pydicom.dcmread(f) for f in glob.glob(os.path.join(folder, "*.dcm"))]
    o = np.array(found[0].ImageOrientationPatient, float)
    normal = np.cross(o[:3], o[3:])
    return sorted(found, key=lambda d: normal @ np.array(d.ImagePositionPatient, float))


def values_of(d):
    return d.pixel_array * float(d.get("RescaleSlope", 1)) + float(
        d.get("RescaleIntercept", 0))


def voxel_at(image, m, columns, rows):
    """Slice of a NIfTI image that a plane lies on, and how far its corners are off."""
    mm = m @ corners(columns, rows)
    index = np.linalg.inv(image.affine) @ np.vstack([mm, np.ones(4)])
    k = int(round(index[2, 0]))
    exact = np.round(index)
    off = np.abs((image.affine @ exact)[:3] - mm).max()
    turned = exact[0, 1] < exact[0, 0] or exact[1, 2] < exact[1, 0]
    return k, off, turned


def check_series(folder, path):
    image = nibabel.load(path)
    want = image.get_fdata()
    for d in slices_of(folder):
        m = plane_to_mm(d.ImagePositionPatient, d.ImageOrientationPatient, d.PixelSpacing)
        k, off, turned = voxel_at(image, m, d.Columns, d.Rows)
        assert not turned
        assert off < NEAR_MM, f"a slice is {off} mm off"
        worst = np.abs(values_of(d).T - want[:, :, k]).max()
        assert worst <= 1e-5 * np.abs(want).max(), f"values differ by {worst}"


def check_seg(seg, labels, series):
    """Every frame lies on a slice of the labels and of the series, and holds it."""
    want = np.asarray(labels.dataobj)
    names = {s.SegmentNumber: s.SegmentLabel for s in seg.SegmentSequence}
    planes = {d.SOPInstanceUID: d for d in series}
    shared = seg.SharedFunctionalGroupsSequence[0]
    seen = {name: np.zeros(want.shape, bool) for name in names.values()}
    for frame, bits in zip(seg.PerFrameFunctionalGroupsSequence, seg.pixel_array):
        m = plane_to_mm(frame.PlanePositionSequence[0].ImagePositionPatient,
                        shared.PlaneOrientationSequence[0].ImageOrientationPatient,
                        shared.PixelMeasuresSequence[0].PixelSpacing)
        k, off, turned = voxel_at(labels, m, seg.Columns, seg.Rows)
        assert not turned and off < NEAR_MM, f"a frame is {off} mm off the labels"
        image = frame.DerivationImageSequence[0].SourceImageSequence[0]
        d = planes[image.ReferencedSOPInstanceUID]
        there = plane_to_mm(d.ImagePositionPatient, d.ImageOrientationPatient,
                            d.PixelSpacing)
        at = corners(seg.Columns, seg.Rows)
        off = np.abs(m @ at - there @ at).max()
        assert off < NEAR_MM, f"a frame is {off} mm off its image"
        number = frame.SegmentIdentificationSequence[0].ReferencedSegmentNumber
        seen[names[number]][:, :, k] = bits.T != 0
    for name, mask in seen.items():
        assert (mask == np.isin(want, SETS[name])).all(), f"{name} differs"
    assert "LV myocardium" in seen and "LV scar" in seen


def numbers_of(item, group, out):
    """Measurements of a report: (group, code, unit) -> number."""
    for child in item.get("ContentSequence", []):
        name = child.ConceptNameCodeSequence[0].CodeValue if (
            "ConceptNameCodeSequence" in child) else ""
        if child.ValueType == "TEXT" and name == "112039":
            group = child.TextValue
        if child.ValueType == "NUM":
            value = child.MeasuredValueSequence[0]
            unit = value.MeasurementUnitsCodeSequence[0].CodeValue
            out[group, name, unit] = float(value.NumericValue)
        numbers_of(child, group, out)
    return out


def check_sr(sr, seg, result):
    numbers = numbers_of(sr, "", {})
    lv, scar = result["lv"], result["scar"]
    want = {("LV myocardium", "118565006", "mL"): lv["myocardium_ml"],
            ("LV myocardium", "118538004", "g"): lv["myocardium_g"],
            ("LV scar", "118565006", "mL"): scar["ml"],
            ("LV scar", "118538004", "g"): scar["g"],
            ("LV scar", "percent-lge", "%"): scar["percent_lge"],
            ("LV blood pool", "118565006", "mL"): lv["blood_pool_ml"]}
    if scar["no_reflow_ml"] > 0:
        want["LV no-reflow", "118565006", "mL"] = scar["no_reflow_ml"]
    for segment in result["segments"]:
        if segment["scar_percent"] is not None:
            want[f"AHA segment {segment['aha']}", "percent-lge", "%"] = segment["scar_percent"]
    assert len(numbers) == len(want), "numbers that results.json has not"
    for key, value in want.items():
        assert abs(numbers[key] - value) <= 1e-5 * abs(value), (key, numbers[key], value)
    assert seg.SOPInstanceUID in str(sr), "the report does not name the segmentation"
    evidence = sr.CurrentRequestedProcedureEvidenceSequence[0]
    assert seg.SeriesInstanceUID in [s.SeriesInstanceUID
                                     for s in evidence.ReferencedSeriesSequence]


def check_measured(folder, *series_folders):
    """Segmentation and measurements; both, and the series they are of."""
    seg = pydicom.dcmread(os.path.join(folder, "seg.dcm"))
    sr = pydicom.dcmread(os.path.join(folder, "sr.dcm"))
    with open(os.path.join(folder, "results.json"), encoding="utf-8") as f:
        result = json.load(f)
    series, = [s for s in map(slices_of, series_folders)
               if s[0].SeriesInstanceUID == result["input"]["series_uid"]]
    check_seg(seg, nibabel.load(os.path.join(folder, "labels.nii.gz")), series)
    check_sr(sr, seg, result)
    return seg, sr, series


def check_result(folder, *series_folders):
    seg, sr, series = check_measured(folder, *series_folders)
    pdf = pydicom.dcmread(os.path.join(folder, "report.dcm"))
    with open(os.path.join(folder, "report.pdf"), "rb") as f:
        report = f.read()
    assert pdf.EncapsulatedDocument[:len(report)] == report, "another document"
    for d in (seg, sr, pdf):
        for name in ("PatientName", "PatientID", "StudyInstanceUID", "StudyDate",
                     "AccessionNumber", "StudyID"):
            assert d[name].value == series[0][name].value, name
        assert d.SeriesInstanceUID != series[0].SeriesInstanceUID
    assert seg.FrameOfReferenceUID == series[0].FrameOfReferenceUID


try:
    import nibabel
    import numpy as np
    import pydicom
except ImportError as missing:
    sys.exit(str(missing))

if sys.argv[1] == "series":
    check_series(*sys.argv[2:])
elif sys.argv[1] == "measured":
    check_measured(*sys.argv[2:])
elif sys.argv[1] == "result":
    check_result(*sys.argv[2:])
