#!/bin/sh
# paint: the same bytes on any number of threads and after any interruption; who was
# painted on is never lost.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

run paint --help
[ "$status" -eq 0 ] && grep -q 'cicatrix paint emidec/COHORT.csv' out && grep -q licence out
ok 'help with an example and the licence'

run phantom --cohort 5 -o rings
[ "$status" -eq 0 ] && grep -q '^id,image,label' rings/COHORT.csv
ok 'sources'
run paint rings/COHORT.csv -o two --copies 2 --threads 2 --seed 4
[ "$status" -eq 0 ] && [ ! -s err ] && [ "$(grep -c '' two/COHORT.csv)" -eq 11 ]
ok 'two copies of each'
[ "$(find two/images two/labels -type f | wc -l)" -eq 20 ]
ok 'an image and labels each'
gzip -dc "$(find two/images -type f | head -n 1)" | head -c 352 | grep -aq 'painted by Cicatrix'
ok 'says in the header what it is'

# column NAME of every row of a table
column() {
    awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next }
        { print $c }' "$1"
}
column two/COHORT.csv id | sed 's/-p[12]$//' >expected
column two/COHORT.csv source_id | cmp -s - expected &&
    column rings/COHORT.csv id | cmp -s - "$(uniq expected >sources && echo sources)"
ok 'source_id names the patient painted on'
[ "$(column two/COHORT.csv split | sort -u)" = train ] &&
    [ "$(column two/COHORT.csv labelled | sort -u)" = 1234 ]
ok 'for training, with the labels that are drawn'
column two/COHORT.csv pattern | sort -u | grep -qx kept
ok 'scar that is there is kept'

run paint rings/COHORT.csv -o one --copies 1 --threads 1 --seed 4
same=0
for file in one/images/*.gz one/labels/*.gz; do
    cmp -s "$file" "two/${file#*/}" || same=1
done
[ "$status" -eq 0 ] && [ $same -eq 0 ]
ok 'copy 1 is the same whatever the number of copies and threads'
run paint rings/COHORT.csv -o one --copies 2 --seed 4
[ "$status" -eq 0 ] && diff -r one two >diff.txt
ok 'a folder can grow'

tries=0
while [ ! -e killed/COHORT.csv ] && [ $tries -lt 30 ]; do
    tries=$((tries + 1))
    timeout -s KILL "$tries" "$CICATRIX" paint rings/COHORT.csv -o killed --copies 2 \
        --seed 4 >out 2>err
done
diff -r two killed >diff.txt
ok 'killed and completed, the same bytes'

run paint rings/COHORT.csv -o plain --copies 2 --plain-share 1 --infarct-share 0
[ "$status" -eq 0 ] && ! column plain/COHORT.csv pattern | grep -qE 'fibrosis|infarct'
ok 'no scar is painted when none is wanted'
run paint rings/COHORT.csv -o infarct --copies 2 --plain-share 0 --infarct-share 1
[ "$status" -eq 0 ] && column infarct/COHORT.csv pattern | grep -q infarct &&
    ! column infarct/COHORT.csv pattern | grep -qE 'fibrosis|none'
ok 'infarcts alone'
first=$(column rings/COHORT.csv split | head -n 1)
run paint rings/COHORT.csv -o part --copies 1 --split "$first"
[ "$status" -eq 0 ] && [ "$(column part/COHORT.csv id | wc -l)" -eq \
    "$(column rings/COHORT.csv split | grep -cx -- "$first")" ]
ok 'one split alone'

awk -F, -v OFS=, 'NR == 1 { print $0, "group"; next } { print $0, NR == 3 ? "N" : "P" }' \
    rings/COHORT.csv >rings/groups.csv
run paint rings/groups.csv -o normal --copies 2 --group N
[ "$status" -eq 0 ] && [ "$(column normal/COHORT.csv source_id | uniq)" = "$(sed -n 2p sources)" ] &&
    [ "$(column normal/COHORT.csv group | uniq)" = N ]
ok 'one group alone'
run paint rings/groups.csv -o normal --copies 2 --group P
refused 'another group in the same folder' 1 normal 'another cohort'

# who drew no scar has no copies; no-reflow that is painted is exact, whoever did not tell it
awk -F, -v OFS=, 'NR == 1 { print $0, "labelled"; next } { print $0, NR == 3 ? "12" : "123" }' \
    rings/COHORT.csv >rings/drawn.csv
run paint rings/drawn.csv -o drawn --copies 1 --plain-share 0
[ "$status" -eq 0 ] && ! column drawn/COHORT.csv source_id | grep -qxF "$(sed -n 2p sources)" &&
    paste -d' ' - - <<TXT | awk '{ bad += $2 != ($1 == "kept" ? "123" : "1234") } END { exit bad || NR < 4 }'
$(column drawn/COHORT.csv pattern >patterns; column drawn/COHORT.csv labelled | paste -d'\n' patterns -)
TXT
ok 'what is painted was drawn, what was not is no source'

run paint two/COHORT.csv -o twice --copies 1
[ "$status" -eq 0 ] && column twice/COHORT.csv source_id | cmp -s - expected
ok 'painted twice, the patient is still named'

sed '1s/$/,source_id/; 2,$s/$/,"two, ""2"""/' rings/COHORT.csv >rings/quoted.csv
run paint rings/quoted.csv -o quoted --copies 1 --split "$first"
[ "$status" -eq 0 ] && [ "$(grep -c ',"two, ""2""",' quoted/COHORT.csv)" -eq \
    "$(column rings/COHORT.csv split | grep -cx -- "$first")" ]
ok 'text of the source stays one cell'

# ---- refusals ----
before=$(cat two/COHORT.csv)
run paint rings/COHORT.csv -o two --copies 2 --seed 5
refused 'another seed in the same folder' 1 two 'another cohort.*nothing was changed'
[ "$before" = "$(cat two/COHORT.csv)" ]
ok 'nothing was changed'
run paint rings/COHORT.csv -o none --split nowhere
refused 'a split that nobody is in' 1 rings/COHORT.csv 'no patient with a label in split nowhere'
sed 's/^\([^,]*,[^,]*\),[^,]*/\1,/; 1s/.*/id,image,label/; 2,$s/^\([^,]*,[^,]*,\).*/\1/' \
    rings/COHORT.csv >rings/bare.csv
run paint rings/bare.csv -o none
refused 'no labels' 1 rings/bare.csv 'no patient with a label'
mkdir -p foreign/labels
run paint rings/COHORT.csv -o foreign
refused 'a folder of somebody else' 1 foreign 'labels, not of a painted cohort'
run simulate --patients 1 --format dicom -o scanned -q
run paint scanned/COHORT.csv -o series --copies 1 -q
[ "$status" -eq 0 ] && [ -s series/images/sim-0001-p1.nii.gz ]
ok 'a source may be a DICOM series'
id=$(column rings/COHORT.csv id | head -n 1)
cp -r rings flawed
image=$(column rings/COHORT.csv image | head -n 1)
label=$(column rings/COHORT.csv label | head -n 1)
cp "flawed/$image" "flawed/$label"
run paint flawed/COHORT.csv -o none --threads 1
refused 'an image in place of labels' 1 "$id" 'label'
run paint rings/COHORT.csv -o none --plain-share 0.7 --infarct-share 0.4
refused 'shares of more than all' 2 plain-share 'more than 1'
run paint rings/COHORT.csv
[ "$status" -eq 2 ]
ok 'no folder is wrong usage'
run paint -o none
[ "$status" -eq 2 ]
ok 'no cohort is wrong usage'
(
    ulimit -f 20
    "$CICATRIX" paint rings/COHORT.csv -o full --copies 1 >out 2>err
)
status=$?
refused 'a disk that is full' 1 full 'cannot write'
[ ! -e full/COHORT.csv ] && [ -z "$(find full -name '*.nii.gz*')" ]
ok 'nothing half written'

finish
