#!/bin/sh
# import emidec: the folders of the data set as its authors lay them out, here filled
# with phantoms.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

"$CICATRIX" phantom --cohort 6 -o cohort || exit 1
n=0
for id in N001 N006 P002 P003 P010 P099; do
    mkdir -p "emidec/Case_$id/Images" "emidec/Case_$id/Contours"
    cp "cohort/images/phantom_00$n.nii.gz" "emidec/Case_$id/Images/Case_$id.nii.gz"
    cp "cohort/labels/phantom_00$n.nii.gz" "emidec/Case_$id/Contours/Case_$id.nii.gz"
    n=$((n + 1))
done
rm -r emidec/Case_P099/Contours

run import emidec emidec -o one
[ "$status" -eq 0 ] && [ "$(grep -c '' one/COHORT.csv)" -eq 7 ]
ok 'six patients'
[ "$(find one/images -type f | wc -l)" -eq 6 ] && [ "$(find one/labels -type f | wc -l)" -eq 5 ]
ok 'six images, five labels'
cmp -s cohort/images/phantom_002.nii.gz one/images/P002.nii.gz &&
    cmp -s cohort/labels/phantom_002.nii.gz one/labels/P002.nii.gz
ok 'files are what they were'
for group in N P; do
    grep "^$group" one/COHORT.csv | grep -q ',test,' &&
        grep "^$group" one/COHORT.csv | grep -q ',train,'
    ok "group $group is in both parts"
done
run import emidec emidec -o two
cmp -s one/COHORT.csv two/COHORT.csv
ok 'the split is the same every time'

before=$(cat two/COHORT.csv)
run import emidec emidec -o two
[ "$status" -eq 1 ] && [ "$before" = "$(cat two/COHORT.csv)" ]
ok 'a cohort is not overwritten without --force'
run import emidec emidec -o two --force
[ "$status" -eq 0 ]
ok '--force does'

# ---- refusals ----
wrong() { # TEXT FILE CAUSE
    rm -rf none
    run import emidec emidec -o none --quiet
    # a line for each faulty case, and at the end how many they were
    if tail -n 1 err | grep -q 'nothing was written'; then
        sed -i '$d' err
    fi
    refused "$1" 1 "$2" "$3"
    [ ! -e none ] || [ -z "$(find none ! -type d)" ]
    ok "$1: nothing left behind"
}
cp emidec/Case_P002/Contours/Case_P002.nii.gz keep
cp emidec/Case_P003/Contours/Case_P003.nii.gz emidec/Case_P002/Contours/Case_P002.nii.gz
wrong 'labels of another size' Case_P002 'grid|size|dimension|voxels'
cp emidec/Case_P002/Images/Case_P002.nii.gz emidec/Case_P002/Contours/Case_P002.nii.gz
wrong 'an image given as labels' Case_P002 'label|whole number'
head -c 300 keep >emidec/Case_P002/Contours/Case_P002.nii.gz
wrong 'truncated labels' Case_P002 'truncated'
cp keep emidec/Case_P002/Contours/Case_P002.nii.gz
rm emidec/Case_N001/Images/*
wrong 'a case without an image' Case_N001 'image|no such'

run import emidec nowhere -o none
refused 'a folder that is missing' 1 nowhere 'no such'
run import emidac emidec -o none
refused 'an unknown data set' 2 emidac 'unknown'

finish
