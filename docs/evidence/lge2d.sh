#!/usr/bin/env bash
# Makes models/lge2d.safetensors and docs/evidence/2d-against-3d/: a 2D network, and a 3D
# network to compare it with, on the same folds, data and number of slices.  Both were
# trained for a sixth as long as lge3d.
#
#   docs/evidence/lge2d.sh FOLDER [THREADS]
#
# FOLDER  that of lge3d.sh, which has to have ended; stopped at any time, the same command goes
#         on.  Two runs of it at a time share the folds
#
# Some four hours of one core without bf16.
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
cd "$work"

# Copies of EMIDEC's patients: nine of each scar-free heart, one of each infarct.
"$cicatrix" paint emidec/COHORT.csv -o painted-n9 --group N --copies 9 --seed 1
"$cicatrix" paint emidec/COHORT.csv -o painted-p1 --group P --copies 1 --seed 1
# rows FOLDER LABEL LABELLED [PREFIX]: of a cohort what training reads
rows() {
    awk -F, -v f="$1" -v label="$2" -v labelled="$3" -v p="${4-}" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        p == "" || $at["split"] == "train" {
            print p $at["id"] "," f "/" $at["image"] "," f "/" $at[label] ",train," labelled "," \
                (at["source_id"] ? $at["source_id"] : "")
        }' "$1/COHORT.csv"
}
columns=id,image,label,split,labelled,source_id
{
    echo "$columns"
    rows painted-n9 label 1234
    rows painted-p1 label 1234
} >painted.csv
# All simulated patients of the first stage of sim3d, under the names of sim3d-train.sh.
{
    echo "$columns"
    rows random truth 12345 r-
    rows cohort truth 12345 c-
} >simulated-all.csv

common=(--arch unet2d-fast --locate-epochs 0 --batch 16 --average 0.998 --threads "$threads" --workers 1)
mixture=(--rate 6e-4 --also painted.csv --also-share 0.2 --tune)
real=(--from sim2d.safetensors --epochs 384 "${mixture[@]}")
"$cicatrix" crossval emidec/COHORT.csv -o cv-first --from sim3d-first.safetensors --arch unet3d-fast \
    --average 0.998 --threads "$threads" --workers 1 --locate-epochs 10 --epochs 48 --validate-every 12 \
    "${mixture[@]}"
[ -e sim2d.safetensors ] ||
    "$cicatrix" train simulated-all.csv -o sim2d.safetensors --from sim3d-first.safetensors \
        "${common[@]}" --epochs 16 --rate 1e-3 --val-share 0 --resume --licence Apache-2.0 \
        --data '2066 simulated patients'
"$cicatrix" crossval emidec/COHORT.csv -o cv2d "${common[@]}" "${real[@]}" --validate-every 96 \
    --compare cv-first
"$cicatrix" train all.csv -o lge2d-first.safetensors "${common[@]}" "${real[@]}" --val-share 0 --seed 2 --resume \
    --licence 'CC BY-NC-SA 4.0' \
    --data 'EMIDEC (Lalande et al., Data 2020;5(4):89): 100 patients, and 364 copies of them, hypertrophied and painted (cicatrix paint); started from simulated patients'
for kind in cine side noise gradient; do
    "$cicatrix" quantify "probes/$kind" --model "$work/lge2d-first.safetensors" --no-report \
        -o "probes/2d-$kind"
done
"$cicatrix" quantify simulated/images --model "$work/lge2d-first.safetensors" --no-report -o probes/2d-simulated

mkdir -p "$evidence"
"$cicatrix" calibrate "$work/lge2d-first.safetensors" --from cv2d --truth emidec/COHORT.csv \
    --not-lge probes/2d-cine --not-lge probes/2d-side --not-lge probes/2d-noise \
    --not-lge probes/2d-gradient --lge probes/2d-simulated \
    -o "$root/models/lge2d.safetensors" --report "$evidence/calibration"
cp -r cv2d/report/. "$evidence/"
cp lge2d-first.safetensors.log.csv "$evidence/log.csv"
