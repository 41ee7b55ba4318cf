#!/usr/bin/env bash
# Makes models/lge3d.safetensors and lge2d.safetensors and their evidence.  lge3d is an ensemble
# of two 3D networks, one with twice the channels of the other, and a 2D network, which learned
# apart from the same patients; lge2d is the 2D network alone, to compare with.
#
#   docs/evidence/lge.sh EMIDEC CINE FOLDER [THREADS]
#
# EMIDEC  the data set as it is downloaded (emidec.com)
# CINE    cine short-axis stacks (*.nii.gz but *_gt.nii.gz), which the models must reject: the 40
#         (end-diastole, end-systole) of ACDC's 20 HCM patients (Bernard et al., IEEE Trans Med
#         Imaging 2018, doi 10.1109/TMI.2018.2837502)
# FOLDER  takes some 4 GB; stopped at any time, the same command goes on.  Two runs of it
#         at a time share the folds
#
# Nine hours of one core with bf16 (AMD Zen 5, where the shipped weights were made), some forty-five
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
evidence=$root/docs/evidence
cd "$work"
. "$evidence/training-rows.sh"

# ---- patients ----

# Copies: 18 of each scar-free heart, three of each infarct.
[ -e emidec/COHORT.csv ] || "$cicatrix" import emidec "$emidec" -o emidec
"$cicatrix" paint emidec/COHORT.csv -o painted-n --group N --copies 18 --seed 1
"$cicatrix" paint emidec/COHORT.csv -o painted-p --group P --copies 3 --seed 1
# Simulated ones, as in sim3d-train.sh.
"$cicatrix" simulate -o random --mode random --patients 1200 --seed 7
"$cicatrix" simulate -o random2 --mode random --patients 1200 --seed 11
"$cicatrix" simulate -o cohort --patients 1073 --seed 1
"$cicatrix" simulate -o acute --mode acute --patients 1000 --seed 21
{
    training_columns
    training_rows random truth 12345 r- 1200
    training_rows cohort truth 12345 c- 866
    training_rows random2 truth 12345 s- 1200
    training_rows acute truth 12345 a- 1000
} >sim-all.csv
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

# ---- from simulation alone ----

# The 3D network is sim3d, which saw 47,122 substacks of eight slices; the wide one sees 29,862, the 2D
# one as many slices as sim3d.  The network that finds the heart is sim3d's.  How small a piece of
# scar is left out is fitted here, to simulated patients alone.
[ -e sim3d.safetensors ] || cp "$root/models/sim3d.safetensors" .
[ -e sim3d-wide.safetensors ] ||
    "$cicatrix" train sim-all.csv -o sim3d-wide.safetensors --arch unet3d-fast --base 32 --flat-levels 3 \
        --from sim3d.safetensors --locate-epochs 0 --epochs 7 --rate 1e-3 --average 0.998 --sparse 0.2 \
        --early 0.05 --contrast 0.3 --val-share 0 --threads "$threads" --workers 1 --tune --resume \
        --licence Apache-2.0 --data '4266 simulated patients (cicatrix simulate)'
[ -e sim2d.safetensors ] ||
    "$cicatrix" train sim-all.csv -o sim2d.safetensors --arch unet2d-fast --batch 16 \
        --from sim3d.safetensors --locate-epochs 0 --epochs 88 --rate 1e-3 --average 0.998 --val-share 0 \
        --threads "$threads" --workers 1 --tune --resume --licence Apache-2.0 \
        --data '4266 simulated patients (cicatrix simulate)'

# ---- EMIDEC, its copies and simulated patients ----

# So that what was learned of other scanners, of hypertrophy and of fresh infarcts is not forgotten;
# of the 3D networks' samples many without every second slice, of the wide one's and the 2D network's
# some as if inverted too early.  As many slices for all.
emidec_text='EMIDEC (Lalande et al., Data 2020;5(4):89): 100 patients, and 795 copies of them, hypertrophied and painted (cicatrix paint); 1200 simulated patients; started from'
mixture=(--average 0.998 --threads "$threads" --workers 1 --licence 'CC BY-NC-SA 4.0'
    --locate-epochs 10 --rate 8e-4 --also others.csv --also-share 0.4 --sparse 0.3)
deep=(--arch unet3d-fast --from sim3d.safetensors "${mixture[@]}" --data "$emidec_text sim3d"
    --validate-every 42)
wide=(--arch unet3d-fast --base 32 --flat-levels 3 --from sim3d-wide.safetensors "${mixture[@]}" --early 0.05
    --data "$emidec_text 4266 simulated patients" --validate-every 42)
flat=(--arch unet2d-fast --batch 16 --from sim2d.safetensors "${mixture[@]}" --early 0.05
    --data "$emidec_text 4266 simulated patients" --validate-every 336)
"$cicatrix" crossval emidec/COHORT.csv -o cv3d "${deep[@]}" --epochs 210
"$cicatrix" crossval emidec/COHORT.csv -o cvwide "${wide[@]}" --epochs 210 --compare 3D=cv3d
"$cicatrix" crossval emidec/COHORT.csv -o cv2d "${flat[@]}" --epochs 1680 --compare 3D=cv3d
# The models that ship with as many samples: their epochs are longer.
"$cicatrix" train all.csv -o 3d-plain.safetensors "${deep[@]}" --epochs 168 --val-share 0 --seed 2 \
    --resume
"$cicatrix" train all.csv -o wide-plain.safetensors "${wide[@]}" --epochs 168 --val-share 0 --seed 2 \
    --resume
"$cicatrix" train all.csv -o lge2d-plain.safetensors "${flat[@]}" --epochs 1344 --val-share 0 --seed 2 \
    --resume

# ---- the ensemble ----

# How small a piece of scar is left out comes with the first network, fitted to simulated patients:
# EMIDEC's reader has no part in it, and it is the same in every fold.
"$cicatrix" join "$work/3d-plain.safetensors" "$work/wide-plain.safetensors" "$work/lge2d-plain.safetensors" \
    -o lge3d-plain.safetensors --bf16
"$cicatrix" crossval emidec/COHORT.csv -o lge3d --ensemble cv3d --ensemble cvwide --ensemble cv2d \
    --compare 3D=cv3d --compare wide=cvwide --compare 2D=cv2d

# ---- how far they may be wrong ----

# What is no short-axis LGE stack, and what is, of other scanners, of hypertrophied hearts and of
# fresh infarcts: a verdict that knows EMIDEC alone takes what is new for another kind of image.
[ -e probes/made ] || {
    mkdir -p probes/cine
    find "$cine" -name '*.nii.gz' -not -name '*_gt.nii.gz' -exec cp -t probes/cine {} +
    "$cicatrix" simulate --patients 24 --seed 808 -o simulated
    for image in emidec/images/*[05].nii.gz simulated/images/*.nii.gz; do
        for kind in side noise gradient; do
            mkdir -p "probes/$kind"
            "$vary" "$kind" "$image" "probes/$kind/$(basename "$image")"
        done
    done
    touch probes/made
}
"$cicatrix" simulate -o sites --patients 60 --seed 1095
"$cicatrix" simulate -o infarcts --mode acute --patients 60 --seed 1097
calibrate() { # MODEL CROSSVAL EVIDENCE
    local kind lge probes=()
    for kind in cine side noise gradient; do
        "$cicatrix" quantify "probes/$kind" --model "$work/$1-plain.safetensors" --no-report -o "probes/$1-$kind"
        probes+=(--not-lge "probes/$1-$kind")
    done
    for lge in simulated sites infarcts; do
        "$cicatrix" quantify "$lge/images" --model "$work/$1-plain.safetensors" --no-report -o "probes/$1-$lge"
        probes+=(--lge "probes/$1-$lge")
    done
    mkdir -p "$evidence/$3"
    "$cicatrix" calibrate "$work/$1-plain.safetensors" --from "$2" --truth emidec/COHORT.csv "${probes[@]}" \
        -o "$root/models/$1.safetensors" --report "$evidence/$3/calibration"
    rm -rf "${evidence:?}/$3/figures"
    cp -r "$2/report/." "$evidence/$3/"
}
calibrate lge3d lge3d emidec-crossval
calibrate lge2d cv2d 2d-against-3d
cp 3d-plain.safetensors.log.csv "$evidence/emidec-crossval/log-3d.csv"
cp wide-plain.safetensors.log.csv "$evidence/emidec-crossval/log-wide.csv"
cp lge2d-plain.safetensors.log.csv "$evidence/emidec-crossval/log-2d.csv"
