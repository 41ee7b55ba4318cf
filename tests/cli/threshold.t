#!/bin/sh
# threshold: what is written, that evaluate takes it, and what is refused.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

"$CICATRIX" phantom -o a.nii --truth t.nii --columns 96 --rows 88 --slices 4 || exit 1
"$CICATRIX" phantom --cohort 3 -o cohort >/dev/null || exit 1
still() { sed '/"timing"/,/}/d' "$1"; }

run threshold --help
[ "$status" -eq 0 ] && grep -q 'EXAMPLE' out && grep -q 'fwhm:region' out
ok '--help has an example and the methods'

for method in sd:2 sd:5 sd:6 fwhm fwhm:slice fwhm:volume fwhm:region otsu gmm; do
    run threshold a.nii --contours t.nii --method $method -o "$method"
    [ "$status" -eq 0 ] && [ ! -s err ] && [ "$(find "$method" -type f | wc -l)" -eq 6 ]
    ok "$method: succeeds in silence"
    for file in results.csv a/labels.nii.gz a/results.json a/overlay.png a/report.pdf \
        a/report.html; do
        [ -s "$method/$file" ]
        ok "$method: $file is there"
    done
    if grep -qiE '\b(nan|inf)' "$method/a/results.json" "$method/results.csv"; then false; fi
    ok "$method: no NaN"
done
grep -q '"name": "threshold sd:5"' sd:5/a/results.json &&
    grep -q '"method": "sd:5"' sd:5/a/results.json
ok 'the method is named'
cmp -s fwhm/a/labels.nii.gz fwhm:slice/a/labels.nii.gz
ok 'fwhm is fwhm:slice'
run threshold a.nii --contours t.nii --method sd:5 -o again
still sd:5/a/results.json >one.txt
still again/a/results.json >two.txt
cmp -s one.txt two.txt && cmp -s sd:5/a/labels.nii.gz again/a/labels.nii.gz
ok 'the same command gives the same results'

# results serve as contours: their 2 and 3 are myocardium alike
run threshold a.nii --contours sd:5 --method sd:5 -o folder
cmp -s sd:5/a/labels.nii.gz folder/a/labels.nii.gz
ok 'a folder of results serves as contours'
# the stored values less 500, by the header's intercept: a phase-sensitive image
cp a.nii psir.nii
printf '\000\000\200\077\000\000\372\303' |
    dd of=psir.nii bs=1 seek=112 conv=notrunc status=none
for method in sd:5 fwhm:volume gmm; do
    run threshold psir.nii --contours t.nii --method $method -o psir
    [ "$status" -eq 0 ] && cmp -s "psir/psir/labels.nii.gz" "$method/a/labels.nii.gz"
    ok "$method: negative intensities change nothing"
done

run threshold a.nii --contours t.nii --method otsu --grey-zone yan --no-report -o zones
[ "$status" -eq 0 ] && [ -s zones/a/zones.nii.gz ] && [ ! -e zones/a/overlay.png ] &&
    [ ! -e zones/a/report.pdf ] &&
    grep -q 'grey zone/mL' out && grep -q '"rule": "yan"' zones/a/results.json
ok 'grey zone and core'
run threshold a.nii --contours t.nii --method otsu --no-report -o zones
[ "$status" -eq 0 ] && [ ! -e zones/a/zones.nii.gz ]
ok 'an older folder is replaced'
cp a.nii two.nii # the third axis of the qform alone turned round: pixdim[0] is -1
printf '\277' | dd of=two.nii bs=1 seek=79 conv=notrunc status=none
run threshold two.nii --contours t.nii --method otsu --grey-zone yan --no-report -o two
[ "$status" -eq 0 ] && grep -q 'two-orientations' two/two/results.json &&
    [ "$(gzip -dc two/two/zones.nii.gz | head -c 80 | tail -c 1 | od -An -tx1)" = ' bf' ]
ok 'a qform that differs from the sform wants a review, and goes into what is written'
run threshold a.nii --contours t.nii --method sd:2 --min-island 1000 -o none
grep -q '"ml": 0.0' none/a/results.json
ok '--min-island drops what is smaller'
run threshold a.nii --contours t.nii --method sd:2 --exclude-border 2 --fill-no-reflow \
    -o clean
[ "$status" -eq 0 ] && grep -q '"exclude_border_mm": 2.0' clean/a/results.json &&
    grep -q '"fill_no_reflow": true' clean/a/results.json
ok 'the other corrections'
run threshold a.nii --contours t.nii --remote t.nii --method sd:2 -o drawn
[ "$status" -eq 0 ] && grep -q '"source": "t.nii"' drawn/a/results.json
ok 'a drawn remote region'

run threshold a.nii --contours t.nii --remote contours --method sd:2 -o drawn
[ "$status" -eq 0 ] && grep -q '"source": "contours"' drawn/a/results.json
ok 'the unenhanced myocardium of the contours as remote region'

run threshold cohort/COHORT.csv --method sd:3 -o three
[ "$status" -eq 0 ] && [ "$(grep -c '' three/results.csv)" -eq 4 ] &&
    [ "$(find three -name labels.nii.gz | wc -l)" -eq 3 ]
ok 'a cohort, by its column label'
run threshold cohort/COHORT.csv --split test --method fwhm -o split
[ "$status" -eq 0 ] && [ "$(grep -c '' split/results.csv)" -eq 2 ]
ok 'a part of a cohort'
run evaluate --truth cohort/COHORT.csv --pred 3SD=three -o agreement
[ "$status" -eq 0 ] && grep -q 3SD agreement/per-group.csv
ok 'evaluate takes it'

# ---- refusals ----
bad() { # TEXT STATUS FILE CAUSE ARGUMENTS...
    text=$1 want=$2 file=$3 cause=$4
    shift 4
    run threshold "$@" -o bad
    refused "$text" "$want" "$file" "$cause"
    [ ! -e bad ] || [ -z "$(find bad ! -type d)" ]
    ok "$text: nothing left behind"
}
zeros() { # a copy of FILE without its voxels' values
    head -c 352 "$1"
    head -c $(($(wc -c <"$1") - 352)) /dev/zero
}
zeros a.nii >flat.nii
zeros t.nii >empty.nii
"$CICATRIX" phantom -o other.nii --truth other-t.nii --columns 64 --rows 64 --slices 4

bad 'unknown method' 2 half 'not sd:N' a.nii --contours t.nii --method half
bad 'no N' 2 sd: 'number' a.nii --contours t.nii --method sd:
bad 'unknown zones' 2 grey 'yan' a.nii --contours t.nii --method otsu --grey-zone grey
bad 'unknown rule' 2 '>3' '15' a.nii --contours t.nii --method otsu --rule '>3'
bad 'no method' 2 method 'method' a.nii --contours t.nii
bad 'no contours' 1 a.nii 'no contours' a.nii --method otsu
bad 'missing contours' 1 nowhere.nii 'no such file' a.nii --contours nowhere.nii \
    --method otsu
bad 'missing image' 1 nowhere.nii 'no such file' nowhere.nii --contours t.nii \
    --method otsu
bad 'contours on another grid' 1 other-t.nii '64 x 64 x 4.*96 x 88 x 4' a.nii \
    --contours other-t.nii --method otsu
bad 'remote on another grid' 1 other-t.nii 'grid' a.nii --contours t.nii \
    --remote other-t.nii --method otsu
bad 'an image as contours' 1 a.nii 'label' a.nii --contours a.nii --method otsu
bad 'contours as the image' 1 t.nii 'a label map' t.nii --contours t.nii --method otsu
bad 'no myocardium' 1 empty.nii 'no myocardium' a.nii --contours empty.nii --method sd:5
bad 'an empty remote region' 1 a.nii 'no voxel of the remote region' a.nii \
    --contours t.nii --remote empty.nii --method sd:5
for method in sd:2 fwhm otsu gmm; do
    bad "$method: a constant image" 1 flat.nii 'one intensity' flat.nii \
        --contours t.nii --method $method
done
bad 'all is border' 1 a.nii 'beyond the border' a.nii --contours t.nii --method otsu \
    --exclude-border 100
bad 'no such patient in the folder' 1 three 'no contours of a' a.nii --contours three \
    --method otsu
bad 'no such column' 1 COHORT.csv 'no column "reader9"' cohort/COHORT.csv \
    --contours-column reader9 --method otsu

mkdir pair
cp a.nii pair/a.nii
cp psir.nii pair/b.nii
run threshold pair --contours t.nii --method otsu -o many
[ "$status" -eq 1 ] && grep -q 'give a folder' err
ok 'one file of contours for two images'
mkdir marks
cp t.nii marks/a.nii
run threshold pair --contours marks --method otsu -o many
[ "$status" -eq 1 ] && [ -s many/a/labels.nii.gz ] && [ ! -e many/b ] &&
    grep -q 'no contours of b' err
ok 'one that fails is reported, the others are done'
mkdir -p corrected/a
gzip -c t.nii >corrected/a/labels.nii.gz
cp corrected/a/labels.nii.gz drawn.nii.gz
run threshold a.nii --contours corrected --method otsu --no-report -o corrected
refused 'contours where the results go' 1 corrected/a/labels.nii.gz 'take its place'
run threshold a.nii --contours t.nii --remote corrected --method sd:2 --no-report \
    -o ./corrected
refused 'a remote region there' 1 corrected/a/labels.nii.gz 'take its place'
cmp -s drawn.nii.gz corrected/a/labels.nii.gz && [ "$(find corrected | wc -l)" -eq 3 ]
ok 'what was drawn stays, alone'
"$CICATRIX" threshold a.nii --contours t.nii --method otsu -o full >/dev/full 2>err
status=$?
[ "$status" -eq 1 ] && [ -s err ]
ok 'a full disk behind standard output is an error'

finish
