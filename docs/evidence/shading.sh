#!/usr/bin/env bash
# What a coil's shading does to results, and what taking it out does: docs/evidence/shading.md.
#
#   docs/evidence/shading.sh EMIDEC FOLDER > shading.md
#
# EMIDEC is the folder emidec-dataset-1.0.1.  FOLDER takes 0.6 GB.  Needs numpy and nibabel.
set -euo pipefail
# shellcheck source=emidec-folder.sh
. "$(dirname "$0")/emidec-folder.sh"
"$cicatrix" import emidec "$emidec" -o emidec -q --force >/dev/null
/usr/bin/python3 -B "$here/shading.py" shade emidec half 0.5
/usr/bin/python3 -B "$here/shading.py" shade emidec full 1
/usr/bin/python3 -B "$here/shading.py" shift emidec shifted
"$cicatrix" simulate --patients 70 --seed 4242 -o simulated -q
for model in lge3d sim3d; do
    for stacks in emidec/images half full shifted simulated/images; do
        truth=emidec
        [ "$stacks" != simulated/images ] || truth=simulated
        out=$model-${stacks%/images}
        "$cicatrix" quantify "$stacks" --model "$model" --no-report -o "$out-taken" >/dev/null 2>&1
        "$cicatrix" quantify "$stacks" --model "$model" --no-report --keep-shading -o "$out-kept" >/dev/null 2>&1
        "$cicatrix" evaluate --truth "$truth/COHORT.csv" --pred kept="$out-kept" --pred taken="$out-taken" \
            -o "$out-agreement" >/dev/null 2>&1
    done
done
/usr/bin/python3 -B "$here/shading.py" page
