#!/bin/sh
# import: the folders of data sets as their authors lay them out, here filled with
# phantoms.
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

# ---- files named by patterns ----
run import pairs emidec -o named --image 'Case_{id}/Images/Case_{id}.nii.gz' \
    --label 'Contours/Case_{id}.nii.gz' --site 'Ours, too' --vendor GE
[ "$status" -eq 1 ] && grep -q 'N001.* has no image' err
ok 'labels without an image'
cp cohort/images/phantom_000.nii.gz emidec/Case_N001/Images/Case_N001.nii.gz
run import pairs emidec -o named --image 'Case_{id}/Images/Case_{id}.nii.gz' \
    --label 'Contours/Case_{id}.nii.gz' --site 'Ours, too' --vendor GE
[ "$status" -eq 0 ] && [ "$(grep -c '"Ours, too",GE' named/COHORT.csv)" -eq 6 ] &&
    [ "$(grep -c ',1234$' named/COHORT.csv)" -eq 5 ] &&
    cmp -s named/labels/P003.nii.gz cohort/labels/phantom_003.nii.gz
ok 'patients by patterns, files as they are'
group() { sed -n "s/^$1,.*,\([NP]\),1234\$/\1/p" named/COHORT.csv; }
[ "$(group P003)" = N ] && [ "$(group N001)" = P ]
ok 'scar or none, by the labels and not by the name'
run import emidec emidec -o again
[ "$(cut -d, -f1-3 again/COHORT.csv)" = "$(cut -d, -f1-3 named/COHORT.csv)" ]
ok 'the same patients as by name'
diff -r again/images named/images && diff -r again/labels named/labels
ok 'and the same files'

# a folder that looks like a cohort: its label maps are a reader's, and not ours to change
mkdir -p ours/images ours/labels
for k in 1 2; do
    cp "cohort/images/phantom_00$k.nii.gz" "ours/images/P$k.nii.gz"
    cp "cohort/labels/phantom_00$k.nii.gz" "ours/labels/P$k.nii.gz"
done
ln -s ours linked
for out in ours linked/; do
    run import pairs ours -o $out --image 'images/{id}.nii.gz' --label 'labels/{id}.nii.gz' \
        --codes 1=1,2=2,3=3,4=4,5=5
    refused "a cohort over what it is made of, -o $out" 1 ours/images/P1.nii.gz 'take its place'
    [ ! -e ours/COHORT.csv ] && cmp -s ours/labels/P2.nii.gz cohort/labels/phantom_002.nii.gz
    ok "-o $out: nothing changed"
done
run import pairs ours -o ours/cohort --image 'images/{id}.nii.gz' --label 'labels/{id}.nii.gz'
[ "$status" -eq 0 ] && cmp -s ours/cohort/labels/P2.nii.gz cohort/labels/phantom_002.nii.gz
ok 'within the same folder it may be'

# other numbers: MyoPS has 500, 200, 1220, 2221 and 600
mkdir -p myops/train25 myops/train25_myops_gd
cat >recode.py <<'END'
"""Labels of a NIfTI-1 file of bytes with other numbers, in 16 bits: IN OUT N,N,..."""
import gzip, struct, sys
data = gzip.open(sys.argv[1]).read()
offset = int(struct.unpack_from("<f", data, 108)[0])
codes = [int(n) for n in sys.argv[3].split(",")]
head = bytearray(data[:offset])
struct.pack_into("<hh", head, 70, 4, 16)
voxels = [codes[v] for v in data[offset:]]
with gzip.open(sys.argv[2], "wb") as out:
    out.write(bytes(head) + struct.pack("<%dh" % len(voxels), *voxels))
END
for k in 1 2; do
    cp "cohort/images/phantom_00$k.nii.gz" "myops/train25/myops_training_10${k}_DE.nii.gz"
    cp "cohort/images/phantom_00$k.nii.gz" "myops/train25/myops_training_10${k}_C0.nii.gz"
    python3 recode.py "cohort/labels/phantom_00$k.nii.gz" \
        "myops/train25_myops_gd/myops_training_10${k}_gd.nii.gz" 0,500,1220,2221,2221,600
done
run import myops myops -o myo
[ "$status" -eq 0 ] && [ "$(grep -c ',MyoPS,.*,[NP],1235$' myo/COHORT.csv)" -eq 2 ] &&
    [ "$(find myo -name '*.nii.gz' | wc -l)" -eq 4 ]
ok 'MyoPS: its LGE images and labels'
run measure myo/labels/101.nii.gz -o measured/myo
"$CICATRIX" measure cohort/labels/phantom_001.nii.gz -o measured/own >/dev/null
volumes() { sed -n 's/^ *"\(myocardium_ml\|blood_pool_ml\|percent_lge\)": //p' "$1"; }
[ -n "$(volumes measured/own/phantom_001/results.json)" ] &&
    [ "$(volumes measured/myo/101/results.json)" = \
        "$(volumes measured/own/phantom_001/results.json)" ]
ok 'their numbers have become ours'
# a converter may list the axes in another order
mkdir -p straight mirrored
for how in straight mirrored; do
    cp cohort/images/phantom_001.nii.gz $how/P1_image.nii.gz
    cp cohort/labels/phantom_001.nii.gz $how/P1_label.nii.gz
done
"$VARY" mirror cohort/labels/phantom_001.nii.gz mirrored/P1_label.nii.gz
for how in straight mirrored; do
    "$CICATRIX" import pairs $how -o out-$how --image '{id}_image.nii.gz' \
        --label '{id}_label.nii.gz' --codes 1=1,2=2,3=3,4=4,5=5 >/dev/null
done
! cmp -s straight/P1_label.nii.gz mirrored/P1_label.nii.gz &&
    cmp -s out-straight/labels/P1.nii.gz out-mirrored/labels/P1.nii.gz
ok 'labels whose axes run otherwise'
run import myops myops -o none --codes 500=1,200=2,2221=3
[ "$status" -eq 1 ] && grep -q '101_gd.* is 1220, not one of the codes' err && [ ! -e none ]
ok 'a number that is not told is refused'
run import pairs myops -o none --image 'myops_{id}_*.nii.gz'
refused 'two images of one patient' 1 training_101 'both of patient'
run import pairs myops -o none --image '{id}_DE.nii.gz' --label 'training_{id}_DE.nii.gz'
[ "$status" -eq 1 ] && [ ! -e none ]
ok 'patterns that do not fit each other'
run import pairs myops -o none --image '{id}_DE.nii.gz' --label '{id}_DE.nii.gz'
refused 'an image that is to be its labels, too' 1 101_DE 'both|fits the patterns'
run import pairs myops -o none --image '{id}_LGE.nii.gz'
refused 'no file of this name' 1 myops 'no file'
for name in 'P 2' 'Größe' '_2'; do
    mkdir -p "ids/P1" "ids/$name"
    cp cohort/images/phantom_001.nii.gz ids/P1/LGE.nii.gz
    cp cohort/images/phantom_001.nii.gz "ids/$name/LGE.nii.gz"
    run import pairs ids -o none --image '{id}/LGE.nii.gz'
    refused "a patient called $name is not passed over" 1 "ids/$name/LGE.nii.gz" 'is no id'
    [ ! -e none ]
    ok "$name: nothing written"
    rm -r ids
done
run import pairs myops -o none --image 'all.nii.gz'
refused 'a pattern without a patient' 2 all.nii.gz '[{]id[}]'
run import pairs myops -o none
refused 'pairs without a pattern' 2 pairs '--image'
run import myops myops -o none --codes 500=x
refused 'codes that are none' 2 codes '500=x'
run import emidec emidec -o none --codes 1=1
refused 'EMIDEC has its own' 2 emidec 'own'

finish
