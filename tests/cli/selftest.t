#!/bin/sh
# selftest: phantoms serve for images, once as they are and once with the columns that a
# simulated cohort has.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

"$CICATRIX" phantom --cohort 6 -o c || exit 1
awk -F, -v OFS=, 'NR == 1 { print $1, $2, $3, "truth,reader2,site,subtype,true_percent_lge,true_scar_ml" }
    NR > 1 { print $1, $2, $3, $3, $3, "S" NR % 2, "other", (NR % 3 ? 8 : 0), (NR % 3 ? 9 : 0) }' \
    c/COHORT.csv >c/SIMULATED.csv

run selftest --help
[ "$status" -eq 0 ] && grep -q EXAMPLE out
ok 'help'

run selftest c/COHORT.csv
[ "$status" -eq 0 ] && grep -q 'noise/(B-M)' out && ! grep -qE 'PASS|FAIL' out
ok 'real patients: statistics of the images, no verdict'
cp out plain

awk -F, -v OFS=, 'NR > 1 { $5 = "" } { print }' c/SIMULATED.csv >c/UNREAD.csv
run selftest c/UNREAD.csv
[ "$status" -eq 0 ] && grep -q 'noise/(B-M)' out && ! grep -qE 'PASS|FAIL' out
ok 'simulated for training, without readers: as real ones'

run selftest c/SIMULATED.csv -o d --gallery g.png --beside c/COHORT.csv
[ "$status" -eq 1 ] && [ ! -s err ] && grep -q 'of .* checks passed' out
ok 'simulated patients: verdicts, and the exit status is one of them'
grep -q 'wall DSC, truth and reader  *all .* 1\.00 .* FAIL' out
ok 'readers who copy the truth are found out'
grep -c '' out | awk '{ exit !($1 > 30) }'
ok 'all tables'
[ -s d/selftest.json ] && [ -s d/montage-S0.png ] && [ -s d/montage-S1.png ] && [ -s g.png ]
ok 'files'
run selftest c/SIMULATED.csv --json
cmp -s out d/selftest.json
ok '--json prints the file'
OMP_NUM_THREADS=1 run selftest c/SIMULATED.csv --json
cmp -s out d/selftest.json
ok 'the same on one thread'

"$CICATRIX" simulate -o series --patients 2 --format dicom --quiet || exit 1
run selftest series/COHORT.csv --gallery series.png
[ ! -s err ] && grep -q 'of .* checks passed' out && [ -s series.png ]
ok 'images that are DICOM series'

# ---- refusals ----
run selftest c/SIMULATED.csv --beside c/COHORT.csv
refused '--beside alone' 2 beside 'gallery'
run selftest none.csv
refused 'no such cohort' 1 none.csv 'no such|cannot open'
sed 's/,8,9$/,8,x/' c/SIMULATED.csv >c/WRONG.csv
run selftest c/WRONG.csv
[ "$status" -eq 1 ] && grep -q 'true_scar_ml' err && [ ! -s out ]
ok 'a cell that is no number'
rm c/labels/phantom_003.nii.gz
run selftest c/COHORT.csv
[ "$status" -eq 1 ] && grep -q phantom_003 err && grep -q '1 of 6 patients' err
ok 'a missing file'
run selftest c/SIMULATED.csv -o /dev/full/x
[ "$status" -eq 1 ]
ok 'nowhere to write'

finish
