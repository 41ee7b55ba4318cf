#!/usr/bin/env bash
# Trains models/sim3d.safetensors: on simulated patients alone.
#
#   docs/evidence/sim3d-train.sh FOLDER [THREADS]
#
# FOLDER takes some 3 GB.  It may be stopped at any time; the same command goes on.  The
# weights are the same to the bit on the same CPU with the same number of threads.
#
# Who is learned from: 1200 patients of mode `random`, whose contrast, resolution and anatomy
# are drawn widely (hypertrophy or none, fibrosis or infarct), and the 866 training patients
# of the study's cohort; all with exact labels.  No real image.
set -euo pipefail
[ $# -ge 1 ] || {
    echo "usage: $0 FOLDER [THREADS]" >&2
    exit 2
}
mkdir -p "$1"
work=$(realpath "$1")
threads=${2:-0}
cd "$(dirname "$0")/../.."
cicatrix=${CICATRIX:-build/cicatrix}

"$cicatrix" simulate -o "$work/random" --mode random --patients 1200 --seed 7
"$cicatrix" simulate -o "$work/cohort" --patients 1073 --seed 1

# One table of both: the columns that training reads, the exact labels, names that differ.
rows() { # FOLDER PREFIX PATIENTS
    awk -F, -v f="$1" -v p="$2" -v most="$3" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["split"] == "train" && n < most {
            n++
            print p $at["id"] "," f "/" $at["image"] "," f "/" $at["truth"] ",train,12345"
        }' "$work/$1/COHORT.csv"
}
{
    echo id,image,label,split,labelled
    rows random r- 1200
    rows cohort c- 866
} >"$work/COHORT.csv"

"$cicatrix" train "$work/COHORT.csv" -o "$work/sim3d.safetensors" --arch unet3d-fast \
    --epochs 6 --locate-epochs 2 --batch 2 --rate 1e-3 --average 0.998 --val-share 0 \
    --threads "$threads" --resume --licence Apache-2.0 \
    --data '2066 simulated patients (cicatrix simulate): 1200 of mode random, seed 7; 866 of mode cohort, seed 1; no real image'
