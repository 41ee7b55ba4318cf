#!/usr/bin/env bash
# Writes acute.md: how infarcts of EMIDEC and of the simulator lie in the wall, and what
# models/sim3d.safetensors takes EMIDEC's for.
#
#   docs/evidence/acute.sh EMIDEC_FOLDER
#
# Needs python3-nibabel; about a minute.
set -euo pipefail
[ $# -eq 1 ] || {
    echo "usage: $0 EMIDEC_FOLDER" >&2
    exit 2
}
emidec=$(realpath "$1")
cd "$(dirname "$0")/../.."
cicatrix=build/cicatrix
work=build/evidence/acute
page=docs/evidence/acute.md
rm -rf "$work"
mkdir -p "$work"
measure() { /usr/bin/python3 -B docs/evidence/acute.py "$@"; }

"$cicatrix" import emidec "$emidec" -o "$work/emidec" >/dev/null
for mode in random acute; do
    "$cicatrix" simulate -o "$work/$mode" --mode $mode --patients 200 --seed 99 --quiet
done
"$cicatrix" quantify "$work/emidec/COHORT.csv" --model sim3d --no-report -o "$work/out" >/dev/null
{
    cat <<TXT
# How infarcts lie in the wall

This page is the output of \`docs/evidence/acute.sh EMIDEC_FOLDER\` (with
[acute.py](acute.py)). Along 24 rays a slice from the middle of the blood pool; a ray crosses an
infarct where more than 30 % of its wall is scar (labels 3 and 4). 10th percentile / median / 90th
percentile over rays. Simulated patients: 200 of each mode, seed 99, those with scar; EMIDEC: the
patients with infarct of the training split (\`split\` of \`cicatrix import emidec\`), since figures
of the test split must not shape the simulator.

| | patients | wall without scar, mm | wall of infarcts, mm | scar, share of the wall there | ends before 85 % of the wall |
|---|---|---|---|---|---|
TXT
    measure rays 'EMIDEC, real' "$work/emidec/COHORT.csv" train
    measure rays 'simulated, mode random' "$work/random/COHORT.csv"
    measure rays 'simulated, mode acute' "$work/acute/COHORT.csv"
    cat <<TXT

What \`sim3d\` takes the infarct of EMIDEC's readers (label 3) for, mL a patient:

| patients | infarct | taken for scar or no-reflow | for myocardium | for LV blood | for what lies outside |
|---|---|---|---|---|---|
TXT
    measure taken "$work/emidec/COHORT.csv" "$work/out"
} >"$page.tmp"
mv "$page.tmp" "$page"
echo "$page"
