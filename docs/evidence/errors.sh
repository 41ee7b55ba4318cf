#!/usr/bin/env bash
# Writes errors.md: where lge3d is wrong in EMIDEC's cross-validation, and what that goes with.
#
#   docs/evidence/errors.sh FOLDER
#
# FOLDER is that of lge.sh.  Needs python3-scipy and python3-nibabel; a minute.
set -euo pipefail
[ $# -eq 1 ] || {
    echo "usage: $0 FOLDER" >&2
    exit 2
}
folder=$(realpath "$1")
cd "$(dirname "$0")"
page=errors.md
{
    cat <<TXT
# Where lge3d is wrong

*Real infarct LGE (EMIDEC, the 8-bit copy rebuilt on the native grid), not HCM; every patient by the networks of
[emidec-crossval](emidec-crossval/crossval.md) that had not seen it.* This page is the output of
\`docs/evidence/errors.sh FOLDER\` (with [errors.py](errors.py)). Against the one reader whose contours there are: what
is called wrong here may be the reader's mistake. Scar is 3 and 4, its contrast that of label 3 (median of it, less
that of muscle, over that of blood less muscle); "no brighter than the wall": label 3 below two standard deviations
above the muscle. Intervals are 95 % (bootstrap over patients).

TXT
    /usr/bin/python3 -B errors.py "$folder/emidec/COHORT.csv" "$folder/lge3d/predictions"
} >"$page.tmp"
mv "$page.tmp" "$page"
echo "docs/evidence/$page"
