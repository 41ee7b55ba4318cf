#!/bin/sh
# phantom: the same seed gives the same bytes; a cohort is one that the program reads.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

run phantom -o a.nii.gz --truth a-truth.nii.gz --seed 7
[ $status -eq 0 ] && [ -s a.nii.gz ] && [ -s a-truth.nii.gz ] && [ ! -s err ]
ok 'writes a stack and its labels'
run phantom -o b.nii.gz --seed 7
cmp -s a.nii.gz b.nii.gz
ok 'the same seed gives the same bytes'
run phantom -o c.nii.gz --seed 8
[ $status -eq 0 ] && ! cmp -s a.nii.gz c.nii.gz
ok 'another seed gives another stack'

run phantom -o d.nii --columns 70 --rows 64 --slices 3 --pixel 2.5
[ $status -eq 0 ] && [ "$(wc -c <d.nii)" -eq $((352 + 4 * 70 * 64 * 3)) ]
ok 'takes the size that was asked for'

grep -aq 'phantom of simple shapes, not a patient' d.nii
ok 'says in the header what it is'

run phantom --cohort 5 -o cohort
[ $status -eq 0 ] && [ "$(grep -c '' cohort/COHORT.csv)" -eq 6 ]
ok 'writes a cohort of five'
missing=0
while IFS=, read -r id image label split; do
    [ "$id" = id ] && continue
    { [ -s "cohort/$image" ] && [ -s "cohort/$label" ] && [ -n "$split" ]; } || missing=1
done <cohort/COHORT.csv
[ $missing -eq 0 ]
ok 'every row has its files'

run phantom -o f.nii --truth f.nii
refused 'refuses one file for both' 1 f.nii 'both'
[ ! -e f.nii ]
ok 'and writes neither'
run phantom -o e.png
refused 'refuses a name that is not NIfTI' 1 e.png 'nii'
[ ! -e e.png ]
ok 'and writes nothing'
run phantom -o nowhere/e.nii.gz
refused 'names a folder that is missing' 1 nowhere/e.nii.gz 'no such file'
run phantom
[ $status -eq 2 ]
ok 'wants an output'
run phantom --cohort 3 --rows 20 -o x
[ $status -eq 2 ] && [ ! -e x ]
ok 'refuses sizes for a cohort'

# A disk that is full after 8 blocks: the write fails, and the file does not stay.
(
    ulimit -f 8
    "$CICATRIX" phantom -o full.nii.gz >out 2>err
)
status=$?
refused 'a full disk is an error' 1 full.nii.gz 'large|space|write'
[ "$(find . -name '*full*' | wc -l)" -eq 0 ]
ok 'and leaves no part of a file'

finish
