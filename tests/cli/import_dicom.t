#!/bin/sh
# import dicom: series with readings as DICOM, our own and those of other programs.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
readings=$PWD/tests/cli/dicom_readings.py
cd "$work" || exit 1

# Debian's modules belong to Debian's Python.
reading() {
    /usr/bin/python3 -B "$readings" "$@" >made 2>&1
}
has_oracle=1
reading available || has_oracle=0

"$CICATRIX" simulate -o sim --patients 2 --format dicom >/dev/null || exit 1
# In float32: NIfTI holds a pixel's size as a rounded one, and bfloat16, which rounds more, can
# put a few voxels of a border elsewhere for that.
"$CICATRIX" quantify -m lge2d sim/images -o results --no-report --precision f32 >/dev/null ||
    exit 1

# ---- what quantify writes comes back ----
run import dicom sim/images results -o own
[ "$status" -eq 0 ] && [ "$(grep -c 'seg.dcm, ...: drawn by a program .*(AUTOMATIC)' err)" -eq 1 ] &&
    [ "$(grep -c '' err)" -eq 1 ] && [ "$(grep -c '' own/COHORT.csv)" -eq 3 ] && grep -q '^2 patients in own/COHORT.csv: 2 with labels' out
ok 'two patients'
[ "$(cut -d, -f1 own/COHORT.csv | sed 1d | sort)" = \
    "$(cut -d, -f1 results/results.csv | sed 1d | sort)" ]
ok 'their ids are those of quantify'
grep -q '^id,image,label,site,vendor,field_t,split,fold,group,labelled,source_id$' own/COHORT.csv &&
    grep -q ',Simulated site S2,Siemens,1.5,t' own/COHORT.csv &&
    [ "$(grep -c ',1234\{0,1\}5\{0,1\},$' own/COHORT.csv)" -eq 2 ] &&
    ! grep -rqi 'sim-000' own/COHORT.csv
ok 'site, vendor, field strength and what was drawn, but no patient'
two=$(grep ',Siemens,' own/COHORT.csv | cut -d, -f1)
one=$(grep -v ',Siemens,' own/COHORT.csv | sed 1d | cut -d, -f1)
volumes() { sed 1d "$1" | cut -d, -f1,5-11 | sort; }
"$CICATRIX" measure own/labels -o measured >/dev/null || exit 1
[ "$(volumes measured/results.csv)" = "$(volumes results/results.csv)" ]
ok 'the volumes are those of quantify'
for id in "$one" "$two"; do
    if [ $has_oracle -eq 1 ]; then
        reading same "own/labels/$id.nii.gz" "results/$id/labels.nii.gz"
        ok 'the label map is that of quantify, voxel by voxel, and so is its grid'
    else
        skip 'the label map is that of quantify' "$(tail -n 1 made)"
    fi
done
run quantify -m lge2d own/COHORT.csv -o again --no-report --precision f32
[ "$status" -eq 0 ] && cmp -s "again/$two/labels.nii.gz" "results/$two/labels.nii.gz"
ok 'the image is the one that quantify measures'
run import dicom sim/images -o bare --site Here --vendor 'Some, one'
[ "$status" -eq 0 ] && [ "$(grep -c ',,Here,"Some, one",1.5,,,,,$' bare/COHORT.csv)" -eq 2 ] &&
    [ ! -s err ] && cmp -s "bare/images/$two.nii.gz" "own/images/$two.nii.gz"
ok 'series without a reading are taken without'
run import dicom "results/$two/seg.dcm" sim -o mixed
[ "$status" -eq 0 ] && grep -q '1 with labels .* 1 without$' out &&
    cmp -s "mixed/labels/$two.nii.gz" "own/labels/$two.nii.gz"
ok 'a file and a folder in any order, one patient without'
before=$(cat mixed/COHORT.csv)
run import dicom sim -o mixed
[ "$status" -eq 1 ] && grep -q 'there is a cohort already' err &&
    [ "$before" = "$(cat mixed/COHORT.csv)" ]
ok 'a cohort is not overwritten without --force'

# ---- usage ----
run import dicom sim -o none --codes 1=2
refused 'codes are for label maps' 2 codes '--segments'
run import pairs sim -o none --image '{id}.nii' --segments a=1
refused 'segments are for DICOM' 2 segments 'for dicom'
run import pairs sim results -o none --image '{id}.nii'
refused 'other data sets have one source' 2 pairs 'one SOURCE'
run import dicom sim -o none --segments Wall=muscle
refused 'a label that is none' 2 Wall=muscle 'myocardium'
run import dicom nowhere -o none
refused 'a source that is missing' 1 nowhere 'no such'
mkdir empty
run import dicom empty -o none
refused 'nothing there' 1 empty 'no short-axis LGE'
[ ! -e none ]
ok 'nothing is left of these'

if [ $has_oracle -eq 0 ]; then
    skip 'readings of other programs' "$(tail -n 1 made)"
    finish
fi

# ---- readings of other programs ----
series=sim/images/sim-0002
wanted=own/labels/$two.nii.gz
# ARGS...: import the one series with what is in the folder `drawn`
take_in() {
    rm -rf got
    run import dicom $series drawn -o got -q "$@"
}
drawn() { # KIND KEY=VALUE...: nothing else is drawn
    kind=$1
    shift
    rm -rf drawn
    mkdir drawn
    case $kind in
    seg) reading seg $series "$wanted" drawn/it.dcm "$@" || exit 1 ;;
    rtstruct) reading rtstruct $series drawn/it.dcm expected.npy "$@" || exit 1 ;;
    esac
}
for way in 0 3 6; do # all eight: tests/unit/dicom/reading_place.c
    drawn seg way=$way
    take_in
    [ "$status" -eq 0 ] && [ ! -s err ] && reading same got/labels/*.nii.gz "$wanted"
    ok "frames in disorder, rows and columns that run otherwise ($way)"
done
drawn seg kind=FRACTIONAL syntax=1.2.840.10008.1.2 way=5
take_in
[ "$status" -eq 0 ] && reading same got/labels/*.nii.gz "$wanted"
ok 'fractions: half of the maximum is inside'
drawn seg instances=0
take_in
[ "$status" -eq 0 ] && reading same got/labels/*.nii.gz "$wanted"
ok 'the series alone is named'
drawn seg series=none
take_in
[ "$status" -eq 0 ] && reading same got/labels/*.nii.gz "$wanted"
ok 'nothing but places'

drawn rtstruct
take_in
[ "$status" -eq 0 ] && reading same got/labels/*.nii.gz expected.npy
ok 'contours: rings, a hole, a keyhole'
[ "$(grep -c ',123,$' got/COHORT.csv)" -eq 1 ]
ok 'what they tell from each other'
grep -qE "^cicatrix: warning: $two: [0-9]+ voxels \([0-9.]+ mL\) of scar were drawn outside" err
ok 'scar outside of the wall is told'
cp -r got plain

# ---- names ----
drawn rtstruct names=ventricle-outside/ventricle-inside/bright points=RVIP
take_in
[ "$status" -eq 1 ] && [ ! -e got ] && [ "$(grep -c '' err)" -eq 2 ] &&
    grep -q "it.dcm: what is 'ventricle-outside', .* it has .*'bright', 'RVIP'" err
ok 'names that say nothing are listed'
take_in --segments 'VENTRICLE*=epi,*inside=endo,*-inside=endo,bright=scar,rvip=-'
[ "$status" -eq 1 ] && grep -q 'epi), but no inner' err
ok 'the pattern with most letters is taken'
take_in --segments 'ventricle-out*=epi,ventricle-inside=endo,b*=3,*=-'
[ "$status" -eq 0 ] && cmp -s got/labels/*.nii.gz plain/labels/*.nii.gz
ok 'names that are told, and all others left out'
take_in --segments 'ventricle-out*=epi,ventricle-inside=endo,bright=mvo'
[ "$status" -eq 2 ]
ok 'a word that is no label'
take_in --segments 'ventricle-out*=epi,ventricle-inside=endo,bright=scar,rvip=rv'
[ "$status" -eq 1 ] && grep -q 'it.dcm: contour 1 is not closed and planar' err
ok 'points are no contour'

# ---- which series ----
reading copy $series twin SeriesNumber=13 SeriesDescription=de_high_res_sa_PSIR \
    'ImageType=ORIGINAL' || exit 1
run import dicom $series twin -o both
[ "$status" -eq 0 ] && [ "$(grep -c '' both/COHORT.csv)" -eq 2 ] &&
    taken=$(sed 1d both/COHORT.csv | cut -d, -f1)
ok 'of twins one is taken'
other=twin
[ "$taken" = "$two" ] || other=$series
rm -rf drawn got
mkdir drawn
reading seg $other "$wanted" drawn/it.dcm || exit 1
run import dicom $series twin drawn -o got -q
[ "$status" -eq 0 ] && [ "$(grep -c '' got/COHORT.csv)" -eq 2 ] &&
    ! grep -q "^$taken," got/COHORT.csv && reading same got/labels/*.nii.gz "$wanted"
ok 'but the one that was drawn on'
reading copy $series later StudyInstanceUID=+.7 FrameOfReferenceUID=+.7 || exit 1
reading seg later "$wanted" drawn/later.dcm uid=2.25.8 || exit 1
[ "$other" = $series ] || reading seg $series "$wanted" drawn/it.dcm
run import dicom $series later drawn -o visits -q
first=$(sed -n '2s/,.*//p' visits/COHORT.csv)
[ "$status" -eq 0 ] && [ "$(grep -c ',train,0,P,12345,' visits/COHORT.csv)" -eq 2 ] &&
    sed -n 3p visits/COHORT.csv | grep -q ",$first$" &&
    grep -q 'warning: 1 of 2 series are of a patient' err
ok 'two examinations of a patient stay together'

# ---- readers ----
drawn seg creator=Doe^Jane label=FIRST
reading seg $series "$wanted" drawn/second.dcm creator=Roe^Rick names=cavity/myo/scar || exit 1
take_in
[ "$status" -eq 1 ] && [ ! -e got ] &&
    grep -q 'drawn/second.dcm: drawn on the same series as drawn/it.dcm; --reader' err &&
    ! grep -qi 'doe\|roe' err
ok 'two readers'
take_in --reader roe
[ "$status" -eq 0 ] && [ "$(grep -c ',123,$' got/COHORT.csv)" -eq 1 ]
ok 'the second, by name'
take_in --reader first
[ "$status" -eq 0 ] && [ "$(grep -c ',12345,$' got/COHORT.csv)" -eq 1 ]
ok 'the first, by label'
take_in --reader nobody
[ "$status" -eq 0 ] && grep -q '0 with labels' out
ok 'one who has drawn nothing'
cp drawn/it.dcm drawn/copy.dcm
rm drawn/second.dcm
take_in
[ "$status" -eq 0 ] && reading same got/labels/*.nii.gz "$wanted"
ok 'a copy of an object is no other object'

# ---- refusals ----
wrong() { # TEXT CAUSE
    take_in
    sed -i '/nothing was written$/d' err
    refused "$1" 1 drawn/it.dcm "$2"
    [ ! -e got ] && ! grep -qi 'sim-000\|reader\|one\^' err
    ok "$1: nothing is written, nobody named"
}
drawn seg frame=1.2.4
wrong 'another frame of reference' 'another frame of reference'
drawn seg series=1.2.3 instances=0
wrong 'images that are not here' 'are not here'
drawn seg shift=3.5
wrong 'masks between slices' 'frame [0-9]+ is up to 3\.50 mm off'
drawn seg scale=1.1
wrong 'other pixels' 'has pixels of .* mm, the image of'
drawn rtstruct shift=-2.5
wrong 'contours between slices' 'contour [0-9]+ is up to 2\.50 mm off'
drawn rtstruct type=OPEN_PLANAR
wrong 'open lines' 'not closed and planar'
drawn rtstruct names='LV Epi'
wrong 'a ring without its inner line' 'outer line .* no inner'
drawn seg names='LV blood pool'
wrong 'no wall at all' 'no myocardium'
drawn seg kind=LABELMAP
wrong 'another kind of segmentation' "type 'LABELMAP' is not read"
drawn seg
reading edit drawn/it.dcm NumberOfFrames=400
wrong 'frames that are not there' 'only [0-9]+ are described'
drawn seg
reading edit drawn/it.dcm Rows=8000
wrong 'rows that are not there' 'pixels end before'
drawn seg
head -c 20000 drawn/it.dcm >short.dcm && mv short.dcm drawn/it.dcm
wrong 'a file that ends early' 'ends early|damaged'
drawn rtstruct
rm -rf cine
reading copy $series cine SeriesDescription=cine_sax SequenceName=trufi 'ImageType=ORIGINAL'
reading rtstruct cine drawn/it.dcm expected.npy
run import dicom $series cine drawn -o got -q
[ "$status" -eq 0 ] && grep -q '0 with labels' out &&
    grep -q 'warning: drawn/it.dcm: left out, .*no short-axis LGE' err
ok 'a reading of cine images is left out, and told'

finish
