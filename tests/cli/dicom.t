#!/bin/sh
# DICOM studies: what info says, what quantify takes, and that it measures the same as
# from NIfTI; damaged files; nothing of the patient in what is printed.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
tools=$(cd "$(dirname "$0")" && pwd)
cd "$work" || exit 1

series() { # FOLDER KEY=VALUE...: phantom.nii.gz as a series
    python3 "$tools/dicom_series.py" phantom.nii.gz "$@" || exit 1
}

"$CICATRIX" phantom -o phantom.nii.gz --columns 112 --rows 96 --slices 5 || exit 1
series study/a description=LGE_SAX series=5 uid=2.25.105
series study/b description='cine sax' series=6 uid=2.25.106
series study/b description='LGE 4ch' series=7 uid=2.25.107 shift=3
series study/c description=psir_sax_PSIR series=8 uid=2.25.108 'type=ORIGINAL\PRIMARY\R' shift=100
series study/c description=psir_sax_MAG series=9 uid=2.25.109 shift=100
echo text >study/readme.txt
ln -s .. study/loop

run info study
[ "$status" -eq 0 ] && [ ! -s err ] && [ "$(grep -c 'LGE short axis' out)" -eq 3 ]
ok 'info: one line a series'
grep -q '25 DICOM files, 5 series' out && grep -q '2 of 5 would be taken' out
ok 'info: how many there are and how many are taken'
grep -q '^ *9 .* no .*magnitude twin of series 8' out
ok 'info: why a twin is not taken'
if grep -qi secret out; then false; fi
ok 'info: not whose they are'
# as a service may start it: the decoder's pipe does not get the number of a stream
"$CICATRIX" info study >closed <&- 2>&-
status=$?
[ "$status" -eq 0 ] && cmp -s closed out
ok 'info: the same without standard input and standard error'
run info study --prefer magnitude
grep -q '^ *8 .* no .*phase-sensitive twin of series 9' out
ok 'info: the other twin, if it is preferred'
run info --json study
[ "$status" -eq 0 ] && [ "$(grep -c '"series_uid"' out)" -eq 5 ] && ! grep -qi secret out
ok 'info: as JSON'
run info study --verbose
[ "$status" -eq 0 ] && [ "$(grep -ci secret out)" -eq 5 ] && grep -q 'study/a/5-000' out
ok 'info: whose they are and where, if that is asked for'
run info study --verbose --json
[ "$status" -eq 0 ] && [ "$(grep -ci '"patient_name": ".*secret' out)" -eq 5 ]
ok 'info: the same as JSON'
run info study --prefer both
refused 'info: a word that --prefer does not know' 2 both 'psir or magnitude'

# the same study in one archive
rm study/loop # which Python would follow
python3 -m zipfile -c study.zip study >/dev/null || exit 1
ln -s .. study/loop
run info study.zip
[ "$status" -eq 0 ] && grep -q '25 DICOM files, 5 series' out &&
    grep -q '2 of 5 would be taken' out
ok 'info: a study in a zip archive'
head -c 20000 study.zip >cut.zip
run info cut.zip
refused 'an archive that is cut' 1 cut.zip 'not a sound zip archive'
python3 - <<'END' || exit 1
data = bytearray(open("study.zip", "rb").read())
at = data.find(b"PK\1\2")
while at >= 0: # the bit "encrypted", in the directory and at the files
    data[at + 8] |= 1
    data[int.from_bytes(data[at + 42:at + 46], "little") + 6] |= 1
    at = data.find(b"PK\1\2", at + 4)
open("locked.zip", "wb").write(data)
END
run quantify -m lge2d locked.zip -o none
refused 'an archive that is locked' 1 locked.zip 'is encrypted'

# one file of many, damaged
mkdir bad
cp study/a/* bad
dd if=study/a/5-000 of=bad/5-000 bs=1 count=500 status=none
run info bad
[ "$status" -eq 1 ] && grep -q '^cicatrix: bad/5-000: ' err && ! grep -qi secret err
ok 'info: a damaged file is named'
run quantify -m lge2d study/readme.txt -o none
refused 'neither NIfTI nor DICOM' 1 readme.txt 'DICOM'
mkdir -p cines && cp study/b/6-* cines
run quantify -m lge2d cines -o none
refused 'nothing to measure' 1 cines 'no short-axis LGE'
[ ! -e none ]
ok 'and nothing written'

if [ -z "$(default_model)" ]; then
    skip 'quantify' 'there is no model here'
    finish
fi

run quantify -m lge2d study -o out-study --json
[ "$status" -eq 0 ] && [ "$(find out-study -name labels.nii.gz | wc -l)" -eq 2 ]
ok 'quantify takes what info says'
folder=$(find out-study -type d -name 's5-*')
[ -s "$folder/labels.nii.gz" ] && grep -q '"format": "dicom"' "$folder/results.json" &&
    grep -q '"series_uid": "2.25.105"' "$folder/results.json"
ok 'its folder is called by the series, results.json says which'
if grep -rqi --exclude='*.dcm' secret out-study out err; then false; fi
ok 'no name of a patient in the results but in those of its study'
run quantify -m lge2d study/a -o out-named --verbose --no-report
[ "$status" -eq 0 ] && grep -qi '^s5-.*: patient.*secret' err && ! grep -qi secret out
ok '--verbose says on stderr whose heart it is'
run quantify -m lge2d phantom.nii.gz -o out-nifti
volume() { sed -n 's/.*"myocardium_ml": *\([0-9.]*\).*/\1/p' "$1" | head -n 1; }
[ -n "$(volume "$folder/results.json")" ] &&
    [ "$(volume "$folder/results.json")" = "$(volume out-nifti/phantom/results.json)" ]
ok 'the same volume as from NIfTI'
run quantify -m lge2d study.zip -o out-zip
[ "$status" -eq 0 ] &&
    [ "$(volume out-zip/s5-*/results.json)" = "$(volume "$folder/results.json")" ] &&
    [ "$(find out-zip -name labels.nii.gz | wc -l)" -eq 2 ]
ok 'the same from a zip archive'
printf 'id,image\nP1,one.zip\n' >COHORT.csv
python3 -m zipfile -c one.zip study/a >/dev/null || exit 1
run quantify -m lge2d COHORT.csv -o out-cohort
[ "$status" -eq 0 ] &&
    [ "$(volume out-cohort/P1/results.json)" = "$(volume "$folder/results.json")" ]
ok 'an archive as the image of a patient in a cohort'
run quantify -m lge2d bad -o out-bad
[ "$status" -eq 1 ] && grep -q 'bad/5-000' err
ok 'a slice that cannot be read is a failure'
cp study/a/5-014 DICOMDIR-file.dcm
run quantify -m lge2d DICOMDIR-file.dcm -o none
refused 'one slice is no stack' 1 DICOMDIR-file.dcm 'series 5 \(s5-.*\): only 1 slice'

# what cannot be measured is said, the rest goes on
mkdir -p cohort/whole cohort/holed cohort/lost cohort/apart
cp study/a/* cohort/whole
series cohort/holed series=2 uid=2.25.21
series cohort/lost series=2 uid=2.25.22
series cohort/apart series=2 uid=2.25.23
rm cohort/holed/2-014 # the third slice
: >cohort/lost/2-028  # the last
series cohort/apart series=2 uid=2.25.23 turn=1 only=4 # the last, in another plane
run quantify -m lge2d cohort/holed -o none
refused 'a series with a hole' 1 cohort/holed 'series 2 \(s2-.*\): 1 of 5 slices are missing'
if grep -q 'no short-axis LGE' err; then false; fi
ok 'and nothing untrue beside that'
run info cohort/holed
[ "$(grep -o missing out | wc -l)" -eq 1 ] && ! grep -q uneven out
ok 'info says once what is missing'
run quantify -m lge2d cohort -o out-parts --no-report
[ "$status" -eq 1 ] && [ "$(wc -l <out-parts/results.csv)" -eq 4 ] &&
    grep -q '^cicatrix: cohort: series 2 (s2-.*): 1 of 5 slices are missing' err &&
    grep -q '^cicatrix: cohort/lost/2-028: empty' err
ok 'quantify says what it cannot measure, and measures the rest'
id=$(sed -n 's/^cicatrix: warning: cohort: \(s2-[^:]*\): 1 slice of its series is left out.*/\1/p' err)
[ -n "$id" ] && grep -q "^$id,[^,]*,[^,]*,[^,]*slices-left-out" out-parts/results.csv &&
    [ "$(grep -c slices-left-out out-parts/results.csv)" -eq 1 ]
ok 'a slice that is apart is a reason to review'
series pair description=psir_sax series=8 uid=2.25.108 'type=ORIGINAL\PRIMARY\R'
series pair description=psir_sax series=9 uid=2.25.109
rm pair/8-014
run quantify -m lge2d pair -o out-pair --no-report
[ "$status" -eq 0 ] && [ "$(wc -l <out-pair/results.csv)" -eq 2 ] &&
    grep -q '^cicatrix: warning: pair: s9-.*phase-sensitive twin, series 8, is not taken: 1 of 5' err
ok 'quantify says why it takes the other twin'
run quantify -m lge2d study -o out-mag --prefer magnitude
[ -n "$(find out-mag -type d -name 's9-*')" ] && [ -z "$(find out-mag -type d -name 's8-*')" ]
ok '--prefer magnitude takes the other twin'

# an oblique series: the labels lie where the slices lie
series oblique turn=1 series=3 uid=2.25.103 description=lge_sa
run quantify -m lge2d oblique -o out-oblique
labels=$(find out-oblique -name labels.nii.gz)
[ "$status" -eq 0 ] && [ -n "$labels" ] && run info "$labels" &&
    grep -q '112 x 96 x 5 voxels' out && grep -q '1.4 x 1.4 x 10 mm' out
ok 'labels on the grid of an oblique series'

finish
