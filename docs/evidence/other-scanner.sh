#!/usr/bin/env bash
# Writes other-scanner.md: what is left of the accuracy where the patients of EMIDEC are shown
# otherwise than EMIDEC shows them, each by the model that did not learn from them.
#
#   docs/evidence/other-scanner.sh FOLDER
#
# FOLDER is that of lge.sh, which has to have ended.  Takes a few minutes.
set -euo pipefail
[ $# -eq 1 ] || {
    echo "usage: $0 FOLDER" >&2
    exit 2
}
work=$(realpath "$1")
cd "$(dirname "$0")/../.."
cicatrix=$PWD/build/cicatrix vary=$PWD/build/tests/cli/vary page=$PWD/docs/evidence/other-scanner.md
. docs/evidence/held-out.sh
cd "$work"
rm -rf other && mkdir -p other

# Each fold's model says how far it may be wrong by what the patients of the other folds taught.
probes=()
for kind in cine side noise gradient; do probes+=(--not-lge "probes/lge3d-$kind"); done
for kind in simulated sites infarcts; do probes+=(--lge "probes/lge3d-$kind"); done
for fold in 0 1 2 3 4; do
    awk -F, -v fold=$fold 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
        NR == 1 || $at["fold"] != fold' emidec/COHORT.csv >emidec/without-$fold.csv
    "$cicatrix" calibrate lge3d/fold-$fold/model.safetensors --from lge3d --truth emidec/without-$fold.csv "${probes[@]}" \
        -o other/model-$fold.safetensors >/dev/null
done
patients >other/patients
for draw in 1 2 3; do
    dir=other/$draw
    mkdir -p "$dir/truth"
    echo id,image,label >"$dir/COHORT.csv"
    line=0
    while read -r id image label fold; do
        line=$((line + 1)) seed=$((1000 * draw + line))
        mkdir -p "$dir/few-$fold" "$dir/scanner-$fold"
        "$vary" few "emidec/$image" "$dir/few-$fold/$id.nii.gz" "$seed"
        "$vary" few "emidec/$label" "$dir/truth/$id.nii.gz" "$seed"
        "$vary" scanner "$dir/few-$fold/$id.nii.gz" "$dir/scanner-$fold/$id.nii.gz" "$seed"
        echo "$id,few-$fold/$id.nii.gz,truth/$id.nii.gz" >>"$dir/COHORT.csv"
    done <other/patients
    held_out "$dir/few" "$dir/few" other/model
    held_out "$dir/scanner" "$dir/scanner" other/model
    "$cicatrix" evaluate --truth "$dir/COHORT.csv" --label-column label -o "$dir/agree" -q \
        --pred few="$dir/few" --pred scanner="$dir/scanner" >/dev/null
done

# cell DRAW METHOD COLUMN FORMAT: of all patients
cell() {
    awk -F, -v method="$2" -v column="$3" -v format="$4" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["group"] == "all" && $at["method"] == method { printf format, $at[column] }' "other/$1/agree/per-group.csv"
}
# hearts DRAW METHOD: missed altogether, and scar missed of those who have some, drawn in others
hearts() {
    awk -F, -v method="$2" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["method"] == method {
            n++; lost += $at["dsc_myocardium"] < 0.3
            truth = $at["truth_scar_ml"] > 0; found = $at["pred_scar_ml"] > 0
            with += truth; without += !truth; missed += truth && !found; false += !truth && found
        }
        END { printf "%d of %d | %d of %d | %d of %d", lost, n, missed, with, false, without }' \
        "other/$1/agree/per-patient.csv"
}
# trust METHOD: of the stacks of all draws: verdicts, and how often the interval holds the reader's %LGE
trust() {
    for draw in 1 2 3; do
        awk -F, -v draw="$draw" -v method="$1" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
            $at["method"] == method {
                print draw, $at["id"], $at["dsc_myocardium"], $at["truth_percent_lge"]
            }' "other/$draw/agree/per-patient.csv"
    done | while read -r draw id numbers; do
        echo "$(tr -d ' \n' <"other/$draw/$1/$id/results.json" |
            sed 's/.*"percent_lge_interval90":\[\([^]]*\),\([^]]*\)\].*"verdict":"\([a-z]*\)".*/\1 \2 \3/') $numbers"
    done | awk '{ n[$3]++; dsc[$3] += $4; all++; held += $1 <= $5 && $5 <= $2 }
        END {
            split("accept review reject", v, " ")
            for (i = 1; i <= 3; i++)
                if (n[v[i]]) printf "| %d (%.3f) ", n[v[i]], dsc[v[i]] / n[v[i]]; else printf "| 0 "
            printf "| %d of %d: %.1f %% |", held, all, 100 * held / all
        }'
}
# doubt LOST: of all stacks whose heart was lost (1) or not (0), n and the range of the wall's entropy
doubt() {
    for draw in 1 2 3; do
        awk -F, -v draw="$draw" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
            { print draw, $at["method"], $at["id"], $at["dsc_myocardium"] < 0.3 }' "other/$draw/agree/per-patient.csv"
    done | while read -r draw method id lost; do
        [ "$lost" = "$1" ] || continue
        sed -n 's/.*"wall_entropy": *\([0-9.]*\).*/\1/p' "other/$draw/$method/$id/results.json"
    done | sort -n | awk '{ v[NR] = $1 }
        END { if (NR) printf "%d stacks: median %.2f, 99th percentile %.2f, largest %.2f", NR, v[int((NR + 1) / 2)],
              v[int(0.99 * NR + 0.5)], v[NR]; else printf "none" }'
}
{
    cat <<TXT
# As another scanner might show them

Written by \`docs/evidence/other-scanner.sh\`: EMIDEC (real infarct), 100 patients, each by the model of the fold that did
not see it, three times with other chances. *few*: two to six slices, one to three apart, mirrored and turned by chance.
*scanner*: these with another window (up to 40 % of the voxels black), gamma 0.74 to 1.35, a coil's shade, blur and
noise (\`tests/cli/vary.c\`). It is not another scanner, nor another reader; nothing was trained or chosen on it.

| | | heart lost (DSC < 0.3) | scar missed | scar where there is none | myocardium DSC | scar DSC, both empty = 1 | %LGE, r | bias, points |
|---|---|---|---|---|---|---|---|---|
TXT
    for draw in 1 2 3; do
        for kind in few scanner; do
            printf '| %s | %s | %s | %s | %s | %s | %s |\n' "$draw" "$kind" "$(hearts $draw $kind)" \
                "$(cell $draw $kind dsc_myocardium_mean %.3f)" "$(cell $draw $kind dsc_scar_mean_empty_1 %.3f)" \
                "$(cell $draw $kind percent_lge_r %.2f)" "$(cell $draw $kind percent_lge_bias %.1f)"
        done
    done
    cat <<TXT

What each fold's model said of itself, calibrated on the patients of the other four as EMIDEC shows them (in brackets
the mean myocardium DSC):

| | accept | review | reject | %LGE of the reader within the 90 % interval |
|---|---|---|---|---|
| few $(trust few)
| scanner $(trust scanner)

Entropy of the wall, bits per pixel of it, by which the program tells that it is not looking at a heart (from 1.4 on it
tries the next place): heart found, $(doubt 0); heart lost, $(doubt 1).
TXT
} >other/page.md
mv other/page.md "$page"
