#!/bin/sh
# measure: contours drawn elsewhere, to the numbers that quantify writes.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

mkdir readings || exit 1
"$CICATRIX" phantom -o image.nii.gz --truth readings/a.nii.gz --columns 120 --rows 100 \
    --slices 6 --seed 3 || exit 1
"$CICATRIX" phantom -o other.nii.gz --truth readings/b.nii --columns 90 --rows 100 \
    --slices 5 --seed 4 || exit 1

# a number of results.json, by its key
number() { sed -n "s/^ *\"$1\": \([-0-9.]*\),*\$/\1/p" "$2" | head -n 1; }

run measure readings/a.nii.gz -o one
[ "$status" -eq 0 ] && [ ! -s err ]
ok 'measures in silence'
[ -s one/results.csv ] && [ -s one/a/results.json ] && [ "$(find one -type f | wc -l)" -eq 2 ]
ok 'writes results.csv and results.json and nothing else'
grep -q 'not a medical device' out
ok 'the table says what this is'
for key in lv scar slices segment_reference segments quality wall_max_mm islands \
    share_midwall transmurality_max score level; do
    grep -q "\"$key\"" one/a/results.json
    ok "results.json has $key"
done
[ "$(grep -c '"aha"' one/a/results.json)" -ge 12 ]
ok 'and the segments'
grep -q '"sha256": null' one/a/results.json && grep -q '"network_s": null' one/a/results.json
ok 'there is no model'
mkdir -p swept/.a.4711.tmp && echo half >swept/.a.4711.tmp/labels.nii.gz
run measure readings/a.nii.gz -o swept
[ "$status" -eq 0 ] && [ "$(ls -A swept)" = "$(ls -A one)" ]
ok 'what a killed run left is swept up'
# the parts are the whole
awk '/"lv": /  { in_lv = 1 }
     /"segments": / { in_segments = 1 }
     /"myocardium_ml"/ && in_lv { gsub(/,/, ""); whole = $2; in_lv = 0 }
     /"myocardium_ml"/ && in_segments { gsub(/,/, ""); sum += $2 }
     END { exit !(whole > 0 && sum > 0.9999 * whole && sum < 1.0001 * whole) }' \
    one/a/results.json
ok 'the segments sum to the myocardium'

run measure readings/a.nii.gz -o given --reference-angle -90
[ "$status" -eq 0 ] && grep -q '"by": "angle"' given/a/results.json &&
    [ "$(number angle_deg given/a/results.json)" = 270.0 ]
ok '--reference-angle is taken'
[ "$(number myocardium_ml given/a/results.json)" = "$(number myocardium_ml one/a/results.json)" ]
ok 'and changes no volume'
run measure readings/a.nii.gz -o given --rule '>=15'
[ "$status" -eq 0 ] && grep -q '"rule": ">=15"' given/a/results.json
ok '--rule is taken'

run measure readings -o all
[ "$status" -eq 0 ] && [ "$(grep -c '' all/results.csv)" -eq 3 ] && [ -s all/b/results.json ]
ok 'a folder of label maps'
mkdir -p cohort/P1 cohort/P2
cp image.nii.gz cohort/P1/LGE.nii.gz
cp image.nii.gz cohort/P2/LGE.nii.gz
cp readings/a.nii.gz cohort/P1/reading.nii.gz
cp readings/a.nii.gz cohort/P2/reading.nii.gz
run measure cohort -o all
[ "$status" -eq 0 ] && [ -s all/P1_reading/results.json ] && [ -s all/P2_reading/results.json ] &&
    grep -q 'cohort: left out: NIfTI files that hold images: 2' err
ok 'a folder for each patient: images are left out, and the maps told apart'

# every label of the wall becomes scar, as where a reader drew scar alone
gunzip -c readings/a.nii.gz >whole.nii
head -c 352 whole.nii >alone.nii
tail -c +353 whole.nii | tr '\001\002' '\000\003' >>alone.nii
run measure alone.nii -o alone
[ "$status" -eq 0 ] && grep -q 'warning: alone.nii: scar and no other myocardium' err
ok 'a share of scar in scar is told of'

# other numbers for the same labels
{ head -c 352 whole.nii; tail -c +353 whole.nii | tr '\001\002\003' '\003\001\002'; } >theirs.nii
run measure theirs.nii -o theirs-out --codes 3=1,1=2,2=3,4=4,5=5
[ "$status" -eq 0 ] && [ "$(sed 1d theirs-out/results.csv | cut -d, -f3-12)" = \
    "$(sed 1d one/results.csv | cut -d, -f3-12)" ] && grep -Eq '^theirs .* (accept|review|reject)$' out
ok 'by the codes that are told the same'
run measure theirs.nii -o x --codes 3=1,1=2
refused 'a number that is not told' 1 theirs.nii '2'
run measure theirs.nii -o x --codes 3=wall
refused 'codes that are none' 2 codes 'wall'
mkdir other && cp readings/a.nii.gz other/a.nii.gz
run measure other/a.nii.gz readings/b.nii -o again
run measure readings/a.nii.gz -o again
[ "$status" -eq 0 ] && grep -q 'again/a: holds results of other/a.nii.gz, in whose place those of readings/a.nii.gz' err &&
    grep -q 'again/results.csv: 1 patient of an earlier run (b) will not stand in the new one' err && [ -s again/b/results.json ]
ok 'of what an earlier run left is told what goes and what stays'

# ---- what is refused ----
run measure readings/a.nii.gz
[ "$status" -eq 2 ]
ok 'wants a folder for the results'
run measure readings/a.nii.gz -o x --rule 15
refused 'refuses another rule' 2 15 'rule'
run measure readings/a.nii.gz -o x --reference-angle up
[ "$status" -eq 2 ] && grep -q 'up' err
ok 'refuses an angle that is none'
run measure readings/a.nii.gz -o x --reference-angle 400
[ "$status" -eq 2 ]
ok 'refuses an angle beyond a turn'
run measure image.nii.gz -o x
refused 'an image is no label map' 1 image.nii.gz 'whole|label|0\.\.'
run measure missing.nii -o x
refused 'names a missing file' 1 missing.nii 'no such'
printf 'id,label\na,readings/a.nii.gz\n' >cohort.csv
run measure cohort.csv -o x
refused 'a table is not taken' 1 cohort.csv 'table'
[ ! -e x ]
ok 'nothing is left of what was refused'

run measure readings/b.nii missing.nii -o some
[ "$status" -eq 1 ] && [ -s some/b/results.json ] && grep -q missing.nii err
ok 'one that fails does not stop the rest'
cp readings/a.nii.gz a.nii.gz
run measure a.nii.gz readings/a.nii.gz -o twice
[ "$status" -eq 0 ] && [ -s twice/a/results.json ] && [ -s twice/readings_a/results.json ]
ok 'two files of one name are told apart'
rm -r twice
run measure a.nii.gz a.nii.gz -o twice
[ "$status" -eq 1 ] && [ "$(grep -c '' twice/results.csv)" -eq 2 ] && grep -q 'taken' err
ok 'two files with one id are not mixed up'
mkdir -p corrected/labels
cp readings/a.nii.gz corrected/labels/labels.nii.gz
run measure corrected/labels/labels.nii.gz -o corrected
refused 'labels where the results go' 1 corrected/labels/labels.nii.gz 'take its place'
cmp -s readings/a.nii.gz corrected/labels/labels.nii.gz
ok 'what was drawn stays'
"$CICATRIX" measure readings/a.nii.gz -o full >/dev/full 2>err
status=$?
[ "$status" -eq 1 ] && [ -s err ]
ok 'a full disk behind standard output is an error'
rm -rf small
(
    ulimit -f 1
    "$CICATRIX" measure readings/a.nii.gz -o small >out 2>err
)
status=$?
refused 'the disk is full' 1 small 'large|space|write'
[ ! -e small ] || [ -z "$(find small ! -type d)" ]
ok 'the disk is full: nothing left behind'

finish
