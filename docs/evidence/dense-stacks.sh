#!/usr/bin/env bash
# What becomes of stacks whose slices are nearer to each other than the networks know
# them: docs/evidence/dense-stacks.md.
#
#   docs/evidence/dense-stacks.sh EMIDEC FOLDER > dense-stacks.md
#
# EMIDEC is the folder emidec-dataset-1.0.1.  FOLDER takes 0.5 GB.  Needs numpy, scipy and
# nibabel.
set -euo pipefail
# shellcheck source=emidec-folder.sh
. "$(dirname "$0")/emidec-folder.sh"
"$cicatrix" import emidec "$emidec" -o emidec --force -q >/dev/null
/usr/bin/python3 -B "$here/dense-stacks.py" make emidec
for model in lge3d sim3d; do
    for kind in 1 2 2-said 3 3-said; do
        "$cicatrix" quantify "$kind" --model "$model" --no-report -o "$model-$kind" >/dev/null 2>&1
    done
done
/usr/bin/python3 -B "$here/dense-stacks.py" page
