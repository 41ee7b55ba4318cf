#!/usr/bin/env bash
# Makes models/lge2d.safetensors and docs/evidence/2d-against-3d/: a 2D network to compare lge3d
# with, from the same patients, simulated ones first, the same folds and as many slices.
#
#   docs/evidence/lge2d.sh FOLDER [THREADS]
#
# FOLDER  that of lge3d.sh, which has to have ended; stopped at any time, the same command goes
#         on.  Two runs of it at a time share the folds
#
# Two hours of one core with bf16 (AMD Zen 5, where the shipped weights were made).
set -euo pipefail
[ $# -ge 1 ] || {
    echo "usage: $0 FOLDER [THREADS]" >&2
    exit 2
}
work=$(realpath "$1")
threads=${2:-1}
cd "$(dirname "$0")/../.."
root=$PWD
cicatrix=$root/build/cicatrix
evidence=$root/docs/evidence/2d-against-3d
licence='CC BY-NC-SA 4.0'
data='EMIDEC (Lalande et al., Data 2020;5(4):89): 100 patients, and 795 copies of them, hypertrophied and painted (cicatrix paint); 1200 simulated patients; started from 4266 simulated patients'
cd "$work"

# All simulated patients that sim3d learned from, under the names of sim3d-train.sh.
"$cicatrix" simulate -o random2 --mode random --patients 1200 --seed 11
. "$root/docs/evidence/training-rows.sh"
{
    training_columns
    training_rows random truth 12345 r- 1200
    training_rows cohort truth 12345 c- 866
    training_rows random2 truth 12345 s- 1200
    training_rows acute truth 12345 a- 1000
} >sim-all.csv

# sim3d saw 47,122 substacks of eight slices; the network that finds the heart is sim3d's.
common=(--arch unet2d-fast --batch 16 --average 0.998 --threads "$threads" --workers 1)
[ -e sim2d.safetensors ] ||
    "$cicatrix" train sim-all.csv -o sim2d.safetensors --from sim3d.safetensors "${common[@]}" \
        --locate-epochs 0 --epochs 88 --rate 1e-3 --val-share 0 --tune --resume --licence Apache-2.0 \
        --data '4266 simulated patients (cicatrix simulate)'

# As lge3d.sh does, eight slices for each of its samples.
mixture=(--from sim2d.safetensors --locate-epochs 10 --rate 8e-4 --also others.csv --also-share 0.4
    --licence "$licence" --data "$data")
"$cicatrix" crossval emidec/COHORT.csv -o cv2d "${common[@]}" "${mixture[@]}" --epochs 1680 \
    --validate-every 336 --compare cv3d
"$cicatrix" train all.csv -o lge2d-plain.safetensors "${common[@]}" "${mixture[@]}" --epochs 1344 \
    --val-share 0 --seed 2 --resume
for kind in cine side noise gradient; do
    "$cicatrix" quantify "probes/$kind" --model "$work/lge2d-plain.safetensors" --no-report \
        -o "probes/2d-$kind"
done
for lge in simulated sites infarcts; do
    "$cicatrix" quantify "$lge/images" --model "$work/lge2d-plain.safetensors" --no-report -o "probes/2d-$lge"
done

mkdir -p "$evidence"
"$cicatrix" calibrate "$work/lge2d-plain.safetensors" --from cv2d --truth emidec/COHORT.csv \
    --not-lge probes/2d-cine --not-lge probes/2d-side --not-lge probes/2d-noise \
    --not-lge probes/2d-gradient --lge probes/2d-simulated \
    --lge probes/2d-sites --lge probes/2d-infarcts \
    -o "$root/models/lge2d.safetensors" --report "$evidence/calibration"
cp -r cv2d/report/. "$evidence/"
cp lge2d-plain.safetensors.log.csv "$evidence/log.csv"
