#!/usr/bin/env bash
# Writes short-stacks.md: what a stack of three slices loses against the same slices in the
# whole stack, on patients of EMIDEC that the model did not learn from.
#
#   docs/evidence/short-stacks.sh FOLDER
#
# FOLDER is that of lge.sh, which has to have ended.
set -euo pipefail
[ $# -eq 1 ] || {
    echo "usage: $0 FOLDER" >&2
    exit 2
}
work=$(realpath "$1")
cd "$(dirname "$0")/../.."
cicatrix=$PWD/build/cicatrix vary=$PWD/build/tests/cli/vary page=$PWD/docs/evidence/short-stacks.md
. docs/evidence/held-out.sh
cd "$work"
rm -rf short && mkdir -p short/truth short/whole

patients >short/patients
echo id,image,label >short/COHORT.csv
while read -r id image label fold; do
    mkdir -p "short/in-$fold" "short/whole/$id"
    "$vary" middle "emidec/$image" "short/in-$fold/$id.nii.gz"
    "$vary" middle "emidec/$label" "short/truth/$id.nii.gz"
    "$vary" middle "lge3d/predictions/$id/labels.nii.gz" "short/whole/$id/labels.nii.gz"
    echo "$id,in-$fold/$id.nii.gz,truth/$id.nii.gz" >>short/COHORT.csv
done <short/patients
held_out short/in short/alone
"$cicatrix" evaluate --truth short/COHORT.csv --label-column label -o short/agree -q \
    --pred whole=short/whole --pred alone=short/alone >short/evaluate.txt

# scar METHOD: of patients with scar in these slices, how many have none in the map; of the
# others, how many have some
scar() {
    awk -F, -v method="$1" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["method"] == method {
            truth = $at["truth_scar_ml"] > 0; found = $at["pred_scar_ml"] > 0
            with += truth; without += !truth; missed += truth && !found; false += !truth && found
        }
        END { printf "%d of %d | %d of %d", missed, with, false, without }' short/agree/per-patient.csv
}
rows() {
    awk -F, -v method="$1" -v scar="$(scar "$1")" -v title="$2" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["group"] == "all" && $at["method"] == method {
            printf "| %s | %.3f | %d | %.3f | %.3f | %s | %.2f | %.1f |\n", title, $at["dsc_myocardium_mean"],
                $at["dsc_scar_n"], $at["dsc_scar_mean"], $at["dsc_scar_mean_empty_1"], scar,
                $at["percent_lge_r"], $at["percent_lge_bias"]
        }' short/agree/per-group.csv
}
{
    cat <<TXT
# Stacks of three slices

Written by \`docs/evidence/short-stacks.sh\`: EMIDEC (real infarct), 100 patients, each by the model of the fold that did
not see it. Of each stack the three slices in the middle, measured alone, and cut out of what was drawn in the whole
stack.

| | myocardium DSC | n | scar DSC | both empty = 1 | scar missed | scar where there is none | %LGE, r | bias, points |
|---|---|---|---|---|---|---|---|---|
TXT
    rows whole 'cut out of the whole'
    rows alone 'measured alone'
    printf '\n## Patient by patient\n\n'
    sed -n '/ against .*, patient by patient/,/^$/s/^/    /p' short/evaluate.txt
} >short/page.md
mv short/page.md "$page"
