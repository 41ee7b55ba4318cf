#!/bin/sh
# DICOM out: simulated series, and what quantify writes beside the other results; judged
# by validators and readers that are not ours, where they are installed.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
reference=$PWD/tests/reference/dicom.py
cd "$work" || exit 1

# Debian's modules belong to Debian's Python.
oracle() {
    /usr/bin/python3 "$reference" "$@" >out 2>err
}
has_oracle=1
oracle available || has_oracle=0

# FILES... pass the validator: it names the object and finds no error in it.
valid() {
    for file; do
        dciodvfy -new "$file" >out 2>&1 || return 1
        ! grep -q '^Error' out || return 1
    done
}

# ---- a simulated series: patient 4 is phase-sensitive, 5 has a slope ----
run simulate -o cohort --first 3 --patients 2 --format dicom --threads 2
[ "$status" -eq 0 ] && [ ! -s err ] && [ -e cohort/images/sim-0004/IM0001.dcm ] &&
    grep -q '^sim-0004,images/sim-0004,reader1/sim-0004.nii.gz,' cohort/COHORT.csv
ok 'a cohort of series'
run simulate -o cohort --first 3 --patients 2
refused 'a cohort of series is not gone on with as one of files' 1 cohort 'another cohort'
run simulate -o other --format dcm
refused 'another format' 2 dcm 'nifti or dicom'
series='sim-0004 sim-0005'
if [ $has_oracle -eq 1 ]; then
    run simulate -o plain --first 3 --patients 2 --threads 2
    for id in $series; do
        oracle series "cohort/images/$id" "plain/images/$id.nii.gz"
        ok "$id: the voxels of the NIfTI image, at their places"
    done
else
    skip 'the voxels of the NIfTI image' "$(tail -n 1 err)"
fi
if command -v dciodvfy >/dev/null; then
    valid cohort/images/*/IM0001.dcm cohort/images/*/IM0007.dcm
    ok 'instances without an error'
else
    skip 'instances without an error' 'no dciodvfy'
fi

# ---- results ----
run quantify -m lge2d cohort/images -o results
[ "$status" -eq 0 ] && [ "$(find results -name seg.dcm | wc -l)" -eq 2 ] &&
    [ "$(find results -name sr.dcm | wc -l)" -eq 2 ] &&
    [ "$(find results -name overlay.dcm | wc -l)" -eq 2 ] &&
    [ "$(find results -name report.dcm | wc -l)" -eq 2 ]
ok 'segmentation, measurements, pictures and report of two patients'
run quantify -m lge2d cohort/images -o again # the report names what was given
same=0
for file in again/*/*.dcm; do
    cmp -s "$file" "results/${file#again/}" || same=1
done
[ "$status" -eq 0 ] && [ $same -eq 0 ]
ok 'the same bytes again'
run quantify -m lge2d cohort/COHORT.csv -o bare --no-report
[ "$status" -eq 0 ] && [ -e bare/sim-0004/labels.nii.gz ] && [ -n "$(find bare -name seg.dcm)" ] &&
    [ -z "$(find bare -name overlay.dcm -o -name report.dcm)" ]
ok 'a cohort of folders; no pictures if none are wanted'
if command -v dciodvfy >/dev/null; then
    valid results/*/*.dcm
    ok 'results without an error'
else
    skip 'results without an error' 'no dciodvfy'
fi
if [ $has_oracle -eq 1 ]; then
    for folder in results/*/; do
        oracle result "$folder" cohort/images/sim-*
        ok "${folder#results/}: others find the same voxels, places and numbers"
    done
else
    skip 'others find the same voxels, places and numbers' 'no pydicom or nibabel'
fi
if command -v dsrdump >/dev/null; then
    set -- results/*/sr.dcm
    dsrdump "$1" >out 2>err
    ok 'the report is read by its grammar'
    grep -q 'Scar share of myocardium' out && grep -q 'Referenced Segment' out
    ok 'and says what it is about'
else
    skip 'the report is read by its grammar' 'no dsrdump'
fi

# ---- nobody's heart ----
run quantify -m lge2d cohort/images/sim-0004 -o nobody --anonymise
[ "$status" -eq 0 ] && [ -n "$(find nobody -name seg.dcm)" ] &&
    ! grep -aqE 'SIM\^|sim-0004|20200101|Simulated site' nobody/*/*.dcm nobody/*/*.json \
        nobody/results.csv
ok 'anonymous results name nobody'
uid=$(sed -n 's/.*"series_uid": "\(.*\)".*/\1/p' bare/sim-0004/results.json)
[ -n "$uid" ] && grep -aq "$uid" bare/sim-0004/seg.dcm && ! grep -aq "$uid" nobody/*/*.dcm
ok 'and no identifier of the images'
# with a key, the same pseudonyms in every run; with another, or none, others
names() { (cd "$1" && echo s*); }
head -c 32 /dev/urandom >key
head -c 32 /dev/urandom >other-key
for folder in first second; do
    run quantify -m lge2d cohort/images/sim-0004 -o $folder --anonymise-key key --no-report
    [ "$status" -eq 0 ] && ! grep -aq "$uid" $folder/*/*.dcm
    ok "$folder run with a key"
done
[ "$(names first)" = "$(names second)" ] && cmp -s first/s*/seg.dcm second/s*/seg.dcm
ok 'the same again'
run quantify -m lge2d cohort/images/sim-0004 -o third --anonymise-key other-key --no-report
[ "$status" -eq 0 ] && [ "$(names first)" != "$(names third)" ] &&
    [ "$(names first)" != "$(names nobody)" ] && [ "$(names third)" != "$(names nobody)" ]
ok 'another key, other names'
echo short >key
run quantify -m lge2d cohort/images/sim-0004 -o fourth --anonymise-key key
refused 'a key that can be guessed' 1 key 'at least 16'
run quantify -m lge2d cohort/COHORT.csv -o coded --anonymise --no-report
[ "$status" -eq 0 ] && grep -aq 'sim-0004' coded/sim-0004/seg.dcm &&
    ! grep -aq "$uid" coded/sim-0004/seg.dcm
ok 'of a cohort its own id is the pseudonym'
if command -v dciodvfy >/dev/null; then
    valid nobody/*/*.dcm first/*/*.dcm coded/*/*.dcm
    ok 'without an error'
else
    skip 'without an error' 'no dciodvfy'
fi

# ---- other commands on series ----
run threshold cohort/COHORT.csv -o sd5 --method sd:5 --no-report
[ "$status" -eq 0 ] && [ -e sd5/sim-0005/labels.nii.gz ] &&
    grep -q '"format": "dicom"' sd5/sim-0005/results.json
ok 'threshold on a cohort of series'
run threshold cohort/images/sim-0004 -o sd5b --method sd:5 --no-report --contours results
[ "$status" -eq 0 ] && [ -e "results/$(cd sd5b && echo s*)/labels.nii.gz" ]
ok 'threshold on a study, with the contours that quantify drew'
run evaluate --truth cohort/COHORT.csv --pred SD5=sd5 -o agreement
[ "$status" -eq 0 ] && [ -e agreement/per-patient.csv ]
ok 'evaluate on a cohort of series'
run train cohort/COHORT.csv -o trained.safetensors --arch unet3d-small --epochs 1 --locate-epochs 1
[ "$status" -eq 0 ] && [ -s trained.safetensors ]
ok 'train on a cohort of series'
sed 's,images/sim-0005,images,' cohort/COHORT.csv >cohort/TWO.csv
run train cohort/TWO.csv -o none.safetensors --arch unet3d-small --epochs 1
refused 'a folder of two series is no image' 1 cohort/images '2 short-axis LGE series, not one'

# NIfTI in, no DICOM out
run phantom -o plain.nii.gz
[ "$status" -eq 0 ] && run quantify -m lge2d plain.nii.gz -o plainer --no-report
[ "$status" -eq 0 ] && [ -z "$(find plainer -name '*.dcm')" ]
ok 'what did not come as DICOM does not go back as such'
finish
