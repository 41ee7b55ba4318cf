#!/usr/bin/env bash
# How near a reader's contours a network must come on EMIDEC: docs/evidence/contours.md.
#
#   docs/evidence/contours.sh EMIDEC FOLDER > contours.md
#
# EMIDEC is the folder emidec-dataset-1.0.1.  Needs python3-scipy and python3-nibabel; some minutes.
set -euo pipefail
# shellcheck source=emidec-folder.sh
. "$(dirname "$0")/emidec-folder.sh"
"$cicatrix" import emidec "$emidec" -o emidec --force -q >/dev/null
cat <<TXT
# How near the contours must come

*Real infarct LGE (EMIDEC, 8-bit copy on the native grid, pixels of 1.46 mm in the median), not HCM.* This page is the
output of \`docs/evidence/contours.sh EMIDEC FOLDER\` (with [contours.py](contours.py)). The reader's own contours are
moved by a known distance and compared with themselves: what a network gets that calls the same tissue scar, but for
that distance.

TXT
/usr/bin/python3 -B "$here/contours.py" emidec/COHORT.csv
cat <<TXT

In cross-validation \`lge3d\` has 0.870 for myocardium and 0.734 for infarct (both empty = 1;
[emidec-crossval](emidec-crossval/crossval.md)). Two experts are quoted with 0.83 and 0.69 (second-hand; by which rule
for empty maps is not known): by this table they lie 1.3 mm apart, each 0.9 mm from what both mean if they err alike and
independently; a network that drew just that would have 0.89 and 0.76 against either, with infarct. So 0.90 asks to
follow one reader's hand more closely than what two readers mean. In infarct the contours are the smaller part: most is
lost by which part of the wall is called scar. There the best threshold of each patient, given the reader's wall,
reaches 0.717; the network, which is given neither, 0.636 (69 patients with scar in either map).
TXT
