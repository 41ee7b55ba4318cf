#!/usr/bin/env bash
# Trains models/sim3d.safetensors: on simulated patients alone.
#
#   docs/evidence/sim3d-train.sh FOLDER [THREADS]
#
# FOLDER takes some 3 GB.  It may be stopped at any time; the same command goes on.  The
# weights are the same to the bit on the same CPU with the same number of threads.
#
# Who is learned from: patients of mode `random`, whose contrast, resolution and anatomy
# are drawn widely (hypertrophy or none, fibrosis or infarct), and the 866 training patients
# of the study's cohort; all with exact labels.  No real image.
#
# Two stages: 1200 patients of mode random, then 1200 others beside them, longer and
# with the size below which scar is none.  The models of docs/evidence/lge3d.sh and
# lge2d.sh start from the first.
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
"$cicatrix" simulate -o "$work/random2" --mode random --patients 1200 --seed 11

# Tables: the columns that training reads, the exact labels, names that differ.
rows() { # FOLDER PREFIX PATIENTS
    awk -F, -v f="$1" -v p="$2" -v most="$3" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["split"] == "train" && n < most {
            n++
            print p $at["id"] "," f "/" $at["image"] "," f "/" $at["truth"] ",train,12345"
        }' "$work/$1/COHORT.csv"
}
table() { # one|two
    echo id,image,label,split,labelled
    rows random r- 1200
    rows cohort c- 866
    [ "$1" = one ] || rows random2 s- 1200
}
table one >"$work/COHORT.csv"
table two >"$work/COHORT2.csv"

[ -e "$work/sim3d-first.safetensors" ] ||
    "$cicatrix" train "$work/COHORT.csv" -o "$work/sim3d-first.safetensors" --arch unet3d-fast \
        --epochs 6 --locate-epochs 2 --batch 2 --rate 1e-3 --average 0.998 --val-share 0 \
        --threads "$threads" --resume --licence Apache-2.0 \
        --data '2066 simulated patients (cicatrix simulate): 1200 of mode random, seed 7; 866 of mode cohort, seed 1; no real image'

"$cicatrix" train "$work/COHORT2.csv" -o "$work/sim3d.safetensors" --arch unet3d-fast \
    --from "$work/sim3d-first.safetensors" --tune \
    --epochs 5 --locate-epochs 0 --batch 2 --rate 8e-4 --average 0.998 --sparse 0.3 --val-share 0 \
    --threads "$threads" --seed 2 --resume --licence Apache-2.0 \
    --data '3266 simulated patients (cicatrix simulate): 1200 of mode random, seed 7, and 1200, seed 11; 866 of mode cohort, seed 1; no real image'
