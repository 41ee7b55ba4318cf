#!/usr/bin/env bash
# What models make of images inverted too early: %LGE of simulated patients whose magnitude
# image was read out 40 ms or more before the myocardium's null, beside reader 1.
#
#   docs/evidence/early.sh FOLDER MODEL...
#
# FOLDER takes 1073 patients (0.5 GB), of another seed than those of any training.  MODEL is a
# name or a .safetensors file.
set -euo pipefail
[ $# -ge 2 ] || {
    echo "usage: $0 FOLDER MODEL..." >&2
    exit 2
}
mkdir -p "$1"
work=$(realpath "$1")
shift
cicatrix=$(dirname "$(realpath "$0")")/../../build/cicatrix
"$cicatrix" simulate --patients 1073 --seed 77 -o "$work/cohort" -q
rm -rf "$work/early" && mkdir "$work/early"
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $at["reconstruction"] == "magnitude" && $at["ti_null_ms"] - $at["ti_ms"] >= 40 {
        print $at["id"], $at["image"], $at["reader1_percent_lge"]
    }' "$work/cohort/COHORT.csv" | sort >"$work/chosen"
while read -r _ image _; do cp "$work/cohort/$image" "$work/early/"; done <"$work/chosen"
for model in "$@"; do
    "$cicatrix" quantify "$work/early" --model "$model" --no-report -o "$work/out" >/dev/null 2>&1
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { print $1, $at["percent_lge"], $at["verdict"] }' "$work/out/results.csv" | sort |
        join "$work/chosen" - | awk -v model="$model" '{
            n++; reader += $3; lge += $4; off += $4 > $3 ? $4 - $3 : $3 - $4; verdicts[$5]++
        } END {
            printf "%s: %d patients, reader 1 %.1f, %%LGE %.1f, off by %.1f points; accept %d, review %d, reject %d\n",
                model, n, reader / n, lge / n, off / n, verdicts["accept"], verdicts["review"], verdicts["reject"]
        }'
done
