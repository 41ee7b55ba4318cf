#!/usr/bin/env bash
# Writes no-shortcuts.md: does a network trained on simulated patients look at scar, or at
# something that the simulator gives away?
#
#   docs/evidence/no-shortcuts.sh
#
# Patients of another seed than those of training, three times: as they are; with scar in the
# masks that gives no signal (mode control); and each with the labels found in another patient.
set -euo pipefail
cd "$(dirname "$0")/../.."
cicatrix=build/cicatrix
work=build/evidence/no-shortcuts
page=docs/evidence/no-shortcuts.md
patients=60
rm -rf "$work"
mkdir -p "$work"

for mode in cohort control; do
    "$cicatrix" simulate -o "$work/$mode" --mode "$mode" --patients $patients --seed 3 --quiet
    "$cicatrix" quantify "$work/$mode/COHORT.csv" --model sim3d --no-report -o "$work/$mode-out" >/dev/null
done

# The grid of a file as its header says: columns, rows, slices.
shape() {
    zcat "$1" >"$work/whole"
    od -An -j 42 -N 6 -t d2 "$work/whole"
}
# Voxels found in the next patient of the same matrix, under this patient's header.
mkdir -p "$work/shuffled"
declare -A last
for truth in "$work"/cohort/truth/*.nii.gz; do
    id=$(basename "$truth" .nii.gz)
    key=$(shape "$truth")
    if [ -n "${last[$key]-}" ]; then
        zcat "$work/cohort/truth/${last[$key]}.nii.gz" >"$work/header"
        zcat "$work/cohort-out/$id/labels.nii.gz" >"$work/voxels"
        { head -c 352 "$work/header" && tail -c +353 "$work/voxels"; } |
            gzip -n >"$work/shuffled/${last[$key]}.nii.gz"
    fi
    last[$key]=$id
done
rm -f "$work/header" "$work/voxels" "$work/whole"
{
    head -n 1 "$work/cohort/COHORT.csv"
    for f in "$work"/shuffled/*.nii.gz; do
        grep "^$(basename "$f" .nii.gz)," "$work/cohort/COHORT.csv"
    done
} >"$work/cohort/SHUFFLED.csv"

"$cicatrix" evaluate --truth "$work/cohort/COHORT.csv" --label-column truth --quiet \
    --pred "$work/cohort-out" -o "$work/as-is" >/dev/null
"$cicatrix" evaluate --truth "$work/control/COHORT.csv" --label-column truth --quiet \
    --pred "$work/control-out" -o "$work/silent" >/dev/null
"$cicatrix" evaluate --truth "$work/cohort/SHUFFLED.csv" --label-column truth --quiet \
    --pred "$work/shuffled" -o "$work/swapped" >/dev/null

# Mean over the patients with scar in the truth: n, DSC, %LGE true and found.
row() { # NAME FOLDER
    awk -F, -v name="$1" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["truth_scar_ml"] > 0 {
            n++; scar += $at["dsc_scar"]; wall += $at["dsc_myocardium"]
            read += $at["truth_percent_lge"]; found += $at["pred_percent_lge"]
        }
        END { printf "| %s | %d | %.3f | %.3f | %.1f | %.1f |\n", name, n, wall / n, scar / n,
            read / n, found / n }' "$work/$2/per-patient.csv"
}
{
    cat <<TXT
# No short cuts

*Simulated patients.* $patients patients of seed 3, none of whom \`sim3d\` learned from; those with scar in the
exact truth. This page is the output of \`docs/evidence/no-shortcuts.sh\`.

| | n | myocardium DSC | scar DSC | %LGE, true | %LGE, found |
|---|---|---|---|---|---|
TXT
    row 'as they are' as-is
    row 'scar in the mask, no signal (mode control)' silent
    row "labels found in another patient" swapped
    cat <<TXT

If anatomy, noise or contrast alone gave scar away, the second line would find it; if every patient's scar
were alike, the third would.
TXT
} >"$page.tmp"
mv "$page.tmp" "$page"
echo "$page"
