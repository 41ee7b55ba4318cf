#!/usr/bin/env bash
# Writes thresholds.md: the threshold methods on real late-enhancement images, given the
# true contours of the myocardium, beside a network that draws its own.
#
#   docs/evidence/thresholds.sh EMIDEC_FOLDER
#
# EMIDEC_FOLDER holds Case_*/Images and Case_*/Contours.
set -euo pipefail
[ $# -eq 1 ] || {
    echo "usage: $0 EMIDEC_FOLDER" >&2
    exit 2
}
emidec=$(realpath "$1")
cd "$(dirname "$0")/../.."
cicatrix=build/cicatrix
work=build/evidence/thresholds
page=docs/evidence/thresholds.md
rm -rf "$work"
mkdir -p "$work"

"$cicatrix" import emidec "$emidec" -o "$work/emidec" >/dev/null
for group in P N; do
    awk -F, -v g="$group" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "group") at = i }
        NR == 1 || $at == g' "$work/emidec/COHORT.csv" >"$work/emidec/$group.csv"
done
patients=$work/emidec/P.csv

# apply NAME COHORT OPTION...: one more method, its predictions in $work/NAME
apply() {
    local name=$1 cohort=$2
    shift 2
    "$cicatrix" threshold "$cohort" --no-report -o "$work/$name" "$@" >/dev/null
}

methods='sd:2 sd:3 sd:4 sd:5 sd:6 fwhm:slice fwhm:volume fwhm:region otsu gmm'
clean='--exclude-border 2 --fill-no-reflow --min-island 0.2'
found=() known=() cleaned=() healthy=()
for method in $methods; do
    name=${method/:/-}
    apply "$name" "$patients" --method "$method"
    found+=(--pred "$name=$work/$name")
    # shellcheck disable=SC2086 # several words
    apply "$name-clean" "$patients" --method "$method" $clean
    cleaned+=(--pred "$name=$work/$name-clean")
    apply "$name-N" "$work/emidec/N.csv" --method "$method"
    healthy+=(--pred "$name=$work/$name-N")
    case $method in otsu | gmm) continue ;; esac
    apply "$name-known" "$patients" --method "$method" --remote contours
    known+=(--pred "$name=$work/$name-known")
done
"$cicatrix" quantify "$work/emidec/COHORT.csv" --model sim3d --no-report -o "$work/sim3d" >/dev/null

judge() { # NAME COHORT PREDICTIONS...
    local name=$1 cohort=$2
    shift 2
    "$cicatrix" evaluate --quiet --truth "$cohort" "$@" -o "$work/judge-$name" >/dev/null
}
judge found "$patients" "${found[@]}" --pred "sim3d=$work/sim3d"
judge known "$patients" "${known[@]}"
judge cleaned "$patients" "${cleaned[@]}"
judge healthy "$work/emidec/N.csv" "${healthy[@]}" --pred "sim3d=$work/sim3d"

# The rows of a judgement as a table: NAME, then pairs of a heading and how it is made of
# columns of per-group.csv (a+b: mean and sd; a~b: from, to).
table() {
    local name=$1
    shift
    awk -F, -v want="$(printf '%s|' "$@")" '
    function value(column, digits) {
        if (!(column in at)) {
            print "no column " column > "/dev/stderr"
            failed = 1
            exit 1
        }
        return $at[column] == "" ? "-" : sprintf("%." digits "f", $at[column])
    }
    NR == 1 {
        for (i = 1; i <= NF; i++) at[$i] = i
        n = split(want, part, "|")
        head = "| method |"
        line = "| --- |"
        for (i = 1; i + 2 <= n; i += 3) {
            head = head " " part[i] " |"
            line = line " ---: |"
        }
        print head
        print line
        next
    }
    $at["by"] == "" {
        row = "| " $1 " |"
        for (i = 1; i + 2 <= n; i += 3) {
            digits = part[i + 2]
            two = split(part[i + 1], c, /[+~]/)
            text = value(c[1], digits)
            if (two == 2)
                text = text (part[i + 1] ~ /~/ ? " to " : " ± ") value(c[2], digits)
            row = row " " text " |"
        }
        print row
    }
    END { exit failed }' "$work/judge-$name/per-group.csv"
}
agreement=(
    'scar DSC, mean ± SD' dsc_scar_mean+dsc_scar_sd 2
    'median' dsc_scar_median 2
    '%LGE bias' percent_lge_bias 1
    'limits of agreement' 'percent_lge_limit_lo~percent_lge_limit_hi' 1
    'r of %LGE' percent_lge_r 2
    'CCC' percent_lge_ccc 2
)

{
    cat <<TXT
# Threshold methods on EMIDEC, in the true contours

*Real infarct LGE (EMIDEC), not HCM; an 8-bit copy of the data set, rebuilt on the native grid.*
67 patients with infarct; all numbers are of whole patients, against the reading's scar and no-reflow
(labels 3 and 4). The threshold methods are given the reading's myocardium (2, 3 and 4 alike), so their
myocardium is right by definition. \`sim3d\`, the network trained on simulated patients alone, is given the
image and nothing else, and must find the heart too: its row is the harder task. (What its simulator owes
to EMIDEC: [transfer.md](transfer.md). \`emidec3d\` is left out: it was trained on patients of this table.) This page is the output of
\`docs/evidence/thresholds.sh EMIDEC_FOLDER\`; exact definitions stand in \`src/measure/threshold.h\`.

    cicatrix import emidec EMIDEC_FOLDER -o emidec
    cicatrix threshold emidec/P.csv --method sd:5 -o sd-5          (and so on)
    cicatrix quantify emidec/COHORT.csv --model sim3d -o sim3d
    cicatrix evaluate --truth emidec/P.csv --pred sd-5=sd-5 --pred sim3d=sim3d ... -o agreement

## Nobody helps: the remote region is found by the rule

TXT
    table found "${agreement[@]}"
    cat <<TXT

Bias and limits are in per cent of the myocardium, method minus reading (1.96 SD); CCC is Lin's.

## The same after the corrections a reader would make

\`$clean\`:

TXT
    table cleaned "${agreement[@]}"
    cat <<TXT

## The remote region is known

\`--remote contours\`: the remote region is all myocardium that the reading calls unenhanced, off the rim of
the wall. That tells a method where no scar is. The sd is that of the whole wall, wider than that of a small
region, so the same n calls less of it scar: compare the biases. FWHM looks for its peak 5 sd above remote,
and with this sd finds none in many slices.

TXT
    table known "${agreement[@]}"
    cat <<TXT

## Where there is no scar

The 33 patients without infarct: how much is called scar, in per cent of the myocardium.

TXT
    table healthy 'patients' no_scar_n 0 'with any' no_scar_n_false 0 \
        'mean' no_scar_percent_mean 1 'highest' no_scar_percent_max 1
    cat <<TXT

## What to make of it

The choice of the threshold moves the mean %LGE of the same patients by tens of per cent of the myocardium,
and none follows the reading closely from patient to patient while the remote region is found by a rule:
where an infarct takes most of a slice, part of it is called remote. With a remote region that is known to
be free of scar, 2 sd follows the reading best. Otsu and the mixture part every wall in two, scarred or
not: they are for hearts that are known to have a scar.
TXT
} >"$page.tmp"
mv "$page.tmp" "$page"
echo "$page"
