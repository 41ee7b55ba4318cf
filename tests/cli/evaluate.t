#!/bin/sh
# evaluate against the exact labels of phantoms.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

"$CICATRIX" phantom --cohort 5 -o cohort || exit 1
# a reader who is always right
for id in 000 001 002 003 004; do
    mkdir -p "perfect/phantom_$id"
    cp "cohort/labels/phantom_$id.nii.gz" "perfect/phantom_$id/labels.nii.gz"
done

run evaluate --truth cohort/COHORT.csv --pred perfect -o out1
[ "$status" -eq 0 ]
ok 'the truth against itself'
find out1 -type f | grep -q .
ok 'files are written'
run evaluate --truth cohort/COHORT.csv --pred perfect -o out2
diff -r out1 out2 >diff.txt
ok 'the same command gives the same bytes'

run evaluate --truth cohort/COHORT.csv --pred perfect -o drawn1 --figures
[ "$status" -eq 0 ] && [ -s drawn1/figures/perfect-agreement.pdf ] &&
    [ -s drawn1/figures/perfect-dsc.svg ] && [ -s drawn1/summary.json ]
ok 'figures are drawn beside the tables'
run evaluate --truth cohort/COHORT.csv --pred perfect -o drawn2 --figures
diff -r drawn1 drawn2 >diff.txt
ok 'figures are the same bytes again'

# a reader who took one patient for another
cp -r perfect swapped
cp perfect/phantom_001/labels.nii.gz swapped/phantom_000/labels.nii.gz
run evaluate --truth cohort/COHORT.csv --pred swapped -o out3
refused 'a label map of another size' 1 phantom_000 'grid|size|dimension|voxels'

wrong() { # FILE CAUSE
    rm -rf none
    run evaluate --truth "$1" --pred perfect -o none
    refused "$1: $2" 1 "$1" "$2"
    [ ! -e none ] || [ -z "$(find none ! -type d)" ]
    ok "$1: nothing left behind"
}
wrong missing.csv 'no such file'
cut -d , -f 1,2 cohort/COHORT.csv >cohort/unlabelled.csv
wrong cohort/unlabelled.csv 'label'
sed 's/^id,/name,/' cohort/COHORT.csv >cohort/no-id.csv
wrong cohort/no-id.csv 'id'
sed '$p' cohort/COHORT.csv >cohort/twice.csv
wrong cohort/twice.csv 'phantom_004'
sed 's|labels/phantom_002|../secret|' cohort/COHORT.csv >cohort/outside.csv
wrong cohort/outside.csv '\.\.|outside'

run evaluate --truth cohort/COHORT.csv --pred nowhere -o none
refused 'a folder that is missing' 1 nowhere 'no such'
run evaluate --pred perfect -o none
[ "$status" -eq 2 ]
ok 'no truth is wrong usage'

finish
