#!/usr/bin/env bash
# Writes transfer.md: what models/sim3d.safetensors, trained on simulated patients alone,
# makes of real late-enhancement images that it never saw.
#
#   docs/evidence/transfer.sh EMIDEC_FOLDER
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
work=build/evidence/transfer
page=docs/evidence/transfer.md
rm -rf "$work"
mkdir -p "$work"

"$cicatrix" import emidec "$emidec" -o "$work/emidec" >/dev/null
"$cicatrix" quantify "$work/emidec/COHORT.csv" --model sim3d --no-report -o "$work/out" >/dev/null
for group in P N; do
    awk -F, -v g="$group" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "group") at = i }
        NR == 1 || $at == g' "$work/emidec/COHORT.csv" >"$work/emidec/$group.csv"
    "$cicatrix" evaluate --truth "$work/emidec/$group.csv" --pred sim3d="$work/out" \
        -o "$work/agreement-$group" >"$work/table-$group.txt"
done

{
    cat <<TXT
# From simulation to real images: sim3d on EMIDEC

*Real infarct LGE (EMIDEC), not HCM.* The model \`sim3d\` was trained on simulated patients alone
([sim3d-train.sh](sim3d-train.sh)); none of its training images is real. All 100 labelled EMIDEC
patients are unseen: 67 with infarct, 33 without. What EMIDEC did lend is its statistics: contrast, noise
and sharpness of the simulator are judged against figures measured on it. EMIDEC here is an 8-bit
copy of the data set, rebuilt on the native grid. This page is the output of
\`docs/evidence/transfer.sh EMIDEC_FOLDER\`.

    cicatrix import emidec EMIDEC_FOLDER -o emidec
    cicatrix quantify emidec/COHORT.csv --model sim3d -o out
    cicatrix evaluate --truth emidec/P.csv --pred sim3d=out -o agreement

The 67 patients with infarct (P.csv: the rows of COHORT.csv whose group is P):

\`\`\`
TXT
    cat "$work/table-P.txt"
    cat <<TXT
\`\`\`

The 33 patients without:

\`\`\`
TXT
    cat "$work/table-N.txt"
    cat <<TXT
\`\`\`

Myocardium is labels 2, 3 and 4, scar 3 and 4; DSC is of the whole volume of a patient, on the native
grid.
TXT
} >"$page.tmp"
mv "$page.tmp" "$page"
echo "$page"
