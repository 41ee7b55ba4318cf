#!/usr/bin/env bash
# Makes models/lge3d.safetensors and its evidence in docs/evidence/emidec-crossval/: five
# folds of EMIDEC, the model that ships, its calibration.
#
#   docs/evidence/lge3d.sh EMIDEC CINE FOLDER [THREADS]
#
# EMIDEC  the data set as it is downloaded (emidec.com); also $EMIDEC, as the other scripts
# CINE    cine short-axis stacks (*.nii.gz but *_gt.nii.gz), which the model must reject
# FOLDER  takes some 3 GB; stopped at any time, the same command goes on.  Two runs of it
#         at a time share the folds
#
# Some four hours of one core.  The weights are the same to the bit on the same CPU with
# the same number of threads (1 by default).
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
data='EMIDEC (Lalande et al., Data 2020;5(4):89): 100 patients, and 364 copies of them, hypertrophied and painted (cicatrix paint); started from sim3d'
cd "$work"

# Patients, and copies of them: nine of each scar-free heart, one of each infarct.
[ -e emidec/COHORT.csv ] || "$cicatrix" import emidec "$emidec" -o emidec
"$cicatrix" paint emidec/COHORT.csv -o painted-n --group N --copies 9 --seed 1
"$cicatrix" paint emidec/COHORT.csv -o painted-p --group P --copies 1 --seed 1

# rows FOLDER...: one table of several cohorts, all to be learned from
rows() {
    echo id,image,label,split,labelled,source_id
    for folder; do
        awk -F, -v f="$folder" '
            NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
            $at["label"] != "" {
                print $at["id"] "," f "/" $at["image"] "," f "/" $at["label"] ",train," \
                    (at["labelled"] ? $at["labelled"] : "1234") "," \
                    (at["source_id"] ? $at["source_id"] : "")
            }' "$folder/COHORT.csv"
    done
}
rows painted-n painted-p >painted.csv
rows emidec >all.csv

recipe=(--rate 6e-4 --average 0.998 --also painted.csv --also-share 0.2 --tune
    --threads "$threads" --workers 1 --licence "$licence" --data "$data")
three=(--arch unet3d-fast --from "$root/models/sim3d.safetensors" --epochs 48
    --locate-epochs 10 --validate-every 12)

"$cicatrix" crossval emidec/COHORT.csv -o cv3d "${three[@]}" "${recipe[@]}"
"$cicatrix" train all.csv -o lge3d-raw.safetensors "${three[@]}" "${recipe[@]}" --seed 2 --val-share 0 --resume

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
        "$cicatrix" quantify "probes/$kind" --model "$work/lge3d-raw.safetensors" --no-report \
            -o "probes/out-$kind"
    done
    "$cicatrix" quantify simulated/images --model "$work/lge3d-raw.safetensors" --no-report \
        -o probes/out-simulated
    touch probes/done
}
[ -e probes/done ] || make_probes

mkdir -p "$evidence"
"$cicatrix" calibrate "$work/lge3d-raw.safetensors" --from cv3d --truth emidec/COHORT.csv \
    --not-lge probes/out-cine --not-lge probes/out-side --not-lge probes/out-noise \
    --not-lge probes/out-gradient --lge probes/out-simulated \
    -o "$root/models/lge3d.safetensors" --report "$evidence/calibration"
cp -r cv3d/report/. "$evidence/"
