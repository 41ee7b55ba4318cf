#!/bin/sh
# study: end to end on a few simulated patients; stopped and taken up again; refusals.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# DIR [OPTIONS]: as small as a study gets
tiny() {
    dir=$1
    shift
    run study -o "$dir" --preset small --patients 12 --epochs 4 --locate-epochs 4 \
        --threads 1 "$@"
}

run study --help
[ "$status" -eq 0 ] && grep -q simulated out
ok 'its help says that the patients are simulated'
run study --preset small
[ "$status" -eq 2 ]
ok 'a folder is needed'
run study -o none --preset medium
refused 'a preset that does not exist' 2 medium 'full or small'
mkdir full && touch full/letter
run study -o full --preset small
refused 'a folder of something else' 1 full 'no study'

tiny s
[ "$status" -eq 0 ] && grep -q 'simulated' out
ok 'a study from patients to report'
for key in n_test r_volume r_percent_lge dsc_3d dsc_2d p_3d_vs_2d p_3d_vs_2d_better p_vendor \
    large_accuracy by_site by_vendor reader seconds_per_image simulated program; do
    grep -q "^  \"$key\": " s/report/study.json
    ok "study.json has $key"
done
# {"p": ..., "p_better": ...}: a direction where P < .05 alone
awk -F'[:, ]+' '$2 ~ /^"p_(3d_vs_2d|error_percent_lge)"$/ { small = $3 != "null" && $3 < .05 }
    $2 ~ /^"p_(3d_vs_2d|error_percent_lge)_better"$/ { n++; bad += small == ($3 ~ /neither/) }
    END { exit !(n == 2 && bad == 0) }' s/report/study.json
ok 'a direction is given where P is below .05, and there alone'
grep -q '^  "difference_dsc": {' s/report/study.json &&
    grep -q 'DSC, 3D minus 2D in the same patients | - | -\{0,1\}[0-9]' s/report/report.md
ok 'the difference stands in both'
sed -n '3p' s/report/report.md | grep -q SIMULATED
ok 'the first paragraph of the report says what the patients are'
grep -q '0.54 ± 0.26' s/report/report.md
ok 'the paper stands beside it'
grep -q 'fitted to reader 1 on training patients: from odds of scar of 1 : [0-9]' \
    s/report/report.md
ok 'how scar is drawn stands in it'
grep -q '^| most of nine against reader 1 | [0-9]' s/report/report.md &&
    [ "$(find s/consensus/labels -name '*.nii.gz' | wc -l)" -eq "$(find s/pred3d -name labels.nii.gz | wc -l)" ]
ok 'and what most of nine further readers say'
grep -o 'figure[0-9][a-z]*\.png' s/report/report.md >named
while read -r figure; do
    [ -s "s/report/$figure" ] || echo "$figure"
done <named >missing
[ -s named ] && [ ! -s missing ]
ok 'every figure that the report names is there'
[ -s s/timing.json ] && [ -s s/agreement/truth/summary.json ]
ok 'timing.json and the tables'

# nothing is made again
cp s/report/study.json before.json
cksum s/*.safetensors s/pred?d/*/labels.nii.gz >sums
tiny s
[ "$status" -eq 0 ] && cmp -s before.json s/report/study.json && [ ! -s err ]
ok 'a finished study is left alone'

# what is missing is, with the same result; times differ
rm -r s/report s/model2d.safetensors s/pred2d s/consensus
rm -r "$(find s/pred3d -name 'sim-*' | head -n 1)"
tiny s
cksum s/*.safetensors s/pred?d/*/labels.nii.gz | cmp -s sums
ok 'what was removed comes out the same'
grep -v -e seconds_per_image before.json >a
grep -v -e seconds_per_image s/report/study.json | cmp -s a
ok 'and so do the numbers'

tiny s --seed 2
refused 'a folder of another study' 1 s/study-state 'another study'

# killed while it trains, when the coarse network is there
mkdir k && cp -r s/cohort s/study-state k
"$CICATRIX" study -o k --preset small --patients 12 --epochs 4 --locate-epochs 4 \
    --threads 1 >out 2>err &
child=$!
while kill -0 $child 2>/dev/null && [ ! -e k/model3d.safetensors.log.csv ]; do
    sleep 0.05
done
kill -9 $child 2>/dev/null
wait $child 2>/dev/null
[ ! -e k/report ]
ok 'killed in training'
tiny k
[ "$status" -eq 0 ] && cmp -s s/model2d.safetensors k/model2d.safetensors
ok 'taken up again it ends with the same networks'

finish
