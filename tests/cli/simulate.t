#!/bin/sh
# simulate: the same bytes on any number of threads and after any interruption.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

run simulate -o five --patients 5 --threads 2
[ "$status" -eq 0 ] && [ ! -s err ] && [ "$(grep -c '' five/COHORT.csv)" -eq 6 ]
ok 'five patients'
[ "$(find five/images five/truth five/reader1 five/reader2 -type f | wc -l)" -eq 20 ]
ok 'an image, the truth and two readings each'
run simulate -o three --patients 3 --threads 1
[ "$status" -eq 0 ] && head -n 4 five/COHORT.csv | cmp -s - three/COHORT.csv
ok 'three are the first of five'
same=0
for file in three/*/sim-*.nii.gz; do
    cmp -s "$file" "five/${file#*/}" || same=1
done
[ $same -eq 0 ]
ok 'on one thread as on two'
gzip -dc five/images/sim-0001.nii.gz | head -c 352 | grep -aq 'not a patient'
ok 'says in the header what it is'

# killed at some moment and begun again, until it is done
tries=0
while [ ! -e killed/COHORT.csv ] && [ $tries -lt 30 ]; do
    tries=$((tries + 1))
    timeout -s KILL "$tries" "$CICATRIX" simulate -o killed --patients 3 --threads 2 >out 2>err
done
diff -r three killed >diff.txt
ok 'killed and completed, the same bytes'
run simulate -o three --patients 5
[ "$status" -eq 0 ] && diff -r three five >diff.txt
ok 'a cohort can grow'

# patients begin where they are told to
run simulate -o late --first 4 --patients 1
sed -n '1p;6p' five/COHORT.csv | cmp -s - late/COHORT.csv &&
    cmp -s late/truth/sim-0005.nii.gz five/truth/sim-0005.nii.gz
ok 'a part of a cohort'

run simulate -o random --mode random --patients 1 --seed 9
[ "$status" -eq 0 ] && grep -q ',truth/sim-0001.nii.gz,truth/.*,12345,' random/COHORT.csv &&
    [ ! -e random/reader1 ]
ok 'random: the truth is the label'

run simulate -o acute --mode acute --patients 1 --seed 9
[ "$status" -eq 0 ] && grep -q ',truth/sim-0001.nii.gz,truth/.*,12345,' acute/COHORT.csv &&
    [ ! -e acute/reader1 ] && ! cmp -s acute/truth/sim-0001.nii.gz random/truth/sim-0001.nii.gz
ok 'acute: another patient, the truth is the label'

# ---- refusals ----
before=$(cat five/COHORT.csv)
run simulate -o five --patients 5 --seed 2
refused 'another seed in the same folder' 1 five 'another cohort.*nothing was changed'
run simulate -o five --patients 5 --mode random
refused 'another mode in the same folder' 1 five 'another cohort'
run simulate -o five --first 2 --patients 3
refused 'another part in the same folder' 1 five 'another cohort'
[ "$before" = "$(cat five/COHORT.csv)" ]
ok 'nothing was changed'
mkdir -p foreign/images && echo id >foreign/COHORT.csv
run simulate -o foreign --patients 1
refused 'a folder of somebody else' 1 foreign 'not of a simulation'
run simulate -o five/COHORT.csv/x --patients 1
refused 'a file where a folder is wanted' 1 five/COHORT.csv 'not a (folder|directory)|cannot'
run simulate -o none --mode other
refused 'an unknown mode' 2 other 'cohort, random, acute or control'
run simulate -o none --patients 0
[ "$status" -eq 2 ]
ok 'no patients is wrong usage'
run simulate --patients 3
[ "$status" -eq 2 ] && [ ! -e none ]
ok 'no folder is wrong usage'
(
    ulimit -f 20
    "$CICATRIX" simulate -o full --patients 1 >out 2>err
)
status=$?
refused 'a disk that is full' 1 sim-0001.nii.gz 'cannot write'
[ ! -e full/COHORT.csv ] && [ -z "$(find full -name '*.nii.gz*')" ]
ok 'nothing half written'

finish
