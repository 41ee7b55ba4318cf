#!/usr/bin/env bash
# Writes robustness.md: what becomes of %LGE and of the verdict when the same stack is
# stored otherwise, and whether what is no short-axis LGE stack is rejected.
#
#   docs/evidence/robustness.sh MODEL [COHORT.csv ...] [-- NOT_LGE_FOLDER ...]
#
# Twelve simulated patients are always among the stacks; PATIENTS (default 20) of each
# cohort, evenly spread over its table, come to them.  MODEL is a name or a .safetensors file; verdicts
# say more when it is calibrated.  Stacks in the folders behind -- must be rejected.
set -euo pipefail
[ $# -ge 1 ] || {
    echo "usage: $0 MODEL [COHORT.csv ...] [-- NOT_LGE_FOLDER ...]" >&2
    exit 2
}
model=$1
case $model in */*) model=$(realpath "$model") ;; esac
shift
cohorts=() others=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    cohorts+=("$(realpath "$1")")
    shift
done
[ $# -eq 0 ] || shift
for folder in "$@"; do others+=("$(realpath "$folder")"); done
cd "$(dirname "$0")/../.."
cicatrix=build/cicatrix
vary=build/tests/cli/vary
work=build/evidence/robustness
page=${PAGE:-docs/evidence/robustness.md}
patients=${PATIENTS:-20}
rm -rf "$work"
mkdir -p "$work"

quantify() { # OUT INPUT...
    local out=$1
    shift
    "$cicatrix" quantify "$@" --model "$model" --no-report -o "$out" >/dev/null
}

# column NAME FILE: id and this column of a results.csv or a cohort
column() {
    awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next }
        { print $1, $at }' "$2" | sort
}

# some COLUMN FILE: as column, of so many patients
some() {
    column "$1" "$2" | awk -v most="$patients" '{ line[NR] = $0 }
        END { n = NR < most ? NR : most
              for (i = 0; i < n; i++) print line[1 + int((i + 0.5) * NR / n)] }'
}

"$cicatrix" simulate --patients 12 --seed 606 -o "$work/simulated" >/dev/null
sets=(simulated)
cohort_of=("$work/simulated/COHORT.csv")
for c in "${cohorts[@]}"; do
    sets+=("$(basename "$(dirname "$c")")")
    cohort_of+=("$c")
done

kinds=(mirror turn fine sparse bits16 window)
for i in "${!sets[@]}"; do
    from=$work/in-${sets[i]}
    mkdir -p "$from/plain"
    mkdir -p "$from/truth" "$from/truth-sparse"
    some label "${cohort_of[i]}" | while read -r id label; do
        cp "$(dirname "${cohort_of[i]}")/$label" "$from/truth/$id.nii.gz"
        "$vary" sparse "$from/truth/$id.nii.gz" "$from/truth-sparse/$id.nii.gz"
    done
    for truth in truth truth-sparse; do
        "$cicatrix" measure "$from/$truth" -o "$work/out-${sets[i]}-$truth" >/dev/null
    done
    some image "${cohort_of[i]}" | while read -r id image; do
        cp "$(dirname "${cohort_of[i]}")/$image" "$from/plain/$id.nii.gz"
        for kind in "${kinds[@]}"; do
            mkdir -p "$from/$kind"
            "$vary" "$kind" "$from/plain/$id.nii.gz" "$from/$kind/$id.nii.gz"
        done
        for kind in noise gradient side; do
            mkdir -p "$from/$kind"
            "$vary" "$kind" "$from/plain/$id.nii.gz" "$from/$kind/$id.nii.gz"
        done
    done
    for kind in plain "${kinds[@]}" noise gradient side; do
        quantify "$work/out-${sets[i]}-$kind" "$from/$kind"
    done
done
# LGE of other scanners and hearts, none of which a model or its calibration has seen.
for mode in random acute; do
    "$cicatrix" simulate --mode "$mode" --patients 48 --seed 607 -o "$work/$mode" >/dev/null
    quantify "$work/out-$mode" "$work/$mode/images"
done
for j in "${!others[@]}"; do quantify "$work/out-other-$j" "${others[j]}" || true; done

# compare SET PLAIN KIND TITLE: number, mean and largest |difference| of %LGE, how many
# verdicts change
compare() {
    join <(column percent_lge "$work/out-$1-$2/results.csv") \
        <(column percent_lge "$work/out-$1-$3/results.csv") >"$work/lge.txt"
    join <(column verdict "$work/out-$1-$2/results.csv") \
        <(column verdict "$work/out-$1-$3/results.csv") >"$work/verdict.txt"
    awk -v set="$1" -v kind="$4" '
        FILENAME ~ /lge/ && $2 != "" && $3 != "" { d = $3 - $2; if (d < 0) d = -d; n++; sum += d
                           if (d > most) most = d; within += d <= 3 }
        FILENAME ~ /verdict/ { verdicts++; changed += $2 != $3 }
        END { printf "| %s | %s | %d | %.2f | %.2f | %d of %d | ", set, kind, n,
                     n ? sum / n : 0, most, within, n
              if (verdicts) printf "%d of %d |\n", changed, verdicts; else print "|" }' \
        "$work/lge.txt" "$work/verdict.txt"
}

verdicts() { # TITLE RESULTS
    column verdict "$2" | awk -v title="$1" '{ n[$2]++; all++ }
        END { printf "| %s | %d | %d | %d | %d |\n", title, all, n["accept"], n["review"], n["reject"] }'
}

{
    cat <<TXT
# The same stack, stored otherwise

This page is the output of \`docs/evidence/robustness.sh\`, with the model \`$(basename "$model" .safetensors)\`.
Each stack is segmented as it is, and again with its columns in the other order (mirror), rotated by
90 degrees (turn), at pixels of 0.7 mm (fine), without every second slice (sparse), and as whole numbers
from 0 to 40000 (bits16), and with the darkest 40 % of the voxels black (window). What changes:

| stacks | variant | patients | mean change of %LGE, points | largest | within 3 points | verdict changes |
|---|---|---|---|---|---|---|
TXT
    for set in "${sets[@]}"; do
        for kind in "${kinds[@]}"; do compare "$set" plain "$kind" "$kind"; done
        compare "$set" truth truth-sparse "sparse, the reader's own contours"
    done
    cat <<TXT

Without every second slice other tissue is measured: the row of the reader's own contours says how much of that
change is no error of the program.

# What is LGE, of other scanners and other hearts

Simulated patients that neither the model nor its calibration has seen: contrast, noise and resolution drawn
widely (random), and fresh infarcts (acute), some of them of images that no reader would want. A stack of a
kind that is new must not be taken for another kind of image:

| stacks | number | accept | review | reject |
|---|---|---|---|---|
TXT
    for mode in random acute; do verdicts "simulated, $mode" "$work/out-$mode/results.csv"; done
    cat <<TXT

# What is no short-axis LGE stack

Noise and a ramp on the same grids, and the same stacks seen from the side (cut along the long axis):

| stacks | number | accept | review | reject |
|---|---|---|---|---|
TXT
    for set in "${sets[@]}"; do
        verdicts "$set, as it is" "$work/out-$set-plain/results.csv"
        for kind in noise gradient side; do
            verdicts "$set, $kind" "$work/out-$set-$kind/results.csv"
        done
    done
    for j in "${!others[@]}"; do
        verdicts "$(basename "${others[j]}")" "$work/out-other-$j/results.csv"
    done
} >"$work/page.md"
mv "$work/page.md" "$page"
