#!/usr/bin/env bash
# Makes models/lge3d.safetensors and its evidence in docs/evidence/emidec-crossval/: five
# folds of EMIDEC, the model that ships, its calibration.
#
#   docs/evidence/lge3d.sh EMIDEC CINE FOLDER [THREADS]
#
# EMIDEC  the data set as it is downloaded (emidec.com)
# CINE    cine short-axis stacks (*.nii.gz but *_gt.nii.gz), which the model must reject
# FOLDER  takes some 4 GB; stopped at any time, the same command goes on.  Two runs of it
#         at a time share the folds
#
# Two hours of one core with bf16 (AMD Zen 5, where the shipped weights were made), some ten
# without.  The weights are the same to the bit on the same CPU with the same number of threads (1
# by default).
set -euo pipefail
[ $# -ge 3 ] || {
    echo "usage: $0 EMIDEC CINE FOLDER [THREADS]" >&2
    exit 2
}
mkdir -p "$3"
emidec=$(realpath "$1") cine=$(realpath "$2") work=$(realpath "$3")
threads=${4:-1}
cd "$(dirname "$0")/../.."
root=$PWD
cicatrix=$root/build/cicatrix
vary=$root/build/tests/cli/vary
evidence=$root/docs/evidence/emidec-crossval
licence='CC BY-NC-SA 4.0'
data='EMIDEC (Lalande et al., Data 2020;5(4):89): 100 patients, and 795 copies of them, hypertrophied and painted (cicatrix paint); 1200 simulated patients; started from sim3d'
cd "$work"

# Patients, and copies of them: 18 of each scar-free heart, three of each infarct.
[ -e emidec/COHORT.csv ] || "$cicatrix" import emidec "$emidec" -o emidec
"$cicatrix" paint emidec/COHORT.csv -o painted-n --group N --copies 18 --seed 1
"$cicatrix" paint emidec/COHORT.csv -o painted-p --group P --copies 3 --seed 1
# sim3d, and some of the simulated patients that it learned from.
[ -e sim3d.safetensors ] || cp "$root/models/sim3d.safetensors" .
"$cicatrix" simulate -o random --mode random --patients 1200 --seed 7
"$cicatrix" simulate -o cohort --patients 1073 --seed 1
"$cicatrix" simulate -o acute --mode acute --patients 1000 --seed 21

. "$root/docs/evidence/training-rows.sh"
{
    training_columns
    training_rows painted-n label 1234
    training_rows painted-p label 1234
    training_rows random truth 12345 r- 400
    training_rows cohort truth 12345 c- 400
    training_rows acute truth 12345 a- 400
} >others.csv
{
    training_columns
    training_rows emidec label 1234
} >all.csv

# EMIDEC, its copies and simulated patients, so that what sim3d knew of other scanners, of
# hypertrophy and of fresh infarcts is not forgotten; many samples without every second slice.
# How small a piece of scar is left out comes with sim3d: it was fitted on simulated patients.
common=(--arch unet3d-fast --from sim3d.safetensors --average 0.998 --threads "$threads"
    --workers 1 --licence "$licence" --data "$data" --locate-epochs 10 --rate 8e-4
    --also others.csv --also-share 0.4 --sparse 0.3 --validate-every 42)
"$cicatrix" crossval emidec/COHORT.csv -o cv3d "${common[@]}" --epochs 210
# The model that ships with as many samples: its epochs are longer.
"$cicatrix" train all.csv -o lge3d-plain.safetensors "${common[@]}" --epochs 168 --val-share 0 \
    --seed 2 --resume

# What is no short-axis LGE stack, and what is, of other scanners.
make_probes() {
    mkdir -p probes/cine
    find "$cine" -name '*.nii.gz' -not -name '*_gt.nii.gz' -exec cp -t probes/cine {} +
    "$cicatrix" simulate --patients 24 --seed 808 -o simulated
    for image in emidec/images/*[05].nii.gz simulated/images/*.nii.gz; do
        for kind in side noise gradient; do
            mkdir -p "probes/$kind"
            "$vary" "$kind" "$image" "probes/$kind/$(basename "$image")"
        done
    done
    for kind in cine side noise gradient; do
        "$cicatrix" quantify "probes/$kind" --model "$work/lge3d-plain.safetensors" --no-report \
            -o "probes/out-$kind"
    done
    touch probes/done
}
[ -e probes/done ] || make_probes
# LGE of other scanners, of hypertrophied hearts and of fresh infarcts: a verdict that knows
# EMIDEC alone takes what is new for another kind of image.
"$cicatrix" simulate -o sites --patients 60 --seed 1095
"$cicatrix" simulate -o infarcts --mode acute --patients 60 --seed 1097
for lge in simulated sites infarcts; do
    "$cicatrix" quantify "$lge/images" --model "$work/lge3d-plain.safetensors" --no-report \
        -o "probes/out-$lge"
done

mkdir -p "$evidence"
"$cicatrix" calibrate "$work/lge3d-plain.safetensors" --from cv3d --truth emidec/COHORT.csv \
    --not-lge probes/out-cine --not-lge probes/out-side --not-lge probes/out-noise \
    --not-lge probes/out-gradient --lge probes/out-simulated \
    --lge probes/out-sites --lge probes/out-infarcts \
    -o "$root/models/lge3d.safetensors" --report "$evidence/calibration"
cp -r cv3d/report/. "$evidence/"
cp lge3d-plain.safetensors.log.csv "$evidence/log.csv"
