#!/bin/sh
# calibrate: what is learned from patients with a truth, and what quantify then says.
# Phantoms stand for patients here: nothing that is measured says how good a model is.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
: "${VARY:?the program that varies stacks}"
cd "$work" || exit 1

# value KEY FILE: the first number or word after "KEY"
value() { sed -n "s/.*\"$1\": *\"\{0,1\}\([^\",]*\).*/\1/p" "$2" | head -n 1; }

"$CICATRIX" phantom --cohort 30 -o cohort || exit 1
"$CICATRIX" quantify cohort/COHORT.csv --model sim3d --precision f32 --threads 1 --no-report \
    -o pred >out 2>err || exit 1
[ "$(grep -c 'features' pred/*/results.json | grep -c ':1$')" -eq 30 ]
ok 'quantify writes the features'
grep -q 'no calibration' out
ok 'and says that the model has no calibration'
first=$(awk -F, 'NR == 2 { print $1 }' cohort/COHORT.csv)
grep -A 3 'percent_lge_interval90' "pred/$first/results.json" | grep -q null
ok 'there is no interval then'

# six stacks that show no heart
mkdir others
for k in 1 2 3 4 5 6; do
    image=$(awk -F, -v row=$((k + 1)) 'NR == row { print $2 }' cohort/COHORT.csv)
    kind=noise
    [ $k -le 3 ] || kind=side
    "$VARY" $kind "cohort/$image" others/$k.nii.gz || exit 1
done
"$CICATRIX" quantify others --model sim3d --precision f32 --threads 1 --no-report -o other-results \
    >out 2>err || exit 1

run calibrate sim3d --from pred --truth cohort/COHORT.csv --not-lge other-results \
    -o model.safetensors --report report
[ "$status" -eq 0 ] && [ ! -s err ]
ok 'calibrate succeeds in silence'
grep -q '^30 patients, each judged by the others' out && grep -q 'truth in the 90 % interval' out
ok 'and tells what it is worth'
grep -qE '^truth in the 90 % interval +[0-9]+ of 30, about 90 % by construction$' out
ok 'a count that must come out so has no interval'
grep -qE '^\| all \| [0-9]+ of 30 \| [0-9.]+ \| [0-9]+ of 30 \| [0-9.]+ \|$' report/calibration.md &&
    grep -qE '^\| with scar in truth \| [0-9]+ of [0-9]+: [0-9.]+ % \(' report/calibration.md &&
    [ "$(grep -cE '^\| (%LGE printed: 0|above (0 to 5|5 to 15|15)) \|' report/calibration.md)" -eq 4 ] &&
    grep -qE 'k = ceil.*: [0-9.]+ to 9[0-9.]+ % in nine' report/calibration.md
ok 'coverage by truth and by what is printed, and how it spreads'
for file in calibration.md calibration.csv calibration.pdf calibration.svg calibration.png; do
    [ -s report/$file ]
    ok "$file is there"
done
[ "$(grep -c '' report/calibration.csv)" -eq 31 ] &&
    [ "$(awk -F, 'NR > 1 { n += $6 } END { print n }' report/calibration.csv)" -ge 24 ]
ok 'a row a patient, and most intervals hold the truth'
cp model.safetensors first.safetensors
run calibrate sim3d --from pred --truth cohort/COHORT.csv --not-lge other-results \
    -o model.safetensors
cmp -s first.safetensors model.safetensors
ok 'the same again is the same, byte for byte'

run calibrate sim3d --from pred --truth cohort/COHORT.csv --not-lge other-results \
    --lge pred -o more.safetensors --report more
[ "$status" -eq 0 ] && grep -q 'other LGE stacks: rejected | [0-9]* of 30' more/calibration.md
ok 'more LGE without a truth is looked at'

# a reader's label maps may list their voxels along other axes
mkdir cohort/turned
for label in cohort/labels/*; do
    "$VARY" turn "$label" "cohort/turned/$(basename "$label")" || exit 1
done
sed "s,labels/,turned/," cohort/COHORT.csv >cohort/turned.csv
run calibrate sim3d --from pred --truth cohort/turned.csv --not-lge other-results -o turned.safetensors
[ "$status" -eq 0 ] && cmp -s first.safetensors turned.safetensors
ok 'label maps in another order of axes are the same truth'

# patients that other networks segmented
run calibrate lge2d --from pred --truth cohort/COHORT.csv -o other.safetensors
refused 'results of other networks' 1 pred 'unet3d-fast.*lge2d is unet2d-fast.*own recipe'
cp -r pred mixed
sed 's/"arch": "[^"]*"/"arch": "unet2d"/' "pred/$first/results.json" >"mixed/$first/results.json"
run calibrate sim3d --from mixed --truth cohort/COHORT.csv -o other.safetensors
refused 'results of several networks' 1 results.json 'segmented by'
[ ! -e other.safetensors ]
ok 'neither wrote a file'

# as crossval lays its results out
mkdir -p crossval
ln -s "$work/pred" crossval/predictions
run calibrate sim3d --from crossval --truth cohort/COHORT.csv --not-lge other-results \
    -o again.safetensors
[ "$status" -eq 0 ] && cmp -s first.safetensors again.safetensors
ok 'DIR/predictions is found'

# ---- what quantify makes of it ----
image=$(awk -F, -v id="$first" '$1 == id { print $2 }' cohort/COHORT.csv)
run quantify "cohort/$image" --model ./model.safetensors --precision f32 --threads 1 -o with
json=$(find with -name results.json)
plain="pred/$first/results.json"
[ "$status" -eq 0 ] && ! grep -q 'no calibration' out && grep -q ' to ' out
ok 'the table has the interval'
cmp -s "$(dirname "$json")/labels.nii.gz" "pred/$first/labels.nii.gz" &&
    [ "$(value percent_lge "$json")" = "$(value percent_lge "$plain")" ]
ok 'labels and %LGE are those of the weights'
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
    NR == 2 { lo = $at["percent_lge_low90"]; hi = $at["percent_lge_high90"]
              p = $at["probability_large"]; y = $at["percent_lge"]
              exit !(lo != "" && hi != "" && p != "" && 0 <= lo && lo <= y && y <= hi && hi <= 100 &&
                     p > 0 && p < 1) }' with/results.csv
ok 'results.csv has interval and probability'
[ "$(value probability_large "$json")" != null ]
ok 'results.json too'
low=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
    NR == 2 { printf "%.1f", $at["percent_lge_low90"] }' with/results.csv)
grep -q "90 % interval: $low to" "${json%results.json}report.html" &&
    grep -q 'probability of &gt; 15 %: 0' "${json%results.json}report.html"
ok 'and the report, above all'
if command -v pdftotext >/dev/null; then
    pdftotext "${json%results.json}report.pdf" report.txt
    grep -q 'P(> 15 %) 0' report.txt && ! grep -q '…' report.txt
    ok 'where nothing is too long for its place'
else
    skip 'nothing in report.pdf is too long for its place' 'no pdftotext'
fi
mkdir shelf
cp model.safetensors shelf/calibrated.safetensors
CICATRIX_MODELS=$work/shelf "$CICATRIX" models >out 2>err
grep -q 'calibrated on 30 patients' out
ok 'models tells that it is calibrated'
run quantify others/1.nii.gz --model ./model.safetensors --precision f32 --threads 1 --no-report -o n
grep -q '"verdict": "reject"' n/1/results.json
ok 'noise is rejected'
run quantify "cohort/$image" --model ./model.safetensors --tta 8 --threads 1 --no-report -o tta
grep -q 'another number of poses' out
ok 'for another number of poses there is no calibration'

# ---- the same stack, stored otherwise ----
said=$(value verdict "$json")
lge=$(value percent_lge "$json")
for kind in mirror turn fine bits16; do
    "$VARY" $kind "cohort/$image" $kind.nii.gz || exit 1
    run quantify $kind.nii.gz --model ./model.safetensors --precision f32 --threads 1 --no-report -o varied
    [ "$(value verdict varied/$kind/results.json)" = "$said" ] &&
        awk -v a="$lge" -v b="$(value percent_lge varied/$kind/results.json)" \
            'BEGIN { exit !(a - b <= 5 && b - a <= 5) }'
    ok "$kind: the same verdict, and %LGE within 5 points"
done

# ---- refusals ----
run calibrate sim3d --from pred --truth cohort/COHORT.csv -o cohort/COHORT.csv
refused 'a model by the name of a table' 2 cohort/COHORT.csv 'end in .safetensors'
run calibrate sim3d --from none --truth cohort/COHORT.csv -o bad.safetensors
refused 'no such folder' 1 none 'no such folder'
run calibrate sim3d --from other-results --truth cohort/COHORT.csv -o bad.safetensors
refused 'results of others' 1 other-results '0 patients'
run calibrate sim3d --from pred --truth cohort/COHORT.csv --not-lge cohort -o bad.safetensors
refused 'no results of other stacks' 1 cohort '0 folders'
mkdir -p half
cp -r pred/. half/
sed 's/"features"/"faetures"/' "pred/$first/results.json" >"half/$first/results.json"
run calibrate sim3d --from half --truth cohort/COHORT.csv -o bad.safetensors
refused 'a result of an older version' 1 "$first/results.json" 'no quality.features'
head -c 300 "pred/$first/results.json" >"half/$first/results.json"
run calibrate sim3d --from half --truth cohort/COHORT.csv -o bad.safetensors
refused 'a result that is cut off' 1 "$first/results.json" 'not a result'
cp "pred/$first/results.json" "half/$first/results.json"
rm "half/$first/labels.nii.gz"
run calibrate sim3d --from half --truth cohort/COHORT.csv -o bad.safetensors
refused 'a result without labels' 1 half "no labels of $first"
head -n 20 cohort/COHORT.csv >cohort/few.csv
run calibrate sim3d --from pred --truth cohort/few.csv -o bad.safetensors
refused 'too few patients' 1 pred '19 patients'
run calibrate sim3d --from pred --truth cohort/COHORT.csv
refused 'no -o' 2 output 'required|needs|missing'
run calibrate sim3d --from pred --truth cohort/COHORT.csv -o none/bad.safetensors
refused 'no folder for the model' 1 none/bad.safetensors 'no such'
[ ! -e bad.safetensors ]
ok 'nothing was written'
# a calibration that somebody spoilt
LC_ALL=C sed 's/doubt_limit/doubt_limid/' model.safetensors >spoilt.safetensors
run quantify "cohort/$image" --model ./spoilt.safetensors -o bad
refused 'a spoilt calibration' 1 spoilt.safetensors 'doubt_limit'

finish
