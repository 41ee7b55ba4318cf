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
mkdir blocked && : >blocked/figures
run evaluate --truth cohort/COHORT.csv --pred perfect -o blocked --figures
refused 'a file where figures go' 1 blocked/figures 'not a (folder|directory)|exists'

# a second reader in the cohort, who has read two patients of five and erased one
mkdir cohort/second
cp cohort/labels/phantom_001.nii.gz cohort/second/
cp cohort/labels/phantom_003.nii.gz cohort/second/
awk -F , -v OFS=, 'NR == 1 { print $0, "reader2", "site"; next }
    { print $0, $1 ~ /_00[13]/ ? "second/" $1 ".nii.gz" : "", NR % 2 ? "Rome" : "Oslo" }' \
    cohort/COHORT.csv >cohort/two.csv
run evaluate --truth cohort/two.csv --pred net=perfect --reader R2=reader2 --by site -o out4
[ "$status" -eq 1 ] && [ "$(grep -c 'no prediction for' err)" -eq 3 ]
ok 'patients that a reader has not read are said'
grep -q '"truth_and_all_methods"' out4/summary.json &&
    grep -q 'missing: phantom_000, phantom_002, phantom_004 (3)' out4/report.md &&
    [ "$(grep -c '^R2,.*,missing,' out4/per-patient.csv)" -eq 3 ] &&
    [ "$(grep -c '^R2,' out4/per-patient.csv)" -eq 5 ]
ok 'and counted: in the report, the summary and the table'
grep -q 'Rome' out4/per-group.csv && grep -q '| site | Oslo |' out4/report.md
ok 'groups of a column'
! grep -qiE '(nan|inf)[,} ]' out4/summary.json out4/per-patient.csv out4/per-group.csv
ok 'what is undefined is null or empty'
run evaluate --truth cohort/COHORT.csv --reader label -o out5
[ "$status" -eq 0 ] && grep -q '"hd_scar"' out5/summary.json
ok 'a reader alone'

# no scar in truth nor in the prediction of one patient
mkdir cohort/none empty
for id in 000 001 002 003 004; do
    f=phantom_$id.nii.gz
    gzip -dc "cohort/labels/$f" >whole.nii
    { # nothing but a header and zeros
        head -c 352 whole.nii
        tail -c +353 whole.nii | tr '\001-\005' '\000'
    } | gzip >"cohort/none/$f"
    cp "cohort/none/$f" empty/
done
sed 's|labels/phantom_002|none/phantom_002|' cohort/COHORT.csv >cohort/one-empty.csv
cp -r perfect same
cp cohort/none/phantom_002.nii.gz same/phantom_002/labels.nii.gz
mean() { # KEY: of the first "KEY": {... "mean": X
    awk -v key="\"$1\"" '$1 == key ":" { on = 1 } on && $1 == "\"n\":" { n = $2 }
        on && $1 == "\"mean\":" { print n $2; exit }' out6/summary.json
}
for how in skip:4,1.0 one:5,1.0 zero:5,0.8; do
    run evaluate --truth cohort/one-empty.csv --pred same -o out6 --empty "${how%:*}"
    [ "$status" -eq 0 ] && [ "$(mean nsd_myocardium | tr -d ,)" = "$(echo "${how#*:}" | tr -d ,)" ]
    ok "an empty region: $how"
done
grep -q '"n_both_empty": 1' out6/summary.json
ok 'and is counted'
run evaluate --truth cohort/COHORT.csv --pred empty -o out6
[ "$status" -eq 0 ] && [ "$(mean hd_scar)" = 0,null, ]
ok 'no distance to an empty map'
run evaluate --truth cohort/COHORT.csv --pred empty -o out6 --empty-distance diagonal
[ "$status" -eq 0 ] && mean hd_scar | grep -q '^5,[1-9]'
ok 'or the diagonal of the grid'

# a voxel that is no label
cp -r perfect odd
gzip -dc odd/phantom_003/labels.nii.gz >whole.nii
printf '\011' | dd of=whole.nii bs=1 seek=1000 conv=notrunc 2>dd.txt
gzip <whole.nii >odd/phantom_003/labels.nii.gz
run evaluate --truth cohort/COHORT.csv --pred odd -o out7
refused 'a code that is no label' 1 odd/phantom_003/labels.nii.gz 'label codes'
grep -q 'failed: phantom_003 (1)' out7/report.md && grep -q '4 patients evaluated' out
ok 'the others are evaluated'

rm -r odd/phantom_003
run evaluate --truth cohort/COHORT.csv --pred odd -o out8
refused 'a missing prediction' 1 odd 'no prediction for phantom_003'

# a reader who took one patient for another
cp -r perfect swapped
cp perfect/phantom_001/labels.nii.gz swapped/phantom_000/labels.nii.gz
run evaluate --truth cohort/COHORT.csv --pred swapped -o out3
refused 'a label map of another size' 1 swapped/phantom_000/labels.nii.gz \
    'cohort/labels/phantom_000.nii.gz: [0-9 x]+ voxels, not [0-9 x]+$'

mkdir nobody
run evaluate --truth cohort/COHORT.csv --pred nobody -o unmade
[ "$status" -eq 1 ] && grep -q 'nobody: nobody of cohort/COHORT.csv could be compared' err && [ ! -s out ] &&
    [ ! -e unmade/report.md ]
ok 'a folder with nobody of the cohort is no table of dashes'

# one patient whom nobody has read, one of whom scar alone was drawn
cp -r cohort doubtful
for patient in 000 001; do
    gunzip -c cohort/labels/phantom_$patient.nii.gz >doubtful/labels/phantom_$patient.nii
done
cut_labels() { # PATIENT FROM TO
    head -c 352 doubtful/labels/phantom_"$1".nii >cut.nii
    tail -c +353 doubtful/labels/phantom_"$1".nii | tr "$2" "$3" >>cut.nii
    mv cut.nii doubtful/labels/phantom_"$1".nii
}
cut_labels 000 '\001\002\003\004' '\000\000\000\000'
cut_labels 001 '\001\002' '\000\003'
sed -i 's|\(labels/phantom_00[01].nii\).gz|\1|' doubtful/COHORT.csv
run evaluate --truth doubtful/COHORT.csv --pred perfect -o doubt
[ "$status" -eq 0 ] && [ "$(grep -c warning err)" -eq 2 ] &&
    grep -q "doubtful/COHORT.csv: column 'label' of 1 of 5 patients (phantom_000) holds no myocardium" err &&
    grep -q '1 of 5 patients (phantom_001) holds scar and no other myocardium' err
ok 'a truth that is none is told of'

# of two the reader drew no scar, as a column of the cohort says
awk -F, 'NR == 1 { print $0 ",labelled"; next } { print $0 (NR < 4 ? ",12" : ",1234") }' cohort/COHORT.csv >cohort/DRAWN.csv
run evaluate --truth cohort/DRAWN.csv --pred perfect --by labelled -o drawn
[ "$status" -eq 0 ] && [ "$(grep -c warning err)" -eq 1 ] &&
    grep -q "of 2 of 5 patients (phantom_000, ...) holds no scar, for it was not drawn" err &&
    [ "$(grep -c '^[a-z]*,labelled,12,' drawn/per-group.csv)" -eq 1 ]
ok 'a truth in which no scar was drawn is told of'

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

head -n 1 cohort/COHORT.csv >cohort/nobody.csv
wrong cohort/nobody.csv 'no row|no patient'

for option in --by --label-column --reader; do
    run evaluate --truth cohort/COHORT.csv --pred perfect $option planet -o none
    refused "$option: a column that is absent" 1 cohort/COHORT.csv "no column 'planet'"
done
for option in '--empty two' '--empty-distance 3' '--lesion-iou 0' '--rule >20'; do
    # shellcheck disable=SC2086
    run evaluate --truth cohort/COHORT.csv --pred perfect $option -o none
    [ "$status" -eq 2 ] && [ "$(grep -c '' err)" -eq 1 ]
    ok "$option is wrong usage"
done
run evaluate --truth cohort/COHORT.csv -o none
[ "$status" -eq 2 ] && grep -q -- --reader err
ok 'nothing to evaluate is wrong usage'
run evaluate --truth cohort/COHORT.csv --pred nowhere -o none
refused 'a folder that is missing' 1 nowhere 'no such'
run evaluate --pred perfect -o none
[ "$status" -eq 2 ]
ok 'no truth is wrong usage'

finish
