#!/usr/bin/env bash
# What is told of files whose slices are out of order or whose pixels have another size:
# docs/evidence/stack-form.md.
#
#   docs/evidence/stack-form.sh EMIDEC FOLDER > stack-form.md
#
# EMIDEC is the folder emidec-dataset-1.0.1.  FOLDER takes 0.4 GB.  Needs numpy and nibabel.
set -euo pipefail
# shellcheck source=emidec-folder.sh
. "$(dirname "$0")/emidec-folder.sh"
"$cicatrix" import emidec "$emidec" -o EMIDEC --force -q >/dev/null
"$cicatrix" simulate --patients 110 --seed 4242 -o simulated -q
"$cicatrix" simulate --patients 40 --seed 977 --mode random -o random -q
/usr/bin/python3 -B "$here/stack-form.py" maps EMIDEC simulated random maps
for order in in-order shuffled; do
    "$cicatrix" measure "maps/$order" -o "measured-$order" >/dev/null 2>&1
done
/usr/bin/python3 -B "$here/stack-form.py" images EMIDEC images
for kind in as-it-is shuffled 1mm 2mm; do
    "$cicatrix" quantify "images/$kind" --no-report -o "quantified-$kind" >/dev/null 2>&1
done
/usr/bin/python3 -B "$here/stack-form.py" page EMIDEC simulated random
